package io.svcdht.node.network;

import io.svcdht.node.quota.Bucket;
import io.svcdht.node.quota.Buckets;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;

/**
 * How much of what peers hand us may be journaled: a bucket that holds two seconds' worth, and shares of it. While more
 * than half of it is there, nobody is kept from what nobody else wants; below that no peer, publisher or content id gets
 * more than its share, so that one that floods does not starve the rest. Any thread.
 */
final class JournalBudget {
    private static final double SECONDS_SAVED = 2;
    private static final double PEERS = 4;
    private static final double PUBLISHERS = 4;
    private static final double CONTENTS = 8;
    private static final int OWNERS_MAX = 16_384;

    private final Bucket all;
    private final Buckets<NodeId> peers;
    private final Buckets<NodeId> publishers;
    private final Buckets<Key> contents;

    JournalBudget(long bytesPerSecond, long nowNanos) {
        all = new Bucket(bytesPerSecond, SECONDS_SAVED, nowNanos);
        peers = new Buckets<>(bytesPerSecond / PEERS, SECONDS_SAVED, OWNERS_MAX);
        publishers = new Buckets<>(bytesPerSecond / PUBLISHERS, SECONDS_SAVED, OWNERS_MAX);
        contents = new Buckets<>(bytesPerSecond / CONTENTS, SECONDS_SAVED, OWNERS_MAX);
    }

    /** Takes so many bytes out, if they are there. */
    synchronized boolean take(long wanted, long nowNanos) {
        if (!all.has(wanted, nowNanos)) {
            return false;
        }
        all.take(wanted);
        return true;
    }

    /** The same for what a peer hands over, before anything of it is read. */
    synchronized boolean take(NodeId peer, long wanted, long nowNanos) {
        Bucket share = peers.of(peer, nowNanos);
        if (!all.has(wanted, nowNanos) || scarce(nowNanos) && !share.has(wanted, nowNanos)) {
            return false;
        }
        share.take(wanted);
        all.take(wanted);
        return true;
    }

    /**
     * Whether the publisher and the content id may have so much more. Nothing is taken yet: until the signature is checked
     * it may be anybody who says so, at the publisher's cost.
     */
    synchronized boolean admits(NodeId publisher, Key content, long bytes, long nowNanos) {
        return !scarce(nowNanos)
                || publishers.of(publisher, nowNanos).has(bytes, nowNanos)
                        && contents.of(content, nowNanos).has(bytes, nowNanos);
    }

    /** Takes it from the shares of who has signed for it; of the whole it is paid already. */
    synchronized void charge(NodeId publisher, Key content, long bytes, long nowNanos) {
        publishers.of(publisher, nowNanos).take(bytes);
        contents.of(content, nowNanos).take(bytes);
    }

    private boolean scarce(long nowNanos) {
        return all.level(nowNanos) < all.most() / 2;
    }
}
