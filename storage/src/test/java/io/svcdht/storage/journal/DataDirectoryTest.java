package io.svcdht.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.chronicle.ChronicleJournal;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.DataDirectory.Refused;
import io.svcdht.storage.journal.DataDirectory.Refused.Why;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    private static final long T0 = 1_700_000_000_000L;

    @TempDir
    Path temp;

    private static void refused(Path path, Why why) {
        assertThatThrownBy(() -> DataDirectory.open(path).close())
                .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.why()).isEqualTo(why))
                .hasMessageContaining(path.normalize().toString());
    }

    /** One whole run that leaves one event. */
    private static List<JournalEntry> run(Path data) throws Exception {
        List<JournalEntry> replayed = new ArrayList<>();
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal j = ChronicleJournal.open(directory, replayed::add)) {
            j.append(T0, 0, new DhtEvent.NodeStopped("run"));
            j.durable(j.lastPosition()).toCompletableFuture().join();
            directory.firstEventDurable();
        }
        return replayed;
    }

    @Test
    void a_new_directory_is_made_with_its_parents_and_is_private() throws Exception {
        Path path = temp.resolve("a/b/data");
        try (DataDirectory directory = DataDirectory.open(path)) {
            assertThat(directory.epoch()).isEqualTo(1);
            assertThat(directory.journal()).isDirectory();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void the_marker_of_a_first_start_goes_when_the_first_event_is_durable() throws Exception {
        Path path = temp.resolve("data");
        try (DataDirectory directory = DataDirectory.open(path)) {
            assertThat(path.resolve("FORMAT")).hasContent("svc-dht data 1 first start");
            directory.firstEventDurable();
            assertThat(path.resolve("FORMAT")).hasContent("svc-dht data 1");
            directory.firstEventDurable();
        }
        try (DataDirectory directory = DataDirectory.open(path)) {
            assertThat(path.resolve("FORMAT")).hasContent("svc-dht data 1");
            assertThat(directory.epoch()).isEqualTo(2);
        }
    }

    @Test
    void a_half_made_first_start_is_cleared_and_begun_again() throws Exception {
        Path path = temp.resolve("data");
        try (DataDirectory directory = DataDirectory.open(path)) {
            // As a kill leaves it that hit the making of the metadata: the queue alone would refuse to open.
            Files.write(directory.journal().resolve("metadata.cq4t"), new byte[] {1, 2, 3});
            Files.writeString(directory.journal().resolve("20260101F.cq4"), "half");
        }
        assertThat(run(path)).isEmpty();
        assertThat(run(path)).hasSize(1);
        assertThat(path.resolve("FORMAT")).hasContent("svc-dht data 1");
    }

    @Test
    void a_kill_before_the_format_was_named_leaves_a_directory_one_can_start_in() throws Exception {
        Path path = temp.resolve("data");
        Files.createDirectory(path);
        Files.writeString(path.resolve("lock"), "");
        Files.writeString(path.resolve("FORMAT.new"), "svc-d");
        assertThat(run(path)).isEmpty();
    }

    @Test
    void a_journal_that_was_durable_once_is_never_cleared() throws Exception {
        Path path = temp.resolve("data");
        run(path);
        assertThat(run(path)).hasSize(1);
        assertThat(run(path)).hasSize(2);
    }

    @Test
    void the_epoch_outlives_every_run() throws Exception {
        Path path = temp.resolve("data");
        for (long epoch = 1; epoch <= 12; epoch++) {
            try (DataDirectory directory = DataDirectory.open(path)) {
                assertThat(directory.epoch()).isEqualTo(epoch);
                assertThat(path.resolve("lock")).content().startsWith("epoch %020d pid ".formatted(epoch));
            }
        }
    }

    @Test
    void a_second_writer_in_this_process_is_refused_and_leaves_the_first_alone() throws Exception {
        Path path = temp.resolve("data");
        try (DataDirectory first = DataDirectory.open(path)) {
            refused(path, Why.IN_USE);
            refused(path.resolve("../data"), Why.IN_USE);
            assertThat(first.epoch()).isEqualTo(1);
            // A refusal in this process must not have opened the door to another one.
            assertThat(inAnotherProcess(path))
                    .startsWith("IN_USE")
                    .contains("pid " + ProcessHandle.current().pid());
        }
        try (DataDirectory next = DataDirectory.open(path)) {
            assertThat(next.epoch()).isEqualTo(2);
        }
    }

    @Test
    void a_second_writer_in_another_process_is_refused_until_the_first_is_gone() throws Exception {
        Path path = temp.resolve("data");
        DataDirectory first = DataDirectory.open(path);
        assertThat(inAnotherProcess(path)).startsWith("IN_USE").contains(path.toString());
        first.close();
        first.close();
        assertThat(inAnotherProcess(path)).isEqualTo("OPENED epoch 2");
    }

    private static String inAnotherProcess(Path path) throws Exception {
        Process p = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OpenAndSay.class.getName(),
                        path.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(p.getInputStream(), StandardCharsets.UTF_8))) {
            String said = String.valueOf(out.readLine());
            p.waitFor();
            return said;
        }
    }

    /** Another process that tries to take the directory. */
    public static final class OpenAndSay {
        private OpenAndSay() {}

        /** @param args the directory */
        public static void main(String[] args) {
            try (DataDirectory directory = DataDirectory.open(Path.of(args[0]))) {
                System.out.println("OPENED epoch " + directory.epoch());
            } catch (Refused e) {
                System.out.println(e.why() + " " + e.getMessage());
            }
        }
    }

    @Test
    void a_directory_of_something_else_is_refused_and_left_as_it_was() throws Exception {
        Path path = temp.resolve("photos");
        Files.createDirectory(path);
        Files.writeString(path.resolve("cat.jpg"), "meow");
        refused(path, Why.FOREIGN);
        assertThat(path).isDirectoryNotContaining(p -> !p.endsWith("cat.jpg"));
        assertThatThrownBy(() -> DataDirectory.journalOf(path)).isInstanceOf(Refused.class);
    }

    @Test
    void a_journal_without_its_format_is_refused() throws Exception {
        Path path = temp.resolve("data");
        run(path);
        Files.delete(path.resolve("FORMAT"));
        refused(path, Why.FOREIGN);
        assertThat(path.resolve("journal")).isNotEmptyDirectory();
    }

    @Test
    void a_later_format_is_refused_by_name() throws Exception {
        Path path = temp.resolve("data");
        run(path);
        Files.writeString(path.resolve("FORMAT"), "svc-dht data 2\n");
        refused(path, Why.FOREIGN);
        assertThatThrownBy(() -> DataDirectory.open(path)).hasMessageContaining("\"svc-dht data 2\"");
    }

    @Test
    void a_path_that_cannot_be_a_directory_is_refused() throws Exception {
        Path file = temp.resolve("file");
        Files.writeString(file, "x");
        refused(file, Why.NOT_USABLE);
        refused(file.resolve("below"), Why.NOT_USABLE);
        refused(Path.of("/proc/svc-dht-data"), Why.NOT_USABLE);
        Path locked = temp.resolve("locked");
        Files.createDirectories(locked.resolve("lock"));
        refused(locked, Why.NOT_USABLE);
    }

    @Test
    void reading_beside_needs_a_directory_of_ours() throws Exception {
        Path path = temp.resolve("data");
        assertThatThrownBy(() -> DataDirectory.journalOf(path)).isInstanceOf(Refused.class);
        run(path);
        assertThat(DataDirectory.journalOf(path)).isEqualTo(path.resolve("journal"));
    }
}
