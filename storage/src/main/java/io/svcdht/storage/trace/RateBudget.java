package io.svcdht.storage.trace;

/**
 * Bytes that may be spent: so many a second in the long run, and what a quiet while has saved up at once, as a start or
 * a burst of lookups needs it. For one thread.
 */
public final class RateBudget {
    /** So many seconds' worth are saved at most. */
    public static final int BURST_SECONDS = 8;

    private static final double NANOS_PER_SECOND = 1e9;

    private double saved = Double.MAX_VALUE;
    private long lastNanos;

    /** Spends the bytes unless it is too much. */
    public boolean spend(long bytes, long bytesPerSecond, long nowNanos) {
        double earned = (nowNanos - lastNanos) / NANOS_PER_SECOND * bytesPerSecond;
        saved = Math.min((double) BURST_SECONDS * bytesPerSecond, saved + earned);
        lastNanos = nowNanos;
        if (bytes > saved) {
            return false;
        }
        saved -= bytes;
        return true;
    }
}
