package io.svcdht.node.net;

/** Which counters of a conversation have been seen: the last {@value #SIZE}, whatever order they came in. */
final class ReplayWindow {
    static final int SIZE = 2_048;

    private final long[] seen = new long[SIZE / Long.SIZE];
    private long highest = -1;

    /** Whether it was never taken, and is not too old to say. Negative ones are none. */
    boolean isNew(long counter) {
        if (counter < 0) {
            return false;
        }
        return counter > highest || highest - counter < SIZE && (seen[word(counter)] & bit(counter)) == 0;
    }

    /** The highest taken, -1 = none. */
    long highest() {
        return highest;
    }

    /** Takes one that {@link #isNew is new}, once it has been decrypted. */
    void take(long counter) {
        if (counter > highest) {
            if (counter - highest >= SIZE) {
                java.util.Arrays.fill(seen, 0);
            } else {
                for (long c = highest + 1; c < counter; c++) {
                    seen[word(c)] &= ~bit(c);
                }
            }
            highest = counter;
        }
        seen[word(counter)] |= bit(counter);
    }

    private static int word(long counter) {
        return (int) (counter % SIZE) / Long.SIZE;
    }

    private static long bit(long counter) {
        return 1L << counter % Long.SIZE;
    }
}
