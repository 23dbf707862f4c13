package io.svcdht.node.recent;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts values by size, so finely that a quantile is off by an eighth at most: values below 16 exactly, above that
 * eight steps to each power of two. To count is one addition, from any thread.
 *
 * <pre>
 *   value   0 1 … 15 | 16 18 … 30 | 32 36 … 60 | 64 …
 *   bucket  0 1 … 15 | 16 17 … 23 | 24 25 … 31 | 32 …
 * </pre>
 */
public final class Spread {
    private static final int EXACT = 16;
    private static final int FIRST_POWER = 4;
    private static final int LAST_POWER = 40;
    private static final int STEP_BITS = 3;
    private static final int BUCKETS = EXACT + (LAST_POWER - FIRST_POWER + 1) * (1 << STEP_BITS);

    // Most of them stay empty for ever: one is made when it is first needed.
    private final AtomicReferenceArray<@Nullable LongAdder> counts = new AtomicReferenceArray<>(BUCKETS);
    private final long[] taken = new long[BUCKETS];

    /** Counts a value; a negative one as 0, one beyond 2^41 as that. */
    public void add(long value) {
        int bucket = bucket(value);
        LongAdder count = counts.get(bucket);
        if (count == null) {
            counts.compareAndSet(bucket, null, new LongAdder());
            count = counts.get(bucket);
        }
        if (count != null) {
            count.increment();
        }
    }

    /** What was counted since this was called before; for one thread. */
    public Slice take() {
        short[] at = new short[BUCKETS];
        int[] many = new int[BUCKETS];
        int filled = 0;
        for (int b = 0; b < BUCKETS; b++) {
            LongAdder count = counts.get(b);
            long sum = count == null ? 0 : count.sum();
            if (sum > taken[b]) {
                at[filled] = (short) b;
                many[filled++] = (int) Math.min(Integer.MAX_VALUE, sum - taken[b]);
                taken[b] = sum;
            }
        }
        return filled == 0 ? Slice.EMPTY : new Slice(Arrays.copyOf(at, filled), Arrays.copyOf(many, filled));
    }

    static int bucket(long value) {
        if (value < EXACT) {
            return (int) Math.max(0, value);
        }
        int power = 63 - Long.numberOfLeadingZeros(value);
        if (power > LAST_POWER) {
            return BUCKETS - 1;
        }
        int step = (int) (value >>> (power - STEP_BITS)) & ((1 << STEP_BITS) - 1);
        return EXACT + ((power - FIRST_POWER) << STEP_BITS) + step;
    }

    /** The least value of a bucket; that of the next is the least beyond it. */
    static long least(int bucket) {
        if (bucket < EXACT) {
            return bucket;
        }
        int power = FIRST_POWER + ((bucket - EXACT) >> STEP_BITS);
        int step = (bucket - EXACT) & ((1 << STEP_BITS) - 1);
        return (1L << power) + ((long) step << (power - STEP_BITS));
    }
}
