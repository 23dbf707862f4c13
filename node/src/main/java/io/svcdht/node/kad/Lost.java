package io.svcdht.node.kad;

import io.svcdht.storage.model.Key;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Members that stopped answering, for a while. After a partition the other half of the network is nowhere else: both
 * sides have evicted it from all tables, and nobody is left who could introduce the two.
 */
final class Lost {
    /** As many as a table of ten full buckets would lose to a split in the middle, and some. */
    static final int SIZE_MAX = 128;
    /** Who did not come back within this time has left. */
    static final long KEPT_NANOS = 24 * 3_600_000_000_000L;

    private record Entry(Peer peer, long lostAtNanos) {}

    private final Deque<Entry> entries = new ArrayDeque<>(0);

    void add(Peer peer, long nowNanos) {
        if (entries.size() >= SIZE_MAX) {
            entries.removeFirst();
        }
        entries.addLast(new Entry(peer, nowNanos));
    }

    /** Whether the peer was among the lost; it no longer is. */
    boolean found(Key key) {
        for (Entry e : entries) {
            if (e.peer.key().equals(key)) {
                return entries.removeIf(lost -> lost.peer.key().equals(key));
            }
        }
        return false;
    }

    void drop(Predicate<Peer> unwanted) {
        entries.removeIf(e -> unwanted.test(e.peer));
    }

    /** The one whose turn it is; it goes to the end of the line. */
    @Nullable
    Peer next(long nowNanos) {
        Entry e = entries.pollLast();
        while (e != null && nowNanos - e.lostAtNanos > KEPT_NANOS) {
            e = entries.pollLast();
        }
        if (e == null) {
            return null;
        }
        entries.addFirst(e);
        return e.peer;
    }

    int size() {
        return entries.size();
    }
}
