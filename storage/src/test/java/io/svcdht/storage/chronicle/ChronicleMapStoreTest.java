package io.svcdht.storage.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.RecordStore;
import io.svcdht.storage.state.RecordStoreContract;
import io.svcdht.storage.state.Roots;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.StoreInvariants;
import io.svcdht.storage.testing.RandomRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleMapStoreTest extends RecordStoreContract {
    private static final long T0 = 1_700_000_000_000L;
    private static final NodeId NODE = new NodeId(new Key(5, 6, 7, 8));

    @TempDir
    private Path directory;

    @Override
    protected RecordStore create() {
        return ChronicleMapStore.open(directory.resolve("state"), 20_000, 1);
    }

    @Override
    protected void checkInvariants(RecordStore store) {
        StoreInvariants.check((ChronicleMapStore) store);
    }

    @Override
    protected int raceEvents() {
        return 60_000;
    }

    private static DhtEvent announced(int i) {
        return new DhtEvent.ProviderAnnounced(new ProviderRecord(
                ContentId.of(new Key(i * 0x9E3779B97F4A7C15L, i, 0, 0)),
                NODE,
                "/ip4/192.0.2.1/t/400",
                List.of(),
                600,
                T0));
    }

    @Test
    void what_was_closed_in_order_is_there_again_with_its_position_and_order() {
        Path path = directory.resolve("again");
        MemoryJournal journal = new MemoryJournal();
        RandomRun run = new RandomRun(3, journal);
        ChronicleMapStore store = ChronicleMapStore.open(path, 5_000, 1);
        State first = store.state(Routing.NONE, new Roots());
        Fold.apply(first, 1, T0, 0, new DhtEvent.NodeStarted(NODE, 1, "x"));
        while (journal.lastPosition() < 4_000) {
            run.step();
        }
        List<JournalEntry> entries = entries(journal);
        entries.subList(1, 3_000).forEach(e -> Fold.apply(first, e));
        Key digest = first.digest();
        store.close();

        ChronicleMapStore again = ChronicleMapStore.open(path, 5_000, 2);
        State second = again.state(first.routing(), Roots.of(first.roots()));
        StoreInvariants.check(again);
        assertThat(second.position()).isEqualTo(3_000);
        assertThat(second.instantMillis()).isEqualTo(entries.get(2_999).instantMillis());
        assertThat(second.node()).isEqualTo(first.node());
        assertThat(second.digest()).isEqualTo(digest);
        // An event that was folded in already, as after a kill between entry and mark, changes nothing.
        Fold.apply(second, entries.get(2_999));
        assertThat(second.digest()).isEqualTo(digest);
        entries.subList(3_000, entries.size()).forEach(e -> Fold.apply(second, e));
        again.forEach(h -> assertThat(h).isEqualTo(run.state().providers().holdersOf(h.key())));
        StoreInvariants.check(again);
        again.close();
    }

    private static List<JournalEntry> entries(MemoryJournal journal) {
        List<JournalEntry> entries = new java.util.ArrayList<>();
        for (long p = 1; p <= journal.lastPosition(); p++) {
            entries.add(io.svcdht.storage.replay.Moments.entryAt(journal, p));
        }
        return entries;
    }

    @Test
    void what_was_not_closed_in_order_is_thrown_away() {
        Path path = directory.resolve("doubt");
        ChronicleMapStore.open(path, 100, 1).close();
        ChronicleMapStore store = ChronicleMapStore.open(path, 100, 1);
        Fold.apply(store.state(Routing.NONE, new Roots()), 1, T0, 0, announced(1));
        // The process ends here: nobody closes.
        ChronicleMapStore next = ChronicleMapStore.open(path, 100, 1);
        assertThat(next.state(Routing.NONE, new Roots()).position()).isZero();
        assertThat(next.records()).isZero();
        next.close();
        // The first stays open: that is what it is about.
    }

    @Test
    void what_is_ahead_of_the_journal_can_be_discarded() throws Exception {
        Path path = directory.resolve("ahead");
        ChronicleMapStore store = ChronicleMapStore.open(path, 100, 1);
        Fold.apply(store.state(Routing.NONE, new Roots()), 1, T0, 0, announced(1));
        store.close();
        ChronicleMapStore.discard(path);
        ChronicleMapStore next = ChronicleMapStore.open(path, 100, 1);
        assertThat(next.state(Routing.NONE, new Roots()).position()).isZero();
        assertThat(next.records()).isZero();
        next.close();
    }

    @Test
    void a_map_of_another_size_is_thrown_away_and_one_that_grew_is_kept() throws Exception {
        Path path = directory.resolve("size");
        ChronicleMapStore store = ChronicleMapStore.open(path, 200, 1);
        State state = store.state(Routing.NONE, new Roots());
        for (int i = 1; i <= 5_000; i++) {
            Fold.apply(state, i, T0, 0, announced(i));
        }
        StoreInvariants.check(store);
        Key digest = state.digest();
        store.close();
        try (var files = Files.list(path)) {
            assertThat(files.filter(f -> f.toString().endsWith(".map"))).hasSize(1);
        }

        ChronicleMapStore grown = ChronicleMapStore.open(path, 200, 1);
        assertThat(grown.state(Routing.NONE, new Roots()).digest()).isEqualTo(digest);
        grown.close();
        ChronicleMapStore larger = ChronicleMapStore.open(path, 1_000_000, 1);
        assertThat(larger.state(Routing.NONE, new Roots()).position()).isZero();
        larger.close();
    }

    @Test
    void a_record_takes_no_more_than_forty_bytes_of_heap() {
        ChronicleMapStore store = ChronicleMapStore.open(directory.resolve("heap"), 200_000, 1);
        State state = store.state(Routing.NONE, new Roots());
        long before = store.heapBytes();
        for (int i = 1; i <= 200_000; i++) {
            Fold.apply(state, i, T0, 0, announced(i));
        }
        double each = (double) (store.heapBytes() - before) / 200_000;
        System.out.printf("# %.1f bytes of heap a record%n", each);
        assertThat(each).isBetween(24.0, 40.0);
        store.close();
    }
}
