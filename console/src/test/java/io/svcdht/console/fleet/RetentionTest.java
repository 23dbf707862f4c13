package io.svcdht.console.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.fleet.FleetFeed.Piece;
import io.svcdht.node.config.FleetConfig;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.testing.RandomTraces;
import io.svcdht.storage.trace.TraceCodec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is given up is gone, and what is kept says the same as before. */
class RetentionTest {
    private static final long BEGAN = 1_760_000_000_000L;
    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final int EVENTS = 4_000;

    @TempDir
    Path temp;

    private static FleetConfig keep(int days, long bytes) {
        return new FleetConfig(new HostPort("127.0.0.1", 0), Optional.empty(), days, bytes);
    }

    private static ContentId cid(long n) {
        return ContentId.of(Key.of(Blake3.hash(new byte[] {2, (byte) n})));
    }

    /** A hundred events a day, forty days long. */
    private static long at(long position) {
        return BEGAN + position * DAY / 100;
    }

    private static void fill(FleetStore store, int node) throws Exception {
        for (long p = 1; p <= EVENTS; p++) {
            ByteSink out = new ByteSink(128);
            EventCodec.encode(
                    p,
                    at(p),
                    0,
                    new DhtEvent.ProviderAnnounced(new ProviderRecord(
                            cid(p % 200), ScriptedTopics.node(node), "local://" + node, List.of(), 172_800, at(p))),
                    out);
            store.accept(new Piece.Event(ScriptedTopics.node(node), p, out.toByteArray()));
        }
        store.flush();
    }

    private static Key digest(FleetStore store, int node, long position) {
        return store.node(ScriptedTopics.node(node)).orElseThrow().history().at(position, (view, budget) -> view.state()
                .digest());
    }

    @Test
    void days_that_are_over_go_and_states_stay_true() throws Exception {
        Key before;
        try (FleetStore store = FleetStore.open(temp)) {
            fill(store, 1);
            fill(store, 2);
            before = digest(store, 1, 3_000);
            NodeLog held = store.node(ScriptedTopics.node(1)).orElseThrow().log();
            assertThat(new Retention(store, temp).carryOut(keep(30, Long.MAX_VALUE), at(EVENTS)))
                    .isTrue();

            NodeLog log = store.node(ScriptedTopics.node(1)).orElseThrow().log();
            assertThat(log.firstPosition()).isBetween(990L, 1_010L);
            assertThat(log.lastPosition()).isEqualTo(EVENTS);
            assertThat(held.readAll().next())
                    .as("who reads the old one may go on")
                    .isNotNull();
            assertThat(digest(store, 1, 3_000)).isEqualTo(before);
            assertThat(store.about(cid(7).key(), Long.MAX_VALUE, 100)).hasSize(2 * 15);
            assertThat(store.content().pairs()).isEqualTo(2L * (EVENTS - log.firstPosition() + 1));
            assertThat(new Retention(store, temp).carryOut(keep(30, Long.MAX_VALUE), at(EVENTS)))
                    .as("little would go, so nothing does")
                    .isFalse();
        }
        try (FleetStore again = FleetStore.open(temp)) {
            assertThat(digest(again, 1, 3_000)).isEqualTo(before);
            assertThat(again.about(cid(7).key(), Long.MAX_VALUE, 100)).hasSize(2 * 15);
            fillOne(again, EVENTS + 1);
            assertThat(again.node(ScriptedTopics.node(1)).orElseThrow().log().lastPosition())
                    .isEqualTo(EVENTS + 1);
        }
    }

    private static void fillOne(FleetStore store, long position) throws Exception {
        ByteSink out = new ByteSink(128);
        EventCodec.encode(position, at(position), 0, new DhtEvent.NodeStopped("x"), out);
        store.accept(new Piece.Event(ScriptedTopics.node(1), position, out.toByteArray()));
        store.flush();
    }

    @Test
    void what_is_too_much_goes_oldest_first() throws Exception {
        try (FleetStore store = FleetStore.open(temp)) {
            fill(store, 1);
            Retention retention = new Retention(store, temp);
            long all = retention.bytes();
            assertThat(retention.carryOut(keep(36_500, all * 3 / 4), at(EVENTS)))
                    .isTrue();
            assertThat(retention.bytes()).isLessThan(all);
            NodeLog log = store.node(ScriptedTopics.node(1)).orElseThrow().log();
            assertThat(log.firstPosition()).isGreaterThan(900);
            assertThat(log.lastPosition()).isEqualTo(EVENTS);
        }
    }

    @Test
    void old_lookups_go_and_the_others_can_be_read() throws Exception {
        RandomTraces random = new RandomTraces(7);
        try (FleetStore store = FleetStore.open(temp)) {
            for (int i = 0; i < 200; i++) {
                ByteSink out = new ByteSink(1024);
                TraceCodec.encode(random.lookup(BEGAN + i * 1_000L), out);
                store.accept(new Piece.Trace(ScriptedTopics.node(1), out.toByteArray()));
            }
            List<TraceShelf.Told> all = store.traces()
                    .page(null, io.svcdht.storage.trace.TraceLog.Filter.ALL, 1_000)
                    .lookups();
            long middle = all.get(all.size() / 2).lookup().id().getMostSignificantBits() >>> 16;
            assertThat(store.traces().giveUp(middle)).isTrue();
            List<TraceShelf.Told> left = store.traces()
                    .page(null, io.svcdht.storage.trace.TraceLog.Filter.ALL, 1_000)
                    .lookups();
            assertThat(left).isNotEmpty().hasSizeLessThan(all.size()).isEqualTo(all.subList(0, left.size()));
        }
    }
}
