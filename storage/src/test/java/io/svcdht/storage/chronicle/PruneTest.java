package io.svcdht.storage.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalFile;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.replay.Past;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.Restart;
import io.svcdht.storage.replay.View;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal whose beginning was given up: what is left is whole, and what is missing without a mark is damage. */
class PruneTest {
    private static final long T0 = 1_767_225_600_000L;
    private static final long DAY_MILLIS = 86_400_000L;
    private static final int DAYS = 5;
    private static final int A_DAY = 30;

    @TempDir
    Path temp;

    private Path data;
    private Key digest;

    @BeforeEach
    void five_days() throws Exception {
        data = temp.resolve("data");
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal journal = ChronicleJournal.open(directory, e -> {})) {
            NodeId publisher = new NodeId(new Key(9, 9, 9, 9));
            for (int i = 0; i < DAYS * A_DAY; i++) {
                long instant = T0 + i / A_DAY * DAY_MILLIS + i;
                journal.append(
                        instant,
                        0,
                        new DhtEvent.ProviderAnnounced(new ProviderRecord(
                                ContentId.of(new Key(i % 70, 0, 0, i)), publisher, "", List.of(), 600, instant)));
            }
            journal.durable(journal.lastPosition()).toCompletableFuture().join();
            directory.firstEventDurable();
        }
        digest = open(e -> {}).digest();
    }

    private interface Work {
        void on(ChronicleJournal journal) throws Exception;
    }

    private Checkpoints checkpoints() {
        return new Checkpoints(data.resolve("checkpoints"));
    }

    /** Opens as a node does, works, closes; the state as it was opened. */
    private State open(Work work) throws Exception {
        State[] state = new State[1];
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal journal = ChronicleJournal.open(
                        directory,
                        source -> {
                            Restart restart = Restart.newest(source, checkpoints(), HeapStore::new);
                            state[0] = restart.state();
                            return restart.seam();
                        },
                        e -> Fold.apply(state[0], e))) {
            work.on(journal);
        }
        return state[0];
    }

    private Seam checkpointAt(ChronicleJournal journal, long position) throws Exception {
        try (View view = new Past(journal, checkpoints(), HeapStore::new).at(position, Budget.UNLIMITED)) {
            checkpoints().write(view.state(), view.seam(), Checkpoints.Pace.FULL);
            return view.seam();
        }
    }

    private static List<Long> positions(ChronicleJournal journal) {
        List<Long> positions = new ArrayList<>();
        try (JournalReader reader = journal.readAll()) {
            for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                positions.add(e.position());
            }
        }
        return positions;
    }

    @Test
    void files_are_told_with_their_positions() throws Exception {
        open(journal -> {
            List<JournalFile> files = journal.files();
            assertThat(files).extracting(JournalFile::first).containsExactly(1L, 31L, 61L, 91L, 121L);
            assertThat(files).extracting(JournalFile::last).containsExactly(30L, 60L, 90L, 120L, 150L);
            assertThat(files).allMatch(f -> Files.isRegularFile(f.path()) && f.bytes() > 0);
        });
    }

    @Test
    void what_is_left_is_read_by_this_and_by_later_openings() throws Exception {
        open(journal -> {
            long before = journal.bytes();
            journal.prune(checkpointAt(journal, 60));
            assertThat(journal.firstPosition()).isEqualTo(61);
            assertThat(journal.files()).extracting(JournalFile::first).containsExactly(61L, 91L, 121L);
            assertThat(journal.bytes()).isLessThan(before);
            assertThat(positions(journal)).hasSize(90).startsWith(61L).endsWith(150L);
            assertThat(journal.read(60)).isEqualTo(new Read.Truncated(61));
            assertThat(journal.readBehind(Seam.START)).isEqualTo(new Read.Truncated(61));
            assertThat(journal.append(T0 + DAYS * DAY_MILLIS, 0, new DhtEvent.ClockStepped(1)))
                    .isEqualTo(151);
            journal.durable(151).toCompletableFuture().join();
        });
        State state = open(journal -> {
            assertThat(journal.firstPosition()).isEqualTo(61);
            assertThat(positions(journal)).hasSize(91);
        });
        assertThat(state.digest()).isEqualTo(digest);
        assertThat(state.position()).isEqualTo(151);
        try (ChronicleSource source = ChronicleSource.open(data.resolve("journal"))) {
            assertThat(source.firstPosition()).isEqualTo(61);
        }
    }

    @Test
    void a_prune_that_was_cut_short_goes_on_at_the_next_start() throws Exception {
        open(journal -> {
            Seam seam = checkpointAt(journal, 60);
            // As a kill between the mark and the first file leaves it.
            PrunedMark.write(data.resolve("journal"), PrunedMark.Begin.behind(seam));
        });
        try (ChronicleSource source = ChronicleSource.open(data.resolve("journal"))) {
            assertThat(source.firstPosition()).isEqualTo(61);
            assertThat(source.files()).hasSize(3);
        }
        State state = open(journal -> {
            assertThat(journal.firstPosition()).isEqualTo(61);
            assertThat(journal.files()).hasSize(3);
        });
        assertThat(state.digest()).isEqualTo(digest);
        try (var all = Files.list(data.resolve("journal"))) {
            assertThat(all.filter(f -> f.toString().endsWith(".cq4"))).hasSize(3);
        }
    }

    @Test
    void files_that_are_gone_but_listed_are_not_looked_for() throws Exception {
        open(journal -> {
            Seam seam = checkpointAt(journal, 60);
            PrunedMark.write(data.resolve("journal"), PrunedMark.Begin.behind(seam));
        });
        // As a kill between two files leaves it, and as it is for a moment in every prune.
        Files.delete(firstFile());
        try (ChronicleSource source = ChronicleSource.open(data.resolve("journal"))) {
            assertThat(source.firstPosition()).isEqualTo(61);
            assertThat(source.files()).hasSize(3);
            assertThat(source.read(60)).isEqualTo(new Read.Truncated(61));
            try (JournalReader reader = ((Read.From) source.read(61)).reader()) {
                assertThat(reader.next()).extracting(JournalEntry::position).isEqualTo(61L);
            }
        }
        assertThat(open(journal -> assertThat(journal.firstPosition()).isEqualTo(61))
                        .digest())
                .isEqualTo(digest);
    }

    /** As whoever verifies a journal beside the node that prunes it. */
    @Test
    void who_looked_before_a_prune_is_told_of_it_and_of_no_damage() throws Exception {
        open(journal -> {
            journal.prune(checkpointAt(journal, 30));
            try (ChronicleSource aside = ChronicleSource.open(data.resolve("journal"))) {
                assertThat(aside.firstPosition()).isEqualTo(31);
                journal.prune(checkpointAt(journal, 90));
                assertThat(aside.read(31)).isEqualTo(new Read.Truncated(91));
                assertThat(aside.firstPosition()).isEqualTo(91);
                try (JournalReader reader = ((Read.From) aside.read(91)).reader()) {
                    assertThat(reader.next()).extracting(JournalEntry::position).isEqualTo(91L);
                }
            }
        });
    }

    @Test
    void a_beginning_that_is_missing_without_a_mark_is_damage() throws Exception {
        open(journal -> checkpointAt(journal, 60));
        Files.delete(firstFile());
        assertThatThrownBy(() -> open(journal -> {}))
                .isInstanceOf(JournalDamaged.class)
                .hasMessageContaining("position 1:");
    }

    @Test
    void a_file_that_is_missing_before_the_checkpoint_is_damage() throws Exception {
        Path[] second = new Path[1];
        open(journal -> {
            checkpointAt(journal, 130);
            second[0] = journal.files().get(1).path();
        });
        Files.delete(second[0]);
        assertThatThrownBy(() -> open(journal -> {}))
                .isInstanceOf(JournalDamaged.class)
                .hasMessageContaining("position 31:");
    }

    @Test
    void a_file_that_is_missing_behind_the_mark_is_damage() throws Exception {
        open(journal -> journal.prune(checkpointAt(journal, 60)));
        Files.delete(firstFile());
        assertThatThrownBy(() -> open(journal -> {})).isInstanceOf(JournalDamaged.class);
    }

    private Path firstFile() throws Exception {
        try (var all = Files.list(data.resolve("journal"))) {
            return all.filter(f -> f.toString().endsWith(".cq4"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void a_mark_that_was_changed_is_noticed() throws Exception {
        open(journal -> journal.prune(checkpointAt(journal, 60)));
        Path mark = data.resolve("journal/pruned");
        Files.writeString(mark, Files.readString(mark).replaceFirst("61", "91"));
        assertThatThrownBy(() -> open(journal -> {}))
                .isInstanceOf(JournalDamaged.class)
                .hasMessageContaining("pruned");
    }

    @Test
    void without_a_checkpoint_the_rest_is_no_state() throws Exception {
        open(journal -> journal.prune(checkpointAt(journal, 60)));
        Files.delete(checkpoints().pathOf(60));
        assertThatThrownBy(() -> open(journal -> {})).hasMessageContaining("61");
    }

    @Test
    void only_a_whole_file_can_be_given_up() throws Exception {
        open(journal -> {
            Seam seam = checkpointAt(journal, 59);
            assertThatThrownBy(() -> journal.prune(seam)).isInstanceOf(IllegalArgumentException.class);
            assertThat(journal.firstPosition()).isEqualTo(1);
        });
    }

    @Test
    void a_flipped_byte_in_the_first_event_kept_is_noticed() throws Exception {
        open(journal -> journal.prune(checkpointAt(journal, 60)));
        byte[] bytes = Files.readAllBytes(firstFile());
        int at = indexOf(bytes, new byte[] {0, 0, 0, 0, 0, 0, 0, 60, 0, 0, 0});
        assertThat(at).isPositive();
        bytes[at + 7] ^= 1;
        Files.write(firstFile(), bytes);
        assertThatThrownBy(() -> open(journal -> {}))
                .isInstanceOf(JournalDamaged.class)
                .hasMessageContaining("position 61");
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int i = 0; i <= bytes.length - wanted.length; i++) {
            if (java.util.Arrays.mismatch(bytes, i, i + wanted.length, wanted, 0, wanted.length) < 0) {
                return i;
            }
        }
        return -1;
    }
}
