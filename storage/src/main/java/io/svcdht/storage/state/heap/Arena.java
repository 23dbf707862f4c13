package io.svcdht.storage.state.heap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Memory for byte strings of any length, without an object for each: pages of 64 KiB cut into pieces of one size each,
 * sizes a quarter apart. A piece given back is the next one taken; a page that is empty goes to the garbage collector
 * when another of its size has room. What is larger than a quarter page gets an array of its own.
 *
 * <pre>
 * handle = page << 13 | offset / 8; 0 is never given out
 * </pre>
 */
final class Arena {
    private static final int PAGE_BYTES = 1 << 16;
    private static final int UNIT_BITS = 3;
    private static final int OFFSET_BITS = 16 - UNIT_BITS;
    private static final int PIECE_MAX = PAGE_BYTES / 4;
    private static final int OWN = -1;
    private static final byte[] DROPPED = {};
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int[] SIZES = sizes();
    /** Of every length in units, rounded up, its size's index. */
    private static final byte[] CLASSES = classes();

    /** What the writer knows of a page. */
    private static final class Page {
        private final int number;
        private final int sizeClass;
        private int live;
        private int untouched;
        private int freeHead = -1;
        private @Nullable Page next;
        private @Nullable Page previous;

        private Page(int number, int sizeClass) {
            this.number = number;
            this.sizeClass = sizeClass;
        }
    }

    /** Page 0 stays empty, so that no handle is 0. */
    private byte[][] bytes = {DROPPED};

    private @Nullable Page[] pages = new @Nullable Page[1];
    private int[] freeNumbers = new int[4];
    private int freeNumbersCount;
    private int numbers = 1;
    private final @Nullable Page[] roomy = new @Nullable Page[SIZES.length];
    private long arrayBytes;

    private static int[] sizes() {
        int[] sizes = new int[64];
        int n = 0;
        for (int size = 24; size < PIECE_MAX; size = size < 128 ? size + 8 : size + size / 4 + 7 & ~7) {
            sizes[n++] = size;
        }
        sizes[n++] = PIECE_MAX;
        return Arrays.copyOf(sizes, n);
    }

    private static byte[] classes() {
        byte[] classes = new byte[(PIECE_MAX >> UNIT_BITS) + 1];
        for (int units = 0, c = 0; units < classes.length; units++) {
            c += SIZES[c] < units << UNIT_BITS ? 1 : 0;
            classes[units] = (byte) c;
        }
        return classes;
    }

    static int intAt(byte[] page, int offset) {
        return (int) INT.get(page, offset);
    }

    static void intAt(byte[] page, int offset, int value) {
        INT.set(page, offset, value);
    }

    byte[] page(int handle) {
        return bytes[handle >>> OFFSET_BITS];
    }

    int offset(int handle) {
        return (handle & (1 << OFFSET_BITS) - 1) << UNIT_BITS;
    }

    int take(int length) {
        int c = sizeClass(length);
        if (c == OWN) {
            return newPage(OWN, length).number << OFFSET_BITS;
        }
        Page p = roomy[c];
        if (p == null) {
            p = newPage(c, PAGE_BYTES);
            list(p);
        }
        int offset = p.freeHead;
        if (offset < 0) {
            offset = p.untouched;
            p.untouched += SIZES[c];
        } else {
            p.freeHead = intAt(bytes[p.number], offset);
        }
        p.live++;
        if (full(p)) {
            unlist(p);
        }
        return p.number << OFFSET_BITS | offset >> UNIT_BITS;
    }

    /**
     * @param length as it was taken
     */
    void free(int handle, int length) {
        Page p = pages[handle >>> OFFSET_BITS];
        if (p == null) {
            throw new IllegalStateException("handle %x is in no page, length %d".formatted(handle, length));
        }
        if (p.sizeClass == OWN) {
            drop(p);
            return;
        }
        if (full(p)) {
            list(p);
        }
        intAt(bytes[p.number], offset(handle), p.freeHead);
        p.freeHead = offset(handle);
        if (--p.live == 0 && (p.next != null || p.previous != null)) {
            unlist(p);
            drop(p);
        }
    }

    private static boolean full(Page p) {
        return p.freeHead < 0 && p.untouched + SIZES[p.sizeClass] > PAGE_BYTES;
    }

    private static int sizeClass(int length) {
        return length > PIECE_MAX ? OWN : CLASSES[length + (1 << UNIT_BITS) - 1 >> UNIT_BITS];
    }

    private Page newPage(int sizeClass, int length) {
        int number = freeNumbersCount > 0 ? freeNumbers[--freeNumbersCount] : numbers++;
        if (number >>> Integer.SIZE - OFFSET_BITS != 0) {
            throw new IllegalStateException("texts fill more than " + number + " pages of 64 KiB");
        }
        if (number >= bytes.length) {
            byte[][] longer = Arrays.copyOf(bytes, bytes.length * 2);
            Arrays.fill(longer, bytes.length, longer.length, DROPPED);
            pages = Arrays.copyOf(pages, longer.length);
            bytes = longer;
        }
        Page p = new Page(number, sizeClass);
        pages[number] = p;
        bytes[number] = new byte[length];
        arrayBytes += length;
        return p;
    }

    private void drop(Page p) {
        arrayBytes -= bytes[p.number].length;
        bytes[p.number] = DROPPED;
        pages[p.number] = null;
        if (freeNumbersCount == freeNumbers.length) {
            freeNumbers = Arrays.copyOf(freeNumbers, freeNumbersCount * 2);
        }
        freeNumbers[freeNumbersCount++] = p.number;
    }

    private void list(Page p) {
        Page first = roomy[p.sizeClass];
        p.next = first;
        if (first != null) {
            first.previous = p;
        }
        roomy[p.sizeClass] = p;
    }

    private void unlist(Page p) {
        if (p.previous == null) {
            roomy[p.sizeClass] = p.next;
        } else {
            p.previous.next = p.next;
        }
        if (p.next != null) {
            p.next.previous = p.previous;
        }
        p.next = null;
        p.previous = null;
    }

    /** Byte strings that were taken and not given back. */
    long live() {
        long live = 0;
        for (Page p : pages) {
            live += p == null ? 0 : p.sizeClass == OWN ? 1 : p.live;
        }
        return live;
    }

    /** Bytes of the arrays. */
    long heapBytes() {
        return arrayBytes + 64L * numbers + 16L * bytes.length;
    }
}
