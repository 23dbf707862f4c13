package io.svcdht.storage.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.chronicle.JournalRepair.Report;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.journal.JournalTruncated;
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
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage to a journal whose beginning was given up: named where it is, served and repaired from the checkpoint on. */
class PrunedDamageTest {
    private static final long T0 = 1_767_225_600_000L;
    private static final int DAYS = 5;
    private static final int A_DAY = 30;
    private static final long STEP = 86_400_000L / A_DAY;
    private static final int EVENTS = DAYS * A_DAY;
    /** The last event that is given up: two days. */
    private static final int PRUNED = 2 * A_DAY;

    private static final int HIT = 100;

    @TempDir
    Path temp;

    private Path data;
    private Damage damage;
    private Key digestBeforeHit;
    private Key digestAtPrune;

    @BeforeEach
    void prune_two_of_five_days() throws Exception {
        data = temp.resolve("data");
        List<DhtEvent> events = new ArrayList<>();
        NodeId publisher = new NodeId(new Key(9, 9, 9, 9));
        for (int i = 0; i < EVENTS; i++) {
            ContentId cid = ContentId.of(new Key(i % 70, 0, 0, i));
            events.add(new DhtEvent.ProviderAnnounced(
                    new ProviderRecord(cid, publisher, "", List.of(), 600, T0 + i * STEP)));
        }
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal journal = ChronicleJournal.open(directory, e -> {})) {
            for (int i = 0; i < EVENTS; i++) {
                journal.append(T0 + i * STEP, 0, events.get(i));
            }
            journal.durable(EVENTS).toCompletableFuture().join();
            directory.firstEventDurable();
            digestBeforeHit = digestAt(journal, HIT - 1);
            digestAtPrune = digestAt(journal, PRUNED);
            checkpointAt(journal, 130);
            journal.prune(checkpointAt(journal, PRUNED));
        }
        damage = new Damage(data.resolve("journal"), Damage.frames(T0, STEP, events));
    }

    private Checkpoints checkpoints() {
        return new Checkpoints(data.resolve("checkpoints"));
    }

    private Key digestAt(JournalSource journal, long position) {
        try (View view = new Past(journal, checkpoints(), HeapStore::new).at(position, Budget.UNLIMITED)) {
            return view.state().digest();
        }
    }

    private Seam checkpointAt(JournalSource journal, long position) throws Exception {
        try (View view = new Past(journal, checkpoints(), HeapStore::new).at(position, Budget.UNLIMITED)) {
            checkpoints().write(view.state(), view.seam(), Checkpoints.Pace.FULL);
            return view.seam();
        }
    }

    /** A start, or what is left of one: the state by the newest checkpoint that fits, and what comes after. */
    private static final class Begun {
        private final Checkpoints checkpoints;
        private State state = new State(new HeapStore());

        Begun(Checkpoints checkpoints) {
            this.checkpoints = checkpoints;
        }

        Seam at(JournalSource source) {
            Restart restart = Restart.newest(source, checkpoints, HeapStore::new);
            state = restart.state();
            return restart.seam();
        }

        void fold(JournalEntry entry) {
            Fold.apply(state, entry);
        }
    }

    private void hit() throws Exception {
        damage.flip(damage.placeOf(HIT), 20, 4);
    }

    private Optional<JournalDamaged> inspected() throws Exception {
        try (ChronicleSource source = ChronicleSource.open(data.resolve("journal"))) {
            assertThat(source.strangers()).isEmpty();
            return source.inspect();
        }
    }

    private Report repaired() throws Exception {
        Checkpoints all = checkpoints();
        try (DataDirectory directory = DataDirectory.open(data)) {
            Report report = JournalRepair.repair(
                            directory, kept -> all.list().tailMap(kept, false).values())
                    .orElseThrow();
            assertThat(inspected()).as("after the repair").isEmpty();
            return report;
        }
    }

    /** Starts twice and appends once each time. */
    private void goesOnBehind(long kept, Key digest) throws Exception {
        for (int run = 0; run < 2; run++) {
            Begun begun = new Begun(checkpoints());
            try (DataDirectory directory = DataDirectory.open(data);
                    ChronicleJournal journal = ChronicleJournal.open(directory, begun::at, begun::fold)) {
                assertThat(journal.firstPosition()).isEqualTo(PRUNED + 1);
                assertThat(begun.state.position()).isEqualTo(kept + run);
                assertThat(begun.state.digest()).isEqualTo(digest);
                assertThat(journal.append(T0 + EVENTS * STEP, 0, new DhtEvent.NodeStopped("after the repair")))
                        .isEqualTo(kept + run + 1);
                journal.durable(kept + run + 1).toCompletableFuture().join();
            }
        }
        assertThat(inspected()).isEmpty();
    }

    @Test
    void what_a_prune_has_given_up_is_no_damage() throws Exception {
        assertThat(inspected()).isEmpty();
        try (DataDirectory directory = DataDirectory.open(data)) {
            assertThat(JournalRepair.repair(directory, JournalRepair.StatesBehind.NONE))
                    .isEmpty();
        }
    }

    @Test
    void nor_are_files_that_a_prune_was_killed_before_dropping() throws Exception {
        Path journal = data.resolve("journal");
        Path fourth = damage.files().get(1);
        int crc = Frames.crcOf(damage.placeOf(90).frame());
        PrunedMark.write(journal, new PrunedMark.Begin(91, crc, 1));
        assertThat(inspected()).isEmpty();
        PrunedMark.write(journal, new PrunedMark.Begin(91, ~crc, 1));
        assertThat(inspected()).hasValueSatisfying(d -> {
            assertThat(d.file()).isEqualTo(fourth.toString());
            assertThat(d.position()).isEqualTo(91);
        });
    }

    @Test
    void damage_behind_the_prune_is_named_by_file_and_position() throws Exception {
        Path file = damage.placeOf(HIT).file();
        hit();
        assertThat(inspected()).hasValueSatisfying(d -> {
            assertThat(d.position()).isEqualTo(HIT);
            assertThat(d.file()).isEqualTo(file.toString());
            assertThat(d.what()).contains("CRC-32C");
        });
    }

    @Test
    void the_first_file_behind_the_mark_is_missed() throws Exception {
        Files.delete(damage.files().getFirst());
        assertThat(inspected()).hasValueSatisfying(d -> {
            assertThat(d.position()).isEqualTo(PRUNED + 1);
            assertThat(d.what()).contains("the file that held events 61 to 90, the first, is missing");
        });
    }

    @Test
    void what_is_intact_is_served_from_the_checkpoint_on() throws Exception {
        hit();
        Begun begun = new Begun(checkpoints());
        try (DataDirectory directory = DataDirectory.open(data);
                IntactJournal journal = IntactJournal.open(
                        directory, new JournalDamaged("f", HIT, "flipped"), begun::at, begun::fold)) {
            assertThat(begun.state.position()).isEqualTo(HIT - 1);
            assertThat(begun.state.digest()).isEqualTo(digestBeforeHit);
            assertThat(journal.firstPosition()).isEqualTo(PRUNED + 1);
            assertThat(journal.read(PRUNED)).isEqualTo(new Read.Truncated(PRUNED + 1));
            assertThat(journal.readBehind(Seam.START)).isEqualTo(new Read.Truncated(PRUNED + 1));
            try (JournalReader reader = journal.readAll()) {
                for (long p = PRUNED + 1; p < HIT; p++) {
                    assertThat(reader.next().position()).isEqualTo(p);
                }
                assertThat(reader.next()).isNull();
            }
            try (View view = new Past(journal, checkpoints(), HeapStore::new).at(PRUNED + 10, Budget.UNLIMITED)) {
                assertThat(view.seam().position()).isEqualTo(PRUNED + 10);
            }
        }
    }

    @Test
    void without_a_checkpoint_what_is_intact_is_no_state() throws Exception {
        hit();
        Files.delete(checkpoints().pathOf(PRUNED));
        Begun begun = new Begun(checkpoints());
        try (DataDirectory directory = DataDirectory.open(data)) {
            assertThatThrownBy(() -> IntactJournal.open(
                            directory, new JournalDamaged("f", HIT, "flipped"), begun::at, begun::fold))
                    .isInstanceOf(JournalTruncated.class)
                    .hasMessageContaining("the first retained is 61");
        }
    }

    @Test
    void repair_ends_the_journal_before_the_damage_and_sets_later_states_aside() throws Exception {
        hit();
        Report report = repaired();
        assertThat(report.kept()).isEqualTo(HIT - 1);
        assertThat(report.lastGivenUp()).isEqualTo(EVENTS);
        assertThat(report.lines()).contains("kept: events 61 to 99");
        assertThat(checkpoints().list().keySet()).containsExactly((long) PRUNED);
        assertThat(report.aside().resolve("%020d.checkpoint".formatted(130))).isRegularFile();
        assertThat(report.aside().resolve("pruned")).isRegularFile();
        goesOnBehind(HIT - 1, digestBeforeHit);
    }

    @Test
    void repair_of_the_first_event_kept_leaves_the_checkpoint_before_it() throws Exception {
        damage.flip(damage.placeOf(PRUNED + 1), 20, 4);
        Report report = repaired();
        assertThat(report.kept()).isEqualTo(PRUNED);
        assertThat(report.lines()).contains("kept: no event, but the checkpoint of position 60");
        goesOnBehind(PRUNED, digestAtPrune);
    }
}
