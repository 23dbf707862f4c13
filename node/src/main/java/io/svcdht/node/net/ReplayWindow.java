package io.svcdht.node.net;

import java.util.Arrays;

/**
 * Which counters of a conversation have been seen: the last {@value #SIZE}, whatever order they came in. It takes room as
 * the counters grow: most conversations end after a few datagrams.
 */
final class ReplayWindow {
    static final int SIZE = 2_048;

    private static final long[] NONE = {};

    /** Of counters below 64, while {@link #seen} is empty. */
    private long first;

    private long[] seen = NONE;
    private long highest = -1;

    /** Whether it was never taken, and is not too old to say. Negative ones are none. */
    boolean isNew(long counter) {
        if (counter < 0) {
            return false;
        }
        return counter > highest || highest - counter < SIZE && (word(counter) & bit(counter)) == 0;
    }

    /** The highest taken, -1 = none. */
    long highest() {
        return highest;
    }

    /** Takes one that {@link #isNew is new}, once it has been decrypted. */
    void take(long counter) {
        if (counter >= Long.SIZE && seen.length == 0) {
            seen = new long[SIZE / Long.SIZE];
            seen[0] = first;
        }
        if (counter > highest) {
            if (counter - highest >= SIZE) {
                Arrays.fill(seen, 0);
            } else if (seen.length > 0) {
                for (long c = highest + 1; c < counter; c++) {
                    seen[index(c)] &= ~bit(c);
                }
            }
            highest = counter;
        }
        if (seen.length == 0) {
            first |= bit(counter);
        } else {
            seen[index(counter)] |= bit(counter);
        }
    }

    private long word(long counter) {
        return seen.length == 0 ? first : seen[index(counter)];
    }

    private static int index(long counter) {
        return (int) (counter % SIZE) / Long.SIZE;
    }

    private static long bit(long counter) {
        return 1L << counter % Long.SIZE;
    }
}
