package io.svcdht.storage.state.heap;

import java.util.Arrays;

/** The first so many of what it is shown, by (end, position): a heap with the last of them on top, the next to go. */
final class Earliest {
    private final int limit;
    private long[] ends;
    private long[] positions;
    private int[] slots;
    private int size;
    private boolean full;

    Earliest(int limit) {
        this.limit = limit;
        int room = Math.min(Math.max(1, limit), 64);
        ends = new long[room];
        positions = new long[room];
        slots = new int[room];
    }

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    /** Whether there was more than fits. */
    boolean turnedAway() {
        return full;
    }

    long end(int i) {
        return ends[i];
    }

    long position(int i) {
        return positions[i];
    }

    int slot(int i) {
        return slots[i];
    }

    void offer(long end, long position, int slot) {
        if (size < limit) {
            if (size == ends.length) {
                int room = Math.min(limit, size * 2);
                ends = Arrays.copyOf(ends, room);
                positions = Arrays.copyOf(positions, room);
                slots = Arrays.copyOf(slots, room);
            }
            size++;
            up(size - 1, end, position, slot);
            return;
        }
        full = true;
        if (limit > 0 && before(end, position, ends[0], positions[0])) {
            down(0, size, end, position, slot);
        }
    }

    /** Earliest first; nothing more can be offered then. */
    void sort() {
        for (int n = size - 1; n > 0; n--) {
            long end = ends[n];
            long position = positions[n];
            int slot = slots[n];
            set(n, ends[0], positions[0], slots[0]);
            down(0, n, end, position, slot);
        }
    }

    private void up(int from, long end, long position, int slot) {
        int i = from;
        while (i > 0) {
            int parent = i - 1 >>> 1;
            if (!before(ends[parent], positions[parent], end, position)) {
                break;
            }
            set(i, ends[parent], positions[parent], slots[parent]);
            i = parent;
        }
        set(i, end, position, slot);
    }

    private void down(int from, int n, long end, long position, int slot) {
        int i = from;
        while (2 * i + 1 < n) {
            int child = 2 * i + 1;
            if (child + 1 < n && before(ends[child], positions[child], ends[child + 1], positions[child + 1])) {
                child++;
            }
            if (!before(end, position, ends[child], positions[child])) {
                break;
            }
            set(i, ends[child], positions[child], slots[child]);
            i = child;
        }
        set(i, end, position, slot);
    }

    private void set(int i, long end, long position, int slot) {
        ends[i] = end;
        positions[i] = position;
        slots[i] = slot;
    }

    private static boolean before(long endA, long positionA, long endB, long positionB) {
        return endA < endB || endA == endB && positionA < positionB;
    }
}
