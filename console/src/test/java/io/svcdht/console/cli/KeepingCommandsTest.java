package io.svcdht.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.view.Json;
import io.svcdht.node.view.StateJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** prune, backup and restore on a journal of four days. */
class KeepingCommandsTest {
    private static final int EVENTS = 400;
    private static final long STEP_MILLIS = 864_000;

    @TempDir
    Path dir;

    private final Terminal terminal = new Terminal();
    private Path data;
    private SampleJournal sample;

    @BeforeEach
    void write() throws Exception {
        data = dir.resolve("data");
        sample = SampleJournal.write(data, EVENTS, 3, STEP_MILLIS);
    }

    private int run(String... command) {
        List<String> args = new ArrayList<>(List.of(command));
        args.add("--data-dir=" + data);
        return terminal.run(args.toArray(String[]::new));
    }

    private String state(String... more) {
        List<String> args = new ArrayList<>(List.of("journal", "state", "--json"));
        args.addAll(List.of(more));
        assertThat(run(args.toArray(String[]::new))).as(terminal.err()).isZero();
        return terminal.out();
    }

    @Test
    void a_dry_run_says_what_would_go_and_changes_nothing() {
        assertThat(run("journal", "prune", "--before=seq:250", "--dry-run")).isZero();
        assertThat(terminal.out()).contains("events 1 to 100").contains("would begin at event 201");
        assertThat(run("journal", "cat")).isZero();
        assertThat(terminal.out().lines()).hasSize(EVENTS);
    }

    @Test
    void prune_keeps_state_and_the_rest_of_the_journal() {
        String before = state();
        String then = state("--at=seq:230");
        assertThat(run("journal", "prune", "--before=seq:250"))
                .as(terminal.err())
                .isZero();
        assertThat(terminal.out()).contains("begins at event 201 now");

        assertThat(run("journal", "cat")).isZero();
        assertThat(terminal.out().lines().toList()).hasSize(EVENTS - 200 + 2);
        assertThat(terminal.out()).contains("CheckpointTaken").contains("JournalPruned");
        assertThat(state("--at=seq:" + EVENTS)).isEqualTo(before);
        assertThat(state("--at=seq:230")).isEqualTo(then);
        assertThat(run("journal", "state", "--at=seq:150")).isEqualTo(1);
        assertThat(terminal.err()).contains("first retained is 201");
        assertThat(run("journal", "verify")).as(terminal.err()).isZero();
        assertThat(terminal.out()).contains("1 checkpoints whole");
        assertThat(run("journal", "prune", "--before=seq:250")).isZero();
        assertThat(terminal.out()).contains("nothing to give up");
    }

    @Test
    void damage_behind_a_prune_is_named_and_repaired_from_there_on() throws Exception {
        assertThat(run("journal", "prune", "--before=seq:250")).isZero();
        String then = state("--at=seq:299");
        String file = damageAt(300);
        assertThat(run("journal", "verify")).isEqualTo(5);
        assertThat(terminal.err()).contains(file, "position 300");
        assertThat(run("journal", "repair")).as(terminal.err()).isZero();
        assertThat(terminal.out()).contains("kept: events 201 to 299", "given up: events 300 to 402");
        assertThat(run("journal", "verify")).as(terminal.err()).isZero();
        assertThat(terminal.out()).startsWith("intact up to position 299\n");
        assertThat(state()).isEqualTo(then);
    }

    /** Changes one bit of the event at the position; returns the file it is in. */
    private String damageAt(int position) throws Exception {
        String wanted = new String(
                new byte[] {0, 0, 0, 0, (byte) (position >> 8), (byte) position}, StandardCharsets.ISO_8859_1);
        try (var all = Files.list(data.resolve("journal"))) {
            for (Path file : all.filter(f -> f.toString().endsWith(".cq4")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                // The version of the entry, 1 or 2, follows the position.
                Matcher at = Pattern.compile(Pattern.quote(wanted) + "[\u0001\u0002]")
                        .matcher(new String(bytes, StandardCharsets.ISO_8859_1));
                if (at.find()) {
                    bytes[at.start() + 8] ^= 1;
                    Files.write(file, bytes);
                    return file.getFileName().toString();
                }
            }
        }
        throw new AssertionError("position " + position + " is in no file");
    }

    @Test
    void by_policy_only_the_newest_file_of_an_old_journal_stays() {
        assertThat(run("journal", "prune", "--json")).as(terminal.err()).isZero();
        assertThat(terminal.out()).contains("\"pruned\":true").contains("\"first_retained\":301");
    }

    @Test
    void verify_names_a_checkpoint_that_is_not_whole() throws Exception {
        assertThat(run("journal", "prune", "--before=seq:250")).isZero();
        assertThat(run("journal", "prune", "--before=seq:350")).isZero();
        Path checkpoint = data.resolve("checkpoints/%020d.checkpoint".formatted(300));
        byte[] bytes = Files.readAllBytes(checkpoint);
        bytes[bytes.length / 2] ^= 4;
        Files.write(checkpoint, bytes);
        assertThat(run("journal", "verify")).isEqualTo(5);
        assertThat(terminal.err()).contains(checkpoint.getFileName().toString());
    }

    @Test
    void a_backup_comes_back_whole() throws Exception {
        Files.writeString(data.resolve("node.key"), "a key");
        Path backup = dir.resolve("backup");
        assertThat(run("backup", backup.toString())).as(terminal.err()).isZero();
        assertThat(terminal.out())
                .contains("events 1 to 400")
                .contains(sample.state.digest().hex());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup.resolve("node.key"))))
                .isEqualTo("rw-------");

        String before = state();
        data = dir.resolve("restored");
        assertThat(run("restore", backup.toString())).as(terminal.err()).isZero();
        assertThat(terminal.out()).contains(sample.state.digest().hex());
        assertThat(state())
                .isEqualTo(before)
                .isEqualTo(Json.text(g -> StateJson.writeAll(g, sample.state, sample.state.digest())) + "\n");
        assertThat(run("journal", "verify")).as(terminal.err()).isZero();
        assertThat(data.resolve("node.key")).hasContent("a key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("node.key"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwx------");
    }

    @Test
    void a_pruned_journal_is_backed_up_with_the_state_before_it() {
        assertThat(run("journal", "prune", "--before=seq:250")).isZero();
        String before = state();
        String then = state("--at=seq:200");
        Path backup = dir.resolve("backup");
        assertThat(run("backup", backup.toString(), "--json"))
                .as(terminal.err())
                .isZero();
        assertThat(terminal.out()).contains("\"first\":201");
        data = dir.resolve("restored");
        assertThat(run("restore", backup.toString())).as(terminal.err()).isZero();
        assertThat(state()).isEqualTo(before);
        assertThat(state("--at=seq:200")).isEqualTo(then);
        assertThat(run("journal", "verify")).as(terminal.err()).isZero();
    }

    @Test
    void a_directory_that_is_not_empty_is_refused() throws Exception {
        Path backup = Files.createDirectory(dir.resolve("full"));
        Files.writeString(backup.resolve("thesis.txt"), "chapter one");
        assertThat(run("backup", backup.toString())).isEqualTo(2);
        assertThat(terminal.err()).contains("not empty");
        assertThat(run("backup", dir.resolve("good").toString())).isZero();
        assertThat(run("restore", dir.resolve("good").toString())).isEqualTo(2);
        assertThat(terminal.err()).contains(data.toString()).contains("not empty");
        data = dir.resolve("else");
        assertThat(run("restore", backup.toString())).isEqualTo(2);
        assertThat(terminal.err()).contains("no backup");
        assertThat(data).doesNotExist();
    }

    @Test
    void a_backup_that_was_changed_is_refused_and_nothing_is_restored() throws Exception {
        Path backup = dir.resolve("backup");
        assertThat(run("backup", backup.toString())).isZero();
        data = dir.resolve("restored");
        List<Path> files;
        try (var all = Files.walk(backup)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        assertThat(files).hasSizeGreaterThanOrEqualTo(4);
        for (Path file : files) {
            byte[] whole = Files.readAllBytes(file);
            byte[] changed = whole.clone();
            changed[whole.length / 2] ^= 1;
            Files.write(file, changed);
            assertThat(run("restore", backup.toString())).as("%s", file).isEqualTo(2);
            assertThat(data).doesNotExist();
            Files.delete(file);
            assertThat(run("restore", backup.toString())).as("without %s", file).isEqualTo(2);
            Files.write(file, whole);
        }
        assertThat(run("restore", backup.toString())).as(terminal.err()).isZero();
    }
}
