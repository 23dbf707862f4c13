package io.svcdht.node.lookup;

import io.svcdht.node.kad.Peer;
import org.jspecify.annotations.Nullable;

/** One peer a lookup knows of, and what came of asking it. Only its lookup changes it. */
public final class Leg {
    /** Why it was asked just then. */
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

    /** What carried its answer. Whoever asks for the lookup tells; the lookup makes nothing of it. */
    public enum Way {
        /** Nobody said: it was not answered, or in a simulation. */
        UNTOLD,
        NEW_STREAM,
        STREAM,
        FIRST_DATAGRAM,
        DATAGRAM
    }

    /** Where it stands. */
    public enum Standing {
        /** Known, not asked (yet). */
        QUEUED,
        IN_FLIGHT,
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
        CANCELLED;

        boolean failed() {
            return this == TIMED_OUT || this == UNREACHABLE || this == WRONG_ID;
        }

        boolean answered() {
            return this == ANSWERED || this == FOUND;
        }
    }

    private final Peer peer;
    /** First word of its distance to the target, which nearly always decides who is closer. */
    private final long distance;

    private final @Nullable Leg via;
    private final int hop;
    private final int path;
    private final long queuedAtNanos;
    private Standing standing = Standing.QUEUED;
    private Why why = Why.START;
    private long sentAtNanos;
    private long endedAtNanos;
    private long timeoutNanos;
    private long slowNanos;
    private int slotsGiven;
    private int index = -1;
    private Way way = Way.UNTOLD;

    Leg(Peer peer, long distance, @Nullable Leg via, int path, long queuedAtNanos) {
        this.peer = peer;
        this.distance = distance;
        this.via = via;
        this.hop = via == null ? 1 : via.hop + 1;
        this.path = path;
        this.queuedAtNanos = queuedAtNanos;
    }

    public Peer peer() {
        return peer;
    }

    /** Depth of the path to it: 1 = from the own table. */
    public int hop() {
        return hop;
    }

    public int path() {
        return path;
    }

    /** Index of the leg whose answer named it, among those that were sent; −1 = it is from the own table. */
    int viaIndex() {
        return via == null ? -1 : via.index;
    }

    public Why why() {
        return why;
    }

    public Standing standing() {
        return standing;
    }

    public boolean inFlight() {
        return standing == Standing.IN_FLIGHT;
    }

    /** How long the answer may take, from when it was sent. */
    public long timeoutNanos() {
        return timeoutNanos;
    }

    public long queuedAtNanos() {
        return queuedAtNanos;
    }

    /** When it was sent; only of use once it was. */
    public long sentAtNanos() {
        return sentAtNanos;
    }

    /** When it was answered, failed or cancelled. */
    public long endedAtNanos() {
        return endedAtNanos;
    }

    /** Whether it was slow and gave its slot away. */
    public boolean overdue() {
        return slotsGiven > 0;
    }

    public Way way() {
        return way;
    }

    /** Notes what carried the answer. */
    public void came(Way by) {
        way = by;
    }

    int slotsGiven() {
        return slotsGiven;
    }

    long distance() {
        return distance;
    }

    /** When it makes room for the next, {@link Long#MAX_VALUE} = not before its time-out. */
    long overdueAtNanos() {
        return slowNanos >= timeoutNanos / (slotsGiven + 1)
                ? Long.MAX_VALUE
                : sentAtNanos + slowNanos * (slotsGiven + 1);
    }

    /** @param sentBefore how many legs of the lookup were sent before */
    void send(int sentBefore, Why becauseOf, long timeout, long slow, long nowNanos) {
        index = sentBefore;
        standing = Standing.IN_FLIGHT;
        why = becauseOf;
        sentAtNanos = nowNanos;
        timeoutNanos = timeout;
        slowNanos = slow;
    }

    void giveSlot() {
        slotsGiven++;
    }

    void end(Standing how, long nowNanos) {
        standing = how;
        endedAtNanos = nowNanos;
    }
}
