package io.svcdht.storage.state.heap;

import io.svcdht.storage.model.Key;
import java.util.Arrays;

/** Keys side by side, four longs each, sorted in place: no keys chosen by anybody make that slow. */
final class Keys {
    private long[] words = {};
    private int size;

    void clear(int room) {
        size = 0;
        if (words.length < room * 4) {
            words = new long[room * 4];
        }
    }

    int size() {
        return size;
    }

    Key key(int i) {
        return new Key(words[4 * i], words[4 * i + 1], words[4 * i + 2], words[4 * i + 3]);
    }

    /** Writes a slot's key behind the last; it counts once it is kept. What is gone meanwhile has none. */
    void put(Records records, int slot) {
        try {
            records.copyKey(slot, words, 4 * size);
        } catch (IndexOutOfBoundsException | IllegalStateException e) {
            Arrays.fill(words, 4 * size, 4 * size + 4, 0);
        }
    }

    void keep(int n) {
        size += n;
    }

    /** Keeps what was put if it is among the smallest so many, the greatest of which is on top of the heap. */
    void keepSmallest(int limit) {
        if (size < limit) {
            int i = size++;
            while (i > 0 && compare(i, i - 1 >>> 1) > 0) {
                swap(i, i - 1 >>> 1);
                i = i - 1 >>> 1;
            }
        } else if (compare(size, 0) < 0) {
            swap(size, 0);
            down(0, size);
        }
    }

    boolean lastPutIsBehind(Key after) {
        return compare(4 * size, after) > 0;
    }

    /** Where the keys behind the given one begin, once sorted. */
    int firstBehind(Key after) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = low + high >>> 1;
            if (compare(4 * middle, after) > 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    void sort() {
        for (int i = size / 2 - 1; i >= 0; i--) {
            down(i, size);
        }
        for (int n = size - 1; n > 0; n--) {
            swap(0, n);
            down(0, n);
        }
    }

    private void down(int from, int n) {
        int i = from;
        while (2 * i + 1 < n) {
            int child = 2 * i + 1;
            if (child + 1 < n && compare(child, child + 1) < 0) {
                child++;
            }
            if (compare(i, child) >= 0) {
                return;
            }
            swap(i, child);
            i = child;
        }
    }

    private int compare(int a, int b) {
        for (int i = 0; i < 4; i++) {
            int c = Long.compareUnsigned(words[4 * a + i], words[4 * b + i]);
            if (c != 0) {
                return c;
            }
        }
        return 0;
    }

    private int compare(int at, Key key) {
        int c = Long.compareUnsigned(words[at], key.w0());
        return c != 0 ? c : new Key(words[at], words[at + 1], words[at + 2], words[at + 3]).compareTo(key);
    }

    private void swap(int a, int b) {
        for (int i = 0; i < 4; i++) {
            long w = words[4 * a + i];
            words[4 * a + i] = words[4 * b + i];
            words[4 * b + i] = w;
        }
    }
}
