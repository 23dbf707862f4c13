package io.svcdht.node.net;

import io.svcdht.node.quota.Bucket;
import io.svcdht.node.quota.Buckets;
import io.svcdht.node.quota.Verdict;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;

/**
 * How many requests and bytes a second a peer, its block of addresses, and all together may send. Buckets of tokens that
 * hold one second's worth. The time is a parameter. Not for two threads at once.
 */
final class Quotas {
    /** Buckets kept of each kind; the one not asked for longest goes first, and has long been full by then. */
    static final int BUCKETS_MAX = 16_384;

    private static final double SECONDS_SAVED = 1;

    private final Buckets<NodeId> peers;
    private final Buckets<Long> blocks;
    private final Bucket all;
    private final Buckets<NodeId> peerBytes;
    private final Buckets<Long> blockBytes;
    private final Bucket allBytes;

    Quotas(NetLimits limits, long nowNanos) {
        NetLimits.Bytes bytes = limits.bytes();
        peers = new Buckets<>(limits.rpsPeer(), SECONDS_SAVED, BUCKETS_MAX);
        blocks = new Buckets<>(limits.rpsIp(), SECONDS_SAVED, BUCKETS_MAX);
        all = new Bucket(limits.rpsGlobal(), SECONDS_SAVED, nowNanos);
        peerBytes = new Buckets<>(bytes.peer(), SECONDS_SAVED, BUCKETS_MAX);
        blockBytes = new Buckets<>(bytes.ip(), SECONDS_SAVED, BUCKETS_MAX);
        allBytes = new Bucket(bytes.global(), SECONDS_SAVED, nowNanos);
    }

    /**
     * Whether one more request passes; if it does, it is counted everywhere, if not, nowhere. A frame may be larger than
     * what is left: then nothing more passes until it is paid off.
     */
    Verdict request(NodeId peer, PeerAddress from, int bytes, long nowNanos) {
        long block = AddressPolicy.quotaBlock(from);
        Bucket p = peers.of(peer, nowNanos);
        Bucket b = blocks.of(block, nowNanos);
        if (!p.has(1, nowNanos) || !b.has(1, nowNanos) || !all.has(1, nowNanos)) {
            return Verdict.RPS;
        }
        Bucket pb = peerBytes.of(peer, nowNanos);
        Bucket bb = blockBytes.of(block, nowNanos);
        if (!pb.has(1, nowNanos) || !bb.has(1, nowNanos) || !allBytes.has(1, nowNanos)) {
            return Verdict.BYTES;
        }
        p.take(1);
        b.take(1);
        all.take(1);
        pb.take(bytes);
        bb.take(bytes);
        allBytes.take(bytes);
        return Verdict.PASSED;
    }

    /** Whether one more caller passes, before the handshake that would cost a hundred requests. */
    boolean connection(PeerAddress from, long nowNanos) {
        Bucket b = blocks.of(AddressPolicy.quotaBlock(from), nowNanos);
        if (!b.has(1, nowNanos)) {
            return false;
        }
        b.take(1);
        return true;
    }

    /** Buckets kept, all kinds together. */
    int kept() {
        return peers.size() + blocks.size() + peerBytes.size() + blockBytes.size();
    }
}
