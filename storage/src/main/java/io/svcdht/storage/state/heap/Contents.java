package io.svcdht.storage.state.heap;

import io.svcdht.storage.event.ByteSink;
import java.util.Arrays;

/**
 * What records say beyond numbers — locator, own text, addresses — as bytes, each once however many records say it,
 * counted by reference and forgotten with the last.
 *
 * <pre>
 * in the arena:  references i32 | length i32 | hash i32 | weight i32, negative = not in the table | bytes
 * in a table:    hash 32 | content 32      with the hash beside it, a probe looks at no other content in the arena
 * </pre>
 *
 * <p>The table that finds equal bytes is split by hash, so that it grows a four-thousandth at a time. Publishers choose
 * the bytes: what would have to be looked for too long is kept a second time instead.
 */
final class Contents {
    /** No content at all: an empty locator and nothing else, as most have that say "at me". */
    static final int NONE = 0;

    private static final int REFERENCES = 0;
    private static final int LENGTH = 4;
    private static final int HASH = 8;
    private static final int WEIGHT = 12;
    private static final int HEADER = 16;
    private static final int TABLE_BITS = 12;
    private static final int CELLS_MIN = 4;
    private static final int PROBES_MAX = 48;
    private static final int GONE = -1;

    private final Arena arena = new Arena();
    private final long seed;
    private final long[][] tables = new long[1 << TABLE_BITS][];
    private final int[] kept = new int[1 << TABLE_BITS];
    private final int[] used = new int[1 << TABLE_BITS];
    /** Nearly every record of a publisher says the same as its last. */
    private int latest = NONE;

    Contents(long seed) {
        this.seed = seed;
        Arrays.fill(tables, new long[0]);
    }

    /**
     * The content with these bytes, one reference more.
     *
     * @param weight of a record that says so
     */
    int intern(ByteSink bytes, int weight) {
        if (latest != NONE && equal(latest, bytes)) {
            refer(latest);
            return latest;
        }
        int hash = hash(bytes);
        int table = hash >>> Integer.SIZE - TABLE_BITS;
        int at = find(table, hash, bytes);
        if (at >= 0) {
            latest = (int) tables[table][at];
            refer(latest);
            return latest;
        }
        int content = arena.take(HEADER + bytes.length());
        byte[] page = arena.page(content);
        int offset = arena.offset(content);
        Arena.intAt(page, offset + REFERENCES, 1);
        Arena.intAt(page, offset + LENGTH, bytes.length());
        Arena.intAt(page, offset + HASH, hash);
        Arena.intAt(page, offset + WEIGHT, at == GONE ? weight : ~weight);
        System.arraycopy(bytes.array(), 0, page, offset + HEADER, bytes.length());
        if (at == GONE) {
            keep(table, hash, content);
        }
        latest = content;
        return content;
    }

    /** One more record says so. */
    void refer(int content) {
        if (content != NONE) {
            add(content, 1);
        }
    }

    /** One record less says so; with the last the bytes are given back. */
    void release(int content) {
        if (content == NONE || add(content, -1) > 0) {
            return;
        }
        byte[] page = arena.page(content);
        int offset = arena.offset(content);
        if (Arena.intAt(page, offset + WEIGHT) >= 0) {
            forget(Arena.intAt(page, offset + HASH), content);
        }
        latest = latest == content ? NONE : latest;
        arena.free(content, HEADER + Arena.intAt(page, offset + LENGTH));
    }

    private int add(int content, int by) {
        byte[] page = arena.page(content);
        int offset = arena.offset(content) + REFERENCES;
        int now = Arena.intAt(page, offset) + by;
        Arena.intAt(page, offset, now);
        return now;
    }

    int weight(int content) {
        if (content == NONE) {
            return 1;
        }
        int w = Arena.intAt(arena.page(content), arena.offset(content) + WEIGHT);
        return w < 0 ? ~w : w;
    }

    /** The array the bytes lie in; a reader may be handed anything until its stamp holds. */
    byte[] page(int content) {
        return arena.page(content);
    }

    /** Where in their array they begin. */
    int offset(int content) {
        return arena.offset(content) + HEADER;
    }

    int length(int content) {
        return Arena.intAt(arena.page(content), arena.offset(content) + LENGTH);
    }

    // --- the table -------------------------------------------------------------------------------------------------

    /** The cell, GONE if the bytes are nowhere, or less if that would take too long to tell. */
    private int find(int table, int hash, ByteSink bytes) {
        long[] cells = tables[table];
        int at = start(hash, cells.length);
        for (int n = 0; n < cells.length; n++) {
            int content = (int) cells[at];
            if (content == NONE) {
                return GONE;
            }
            if (content != GONE && (int) (cells[at] >>> 32) == hash && equal(content, bytes)) {
                return at;
            }
            if (n == PROBES_MAX) {
                return GONE - 1;
            }
            at = at + 1 == cells.length ? 0 : at + 1;
        }
        return GONE;
    }

    private void keep(int table, int hash, int content) {
        if ((used[table] + 1) * 4 > tables[table].length * 3) {
            rebuild(table, kept[table] + 1);
        }
        used[table] += place(tables[table], cell(hash, content)) ? 1 : 0;
        kept[table]++;
    }

    private void forget(int hash, int content) {
        int table = hash >>> Integer.SIZE - TABLE_BITS;
        long[] cells = tables[table];
        int at = start(hash, cells.length);
        while ((int) cells[at] != content) {
            at = at + 1 == cells.length ? 0 : at + 1;
        }
        cells[at] = GONE;
        if (--kept[table] * 4 < cells.length) {
            rebuild(table, kept[table]);
        }
    }

    private void rebuild(int table, int expected) {
        long[] fresh = new long[expected == 0 ? 0 : Math.max(CELLS_MIN, expected * 2)];
        for (long cell : tables[table]) {
            if ((int) cell != NONE && (int) cell != GONE) {
                place(fresh, cell);
            }
        }
        tables[table] = fresh;
        used[table] = kept[table];
    }

    private static boolean place(long[] cells, long cell) {
        int at = start((int) (cell >>> 32), cells.length);
        while ((int) cells[at] != NONE && (int) cells[at] != GONE) {
            at = at + 1 == cells.length ? 0 : at + 1;
        }
        boolean empty = (int) cells[at] == NONE;
        cells[at] = cell;
        return empty;
    }

    private static long cell(int hash, int content) {
        return (long) hash << 32 | content & 0xffff_ffffL;
    }

    private static int start(int hash, int length) {
        return (int) ((hash << TABLE_BITS & 0xffff_ffffL) * length >>> 32);
    }

    private boolean equal(int content, ByteSink bytes) {
        byte[] page = arena.page(content);
        int offset = arena.offset(content);
        return Arena.intAt(page, offset + LENGTH) == bytes.length()
                && Arrays.equals(
                        page, offset + HEADER, offset + HEADER + bytes.length(), bytes.array(), 0, bytes.length());
    }

    private int hash(ByteSink bytes) {
        long h = seed ^ bytes.length();
        byte[] b = bytes.array();
        for (int i = 0; i < bytes.length(); i++) {
            h = (h ^ b[i]) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 29;
        }
        h *= 0xC2B2AE3D27D4EB4FL;
        return (int) (h >>> 32);
    }

    int references(int content) {
        return Arena.intAt(arena.page(content), arena.offset(content) + REFERENCES);
    }

    /** Different contents. */
    long live() {
        return arena.live();
    }

    /** Bytes of the arrays. */
    long heapBytes() {
        long bytes = arena.heapBytes();
        for (long[] t : tables) {
            bytes += t.length == 0 ? 8 : 24 + 8L * t.length;
        }
        return bytes + 8L * kept.length;
    }
}
