package io.svcdht.node.sim;

/**
 * How long a message and its answer take between two nodes: lognormal with p50/p95/p99 = 40/150/259 ms over all pairs.
 * Most of it belongs to the pair and stays, the rest is new with each message; together they make that distribution.
 *
 * <p>Values come from tables of quantiles made with {@link StrictMath}, so that all machines agree to the last bit.
 */
final class RoundTripModel {
    private static final double MEDIAN_NANOS = 40e6;
    /** ln(150 / 40) / 1.645, and ln(259 / 40) / 2.326: the two agree. */
    private static final double SIGMA = 0.8035;
    /** The part that is new with each message. */
    private static final double SIGMA_MESSAGE = 0.15;

    private static final int QUANTILES = 1 << 14;

    private final long seed;
    private final long[] pairNanos = new long[QUANTILES];
    private final double[] messageFactor = new double[QUANTILES];

    RoundTripModel(long seed) {
        this.seed = seed;
        double sigmaPair = StrictMath.sqrt(SIGMA * SIGMA - SIGMA_MESSAGE * SIGMA_MESSAGE);
        for (int i = 0; i < QUANTILES; i++) {
            double z = normalQuantile((i + 0.5) / QUANTILES);
            pairNanos[i] = (long) (MEDIAN_NANOS * StrictMath.exp(sigmaPair * z));
            messageFactor[i] = StrictMath.exp(SIGMA_MESSAGE * z);
        }
    }

    /** The round trip of one message between two nodes, which are numbers. */
    long nanos(int a, int b, SplitMix luck) {
        long pair = (long) Math.min(a, b) << 32 | Math.max(a, b);
        int p = (int) (SplitMix.mix(pair * 0x9E3779B97F4A7C15L ^ seed) >>> 50);
        int m = (int) (luck.getAsLong() >>> 50);
        return (long) (pairNanos[p] * messageFactor[m]);
    }

    /** The standard normal quantile by Newton steps on its distribution (Abramowitz and Stegun 26.2.17, 26.2.23). */
    static double normalQuantile(double p) {
        if (p > 0.5) {
            return -normalQuantile(1 - p);
        }
        double t = StrictMath.sqrt(-2 * StrictMath.log(p));
        double top = 2.515517 + t * (0.802853 + t * 0.010328);
        double bottom = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
        return -(t - top / bottom);
    }
}
