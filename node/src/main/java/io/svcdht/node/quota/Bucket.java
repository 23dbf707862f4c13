package io.svcdht.node.quota;

/**
 * A bucket of tokens that fills evenly and holds so much at most. What is taken may leave it below zero: whoever could not
 * know the price before pays it off before anything more is had. The time is a parameter. Not for two threads at once.
 */
public final class Bucket {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perNano;
    private final double most;
    private double tokens;
    private long sinceNanos;

    /**
     * A full one.
     *
     * @param perSecond how fast it fills
     * @param seconds how many seconds' worth it holds
     */
    public Bucket(double perSecond, double seconds, long nowNanos) {
        perNano = perSecond / NANOS_PER_SECOND;
        most = perSecond * seconds;
        tokens = most;
        sinceNanos = nowNanos;
    }

    /** Whether so many are there. */
    public boolean has(long wanted, long nowNanos) {
        return level(nowNanos) >= (double) wanted;
    }

    /** How many are there, below zero = owed. */
    public double level(long nowNanos) {
        // Threads may come with moments out of order.
        long passed = Math.max(0, nowNanos - sinceNanos);
        tokens = Math.min(most, tokens + passed * perNano);
        sinceNanos += passed;
        return tokens;
    }

    /** How many there are at most. */
    public double most() {
        return most;
    }

    /** Takes so many, whether they are there or not. */
    public void take(long count) {
        tokens -= (double) count;
    }
}
