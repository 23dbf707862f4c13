package io.svcdht.storage.state.heap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of records: how they hang together, and room for what they say where that is kept here as well. Some
 * longs each, in chunks of 1,024, without an object or a reference to one. A slot's number names a record as long as it
 * lives, and another one later.
 *
 * <pre>
 * 0…      words of whoever keeps what the record says, see HeapRecords; none where it is kept elsewhere
 * last 3  late 1 | publisher 31 | side 32                  of a free slot: the next free one of its chunk
 * last 2  next of the same key 32 | place in the publisher's list 32
 * last    wheel: next 32 | previous 32                     see ExpiryWheel
 * </pre>
 *
 * <p>Changed by the writer's thread alone. Readers may look at any time and may see anything, also an
 * {@link IndexOutOfBoundsException}, until their leaf's stamp tells them that it holds (see {@link Leaf}).
 */
final class Slots {
    static final int NONE = -1;
    /** Most records: a slot's number shares its cell in a leaf with four bits of the key's hash. */
    static final int MAX = (1 << 28) - 2;

    private static final int CHUNK_BITS = 10;
    private static final int CHUNK_SLOTS = 1 << CHUNK_BITS;
    private static final long LOW = 0xffff_ffffL;
    private static final long LATE_BIT = Long.MIN_VALUE;
    private static final long[] DROPPED = {};
    /** In place of the wheel's word of a slot that was given back: the end of a list for who is led there, and no seat. */
    private static final long FREED = -1L << 32 | Integer.MIN_VALUE & LOW;

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    /** What the writer knows of a chunk: which of its slots are free. */
    private static final class Chunk {
        private final int number;
        private int live;
        private int untouched;
        private int freeHead = NONE;
        private @Nullable Chunk next;
        private @Nullable Chunk previous;

        private Chunk(int number) {
            this.number = number;
        }
    }

    private final int stride;
    /** Where the link words begin. */
    private final int links;

    private long[][] words = {};
    private @Nullable Chunk[] chunks = {};
    /** Chunks with room, the one to fill first. */
    private @Nullable Chunk roomy;

    private int chunksInUse;
    private int live;

    /**
     * @param ownWords longs a record besides the links
     */
    Slots(int ownWords) {
        links = ownWords;
        stride = ownWords + 3;
    }

    /** A slot with everything still to be set. */
    int take() {
        Chunk c = roomy == null ? newChunk() : roomy;
        int slot = c.freeHead;
        if (slot == NONE) {
            slot = (c.number << CHUNK_BITS) + c.untouched++;
        } else {
            c.freeHead = (int) word(slot, links);
        }
        if (++c.live == CHUNK_SLOTS) {
            unlist(c);
        }
        live++;
        return slot;
    }

    /** Gives a slot back; a chunk that has become empty goes to the garbage collector if there is room elsewhere. */
    void free(int slot) {
        Chunk c = chunks[slot >>> CHUNK_BITS];
        if (c == null) {
            throw new IllegalStateException("slot " + slot + " is in no chunk");
        }
        if (c.live == CHUNK_SLOTS) {
            list(c);
        }
        live--;
        words[c.number][index(slot) + links] = c.freeHead;
        word(slot, links + 2, FREED);
        c.freeHead = slot;
        if (--c.live == 0 && (c.next != null || c.previous != null)) {
            unlist(c);
            words[c.number] = DROPPED;
            chunks[c.number] = null;
            chunksInUse--;
        }
    }

    /** Records; to other threads roughly. */
    int live() {
        return live;
    }

    private Chunk newChunk() {
        int number = 0;
        if (chunksInUse == chunks.length) {
            number = chunks.length;
            grow(Math.max(4, number * 2));
        } else {
            while (chunks[number] != null) {
                number++;
            }
        }
        Chunk c = newChunk(number);
        list(c);
        return c;
    }

    private void grow(int atLeast) {
        int from = chunks.length;
        int length = Math.min(atLeast, (MAX >>> CHUNK_BITS) + 1);
        if (from == length) {
            throw new IllegalStateException("a state holds at most " + MAX + " records");
        }
        chunks = Arrays.copyOf(chunks, length);
        long[][] longer = Arrays.copyOf(words, length);
        Arrays.fill(longer, from, length, DROPPED);
        words = longer;
    }

    private Chunk newChunk(int number) {
        Chunk c = new Chunk(number);
        words[number] = new long[CHUNK_SLOTS * stride];
        chunks[number] = c;
        chunksInUse++;
        return c;
    }

    /** Takes a slot with a number that was given out by a life before; all of them, before any other is taken. */
    void adopt(int slot) {
        int number = slot >>> CHUNK_BITS;
        if (number >= chunks.length) {
            grow(Math.max(number + 1, chunks.length * 2));
        }
        Chunk c = chunks[number];
        if (c == null) {
            c = newChunk(number);
        }
        c.live++;
        live++;
        c.untouched = Math.max(c.untouched, (slot & CHUNK_SLOTS - 1) + 1);
    }

    /** Behind the last one adopted: what lies between is free. A slot in use hangs in the wheel, where none is 0. */
    void adopted() {
        for (Chunk c : chunks) {
            if (c == null || c.live == CHUNK_SLOTS) {
                continue;
            }
            for (int slot = (c.number << CHUNK_BITS) + c.untouched - 1; slot >= c.number << CHUNK_BITS; slot--) {
                if (word(slot, links + 2) == 0) {
                    word(slot, links, c.freeHead);
                    c.freeHead = slot;
                }
            }
            list(c);
        }
    }

    /** Slots in use, in the order of their numbers, which is that of the memory; any thread, and perhaps just given back. */
    void forEachInUse(IntConsumer visitor) {
        long[][] all = words;
        for (int chunk = 0; chunk < all.length; chunk++) {
            long[] w = all[chunk];
            for (int i = 0, at = links + 2; at < w.length; i++, at += stride) {
                long hangs = (long) WORD.getOpaque(w, at);
                if (hangs != 0 && hangs != FREED) {
                    visitor.accept((chunk << CHUNK_BITS) + i);
                }
            }
        }
    }

    private void list(Chunk c) {
        c.next = roomy;
        if (roomy != null) {
            roomy.previous = c;
        }
        roomy = c;
    }

    private void unlist(Chunk c) {
        if (c.previous == null) {
            roomy = c.next;
        } else {
            c.previous.next = c.next;
        }
        if (c.next != null) {
            c.next.previous = c.previous;
        }
        c.next = null;
        c.previous = null;
    }

    /** Bytes of the arrays. */
    long heapBytes() {
        return (long) chunksInUse * CHUNK_SLOTS * stride * Long.BYTES + 48L * chunksInUse + 16L * words.length;
    }

    long word(int slot, int field) {
        return words[slot >>> CHUNK_BITS][index(slot) + field];
    }

    /** Whole or not at all: some of these words are shared by what different leaves guard. */
    void word(int slot, int field, long value) {
        WORD.setOpaque(words[slot >>> CHUNK_BITS], index(slot) + field, value);
    }

    /** The array the slot's words lie in, from {@link #index} on. */
    long[] chunk(int slot) {
        return words[slot >>> CHUNK_BITS];
    }

    int index(int slot) {
        return (slot & CHUNK_SLOTS - 1) * stride;
    }

    /** Whether it hangs in the wheel under the hand and not under its own second. */
    boolean late(int slot) {
        return word(slot, links) < 0;
    }

    void late(int slot, boolean late) {
        long w = word(slot, links);
        word(slot, links, late ? w | LATE_BIT : w & ~LATE_BIT);
    }

    int publisher(int slot) {
        return (int) (word(slot, links) >>> 32) & Integer.MAX_VALUE;
    }

    /** Whatever whoever keeps the records wants to know at once. */
    int side(int slot) {
        return (int) word(slot, links);
    }

    void side(int slot, int side) {
        word(slot, links, word(slot, links) & ~LOW | side & LOW);
    }

    /** Of a new slot. */
    void begin(int slot, int publisher, int side) {
        word(slot, links, (long) publisher << 32 | side & LOW);
        nextOfKey(slot, NONE);
    }

    int nextOfKey(int slot) {
        return (int) (word(slot, links + 1) >>> 32);
    }

    void nextOfKey(int slot, int next) {
        word(slot, links + 1, (long) next << 32 | word(slot, links + 1) & LOW);
    }

    int place(int slot) {
        return (int) word(slot, links + 1);
    }

    void place(int slot, int place) {
        word(slot, links + 1, word(slot, links + 1) & ~LOW | place & LOW);
    }

    /** Looks at the first of a slot's words and the last, which may be in different lines of the processor's cache. */
    long look(int slot) {
        return word(slot, 0) ^ word(slot, links + 2);
    }

    /** Looks at what hangs beside it in the wheel. */
    long lookBeside(int slot) {
        int next = wheelNext(slot);
        int previous = wheelPrevious(slot);
        return (next < 0 ? 0 : word(next, links + 2)) ^ (previous < 0 ? 0 : word(previous, links + 2));
    }

    int wheelNext(int slot) {
        return (int) (word(slot, links + 2) >>> 32);
    }

    int wheelPrevious(int slot) {
        return (int) word(slot, links + 2);
    }

    void wheel(int slot, int next, int previous) {
        word(slot, links + 2, (long) next << 32 | previous & LOW);
    }
}
