package io.svcdht.storage.checkpoint;

import io.svcdht.storage.model.Key;
import java.util.Arrays;

/**
 * Keys in arrays of longs, four a slot, half of it free at most; the zero key is remembered apart. Each of 4,096 ranges
 * of keys has an array of its own: who adds keys in their order stays in one that the processor has at hand.
 */
final class KeySet {
    private static final int WORDS = 4;
    private static final int RANGE_BITS = 12;
    private static final int SLOTS_MIN = 4;
    private static final long[] NONE = new long[WORDS];

    private final long[][] ranges = new long[1 << RANGE_BITS][];
    private final int[] sizes = new int[1 << RANGE_BITS];
    private int size;
    private boolean zero;

    KeySet() {
        Arrays.fill(ranges, NONE);
    }

    int size() {
        return size + (zero ? 1 : 0);
    }

    boolean contains(Key key) {
        long[] slots = ranges[range(key)];
        return isZero(key) ? zero : isAt(slots, find(slots, key), key);
    }

    /** Whether it was not there before. */
    boolean add(Key key) {
        if (isZero(key)) {
            boolean fresh = !zero;
            zero = true;
            return fresh;
        }
        int range = range(key);
        long[] slots = ranges[range];
        int at = find(slots, key);
        if (isAt(slots, at, key)) {
            return false;
        }
        if (2 * (sizes[range] + 1) > slots.length / WORDS) {
            slots = wider(slots);
            ranges[range] = slots;
            at = find(slots, key);
        }
        put(slots, at, key);
        sizes[range]++;
        size++;
        return true;
    }

    private static int range(Key key) {
        return (int) (key.w0() >>> Long.SIZE - RANGE_BITS);
    }

    private static long[] wider(long[] slots) {
        long[] wider = new long[Math.multiplyExact(Math.max(SLOTS_MIN * WORDS / 2, slots.length), 2)];
        for (int i = 0; i < slots.length; i += WORDS) {
            Key key = new Key(slots[i], slots[i + 1], slots[i + 2], slots[i + 3]);
            if (!isZero(key)) {
                put(wider, find(wider, key), key);
            }
        }
        return wider;
    }

    /** Where the key is, or would be. */
    private static int find(long[] slots, Key key) {
        int mask = slots.length / WORDS - 1;
        int slot = key.hashCode() & mask;
        while (!isAt(slots, slot * WORDS, key) && !isFree(slots, slot * WORDS)) {
            slot = slot + 1 & mask;
        }
        return slot * WORDS;
    }

    private static boolean isFree(long[] slots, int at) {
        return (slots[at] | slots[at + 1] | slots[at + 2] | slots[at + 3]) == 0;
    }

    private static boolean isAt(long[] slots, int at, Key key) {
        return slots[at] == key.w0()
                && slots[at + 1] == key.w1()
                && slots[at + 2] == key.w2()
                && slots[at + 3] == key.w3();
    }

    private static void put(long[] slots, int at, Key key) {
        slots[at] = key.w0();
        slots[at + 1] = key.w1();
        slots[at + 2] = key.w2();
        slots[at + 3] = key.w3();
    }

    private static boolean isZero(Key key) {
        return (key.w0() | key.w1() | key.w2() | key.w3()) == 0;
    }
}
