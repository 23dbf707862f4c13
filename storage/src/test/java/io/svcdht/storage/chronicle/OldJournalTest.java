package io.svcdht.storage.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.DataDirectory;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data directories as earlier versions left them, each a committed archive that is never made again. */
class OldJournalTest {
    @TempDir
    Path temp;

    private Path unpacked(String resource) throws IOException {
        Path data = temp.resolve("data");
        try (InputStream in = Objects.requireNonNull(OldJournalTest.class.getResourceAsStream(resource));
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
    void a_journal_of_version_1_is_read_and_goes_on() throws Exception {
        Path data = unpacked("/journal-v1.zip");
        State state = new State(new HeapStore());
        List<JournalEntry> replayed = new ArrayList<>();
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal j = ChronicleJournal.open(directory, e -> {
                    replayed.add(e);
                    Fold.apply(state, e);
                })) {
            assertThat(replayed).isEqualTo(Golden.entries().subList(0, Golden.ARCHIVED));
            assertThat(directory.epoch()).isEqualTo(2);
            assertThat(state.digest().hex())
                    .isEqualTo("f6ea8d7790b05ac05479baba6b0e9906963ad5801d2f20149cc12bd19fea27e2");
            assertThat(j.append(Golden.T0 + 60_000, 0, new DhtEvent.NodeStopped("later")))
                    .isEqualTo(13);
        }
    }
}
