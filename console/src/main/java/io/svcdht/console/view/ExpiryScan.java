package io.svcdht.console.view;

import io.svcdht.storage.state.ProviderView;
import java.util.function.BooleanSupplier;

/**
 * How much time the records have left, counted in steps of ten seconds by a walk over the index that ends when its
 * budget does. The index is in no order, so that what an ended walk saw is a fair sample.
 */
final class ExpiryScan {
    static final int STEP_SECONDS = 10;

    private static final int STEPS = 172_800 / STEP_SECONDS;
    /** Asking for the time costs more than looking at a record. */
    private static final int CHECK_EVERY = 256;

    private final int[] counts = new int[STEPS];
    private long scanned;
    private long overdue;
    private int greatestStep = -1;
    private boolean complete;
    private int untilCheck = CHECK_EVERY;

    private ExpiryScan() {}

    /**
     * @param spent asked now and then; true ends the walk
     */
    static ExpiryScan of(ProviderView providers, long nowMillis, BooleanSupplier spent) {
        ExpiryScan scan = new ExpiryScan();
        try {
            providers.forEachEnd(endMillis -> {
                scan.see(endMillis - nowMillis);
                scan.check(spent);
            });
            scan.complete = true;
        } catch (BudgetSpent e) {
            scan.complete = false;
        }
        return scan;
    }

    private void see(long left) {
        scanned++;
        if (left <= 0) {
            overdue++;
            return;
        }
        int step = (int) Math.min(STEPS - 1, (left - 1) / (STEP_SECONDS * 1000L));
        counts[step]++;
        greatestStep = Math.max(greatestStep, step);
    }

    private void check(BooleanSupplier spent) {
        if (--untilCheck <= 0) {
            untilCheck = CHECK_EVERY;
            if (spent.getAsBoolean()) {
                throw new BudgetSpent();
            }
        }
    }

    /** Records seen, tombstones not counted. */
    long scanned() {
        return scanned;
    }

    /** Records seen that ran out and wait for their expiry event. */
    long overdue() {
        return overdue;
    }

    /** Whether the walk came to its end. */
    boolean complete() {
        return complete;
    }

    /** The longest time left that was seen, seconds rounded up to a step; 0 = none. */
    int longestSeconds() {
        return (greatestStep + 1) * STEP_SECONDS;
    }

    /** Records whose time left is over {@code fromSeconds} and at most {@code toSeconds}; whole steps. */
    long between(int fromSeconds, int toSeconds) {
        long n = 0;
        for (int i = fromSeconds / STEP_SECONDS; i < Math.min(STEPS, toSeconds / STEP_SECONDS); i++) {
            n += counts[i];
        }
        return n;
    }

    /** The one way out of a walk that takes a plain visitor. */
    private static final class BudgetSpent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BudgetSpent() {
            super("the budget is spent", null, false, false);
        }
    }
}
