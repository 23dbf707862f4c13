package io.svcdht.node.lookup;

import java.util.Arrays;

/** The latest round trips of one kind of peers, and their percentiles. */
public final class RttWindow {
    /** Taken for granted until something was measured: about the 95th percentile of the Internet. */
    public static final long UNMEASURED_NANOS = 150_000_000L;

    private static final int SIZE = 48;
    /** Fewer say nothing about a percentile. */
    private static final int ENOUGH = 8;

    private final long unmeasuredNanos;
    private long[] latest = {};
    /** The same, sorted. */
    private long[] sorted = {};

    private int count;
    private int next;

    public RttWindow() {
        this(UNMEASURED_NANOS);
    }

    /** @param unmeasuredNanos taken for granted until something was measured */
    public RttWindow(long unmeasuredNanos) {
        this.unmeasuredNanos = unmeasuredNanos;
    }

    public void add(long rttNanos) {
        if (latest.length == 0) {
            latest = new long[SIZE];
            sorted = new long[SIZE];
        }
        if (count == SIZE) {
            int gone = Arrays.binarySearch(sorted, 0, count, latest[next]);
            System.arraycopy(sorted, gone + 1, sorted, gone, count - gone - 1);
            count--;
        }
        int at = Arrays.binarySearch(sorted, 0, count, rttNanos);
        at = at < 0 ? -at - 1 : at;
        System.arraycopy(sorted, at, sorted, at + 1, count - at);
        sorted[at] = rttNanos;
        latest[next] = rttNanos;
        next = (next + 1) % SIZE;
        count++;
    }

    public long p95Nanos() {
        return count < ENOUGH ? unmeasuredNanos : sorted[(int) (count * 0.95)];
    }

    /** What six of ten stay below: past it waiting on costs more than asking another. */
    public long slowNanos() {
        return count < ENOUGH ? unmeasuredNanos : sorted[(int) (count * 0.6)];
    }
}
