package io.svcdht.node.sim;

import io.svcdht.storage.model.Key;
import java.util.function.LongSupplier;

/**
 * Luck that repeats: the same seed gives the same numbers on every machine (Steele, Lea and Flood, Fast Splittable
 * Pseudorandom Number Generators, 2014).
 */
final class SplitMix implements LongSupplier {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    SplitMix(long seed) {
        state = seed;
    }

    /** Numbers that have nothing to do with ours. */
    SplitMix split() {
        return new SplitMix(getAsLong() ^ GOLDEN);
    }

    @Override
    public long getAsLong() {
        state += GOLDEN;
        return mix(state);
    }

    static long mix(long z) {
        long x = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        x = (x ^ x >>> 27) * 0x94D049BB133111EBL;
        return x ^ x >>> 31;
    }

    /** 0 … bound - 1. The bias is below bound / 2^32 and of no account here. */
    int below(int bound) {
        return (int) ((getAsLong() >>> 32) * bound >>> 32);
    }

    /** 0 (inclusive) … 1 (exclusive). */
    double unit() {
        return (getAsLong() >>> 11) * 0x1.0p-53;
    }

    Key key() {
        return new Key(getAsLong(), getAsLong(), getAsLong(), getAsLong());
    }

    /** Time until the next of events that come at this rate, by chance. */
    long exponentialNanos(long meanNanos) {
        return (long) (-StrictMath.log(1 - unit()) * (double) meanNanos);
    }
}
