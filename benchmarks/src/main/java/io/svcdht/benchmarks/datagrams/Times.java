package io.svcdht.benchmarks.datagrams;

import java.util.Arrays;
import java.util.Locale;

/** How long each of many took, in nanoseconds; 0 = never answered. */
record Times(long[] sorted, int unanswered) {
    static Times of(long[] nanos) {
        long[] answered = Arrays.stream(nanos).filter(n -> n > 0).sorted().toArray();
        return new Times(answered, nanos.length - answered.length);
    }

    double millis(double quantile) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1, quantile * sorted.length)] / 1e6;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d answered, %d not; p50 %.2f ms, p95 %.2f, p99 %.2f, most %.2f",
                sorted.length,
                unanswered,
                millis(0.5),
                millis(0.95),
                millis(0.99),
                millis(1));
    }
}
