package io.svcdht.console.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.fleet.FleetFeed.Piece;
import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.testing.RandomTraces;
import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetStoreTest {
    private static final long BEGAN = 1_760_000_000_000L;

    @TempDir
    Path temp;

    private static NodeId node(int n) {
        return new NodeId(Key.of(Blake3.hash(new byte[] {1, (byte) n})));
    }

    private static ContentId cid(int n) {
        return ContentId.of(Key.of(Blake3.hash(new byte[] {2, (byte) n})));
    }

    private static Piece event(int node, long position, long millis, long cause, DhtEvent event) {
        ByteSink out = new ByteSink(128);
        EventCodec.encode(position, millis, cause, event, out);
        return new Piece.Event(node(node), position, out.toByteArray());
    }

    private static Piece announced(int node, long position, long millis, int cid, int ttl) {
        return event(
                node,
                position,
                millis,
                0,
                new DhtEvent.ProviderAnnounced(
                        new ProviderRecord(cid(cid), node(node), "local://" + node, List.of(), ttl, millis)));
    }

    private static List<JournalEntry> all(NodeLog log) {
        List<JournalEntry> found = new ArrayList<>();
        try (JournalReader reader = log.readAll()) {
            for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                found.add(e);
            }
        }
        return found;
    }

    @Test
    void keeps_each_event_once_in_order_and_after_a_torn_end() throws Exception {
        List<JournalEntry> written;
        try (FleetStore store = FleetStore.open(temp)) {
            for (int p = 1; p <= 1_000; p++) {
                store.accept(announced(1, p, BEGAN + p, p % 50, 3600));
                if (p % 97 == 0) {
                    // At least once: what came before comes again.
                    store.accept(announced(1, p - 5, BEGAN + p - 5, 0, 60));
                }
            }
            store.flush();
            written = all(store.node(node(1)).orElseThrow().log());
            assertThat(written).hasSize(1_000);
            assertThat(written).extracting(JournalEntry::position).isSorted().doesNotHaveDuplicates();
            assertThat(store.node(node(1)).orElseThrow().summary().repeated()).isEqualTo(10);
        }
        try (var files = Files.walk(temp)) {
            Path events = files.filter(p -> p.endsWith("events")).findFirst().orElseThrow();
            Files.write(events, new byte[] {0, 0, 0, 9, 1, 2}, StandardOpenOption.APPEND);
        }
        try (FleetStore again = FleetStore.open(temp)) {
            NodeLog log = again.node(node(1)).orElseThrow().log();
            assertThat(all(log)).isEqualTo(written);
            assertThat(log.lastAtOrBefore(BEGAN + 517)).isEqualTo(517);
            assertThat(log.lastAtOrBefore(BEGAN)).isZero();
            for (long from : new long[] {1, 63, 64, 65, 999, 1_000}) {
                try (JournalReader reader = ((Read.From) log.read(from)).reader()) {
                    assertThat(reader.next()).isEqualTo(written.get((int) from - 1));
                }
            }
            again.accept(announced(1, 1_001, BEGAN + 1_001, 0, 60));
            again.flush();
            assertThat(log.lastPosition()).isEqualTo(1_001);
        }
    }

    @Test
    void tells_a_content_id_over_all_nodes_and_no_other() throws Exception {
        try (FleetStore store = FleetStore.open(temp)) {
            for (int n = 0; n < 8; n++) {
                for (int p = 1; p <= 200; p++) {
                    store.accept(announced(n, p, BEGAN + p, (p + n) % 20, 3600));
                }
            }
            store.flush();
            List<FleetStore.Sighting> about = store.about(cid(3).key(), Long.MAX_VALUE, 500);
            assertThat(about).hasSize(80);
            assertThat(about)
                    .allMatch(s -> ((DhtEvent.ProviderAnnounced) s.entry().event())
                            .record()
                            .cid()
                            .equals(cid(3)));
            assertThat(store.about(cid(3).key(), BEGAN + 100, 500)).hasSize(40);
            assertThat(store.about(cid(3).key(), Long.MAX_VALUE, 2)).hasSize(16);
        }
        try (FleetStore again = FleetStore.open(temp)) {
            assertThat(again.about(cid(3).key(), Long.MAX_VALUE, 500)).hasSize(80);
        }
    }

    @Test
    void a_record_is_held_until_it_runs_out_or_is_withdrawn() throws Exception {
        try (FleetStore store = FleetStore.open(temp)) {
            store.accept(announced(1, 1, BEGAN, 1, 60));
            store.accept(
                    event(1, 2, BEGAN + 30_000, 1, new DhtEvent.ProviderRefreshed(cid(1).key(), 60, BEGAN + 30_000)));
            store.accept(announced(2, 1, BEGAN, 1, 600));
            store.accept(event(
                    2,
                    2,
                    BEGAN + 40_000,
                    1,
                    new DhtEvent.ProviderWithdrawn(cid(1).key(), BEGAN + 40_000, BEGAN + 900_000)));
            store.flush();
            ContentHistory h = ContentHistory.of(store, cid(1).key(), BEGAN + 200_000);
            assertThat(h.lanes()).hasSize(2);
            ContentHistory.Lane one = lane(h, 1);
            assertThat(one.spans()).containsExactly(new ContentHistory.Span(BEGAN, BEGAN + 90_000, 1));
            assertThat(one.live()).isZero();
            assertThat(lane(h, 2).spans()).containsExactly(new ContentHistory.Span(BEGAN, BEGAN + 40_000, 1));
            assertThat(ContentHistory.of(store, cid(1).key(), BEGAN + 50_000).lanes())
                    .filteredOn(l -> l.live() > 0)
                    .extracting(ContentHistory.Lane::node)
                    .containsExactly(node(1).text());
        }
    }

    /** What each node asked knew, and what else was looked for the same within five minutes to each side. */
    @Test
    void a_lookup_is_told_with_what_those_asked_knew_and_looked_for() throws Exception {
        RandomTraces random = new RandomTraces(3);
        LookupRecord lookup = asking(random, BEGAN + 600_000, 2, 2);
        try (FleetStore store = FleetStore.open(temp)) {
            store.accept(announced(1, 1, BEGAN, 2, 60));
            store.accept(announced(2, 1, BEGAN, 1, 3_600));
            store.accept(announced(2, 2, BEGAN + 1, 2, 3_600));
            store.accept(trace(1, lookup));
            LookupRecord near = random.lookup(BEGAN + 600_000 + 299_000, LookupRecord.Outcome.FOUND, 1, cid(1).key());
            store.accept(trace(2, near));
            store.accept(trace(3, random.lookup(BEGAN + 600_000, LookupRecord.Outcome.FOUND, 1, cid(1).key())));
            for (long far : new long[] {BEGAN + 299_000, BEGAN + 901_000}) {
                store.accept(trace(2, random.lookup(far, LookupRecord.Outcome.FOUND, 1, cid(1).key())));
            }
            store.accept(trace(2, random.lookup(BEGAN + 600_000, LookupRecord.Outcome.FOUND, 1, cid(2).key())));
            store.flush();

            StitchedLookup s = StitchedLookup.of(store, lookup.id()).orElseThrow();
            assertThat(s.asker().id()).isEqualTo(node(1));
            assertThat(s.lanes()).extracting(l -> l.node().id()).containsExactly(node(1), node(2));
            assertThat(s.lanes()).extracting(StitchedLookup.Lane::heldThen).containsExactly(0, 1);
            assertThat(s.lanes().getLast().legs()).hasSize(2);
            assertThat(s.lanes())
                    .extracting(StitchedLookup.Lane::others)
                    .containsExactly(List.of(), List.of(near.id()));
            assertThat(s.strangers()).containsExactly(node(9));
        }
    }

    /** For the first content id: the node asked by so many legs, and one that nobody knows. */
    private static LookupRecord asking(RandomTraces random, long millis, int node, int legs) {
        LookupRecord r = random.lookup(millis, LookupRecord.Outcome.FOUND, 1, cid(1).key());
        List<LegRecord> all = new ArrayList<>();
        for (int i = 0; i <= legs; i++) {
            all.add(new LegRecord(
                    node(i < legs ? node : 9),
                    "10.0.0.1:5302",
                    1,
                    0,
                    -1,
                    LegRecord.Why.START,
                    0,
                    0,
                    1,
                    false,
                    LegRecord.Outcome.ANSWERED,
                    LegRecord.Way.values()[0]));
        }
        return new LookupRecord(
                r.id(), millis, r.operation(), r.asker(), r.target(), "", r.outcome(), 1, all.size(), 0, 3, 1, 1, all);
    }

    private static Piece trace(int node, LookupRecord lookup) {
        ByteSink out = new ByteSink(1024);
        TraceCodec.encode(lookup, out);
        return new Piece.Trace(node(node), out.toByteArray());
    }

    /** 500 events of a node are told; what older ones left is in the state before them, where that is known. */
    @Test
    void what_is_not_told_counts_where_it_is_known_and_is_named_where_not() throws Exception {
        try (FleetStore store = FleetStore.open(temp)) {
            for (int n : new int[] {1, 2}) {
                int first = n == 1 ? 1 : 1_001;
                store.accept(announced(n, first, BEGAN, 1, 86_400));
                for (int i = 1; i <= 600; i++) {
                    store.accept(event(n, first + i, BEGAN + i, 1, new DhtEvent.ProviderReplicated(cid(1).key(), i)));
                }
            }
            store.flush();
            ContentHistory h = ContentHistory.of(store, cid(1).key(), BEGAN + 10_000);
            assertThat(lane(h, 1).truncated()).isTrue();
            assertThat(lane(h, 1).whole()).isTrue();
            assertThat(lane(h, 1).live()).isEqualTo(1);
            assertThat(lane(h, 2).truncated()).isTrue();
            assertThat(lane(h, 2).whole())
                    .as("its journal begins before what is here")
                    .isFalse();
        }
    }

    private static ContentHistory.Lane lane(ContentHistory h, int node) {
        return h.lanes().stream()
                .filter(l -> l.node().equals(node(node).text()))
                .findFirst()
                .orElseThrow();
    }

    /** A state folded over a hole would be wrong, and nobody would see it. */
    @Test
    void nothing_is_told_of_a_state_behind_missing_events() throws Exception {
        try (FleetStore store = FleetStore.open(temp)) {
            store.accept(announced(1, 1, BEGAN, 1, 600));
            store.accept(announced(1, 2, BEGAN, 2, 600));
            store.accept(announced(1, 9, BEGAN + 9, 3, 600));
            store.flush();
            FleetNode node = store.node(node(1)).orElseThrow();
            assertThat(node.summary().gaps()).isEqualTo(1);
            assertThat(node.hasStates()).isFalse();
            assertThat(node.log().firstPosition()).isEqualTo(9);
            assertThat(Census.of(store, BEGAN + 9, false).nodes().getFirst().records())
                    .isEqualTo(-1);
        }
    }

    @Test
    void counts_holders_of_those_that_answer() throws Exception {
        try (FleetStore store = FleetStore.open(temp)) {
            for (int n = 0; n < 4; n++) {
                for (int c = 0; c < 10; c++) {
                    if (n < 2 || c < 5) {
                        store.accept(announced(n, all(n, store) + 1, BEGAN, c, 600));
                        store.flush();
                    }
                }
            }
            store.accept(event(3, 6, BEGAN + 1, 0, new DhtEvent.NodeStopped("asked to")));
            store.flush();
            Coverage c = Coverage.of(store, BEGAN + 1, false, 3);
            assertThat(c.complete()).isTrue();
            assertThat(c.seen()).isEqualTo(10);
            assertThat(c.loads()).hasSize(3);
            assertThat(c.scarce()).hasSize(5).allMatch(s -> s.holders() == 2);
            assertThat(c.scarce().getFirst().missing()).hasSize(1);
        }
    }

    private static long all(int n, FleetStore store) {
        return store.node(node(n)).map(f -> f.log().lastPosition()).orElse(0L);
    }

    @Test
    void tells_what_changed_between_two_moments() throws Exception {
        try (FleetStore store = FleetStore.open(temp)) {
            store.accept(announced(1, 1, BEGAN, 1, 600));
            store.accept(announced(1, 2, BEGAN + 1_000, 2, 600));
            store.accept(event(1, 3, BEGAN + 2_000, 1, new DhtEvent.ProviderExpired(cid(1).key())));
            store.flush();
            Differences d = Differences.of(store, BEGAN + 500, BEGAN + 2_500);
            assertThat(d.nodes().getFirst().added()).isEqualTo(1);
            assertThat(d.nodes().getFirst().gone()).isEqualTo(1);
            assertThat(d.changes()).extracting(Differences.Change::causedBy).containsExactlyInAnyOrder(2L, 3L);
        }
    }
}
