package io.svcdht.node.net;

import io.svcdht.storage.bounded.BoundedMap;
import io.svcdht.storage.model.NodeId;
import java.util.Map;

/**
 * What worked with which peer: how long its datagrams take, and whether they come at all. The time is a parameter; for one
 * thread.
 */
final class Reach {
    /** After so many INITs in a row that came to nothing while the stream worked. */
    private static final int UNANSWERED_MAX = 2;

    private static final long STREAMS_NANOS = 600_000_000_000L;
    private static final int PEERS_MAX = 16_384;
    private static final long MILLI_NANOS = 1_000_000L;

    private static final class Peer {
        private long rttNanos;
        private int unanswered;
        private long streamsUntilNanos;
        private boolean streams;
    }

    private final Map<NodeId, Peer> peers = BoundedMap.byUse(PEERS_MAX);

    /** Whether datagrams are worth a try. */
    boolean byDatagrams(NodeId peer, long nowNanos) {
        Peer p = peers.get(peer);
        if (p != null && p.streams && nowNanos - p.streamsUntilNanos >= 0) {
            p.streams = false;
        }
        return p == null || !p.streams;
    }

    /** For how long the peer is still asked by streams alone, milliseconds; 0 = it is not. */
    long streamsMillisLeft(NodeId peer, long nowNanos) {
        Peer p = peers.get(peer);
        return p == null || !p.streams ? 0 : Math.max(0, (p.streamsUntilNanos - nowNanos) / MILLI_NANOS);
    }

    /** A datagram was answered. */
    void answered(NodeId peer, long rttNanos) {
        Peer p = peers.computeIfAbsent(peer, k -> new Peer());
        p.unanswered = 0;
        p.rttNanos = p.rttNanos == 0 ? rttNanos : (7 * p.rttNanos + rttNanos) / 8;
    }

    /** A stream was answered where datagrams were not. */
    void onlyStream(NodeId peer, long nowNanos) {
        Peer p = peers.computeIfAbsent(peer, k -> new Peer());
        if (++p.unanswered >= UNANSWERED_MAX) {
            p.unanswered = 0;
            p.streams = true;
            p.streamsUntilNanos = nowNanos + STREAMS_NANOS;
        }
    }

    /** How long an answer is waited for before the next attempt, milliseconds. */
    long patienceMillis(NodeId peer, long leastMillis) {
        Peer p = peers.get(peer);
        return Math.max(leastMillis, p == null ? 0 : 2 * p.rttNanos / MILLI_NANOS);
    }
}
