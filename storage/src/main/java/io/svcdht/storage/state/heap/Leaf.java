package io.svcdht.storage.state.heap;

import io.svcdht.storage.model.Key;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The keys with one prefix, hashed: open addressing over slot numbers, each key's first record. It is also what readers
 * hold on to: its stamp is odd while the writer changes something that a reader of these keys may look at, and never
 * the same again afterwards.
 *
 * <pre>
 * cell   hash 4 | slot + 1, 28       0 = empty, so is the end of a probe; GONE = was taken out
 *
 * writer: begin → change → end       reader: stamp → look → still(stamp)?  no: look again from the top
 * </pre>
 *
 * <p>A cell keeps its place as long as its array lives, so that whoever walks an array without a stamp sees every key
 * that stays.
 */
final class Leaf {
    /** No two cells of a probe are compared further once a leaf holds so many keys: it is split. */
    static final int KEYS_MAX = 2048;

    private static final int CELLS_MIN = 4;
    private static final int SLOT_BITS = 28;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    private static final int GONE = SLOT_MASK;
    private static final int[] RETIRED = {};
    private static final VarHandle STAMP;
    private static final VarHandle CELLS;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(int[].class);

    static {
        try {
            STAMP = MethodHandles.lookup().findVarHandle(Leaf.class, "stamp", int.class);
            CELLS = MethodHandles.lookup().findVarHandle(Leaf.class, "cells", int[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private int stamp;
    private int[] cells;
    private int keys;
    /** Cells that are not empty: keys and what is gone. */
    private int used;

    Leaf(int keysExpected) {
        cells = new int[cellsFor(keysExpected)];
    }

    /** Publishers choose keys, so all 256 bits count, and what they collide under is the process's own secret. */
    static int hash(long w0, long w1, long w2, long w3, long seed) {
        long h = (w0 ^ seed) * 0x9E3779B97F4A7C15L;
        h = (h ^ h >>> 32 ^ w1) * 0xC2B2AE3D27D4EB4FL;
        h = (h ^ h >>> 29 ^ w2) * 0x165667B19E3779F9L;
        h = (h ^ h >>> 32 ^ w3) * 0x27D4EB2F165667C5L;
        return (int) (h ^ h >>> 32);
    }

    static int hash(Key k, long seed) {
        return hash(k.w0(), k.w1(), k.w2(), k.w3(), seed);
    }

    // --- readers ---------------------------------------------------------------------------------------------------

    /** Odd = a change is going on, or the leaf is no longer part of the index. */
    int stamp() {
        return (int) STAMP.getAcquire(this);
    }

    /** Whether all that was read since the stamp was taken holds. */
    boolean still(int earlier) {
        VarHandle.acquireFence();
        return (int) STAMP.getOpaque(this) == earlier;
    }

    /** The first record of the key, or {@link Slots#NONE}. */
    int head(Records records, Key key, int hash) {
        int at = find(records, key, hash);
        return at < 0 ? Slots.NONE : (cells[at] & SLOT_MASK) - 1;
    }

    /** As they stand, to be walked with {@link #slotIn}. */
    int[] cells() {
        return (int[]) CELLS.getAcquire(this);
    }

    /**
     * Copies every key's four words, without a stamp: a leaf of thousands of keys is hardly
     * ever left alone long enough for one.
     *
     * @return false if the cells were replaced meanwhile and it must be done again from the top
     */
    @SuppressWarnings("ReferenceEquality") // the very same array is what counts
    boolean copyKeys(Records records, Keys to) {
        int[] c = cells();
        to.clear(c.length);
        for (int i = 0; i < c.length; i++) {
            int cell;
            do {
                // A slot is given back only after its cell has changed, so the key read in between is the cell's own.
                cell = (int) CELL.getAcquire(c, i);
                if (slotIn(cell) != Slots.NONE) {
                    to.put(records, slotIn(cell));
                }
                VarHandle.acquireFence();
            } while (cell != (int) CELL.getOpaque(c, i));
            to.keep(slotIn(cell) == Slots.NONE ? 0 : 1);
        }
        return c == cells() && c.length > 0;
    }

    static int slotIn(int cell) {
        int s = cell & SLOT_MASK;
        return s == 0 || s == GONE ? Slots.NONE : s - 1;
    }

    /** The record of the first cell that may be the hash's, without a look at the record; {@link Slots#NONE} where there is none. */
    int likely(int hash) {
        int[] c = cells;
        int at = start(hash, c.length);
        for (int n = 0; n < c.length && c[at] != 0; n++) {
            if (c[at] >>> SLOT_BITS == mark(hash) && slotIn(c[at]) != Slots.NONE) {
                return slotIn(c[at]);
            }
            at = at + 1 == c.length ? 0 : at + 1;
        }
        return Slots.NONE;
    }

    private int find(Records records, Key key, int hash) {
        int[] c = cells;
        int at = start(hash, c.length);
        for (int n = 0; n < c.length; n++) {
            int cell = c[at];
            if (cell == 0) {
                return -1;
            }
            if (cell >>> SLOT_BITS == mark(hash)
                    && (cell & SLOT_MASK) != GONE
                    && records.hasKey((cell & SLOT_MASK) - 1, key, hash)) {
                return at;
            }
            at = at + 1 == c.length ? 0 : at + 1;
        }
        return -1;
    }

    // --- the writer ------------------------------------------------------------------------------------------------

    void begin() {
        STAMP.setOpaque(this, stamp + 1);
        // Nothing that is changed from here on, in any leaf, is seen before the odd stamp is.
        VarHandle.releaseFence();
    }

    void end() {
        VarHandle.releaseFence();
        STAMP.setOpaque(this, stamp + 1);
    }

    /** Sends readers back to the top for good. */
    void retire() {
        begin();
        CELLS.setRelease(this, RETIRED);
    }

    int keys() {
        return keys;
    }

    /** A new key; between begin and end, or before anybody knows the leaf. */
    void put(Records records, int hash, int slot) {
        if ((used + 1) * 4 > cells.length * 3) {
            rebuild(records, keys + 1);
        }
        if (place(cells, hash, slot)) {
            used++;
        }
        keys++;
    }

    /** The key's first record is another one. */
    void replace(Records records, Key key, int hash, int slot) {
        CELL.setRelease(cells, found(records, key, hash), cell(hash, slot));
    }

    void remove(Records records, Key key, int hash) {
        int at = found(records, key, hash);
        boolean last = cells[at + 1 == cells.length ? 0 : at + 1] == 0;
        cells[at] = last ? 0 : GONE;
        used -= last ? 1 : 0;
        keys--;
        if (cells.length > CELLS_MIN && keys * 4 < cells.length) {
            rebuild(records, keys);
        }
    }

    private int found(Records records, Key key, int hash) {
        int at = find(records, key, hash);
        if (at < 0) {
            throw new IllegalStateException(key + " is not in its leaf");
        }
        return at;
    }

    private void rebuild(Records records, int keysExpected) {
        int[] fresh = new int[cellsFor(keysExpected)];
        int[] found = new int[2 * keys];
        int n = 0;
        for (int c : cells) {
            int slot = slotIn(c);
            if (slot != Slots.NONE) {
                // All looked at before any is placed: the processor fetches many records at once so.
                found[n++] = records.hash(slot);
                found[n++] = slot;
            }
        }
        for (int i = 0; i < n; i += 2) {
            place(fresh, found[i], found[i + 1]);
        }
        CELLS.setRelease(this, fresh);
        used = keys;
    }

    /** True if an empty cell was used up, false if one of those gone. */
    private static boolean place(int[] cells, int hash, int slot) {
        int at = start(hash, cells.length);
        while (slotIn(cells[at]) != Slots.NONE) {
            at = at + 1 == cells.length ? 0 : at + 1;
        }
        boolean empty = cells[at] == 0;
        cells[at] = cell(hash, slot);
        return empty;
    }

    private static int cell(int hash, int slot) {
        return mark(hash) << SLOT_BITS | slot + 1;
    }

    private static int mark(int hash) {
        return hash & 15;
    }

    private static int start(int hash, int length) {
        return (int) ((hash & 0xffff_ffffL) * length >>> 32);
    }

    private static int cellsFor(int keys) {
        return Math.max(CELLS_MIN, keys * 8 / 3);
    }
}
