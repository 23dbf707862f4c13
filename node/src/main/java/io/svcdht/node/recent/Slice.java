package io.svcdht.node.recent;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** What a {@link Spread} counted for a while: its filled buckets, in order. */
public final class Slice {
    public static final Slice EMPTY = new Slice(new short[0], new int[0]);

    private final short[] buckets;
    private final int[] counts;

    Slice(short[] buckets, int[] counts) {
        this.buckets = buckets;
        this.counts = counts;
    }

    /** Several as one. */
    public static Slice merged(List<Slice> slices) {
        TreeMap<Short, Integer> all = new TreeMap<>();
        for (Slice s : slices) {
            for (int i = 0; i < s.buckets.length; i++) {
                all.merge(s.buckets[i], s.counts[i], Math::addExact);
            }
        }
        short[] at = new short[all.size()];
        int[] many = new int[all.size()];
        int i = 0;
        for (var e : all.entrySet()) {
            at[i] = e.getKey();
            many[i++] = e.getValue();
        }
        return new Slice(at, many);
    }

    public long count() {
        return Arrays.stream(counts).asLongStream().sum();
    }

    /**
     * The value below or at which so large a part of all lie; empty where there is none.
     *
     * @param part 0 … 1
     */
    public OptionalDouble quantile(double part) {
        long rank = Math.max(1, (long) Math.ceil(part * count()));
        long before = 0;
        for (int i = 0; i < buckets.length; i++) {
            if (before + counts[i] >= rank) {
                long least = Spread.least(buckets[i]);
                long wide = Spread.least(buckets[i] + 1) - least;
                // Small values are exact; of others one knows no more than the bucket, so they are spread over it.
                return OptionalDouble.of(wide == 1 ? least : least + wide * (double) (rank - before) / counts[i]);
            }
            before += counts[i];
        }
        return OptionalDouble.empty();
    }

    /** How many lay above a value, as far as the buckets tell. */
    public long above(long value) {
        long n = 0;
        for (int i = 0; i < buckets.length; i++) {
            n += Spread.least(buckets[i]) >= value ? counts[i] : 0;
        }
        return n;
    }
}
