package io.svcdht.node.network;

/** How much of what peers hand us may be journaled: a bucket that holds two seconds' worth. Any thread. */
final class JournalBudget {
    private static final double SECONDS_SAVED = 2;
    private static final double NANOS_PER_SECOND = 1e9;

    private final double bytesPerNano;
    private final double bytesMax;
    private double bytes;
    private long filledNanos;

    JournalBudget(long bytesPerSecond, long nowNanos) {
        bytesPerNano = bytesPerSecond / NANOS_PER_SECOND;
        bytesMax = bytesPerSecond * SECONDS_SAVED;
        bytes = bytesMax;
        filledNanos = nowNanos;
    }

    /** Takes so many bytes out, if they are there. */
    synchronized boolean take(long wanted, long nowNanos) {
        // Threads may come with moments out of order.
        long passed = Math.max(0, nowNanos - filledNanos);
        bytes = Math.min(bytesMax, bytes + passed * bytesPerNano);
        filledNanos += passed;
        if (bytes < wanted) {
            return false;
        }
        bytes -= wanted;
        return true;
    }
}
