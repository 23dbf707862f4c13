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
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A data directory as version 0.1 leaves it, with every type of event and a checkpoint, committed and read by every
 * later build. {@code -Dsvcdht.fixture.write=true} makes it, which nobody does once the version is released.
 */
class FixtureJournalTest {
    private static final String ARCHIVE = "/fixtures/journal-0.1/data.zip";
    private static final long CHECKPOINT = 8;
    private static final String DIGEST_AT_CHECKPOINT =
            "1ba20e76436cc60e7fc77f1ba83b0b80089a5b84aaf4cd5865cc84e2ea975987";
    private static final String DIGEST_AT_END = "f6ea8d7790b05ac05479baba6b0e9906963ad5801d2f20149cc12bd19fea27e2";

    @TempDir
    Path temp;

    @Test
    @EnabledIfSystemProperty(named = "svcdht.fixture.write", matches = "true")
    void write() throws Exception {
        Path data = temp.resolve("data");
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal journal = ChronicleJournal.open(directory, e -> {})) {
            for (JournalEntry e : Golden.entries()) {
                journal.append(e.instantMillis(), e.cause(), e.event());
            }
            journal.durable(journal.lastPosition()).toCompletableFuture().join();
            directory.firstEventDurable();
            Checkpoints checkpoints = new Checkpoints(directory.checkpoints());
            try (View view = new Past(journal, checkpoints, HeapStore::new).at(CHECKPOINT, Budget.UNLIMITED)) {
                System.setProperty(
                        "svcdht.fixture.digest", view.digest(Budget.UNLIMITED).hex());
                checkpoints.write(view.state(), view.seam(), Checkpoints.Pace.FULL);
            }
        }
        Path archive = Path.of("src/test/resources" + ARCHIVE);
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
                "digest at position %d: %s\n".formatted(CHECKPOINT, System.getProperty("svcdht.fixture.digest")));
    }

    private Path unpacked() throws IOException {
        Path data = temp.resolve("data");
        try (InputStream in = Objects.requireNonNull(FixtureJournalTest.class.getResourceAsStream(ARCHIVE));
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
                Path to = data.resolve(e.getName());
                Files.createDirectories(to.getParent());
                Files.write(to, zip.readAllBytes());
            }
        }
        return data;
    }

    @Test
    void a_data_directory_of_0_1_is_read_from_its_start_and_from_its_checkpoint() throws Exception {
        Path data = unpacked();
        Checkpoints checkpoints = new Checkpoints(data.resolve("checkpoints"));
        try (Checkpoint c = checkpoints.newest(Long.MAX_VALUE).orElseThrow()) {
            c.verify();
            assertThat(c.info().position()).isEqualTo(CHECKPOINT);
            assertThat(c.info().digest().hex()).isEqualTo(DIGEST_AT_CHECKPOINT);
        }
        assertThat(opened(data, Checkpoints.none(), Golden.entries()).hex()).isEqualTo(DIGEST_AT_END);
        assertThat(opened(
                                data,
                                checkpoints,
                                Golden.entries()
                                        .subList(
                                                (int) CHECKPOINT,
                                                Golden.entries().size()))
                        .hex())
                .isEqualTo(DIGEST_AT_END);
        assertThat(Golden.entries()).extracting(e -> e.event().type()).contains(EventType.values());
    }

    private static Key opened(Path data, Checkpoints checkpoints, List<JournalEntry> expected) throws Exception {
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
            assertThat(journal.lastPosition()).isEqualTo(Golden.entries().size());
        }
        assertThat(read).isEqualTo(expected);
        return state[0].digest();
    }
}
