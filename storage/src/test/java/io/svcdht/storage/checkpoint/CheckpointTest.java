package io.svcdht.storage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.chronicle.ChronicleJournal;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.replay.Replay;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.Restart;
import io.svcdht.storage.replay.StateDiff;
import io.svcdht.storage.replay.View;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import io.svcdht.storage.testing.KeptRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    @TempDir
    Path temp;

    private static final class Opened {
        private @Nullable State state;
        private int read;

        State state() {
            return java.util.Objects.requireNonNull(state);
        }
    }

    /** Opens a data directory as a node does. */
    private static Opened open(DataDirectory directory, Checkpoints checkpoints, Then then) throws Exception {
        Opened opened = new Opened();
        try (ChronicleJournal journal = ChronicleJournal.open(
                directory,
                source -> {
                    Restart restart = Restart.newest(source, checkpoints, HeapStore::new);
                    opened.state = restart.state();
                    return restart.seam();
                },
                e -> {
                    opened.read++;
                    Fold.apply(opened.state(), e);
                })) {
            then.with(journal);
        }
        return opened;
    }

    private interface Then {
        void with(ChronicleJournal journal) throws Exception;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void the_digest_is_equal_live_from_zero_and_from_every_checkpoint(long seed) throws Exception {
        Path data = temp.resolve("data");
        long last;
        Map<Long, Key> digests;
        try (KeptRun run = new KeptRun(data, seed)) {
            for (int i = 0; i < 5; i++) {
                run.goOn(1 + run.run().random().nextInt(3_000));
                CheckpointInfo info = run.take();
                assertThat(info.digest())
                        .as("seed %d", seed)
                        .isEqualTo(run.run().state().digest());
            }
            last = run.goOn(500);
            digests = run.digests();
            State fromZero = Replay.toEnd(run.journal(), Budget.UNLIMITED);
            assertThat(fromZero.digest()).isEqualTo(digests.get(last));
            for (long position : run.checkpoints().list().keySet()) {
                try (View view = run.past().at(position, Budget.UNLIMITED)) {
                    assertThat(view.knownDigest()).contains(digests.get(position));
                    assertThat(view.digest(Budget.UNLIMITED)).isEqualTo(digests.get(position));
                }
            }
        }
        Checkpoints all = new Checkpoints(data.resolve("checkpoints"));
        for (Map.Entry<Long, Path> e : all.list().entrySet()) {
            Path one = Files.createDirectory(temp.resolve("one-" + e.getKey()));
            Files.copy(e.getValue(), one.resolve(e.getValue().getFileName()));
            try (DataDirectory directory = DataDirectory.open(data)) {
                Opened opened = open(directory, new Checkpoints(one), journal -> {});
                assertThat(opened.state().digest())
                        .as("seed %d, from %d", seed, e.getKey())
                        .isEqualTo(digests.get(last));
                assertThat(opened.state().position()).isEqualTo(last);
                assertThat((long) opened.read).isEqualTo(last - e.getKey());
            }
        }
    }

    @Test
    void a_view_of_any_moment_is_the_fold_from_zero() throws Exception {
        try (KeptRun run = new KeptRun(temp.resolve("data"), 7)) {
            for (int i = 0; i < 4; i++) {
                run.goOn(1_500);
                run.take();
            }
            long last = run.goOn(300);
            for (int i = 0; i < 20; i++) {
                long position = run.run().random().nextLong(last + 1);
                State expected = Replay.to(run.journal(), position, Budget.UNLIMITED);
                try (View view = run.past().at(position, Budget.UNLIMITED)) {
                    State state = view.state();
                    assertThat(state.position()).isEqualTo(position);
                    assertThat(state.digest()).as("position %d", position).isEqualTo(expected.digest());
                    assertThat(state.instantMillis()).isEqualTo(expected.instantMillis());
                    assertThat(state.node()).isEqualTo(expected.node());
                    assertThat(state.providers().records())
                            .isEqualTo(expected.providers().records());
                    assertThat(state.providers().tombstones())
                            .isEqualTo(expected.providers().tombstones());
                    assertThat(state.providers().weight())
                            .isEqualTo(expected.providers().weight());
                    assertThat(state.providers().contentIds())
                            .isEqualTo(expected.providers().contentIds());
                    assertThat(pages(state, 7)).isEqualTo(pages(expected, 1000));
                }
            }
        }
    }

    /** Keys and positions, page by page. */
    private static List<String> pages(State state, int limit) {
        List<String> seen = new ArrayList<>();
        List<Holders> page = state.providers().page(null, limit);
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(limit);
            page.forEach(h -> h.records().stream().sorted(EntryOrder.OF_KEY).forEach(r -> seen.add(h.key() + " " + r)));
            page = state.providers().page(page.getLast().key(), limit);
        }
        return seen;
    }

    @Test
    void a_diff_over_checkpoints_is_the_diff_from_zero() throws Exception {
        try (KeptRun run = new KeptRun(temp.resolve("data"), 8)) {
            for (int i = 0; i < 3; i++) {
                run.goOn(1_000);
                run.take();
            }
            long last = run.goOn(300);
            for (int i = 0; i < 10; i++) {
                long from = run.run().random().nextLong(last);
                long to = from + run.run().random().nextLong(last - from + 1);
                StateDiff expected = StateDiff.between(run.journal(), from, to, Budget.UNLIMITED);
                assertThat(run.past().diff(from, to, Budget.UNLIMITED)).isEqualTo(expected);
            }
        }
    }

    @Test
    void a_writer_goes_on_from_a_checkpoint_and_the_chain_stays_whole() throws Exception {
        Path data = temp.resolve("data");
        try (KeptRun run = new KeptRun(data, 9)) {
            run.goOn(Frames.BLOCK_EVENTS + 700);
            run.take();
            run.goOn(50);
        }
        long last;
        try (DataDirectory directory = DataDirectory.open(data)) {
            Opened opened = open(directory, new Checkpoints(directory.checkpoints()), journal -> {
                for (int i = 0; i < 2 * Frames.BLOCK_EVENTS; i++) {
                    journal.append(1_800_000_000_000L, 0, new DhtEvent.ClockStepped(i));
                }
            });
            assertThat(opened.read).isLessThan(200);
            last = opened.state().position() + 2 * Frames.BLOCK_EVENTS;
        }
        // From zero every block's chain value is derived again.
        try (DataDirectory directory = DataDirectory.open(data)) {
            Opened whole = open(directory, Checkpoints.none(), journal -> {});
            assertThat(whole.state().position()).isEqualTo(last);
        }
    }

    @Test
    void a_checkpoint_of_nothing_and_one_of_large_entries_are_read_back() throws Exception {
        try (KeptRun run = new KeptRun(temp.resolve("data"), 10)) {
            run.journal().append(1, 0, new DhtEvent.ClockStepped(1));
            run.take();
            var values = new io.svcdht.storage.testing.RandomEvents(5);
            State live = Replay.toEnd(run.journal(), Budget.UNLIMITED);
            for (int i = 0; i < 400; i++) {
                DhtEvent event = new DhtEvent.ProviderAnnounced(values.record());
                long position = run.journal().append(values.instant(), 0, event);
                Fold.apply(live, position, 1, 0, event);
            }
            run.take();
            for (long position : run.checkpoints().list().keySet()) {
                try (Checkpoint c = run.checkpoints().newest(position).orElseThrow()) {
                    assertThat(c.info().position()).isEqualTo(position);
                    c.verify();
                }
            }
            try (Checkpoint c = run.checkpoints().newest(Long.MAX_VALUE).orElseThrow()) {
                assertThat(c.info().digest()).isEqualTo(live.digest());
                live.providers()
                        .forEach(h -> assertThat(c.finder().holdersOf(h.key()).records())
                                .containsExactlyInAnyOrderElementsOf(h.records()));
            }
        }
    }
}
