package io.svcdht.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.node.view.EventJson;
import io.svcdht.node.view.Json;
import io.svcdht.node.view.StateJson;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.model.ProviderRecord;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalCommandsTest {
    private static final int EVENTS = 400;

    @TempDir
    Path dir;

    private final Terminal terminal = new Terminal();
    private Path data = Path.of("");
    private SampleJournal sample;

    @BeforeEach
    void write() throws Exception {
        data = dir.resolve("data");
        sample = SampleJournal.write(data, EVENTS, 1);
    }

    @Test
    void cat_shows_every_event_as_json() {
        assertThat(run("cat", "--json")).isZero();
        assertThat(terminal.out().lines())
                .isEqualTo(sample.entries.stream().map(EventJson::line).toList());
        assertThat(terminal.err()).isEmpty();
    }

    @Test
    void cat_takes_a_range_of_positions_or_instants() {
        assertThat(run("cat", "--from=seq:10", "--to=seq:12")).isZero();
        assertThat(terminal.out().lines())
                .hasSize(3)
                .first()
                .asString()
                .startsWith("      10  2026-01-01T00:00:09.000Z");
        assertThat(run("cat", "--from=2026-01-01T00:00:09Z", "--to=2026-01-01T00:00:11.500Z"))
                .isZero();
        assertThat(terminal.out().lines()).hasSize(3).first().asString().startsWith("      10  ");
        assertThat(run("cat", "--from=seq:401")).isZero();
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void cat_filters_by_type_and_content_id() {
        String cid = "b3:" + "0".repeat(63) + "5";
        assertThat(run("cat", "--json", "--type=ProviderAnnounced,ProviderExpired", "--cid=" + cid))
                .isZero();
        assertThat(terminal.out().lines())
                .isNotEmpty()
                .isEqualTo(sample.entries.stream()
                        .filter(e -> e.event().type() == EventType.ProviderAnnounced
                                || e.event().type() == EventType.ProviderExpired)
                        .map(EventJson::line)
                        .filter(l -> l.contains("\"key\":\"" + cid + "\""))
                        .toList());
    }

    @Test
    void text_of_strangers_reaches_no_terminal_raw() {
        assertThat(run("cat")).isZero();
        assertThat(terminal.out()).contains("text[31m").doesNotContain("\u001b");
        assertThat(run("state")).isZero();
        assertThat(terminal.out()).doesNotContain("\u001b");
        assertThat(run("diff", "--from=0")).isZero();
        assertThat(terminal.out()).doesNotContain("\u001b");
    }

    @Test
    void tail_shows_the_last_events() {
        assertThat(run("tail", "-n", "3", "--no-follow", "--json")).isZero();
        assertThat(terminal.out().lines())
                .isEqualTo(sample.entries.subList(EVENTS - 3, EVENTS).stream()
                        .map(EventJson::line)
                        .toList());
    }

    @Test
    void state_is_the_fold_of_all_events() {
        assertThat(run("state", "--json")).isZero();
        assertThat(terminal.out())
                .isEqualTo(Json.text(g -> StateJson.writeAll(g, sample.state, sample.state.digest())) + "\n");
        assertThat(run("state")).isZero();
        assertThat(terminal.out()).contains("digest      b3:" + sample.state.digest());
    }

    @Test
    void state_of_the_past_stands_at_its_position() throws Exception {
        assertThat(run("state", "--json", "--at=seq:100")).isZero();
        JsonNode byPosition = json();
        assertThat(byPosition.get("position").asLong()).isEqualTo(100);
        assertThat(run("state", "--json", "--at=" + byPosition.get("at").asText()))
                .isZero();
        assertThat(json()).isEqualTo(byPosition);
        assertThat(run("state", "--json", "--at=seq:0")).isZero();
        assertThat(json().get("records")).isEmpty();
    }

    @Test
    void diff_tells_what_changed() throws Exception {
        assertThat(run("diff", "--from=seq:0", "--to=seq:400", "--json")).isZero();
        JsonNode changes = json().get("changes");
        assertThat(changes)
                .hasSize(sample.state.providers().records()
                        + sample.state.providers().tombstones());
        assertThat(run("diff", "--from=seq:400", "--json")).isZero();
        assertThat(json().get("changes")).isEmpty();
        assertThat(run("diff", "--from=seq:9", "--to=seq:8")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("--from is position 9, behind --to, 8");
    }

    @Test
    void verify_derives_every_mark_again() throws Exception {
        assertThat(run("verify", "--json")).isZero();
        JsonNode report = json();
        assertThat(report.get("ok").asBoolean()).isTrue();
        assertThat(report.get("position").asLong()).isEqualTo(EVENTS);
        assertThat(report.get("digest").asText()).isEqualTo("b3:" + sample.state.digest());
        assertThat(report.get("digest_marks_checked").asLong())
                .isPositive()
                .isEqualTo(report.get("events").get("DigestMarked").asLong());
        assertThat(run("verify")).isZero();
        assertThat(terminal.out()).startsWith("intact up to position 400\n");
    }

    @Test
    void one_flipped_byte_ends_with_5_and_names_the_place() throws Exception {
        Path file = journalFile();
        // Inside a text of the first event, behind the file's own headers.
        long at = indexOf(file, "0.1.0");
        try (RandomAccessFile f = new RandomAccessFile(file.toFile(), "rw")) {
            f.seek(at);
            f.write('9');
        }
        assertThat(run("verify")).isEqualTo(ExitCode.JOURNAL_DAMAGED);
        assertThat(terminal.err()).contains(file.toString(), "position 1", "CRC");
        assertThat(run("verify", "--json")).isEqualTo(ExitCode.JOURNAL_DAMAGED);
        assertThat(json().get("position").asLong()).isEqualTo(1);
        assertThat(run("cat")).isEqualTo(ExitCode.JOURNAL_DAMAGED);
        assertThat(run("state")).isEqualTo(ExitCode.JOURNAL_DAMAGED);
    }

    private void damage(String text) throws Exception {
        Path file = journalFile();
        try (RandomAccessFile f = new RandomAccessFile(file.toFile(), "rw")) {
            f.seek(indexOf(file, text));
            f.write('9');
        }
    }

    @Test
    void repair_says_what_it_gives_up_and_keeps_it_aside() throws Exception {
        assertThat(run("repair")).isZero();
        assertThat(terminal.out()).contains("intact; there is nothing to repair");
        damage("alone");
        assertThat(run("repair", "--dry-run")).isZero();
        assertThat(terminal.out()).contains("position 2", "kept: events 1 to 1", "given up: events 2 to 400");
        assertThat(run("verify")).as("a dry run changes nothing").isEqualTo(ExitCode.JOURNAL_DAMAGED);

        assertThat(run("repair", "--json")).isZero();
        assertThat(json().get("repaired").asBoolean()).isTrue();
        assertThat(json().get("position").asLong()).isEqualTo(2);
        assertThat(json().get("kept").asLong()).isEqualTo(1);
        assertThat(json().get("last_given_up").asLong()).isEqualTo(EVENTS);
        Path aside = Path.of(json().get("aside").asText());
        assertThat(run("verify")).isZero();
        assertThat(run("cat", "--aside=" + aside, "--json")).isZero();
        // All but the damaged one can still be looked at, or even that, where the damage lies in a text.
        assertThat(terminal.out().lines().count()).isBetween(EVENTS - 1L, (long) EVENTS);
        assertThat(run("cat", "--aside=" + data.resolve("nothing"))).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void verify_names_a_file_that_the_journal_would_overlook() throws Exception {
        Path file = journalFile();
        Path copy = file.resolveSibling("20260201F.cq4");
        Files.copy(file, copy);
        assertThat(run("verify")).isEqualTo(ExitCode.JOURNAL_DAMAGED);
        assertThat(terminal.err()).contains(copy.toString(), "position 401", "one is a copy of the other");
        Files.delete(copy);
        Files.writeString(file.resolveSibling("notes.txt"), "remember the milk");
        assertThat(run("verify")).isZero();
        assertThat(terminal.err()).contains("notes.txt is no file of the journal");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deleted", "emptied"})
    void a_journal_that_lost_its_file_is_not_intact(String how) throws Exception {
        Path file = journalFile();
        Files.delete(file);
        if (how.equals("emptied")) {
            Files.createFile(file);
        }
        for (String command : List.of("verify", "cat", "state", "export")) {
            assertThat(run(command)).as(command).isEqualTo(ExitCode.JOURNAL_DAMAGED);
            assertThat(terminal.err()).contains(data.resolve("journal").toString());
        }
        assertThat(run("verify", "--json")).isEqualTo(ExitCode.JOURNAL_DAMAGED);
    }

    @Test
    void a_destroyed_header_ends_with_5_and_a_sentence() throws Exception {
        try (RandomAccessFile f = new RandomAccessFile(journalFile().toFile(), "rw")) {
            f.seek(4);
            f.write(new byte[116]);
        }
        for (String command : List.of("verify", "cat", "state", "export")) {
            assertThat(run(command)).as(command).isEqualTo(ExitCode.JOURNAL_DAMAGED);
            assertThat(terminal.err())
                    .contains(data.resolve("journal").toString())
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void an_export_becomes_the_same_journal_again() throws Exception {
        Path export = dir.resolve("export.ndjson");
        assertThat(run("export", export.toString())).isZero();
        assertThat(terminal.err()).contains("400 events written");
        Path copy = dir.resolve("copy");
        assertThat(terminal.run("journal", "import", export.toString(), "--data-dir=" + copy, "--json"))
                .isZero();
        assertThat(json().get("digest").asText()).isEqualTo("b3:" + sample.state.digest());
        assertThat(terminal.run("journal", "export", "--data-dir=" + copy)).isZero();
        assertThat(terminal.out()).isEqualTo(Files.readString(export));
        assertThat(terminal.run("journal", "verify", "--data-dir=" + copy)).isZero();
        // The directory counts as begun: another writer takes it, it is not cleared.
        DataDirectory.open(copy).close();
        assertThat(terminal.run("journal", "verify", "--data-dir=" + copy)).isZero();
        assertThat(terminal.out()).startsWith("intact up to position 400\n");
    }

    @Test
    void an_export_for_others_has_neither_addresses_nor_places_and_cannot_be_imported() throws Exception {
        Path export = dir.resolve("shown.ndjson");
        assertThat(run("export", "--from=seq:51", "--truncate-addresses", "--redact-providers", export.toString()))
                .isZero();
        List<String> lines = Files.readAllLines(export);
        assertThat(lines).hasSize(351);
        assertThat(lines.getFirst()).isEqualTo("{\"redacted\":[\"addresses\",\"providers\"]}");
        String all = String.join("\n", lines);
        assertThat(all).doesNotContain("\"digest\"", "\"proof\"", "base_part");
        for (JournalEntry e : sample.entries) {
            if (e.event() instanceof DhtEvent.ProviderAnnounced(ProviderRecord r)) {
                if (!r.locator().isEmpty()) {
                    assertThat(all).doesNotContain("\"" + r.locator() + "\"");
                }
                r.addrs().forEach(a -> assertThat(all).doesNotContain(a));
            }
        }
        assertThat(terminal.run("journal", "import", export.toString(), "--data-dir=" + dir.resolve("copy")))
                .isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("only a whole one becomes a journal");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 51, 200, 400})
    void a_span_is_exported_with_the_state_it_begins_with(int first) throws Exception {
        int last = Math.min(400, first + 149);
        Path export = dir.resolve("span.ndjson");
        assertThat(run("export", "--from=seq:" + first, "--to=seq:" + last, export.toString()))
                .isZero();
        assertThat(terminal.err()).contains((last - first + 1) + " events written");
        Path copy = dir.resolve("copy");
        assertThat(terminal.run("journal", "import", export.toString(), "--data-dir=" + copy))
                .isZero();
        assertThat(terminal.out()).contains("go on behind the state at position " + (first - 1));
        assertThat(terminal.run("journal", "verify", "--data-dir=" + copy)).isZero();
        // Every moment of the span is the same in the copy, the records of before among them.
        for (int at : List.of(first - 1, first, last)) {
            assertThat(run("state", "--at=seq:" + at)).isZero();
            String state = terminal.out();
            assertThat(terminal.run("journal", "state", "--at=seq:" + at, "--data-dir=" + copy))
                    .isZero();
            assertThat(terminal.out()).isEqualTo(state);
        }
        // An export of the copy begins with the same state, without being asked to.
        assertThat(terminal.run("journal", "export", "--data-dir=" + copy)).isZero();
        assertThat(terminal.out()).isEqualTo(Files.readString(export));
    }

    @Test
    void a_span_without_events_or_with_a_damaged_base_is_refused() throws Exception {
        assertThat(run("export", "--from=seq:300", "--to=seq:200")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("no event is from position 300 to 200");
        assertThat(run("export", "--from=seq:300")).isZero();
        String whole = terminal.out();
        // Among the records, which lie before the index and the footer: only who reads all of the base notices.
        int record = whole.indexOf('\n', whole.lastIndexOf("base_part")) - 1000;
        char other = whole.charAt(record) == 'A' ? 'B' : 'A';
        Path copy = dir.resolve("copy");
        for (Map.Entry<String, String> bad : Map.of(
                        whole.substring(0, record) + other + whole.substring(record + 1),
                        "the base is damaged: the block at",
                        whole.substring(0, whole.indexOf('\n') + 1),
                        "line 2: is missing",
                        whole.replace("base_part", "bass"),
                        "line 2: is no part of a base")
                .entrySet()) {
            assertThat(terminal.input(bad.getKey()).run("journal", "import", "--data-dir=" + copy))
                    .isEqualTo(ExitCode.USAGE);
            assertThat(terminal.err()).contains(bad.getValue(), "nothing is imported");
        }
        assertThat(terminal.input(whole).run("journal", "import", "--data-dir=" + copy))
                .isZero();
    }

    @Test
    void import_reads_standard_input() {
        String lines =
                String.join("\n", sample.entries.stream().map(EventJson::line).toList());
        assertThat(terminal.input(lines).run("journal", "import", "--data-dir=" + dir.resolve("copy")))
                .isZero();
        assertThat(terminal.out()).startsWith("400 events imported");
    }

    @Test
    void import_refuses_what_is_no_export_and_leaves_nothing() throws Exception {
        Path copy = dir.resolve("copy");
        String good = EventJson.line(sample.entries.getFirst()) + "\n";
        for (Map.Entry<String, String> bad : Map.of(
                        good + "nonsense\n",
                        "line 2: is no JSON object",
                        good + good,
                        "line 2: position 1 where 2 is due",
                        EventJson.line(sample.entries.get(1)),
                        "line 1: position 2 where 1 is due: it lacks the state it begins with; `svc-dht journal export` puts"
                                + " it in front",
                        good.replace("\"epoch\"", "\"x\""),
                        "line 1: field \"epoch\" is missing")
                .entrySet()) {
            assertThat(terminal.input(bad.getKey()).run("journal", "import", "--data-dir=" + copy))
                    .isEqualTo(ExitCode.USAGE);
            assertThat(terminal.err()).contains(bad.getValue(), "nothing is imported");
        }
        assertThat(terminal.input(good).run("journal", "import", "--data-dir=" + copy))
                .isZero();
        assertThat(terminal.out()).startsWith("1 events imported");
    }

    @Test
    void import_wants_an_empty_directory() {
        assertThat(terminal.input("").run("journal", "import", "--data-dir=" + data))
                .isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("has a journal already");
        try (Held held = new Held(data)) {
            assertThat(terminal.run("journal", "import", "--data-dir=" + held.path))
                    .isEqualTo(ExitCode.CANNOT_BIND);
            assertThat(terminal.err()).contains("in use");
            // Reading goes on beside the writer.
            assertThat(run("verify")).isZero();
        }
    }

    @Test
    void export_overwrites_nothing() throws Exception {
        Path file = Files.writeString(dir.resolve("there"), "mine");
        assertThat(run("export", file.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(file).hasContent("mine");
    }

    @Test
    void a_directory_that_is_not_ours_is_named() throws Exception {
        Path foreign = Files.createDirectory(dir.resolve("foreign"));
        assertThat(terminal.run("journal", "cat", "--data-dir=" + foreign)).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains(foreign.toString(), "no data directory of svc-dht");
        Files.writeString(foreign.resolve("letter"), "dear");
        assertThat(terminal.run("journal", "import", "--data-dir=" + foreign)).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains(foreign.toString(), "something else");
    }

    @Test
    void the_data_directory_comes_from_the_settings_too() {
        Terminal configured = new Terminal(Map.of("DHT_DATA_DIR", data.toString()), false);
        assertThat(configured.run("journal", "state")).isZero();
        assertThat(configured.out()).contains("position    400");
        Terminal broken = new Terminal(Map.of("DHT_TTL_SECS", "x"), false);
        assertThat(broken.run("journal", "state")).isEqualTo(ExitCode.USAGE);
        assertThat(broken.err()).contains("variable DHT_TTL_SECS", "--data-dir");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cat --from=yesterday",
                "cat --to=seq:401",
                "cat --type=Nothing",
                "state --at=seq:401",
                "tail -n -1",
                "diff",
                "cat --frm=1",
                "nothing",
                ""
            })
    void wrong_usage_ends_with_2_and_a_sentence(String line) {
        List<String> args = Stream.concat(
                        Stream.of("journal"), Stream.of(line.split(" ", -1)).filter(w -> !w.isEmpty()))
                .toList();
        String[] all = Stream.concat(
                        args.stream(),
                        args.size() > 1 && !line.equals("nothing") ? Stream.of("--data-dir=" + data) : Stream.of())
                .toArray(String[]::new);
        assertThat(terminal.run(all)).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).isNotBlank();
    }

    @Test
    void a_terminal_sees_progress_and_a_pipe_does_not() throws Exception {
        Path large = dir.resolve("large");
        SampleJournal.write(large, 10_000, 2);
        Terminal watched = new Terminal(Map.of(), true);
        assertThat(watched.run("journal", "verify", "--data-dir=" + large)).isZero();
        assertThat(watched.err()).contains("\r\033[Kverified 8,192 of 10,000 events");
        assertThat(terminal.run("journal", "verify", "--data-dir=" + large)).isZero();
        assertThat(terminal.err()).isEmpty();
    }

    private int run(String command, String... args) {
        return terminal.run(Stream.concat(Stream.of("journal", command, "--data-dir=" + data), Stream.of(args))
                .toArray(String[]::new));
    }

    private JsonNode json() throws Exception {
        return new ObjectMapper().readTree(terminal.out());
    }

    private Path journalFile() throws Exception {
        try (Stream<Path> files = Files.list(data.resolve("journal"))) {
            return files.filter(p -> p.toString().endsWith(".cq4"))
                    .filter(p -> !p.getFileName().toString().startsWith("metadata"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static long indexOf(Path file, String text) throws Exception {
        byte[] head;
        try (var in = Files.newInputStream(file)) {
            head = in.readNBytes(4 << 20);
        }
        byte[] wanted = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (int i = 0; i < head.length - wanted.length; i++) {
            if (java.util.Arrays.equals(head, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        throw new AssertionError(text + " is not in " + file);
    }

    /** A data directory another process would hold. */
    private static final class Held implements AutoCloseable {
        final Path path;
        private final DataDirectory directory;

        Held(Path path) {
            this.path = path;
            try {
                directory = DataDirectory.open(path);
            } catch (DataDirectory.Refused e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            directory.close();
        }
    }
}
