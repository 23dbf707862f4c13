package io.svcdht.node.net;

import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many requests a second a peer, its block of addresses, and all together may send. Buckets of tokens that hold one
 * second's worth. The time is a parameter. Not for two threads at once.
 */
final class Quotas {
    /** Buckets kept of each kind; the one not asked for longest goes first, and has long been full by then. */
    private static final int BUCKETS_MAX = 16_384;

    private static final long NANOS = 1_000_000_000L;

    private static final class Bucket {
        private double tokens;
        private long sinceNanos;

        Bucket(int rate, long nowNanos) {
            tokens = rate;
            sinceNanos = nowNanos;
        }

        boolean has(int rate, long nowNanos) {
            tokens = Math.min(rate, tokens + (double) (nowNanos - sinceNanos) * rate / NANOS);
            sinceNanos = nowNanos;
            return tokens >= 1;
        }
    }

    private static final class Lru<K> extends LinkedHashMap<K, Bucket> {
        private static final long serialVersionUID = 1L;

        Lru() {
            super(64, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Bucket> eldest) {
            return size() > BUCKETS_MAX;
        }
    }

    private final NetLimits limits;
    private final Lru<NodeId> peers = new Lru<>();
    private final Lru<Long> blocks = new Lru<>();
    private final Bucket all;

    Quotas(NetLimits limits, long nowNanos) {
        this.limits = limits;
        this.all = new Bucket(limits.rpsGlobal(), nowNanos);
    }

    /** Whether one more request passes; if it does, it is counted everywhere, if not, nowhere. */
    boolean request(NodeId peer, PeerAddress from, long nowNanos) {
        Bucket p = peers.computeIfAbsent(peer, k -> new Bucket(limits.rpsPeer(), nowNanos));
        Bucket b = block(from, nowNanos);
        if (!p.has(limits.rpsPeer(), nowNanos)
                || !b.has(limits.rpsIp(), nowNanos)
                || !all.has(limits.rpsGlobal(), nowNanos)) {
            return false;
        }
        p.tokens--;
        b.tokens--;
        all.tokens--;
        return true;
    }

    /** Whether one more caller passes, before the handshake that would cost a hundred requests. */
    boolean connection(PeerAddress from, long nowNanos) {
        Bucket b = block(from, nowNanos);
        if (!b.has(limits.rpsIp(), nowNanos)) {
            return false;
        }
        b.tokens--;
        return true;
    }

    private Bucket block(PeerAddress from, long nowNanos) {
        return blocks.computeIfAbsent(AddressPolicy.quotaBlock(from), k -> new Bucket(limits.rpsIp(), nowNanos));
    }
}
