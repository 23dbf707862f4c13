package io.svcdht.node.peering;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * When which seed is called. Seeds are called in random order as long as too few have answered or nobody is known, and
 * again when many contacts have vanished; the pauses between rounds grow, so that a seed that is down is not flooded by
 * those who wait for it. Pure: it is told what happens and asked what to do.
 */
public final class Bootstrap {
    private static final long SECOND = 1_000_000_000L;
    private static final long[] PAUSES = {SECOND, 5 * SECOND, 15 * SECOND, 60 * SECOND, 300 * SECOND};
    /** Each pause is this share longer or shorter, by chance. */
    private static final double JITTER = 0.2;

    private static final long VANISHED_WITHIN_NANOS = 60 * SECOND;
    private static final int VANISHED_PERCENT = 30;

    private record Count(long atNanos, int contacts) {}

    private final Set<Integer> silent = new HashSet<>();
    private final Set<Integer> ourselves = new HashSet<>();
    private final Deque<Count> counts = new ArrayDeque<>();
    private final int seeds;
    private final LongSupplier dice;
    private long nextNanos;
    private int round;

    /** @param seeds how many there are; they go by their place in the list */
    public Bootstrap(int seeds, LongSupplier dice, long nowNanos) {
        this.seeds = seeds;
        this.dice = dice;
        this.nextNanos = nowNanos;
        for (int i = 0; i < seeds; i++) {
            silent.add(i);
        }
    }

    public void answered(int seed) {
        silent.remove(seed);
    }

    /** Calling it led back to us; it is not called again. */
    public void isOurselves(int seed) {
        silent.remove(seed);
        ourselves.add(seed);
    }

    /**
     * The seeds to call now, in this order.
     *
     * @param quorum seeds that have to answer
     * @param contacts members of the routing table
     * @param live those that answer
     */
    public List<Integer> due(int quorum, int contacts, int live, long nowNanos) {
        boolean lost = live == 0 || vanished(contacts, nowNanos);
        int answered = seeds - silent.size() - ourselves.size();
        if (!lost && answered >= quorum) {
            round = 0;
            return List.of();
        }
        if (nowNanos < nextNanos) {
            return List.of();
        }
        nextNanos = nowNanos + jittered(PAUSES[round]);
        round = Math.min(round + 1, PAUSES.length - 1);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < seeds; i++) {
            if (!ourselves.contains(i) && (lost || silent.contains(i))) {
                order.add((int) Long.remainderUnsigned(dice.getAsLong(), order.size() + 1L), i);
            }
        }
        return order;
    }

    /** Whether more than a part of the contacts of the last minute are gone. */
    private boolean vanished(int contacts, long nowNanos) {
        while (!counts.isEmpty() && nowNanos - counts.getFirst().atNanos() > VANISHED_WITHIN_NANOS) {
            counts.removeFirst();
        }
        int most = contacts;
        for (Count c : counts) {
            most = Math.max(most, c.contacts());
        }
        counts.addLast(new Count(nowNanos, contacts));
        return (most - contacts) * 100 > most * VANISHED_PERCENT;
    }

    private long jittered(long nanos) {
        double unit = (dice.getAsLong() >>> 11) * 0x1.0p-53;
        return (long) (nanos * (1 - JITTER + 2 * JITTER * unit));
    }
}
