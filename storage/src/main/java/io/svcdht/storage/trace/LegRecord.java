package io.svcdht.storage.trace;

import io.svcdht.storage.model.NodeId;

/**
 * One request of a lookup, as it went. Times are nanoseconds of the asking node's monotonic clock since the lookup
 * began.
 *
 * @param address where the peer was asked, as text
 * @param hop depth of the path to the peer: 1 = from the own table
 * @param path which of the disjoint paths asked it, from 0
 * @param via index of the leg whose answer named the peer, −1 = it was in the own table
 * @param heardOfNanos when the lookup learned of the peer
 * @param sentNanos when it was asked
 * @param waitedNanos how long until it answered, failed or was cancelled
 * @param overdue whether it was slow and gave its slot to another meanwhile
 * @param way what carried the answer
 */
public record LegRecord(
        NodeId peer,
        String address,
        int hop,
        int path,
        int via,
        Why why,
        long heardOfNanos,
        long sentNanos,
        long waitedNanos,
        boolean overdue,
        Outcome outcome,
        Way way) {
    /** Why the peer was asked just then. Ordinals are on disk: append only. */
    public enum Why {
        /** It was among the closest of the own table when the lookup began. */
        START,
        /** An answer freed a slot. */
        REFILL,
        /** A leg failed and freed its slot. */
        AFTER_FAILURE,
        /** A slow leg gave its slot away. */
        HEDGE
    }

    /** What came of it. Ordinals are on disk: append only. */
    public enum Outcome {
        /** It answered with contacts. */
        ANSWERED,
        /** It answered with records. */
        FOUND,
        TIMED_OUT,
        /** Nobody could be reached there, or it refused. */
        UNREACHABLE,
        /** Somebody else answered there. */
        WRONG_ID,
        /** It was in flight when the lookup ended. */
        CANCELLED
    }

    /** What carried the answer. Ordinals are on disk: append only. */
    public enum Way {
        /** There was none, or the trace is older than datagrams. */
        UNTOLD,
        /** A stream that was opened for it. */
        NEW_STREAM,
        STREAM,
        /** The answer to a datagram that began a conversation. */
        FIRST_DATAGRAM,
        DATAGRAM
    }

    /** Deepest hop and highest path that make sense. */
    static final int DEPTH_MAX = 1 << 16;

    public LegRecord {
        if (hop < 1 || hop > DEPTH_MAX || path < 0 || path > DEPTH_MAX || via < -1) {
            throw new IllegalArgumentException("a leg at hop %d on path %d via leg %d".formatted(hop, path, via));
        }
        if (heardOfNanos < 0 || sentNanos < heardOfNanos || waitedNanos < 0) {
            throw new IllegalArgumentException("a leg heard of at %d ns, sent at %d ns, that took %d ns"
                    .formatted(heardOfNanos, sentNanos, waitedNanos));
        }
    }

    /** One of which nobody said what carried it. */
    public LegRecord(
            NodeId peer,
            String address,
            int hop,
            int path,
            int via,
            Why why,
            long heardOfNanos,
            long sentNanos,
            long waitedNanos,
            boolean overdue,
            Outcome outcome) {
        this(peer, address, hop, path, via, why, heardOfNanos, sentNanos, waitedNanos, overdue, outcome, Way.UNTOLD);
    }

    /** When it answered, failed or was cancelled. */
    public long endedNanos() {
        return sentNanos + waitedNanos;
    }
}
