package io.svcdht.node.sim;

import io.svcdht.node.lookup.LookupResult;
import io.svcdht.node.lookup.LookupResult.Outcome;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** What became of the finds of one stretch of time. */
public final class FindLog {
    private static final long MILLI = 1_000_000L;
    private static final int HOPS_MAX = 64;

    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    private final int[] hops = new int[HOPS_MAX];
    private long[] tookNanos = new long[1 << 10];
    private int finds;
    private int found;
    private long messages;
    private long hedges;
    private int forged;

    void add(LookupResult result) {
        finds++;
        messages += result.messages();
        hedges += result.hedges();
        forged += (int) result.records().stream()
                .filter(r -> r.locator().startsWith(HeldRecords.FORGED))
                .count();
        outcomes.merge(result.outcome(), 1, Integer::sum);
        if (result.outcome() == Outcome.FOUND) {
            hops[Math.min(result.hops(), HOPS_MAX - 1)]++;
            if (found == tookNanos.length) {
                tookNanos = Arrays.copyOf(tookNanos, found * 2);
            }
            tookNanos[found++] = result.tookNanos();
        }
    }

    void add(FindLog other) {
        other.outcomes.forEach((outcome, count) -> outcomes.merge(outcome, count, Integer::sum));
        for (int i = 0; i < HOPS_MAX; i++) {
            hops[i] += other.hops[i];
        }
        long[] both = Arrays.copyOf(tookNanos, Math.max(1, found + other.found));
        System.arraycopy(other.tookNanos, 0, both, found, other.found);
        tookNanos = both;
        finds += other.finds;
        found += other.found;
        messages += other.messages;
        hedges += other.hedges;
        forged += other.forged;
    }

    /** Records somebody made up and a find believed. */
    int forged() {
        return forged;
    }

    public int finds() {
        return finds;
    }

    public int count(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0);
    }

    /** Share that ended so, 0 … 1. */
    public double share(Outcome outcome) {
        return finds == 0 ? 0 : (double) count(outcome) / finds;
    }

    /** Share found within this time, 0 … 1. */
    public double foundWithin(long millis) {
        int within = 0;
        for (int i = 0; i < found; i++) {
            within += tookNanos[i] <= millis * MILLI ? 1 : 0;
        }
        return finds == 0 ? 0 : (double) within / finds;
    }

    /** Requests a find, mean. */
    public double messages() {
        return finds == 0 ? 0 : (double) messages / finds;
    }

    public double hedges() {
        return finds == 0 ? 0 : (double) hedges / finds;
    }

    /** Hops of what was found; {@code percent} of all took no more. */
    public int hops(double percent) {
        long rank = (long) Math.ceil(found * percent / 100);
        long seen = 0;
        for (int i = 0; i < HOPS_MAX; i++) {
            seen += hops[i];
            if (seen >= rank) {
                return i;
            }
        }
        return HOPS_MAX;
    }

    /** Milliseconds; {@code percent} of what was found took no longer. */
    public double tookMillis(double percent) {
        if (found == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(tookNanos, found);
        Arrays.sort(sorted);
        int rank = Math.clamp((int) Math.ceil(found * percent / 100) - 1, 0, found - 1);
        return (double) sorted[rank] / MILLI;
    }

    @Override
    public String toString() {
        return "%d finds, %s, hops %d/%d/%d, %.2f messages (%.2f hedges), %.0f/%.0f/%.0f ms, %.3f%% within 300 ms"
                .formatted(
                        finds,
                        outcomes,
                        hops(50),
                        hops(95),
                        hops(99),
                        messages(),
                        hedges(),
                        tookMillis(50),
                        tookMillis(95),
                        tookMillis(99),
                        100 * foundWithin(300));
    }
}
