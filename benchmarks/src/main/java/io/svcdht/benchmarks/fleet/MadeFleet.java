package io.svcdht.benchmarks.fleet;

import io.svcdht.console.fleet.FleetFeed;
import io.svcdht.console.fleet.NodeCard;
import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.NodeStarted;
import io.svcdht.storage.event.DhtEvent.ProviderAnnounced;
import io.svcdht.storage.event.DhtEvent.ProviderExpired;
import io.svcdht.storage.event.DhtEvent.ProviderRefreshed;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.event.DhtEvent.ReadinessChanged;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Thirty days of a fleet that was made up. Each content id is held by twenty nodes, which renew it over and over; one renewal
 * in a hundred is left out, and the record runs out and comes again. The same at each run but for the times.
 */
final class MadeFleet implements FleetFeed {
    static final int HOLDERS = 20;

    private static final long SPAN_MILLIS = 30L * 86_400_000;
    private static final int TTL_SECONDS = 172_800;
    private static final int AT_ONCE = 4_096;
    private static final int LEGS = 12;
    private static final int FIRST_RECORD = 3;
    private static final int RUNS_OUT_ONE_IN = 50;
    private static final long MILLI = 1_000_000L;

    private final Random random = new Random(20_261_126);
    private final long beganMillis = System.currentTimeMillis() - SPAN_MILLIS;
    private final Node[] nodes;
    private final Key[] contents;
    private final long eventsEach;
    private final int lookups;
    private final List<UUID> ids = new ArrayList<>();
    private final ByteSink bytes = new ByteSink(512);
    private int turn;
    private int looked;

    /** One node, with the content ids it holds and the position of the last word on each. */
    private static final class Node {
        private final NodeId id;
        private final int[] held;
        private final long[] words;
        private long position;

        private Node(NodeId id, int[] held) {
            this.id = id;
            this.held = held;
            this.words = new long[held.length];
        }
    }

    MadeFleet(int nodes, long eventsEach, int contents, int lookups) {
        this.nodes = new Node[nodes];
        this.contents = new Key[contents];
        this.eventsEach = eventsEach;
        this.lookups = lookups;
        for (int c = 0; c < contents; c++) {
            this.contents[c] = hash(1, c);
        }
        for (int n = 0; n < nodes; n++) {
            this.nodes[n] = new Node(new NodeId(hash(2, n)), held(n, nodes, contents));
        }
    }

    private static Key hash(int kind, int n) {
        return Key.of(Blake3.hash(ByteBuffer.allocate(8).putInt(kind).putInt(n).array()));
    }

    private static int[] held(int n, int nodes, int contents) {
        List<Integer> held = new ArrayList<>();
        for (int c = 0; c < contents; c++) {
            if (Math.floorMod(n - c, nodes) < HOLDERS) {
                held.add(c);
            }
        }
        return held.stream().mapToInt(Integer::intValue).toArray();
    }

    Key content(int n) {
        return contents[n];
    }

    int contents() {
        return contents.length;
    }

    NodeId node(int n) {
        return nodes[n].id;
    }

    /** Those that were handed over. */
    List<UUID> lookups() {
        return ids;
    }

    long beganMillis() {
        return beganMillis;
    }

    @Override
    public boolean poll(Consumer<Piece> into) {
        if (turn < nodes.length * ((eventsEach + AT_ONCE - 1) / AT_ONCE)) {
            Node node = nodes[turn++ % nodes.length];
            for (int i = 0; i < AT_ONCE && node.position < eventsEach; i++) {
                into.accept(event(node));
            }
            return true;
        }
        for (int i = 0; i < AT_ONCE && looked < lookups; i++) {
            into.accept(trace(looked++));
        }
        if (looked < lookups) {
            return true;
        }
        for (Node node : nodes) {
            into.accept(new Piece.Card(node.id, card(node)));
        }
        return false;
    }

    private Piece event(Node node) {
        long position = ++node.position;
        long now = beganMillis + SPAN_MILLIS / eventsEach * position;
        if (position == 1) {
            return encoded(node, now, 0, new NodeStarted(node.id, 1, "0.1.0"));
        }
        if (position < FIRST_RECORD) {
            return encoded(node, now, 1, new ReadinessChanged(Readiness.READY, "three of three seeds answer"));
        }
        int i = (int) ((position - FIRST_RECORD) % node.held.length);
        long round = (position - FIRST_RECORD) / node.held.length;
        Key key = contents[node.held[i]];
        long cause = node.words[i];
        node.words[i] = position;
        boolean runsOut = round > 0 && Math.floorMod(node.held[i] * 31L + round / 2 * 17, RUNS_OUT_ONE_IN) == 0;
        if (round == 0 || runsOut && round % 2 == 1) {
            return encoded(
                    node,
                    now,
                    0,
                    new ProviderAnnounced(new ProviderRecord(
                            ContentId.of(key),
                            nodes[node.held[i] % nodes.length].id,
                            "",
                            List.of(),
                            TTL_SECONDS,
                            now)));
        }
        return encoded(
                node, now, cause, runsOut ? new ProviderExpired(key) : new ProviderRefreshed(key, TTL_SECONDS, now));
    }

    private Piece encoded(Node node, long millis, long cause, DhtEvent event) {
        EventCodec.encode(node.position, millis, cause, event, bytes.clear());
        return new Piece.Event(node.id, node.position, bytes.toByteArray());
    }

    private Piece trace(int n) {
        long started = beganMillis + SPAN_MILLIS / lookups * n;
        int content = random.nextInt(contents.length);
        List<LegRecord> legs = new ArrayList<>();
        for (int i = 0; i < LEGS; i++) {
            // Half of them ask who holds it.
            int peer = (content + (i % 2 == 0 ? random.nextInt(HOLDERS) : random.nextInt(nodes.length))) % nodes.length;
            legs.add(new LegRecord(
                    nodes[peer].id,
                    "10.0.0.%d:5302".formatted(peer % 256),
                    1 + i / 4,
                    0,
                    i - 1,
                    LegRecord.Why.REFILL,
                    i * MILLI,
                    i * MILLI,
                    MILLI,
                    false,
                    i % 2 == 0 ? LegRecord.Outcome.FOUND : LegRecord.Outcome.ANSWERED));
        }
        UUID id = new UUID(started << 16 | 0x7000 | random.nextInt(1 << 12), Long.MIN_VALUE | random.nextLong() >>> 2);
        ids.add(id);
        LookupRecord lookup = new LookupRecord(
                id,
                started,
                LookupRecord.Operation.FIND,
                LookupRecord.Asker.HTTP,
                contents[content],
                "",
                LookupRecord.Outcome.FOUND,
                3,
                LEGS,
                0,
                60,
                LEGS * MILLI,
                300 * MILLI,
                legs);
        TraceCodec.encode(lookup, bytes);
        return new Piece.Trace(nodes[random.nextInt(nodes.length)].id, bytes.toByteArray());
    }

    private NodeCard card(Node node) {
        long now = System.currentTimeMillis();
        return new NodeCard(
                node.id,
                "",
                "0.1.0",
                "bench",
                "svc-dht",
                "",
                node.position,
                node.position,
                node.held.length,
                nodes.length - 1,
                "ready",
                now,
                0,
                now,
                Map.of(),
                List.of());
    }

    @Override
    public String source() {
        return "made up";
    }

    @Override
    public void close() {}
}
