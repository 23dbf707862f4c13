package io.svcdht.storage.checkpoint;

import io.svcdht.storage.model.Key;

/** Keys in one array of longs, four a slot, half of it free at most; the zero key is remembered apart. */
final class KeySet {
    private static final int WORDS = 4;

    private long[] slots = new long[WORDS * 1024];
    private int size;
    private boolean zero;

    int size() {
        return size + (zero ? 1 : 0);
    }

    boolean contains(Key key) {
        return isZero(key) ? zero : isAt(slots, find(slots, key), key);
    }

    /** Whether it was not there before. */
    boolean add(Key key) {
        if (isZero(key)) {
            boolean fresh = !zero;
            zero = true;
            return fresh;
        }
        int at = find(slots, key);
        if (isAt(slots, at, key)) {
            return false;
        }
        put(slots, at, key);
        size++;
        if (2 * size > slots.length / WORDS) {
            grow();
        }
        return true;
    }

    private void grow() {
        long[] wider = new long[Math.multiplyExact(slots.length, 2)];
        for (int i = 0; i < slots.length; i += WORDS) {
            Key key = new Key(slots[i], slots[i + 1], slots[i + 2], slots[i + 3]);
            if (!isZero(key)) {
                put(wider, find(wider, key), key);
            }
        }
        slots = wider;
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
