package io.svcdht.storage.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.checkpoint.Checkpoint;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.replay.Past;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.Restart;
import io.svcdht.storage.replay.View;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import io.svcdht.storage.testing.Golden;
import io.svcdht.storage.testing.GoldenDiscovery;
import io.svcdht.storage.testing.GoldenRouting;
import io.svcdht.storage.testing.GoldenTrust;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Data directories as versions leave them, with every type of event and a checkpoint, committed and read by every
 * later build. {@code -Dsvcdht.fixture.write=true} makes it, which nobody does once the version is released.
 */
class FixtureJournalTest {
    /** What a version left, and what its states come to. */
    private enum Left {
        V0_1(
                "journal-0.1",
                21,
                "5366e9d743be98e464123fcbab957c69cc71d869e97623c29cdb7d8acfd2b426",
                "cf707d22e75b43f88de4b7c4f371047f8bdd73999a0a99b6a3dc61f4323b9c3f"),
        /** With roots, keys, and records that refer to them; its checkpoint is of version 2. */
        ROOTS(
                "journal-0.1-roots",
                6,
                "47dd43db1fbf4a043eab7b531652beab736fea666f95bbb9d9e31b798bf6b6f8",
                "fdf06dc674fa6ef2d5379ff8248891d94f003123cca20dec4245f5b9d42809cf"),
        /** With what another protocol found. */
        DISCOVERY(
                "journal-0.1-discovery",
                3,
                "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
                "2c9309355a567b0458ef54eb6ca9630959e4eefd81d3f39e4192612b492d3f9c");

        private final String archive;
        private final long checkpoint;
        private final String digestAtCheckpoint;
        private final String digestAtEnd;

        Left(String name, long checkpoint, String digestAtCheckpoint, String digestAtEnd) {
            this.archive = "/fixtures/" + name + "/data.zip";
            this.checkpoint = checkpoint;
            this.digestAtCheckpoint = digestAtCheckpoint;
            this.digestAtEnd = digestAtEnd;
        }

        List<JournalEntry> entries() {
            return switch (this) {
                case V0_1 -> oldest();
                case ROOTS -> GoldenTrust.entries();
                case DISCOVERY -> GoldenDiscovery.entries();
            };
        }
    }

    @TempDir
    Path temp;

    /** Contacts, bans and a signed record come first, so that the checkpoint holds some. */
    private static List<JournalEntry> oldest() {
        List<JournalEntry> all = new ArrayList<>(GoldenRouting.entries());
        int before = all.size();
        for (JournalEntry e : Golden.entries()) {
            long cause = e.cause() == 0 ? 0 : e.cause() + before;
            all.add(new JournalEntry(e.position() + before, e.instantMillis(), cause, e.event()));
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = "svcdht.fixture.write", matches = "true")
    void write(Left left) throws Exception {
        if (!left.digestAtEnd.isEmpty()) {
            return;
        }
        Path data = temp.resolve("data");
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal journal = ChronicleJournal.open(directory, e -> {})) {
            for (JournalEntry e : left.entries()) {
                journal.append(e.instantMillis(), e.cause(), e.event());
            }
            journal.durable(journal.lastPosition()).toCompletableFuture().join();
            directory.firstEventDurable();
            Checkpoints checkpoints = new Checkpoints(directory.checkpoints());
            try (View view = new Past(journal, checkpoints, HeapStore::new).at(left.checkpoint, Budget.UNLIMITED)) {
                System.setProperty(
                        "svcdht.fixture.digest", view.digest(Budget.UNLIMITED).hex());
                checkpoints.write(view.state(), view.seam(), Checkpoints.Pace.FULL);
            }
        }
        Path archive = Path.of("src/test/resources" + left.archive);
        Files.createDirectories(archive.getParent());
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive));
                var all = Files.walk(data)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                zip.putNextEntry(new ZipEntry(data.relativize(file).toString()));
                zip.write(Files.readAllBytes(file));
                zip.closeEntry();
            }
        }
        Files.writeString(
                archive.resolveSibling("README"),
                "digest at position %d: %s\n".formatted(left.checkpoint, System.getProperty("svcdht.fixture.digest")));
    }

    private Path unpacked(Left left) throws IOException {
        Path data = temp.resolve("data");
        try (InputStream in = Objects.requireNonNull(FixtureJournalTest.class.getResourceAsStream(left.archive));
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
                Path to = data.resolve(e.getName());
                Files.createDirectories(to.getParent());
                Files.write(to, zip.readAllBytes());
            }
        }
        return data;
    }

    @ParameterizedTest
    @EnumSource
    void a_data_directory_as_it_was_left_is_read_from_its_start_and_from_its_checkpoint(Left left) throws Exception {
        Path data = unpacked(left);
        Checkpoints checkpoints = new Checkpoints(data.resolve("checkpoints"));
        List<JournalEntry> all = left.entries();
        try (Checkpoint c = checkpoints.newest(Long.MAX_VALUE).orElseThrow()) {
            c.verify();
            assertThat(c.info().position()).isEqualTo(left.checkpoint);
            assertThat(c.info().digest().hex()).isEqualTo(left.digestAtCheckpoint);
        }
        assertThat(opened(data, Checkpoints.none(), all, all).hex()).isEqualTo(left.digestAtEnd);
        assertThat(opened(data, checkpoints, all, all.subList((int) left.checkpoint, all.size()))
                        .hex())
                .isEqualTo(left.digestAtEnd);
    }

    @Test
    void every_type_of_event_was_left_by_some_version() {
        assertThat(Arrays.stream(Left.values()).flatMap(left -> left.entries().stream()))
                .extracting(e -> e.event().type())
                .contains(EventType.values());
    }

    private static Key opened(Path data, Checkpoints checkpoints, List<JournalEntry> all, List<JournalEntry> expected)
            throws Exception {
        List<JournalEntry> read = new ArrayList<>();
        State[] state = new State[1];
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal journal = ChronicleJournal.open(
                        directory,
                        source -> {
                            Restart restart = Restart.newest(source, checkpoints, HeapStore::new);
                            state[0] = restart.state();
                            return restart.seam();
                        },
                        e -> {
                            read.add(e);
                            Fold.apply(state[0], e);
                        })) {
            assertThat(journal.lastPosition()).isEqualTo(all.size());
        }
        assertThat(read).isEqualTo(expected);
        return state[0].digest();
    }
}
