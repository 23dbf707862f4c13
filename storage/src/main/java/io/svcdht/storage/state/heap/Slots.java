package io.svcdht.storage.state.heap;

import io.svcdht.storage.model.Key;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Records as numbers: nine longs each, in chunks of 1,024, without an object or a reference to one. A slot's number
 * names a record as long as it lives, and another one later.
 *
 * <pre>
 * 0-3  key, 256 bits                         of a free slot: 0 = the next free one of its chunk
 * 4    position 48 | ttl s, low 16
 * 5    issued-at ms 47 | 0 13 | ttl s, high 2 | late 1 | tombstone 1
 * 6    publisher 32 | content 32             see Publishers, Contents
 * 7    next of the same key 32 | place in the publisher's list 32
 * 8    wheel: next 32 | previous 32          see ExpiryWheel
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
    private static final int STRIDE = 9;
    private static final int LIFE = 4;
    private static final int ISSUED = 5;
    private static final int CONTENT = 6;
    private static final int LINKS = 7;
    private static final int WHEEL = 8;
    private static final long LOW = 0xffff_ffffL;
    private static final int TOMBSTONE_BIT = 1;
    private static final int LATE_BIT = 2;
    private static final long[] DROPPED = {};
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

    private long[][] words = {};
    private @Nullable Chunk[] chunks = {};
    /** Chunks with room, the one to fill first. */
    private @Nullable Chunk roomy;

    private int chunksInUse;
    private int live;

    /** A slot for a record of the key, with all else still to be set. */
    int take(Key key) {
        Chunk c = roomy == null ? newChunk() : roomy;
        int slot = c.freeHead;
        if (slot == NONE) {
            slot = (c.number << CHUNK_BITS) + c.untouched++;
        } else {
            c.freeHead = (int) word(slot, 0);
        }
        if (++c.live == CHUNK_SLOTS) {
            unlist(c);
        }
        live++;
        long[] w = words[c.number];
        int i = index(slot);
        w[i] = key.w0();
        w[i + 1] = key.w1();
        w[i + 2] = key.w2();
        w[i + 3] = key.w3();
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
        words[c.number][index(slot)] = c.freeHead;
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
            int length = Math.min(Math.max(4, number * 2), (MAX >>> CHUNK_BITS) + 1);
            if (number == length) {
                throw new IllegalStateException("a state holds at most " + MAX + " records");
            }
            chunks = Arrays.copyOf(chunks, length);
            long[][] longer = Arrays.copyOf(words, length);
            Arrays.fill(longer, number, length, DROPPED);
            words = longer;
        } else {
            while (chunks[number] != null) {
                number++;
            }
        }
        Chunk c = new Chunk(number);
        words[number] = new long[CHUNK_SLOTS * STRIDE];
        chunks[number] = c;
        chunksInUse++;
        list(c);
        return c;
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
        return (long) chunksInUse * CHUNK_SLOTS * STRIDE * Long.BYTES + 48L * chunksInUse + 16L * words.length;
    }

    private static int index(int slot) {
        return (slot & CHUNK_SLOTS - 1) * STRIDE;
    }

    private long word(int slot, int field) {
        return words[slot >>> CHUNK_BITS][index(slot) + field];
    }

    /** Whole or not at all: some of these words are shared by what different leaves guard. */
    private void word(int slot, int field, long value) {
        WORD.setOpaque(words[slot >>> CHUNK_BITS], index(slot) + field, value);
    }

    Key key(int slot) {
        long[] w = words[slot >>> CHUNK_BITS];
        int i = index(slot);
        return new Key(w[i], w[i + 1], w[i + 2], w[i + 3]);
    }

    void copyKey(int slot, long[] to, int at) {
        System.arraycopy(words[slot >>> CHUNK_BITS], index(slot), to, at, 4);
    }

    boolean hasKey(int slot, Key key) {
        long[] w = words[slot >>> CHUNK_BITS];
        int i = index(slot);
        return w[i] == key.w0() && w[i + 1] == key.w1() && w[i + 2] == key.w2() && w[i + 3] == key.w3();
    }

    /** Four bits of the key, counted from the highest. */
    int nibble(int slot, int bits) {
        return (int) (word(slot, bits >>> 6) >>> 60 - (bits & 63)) & 15;
    }

    long hash(int slot, long seed) {
        long[] w = words[slot >>> CHUNK_BITS];
        int i = index(slot);
        return Leaf.hash(w[i], w[i + 1], w[i + 2], w[i + 3], seed);
    }

    void life(int slot, long position, int ttlSeconds, long issuedAtMillis, boolean tombstone) {
        word(slot, LIFE, position << 16 | ttlSeconds & 0xffff);
        word(
                slot,
                ISSUED,
                issuedAtMillis << 17
                        | (long) (ttlSeconds >>> 16) << 2
                        | word(slot, ISSUED) & LATE_BIT
                        | (tombstone ? TOMBSTONE_BIT : 0));
    }

    long position(int slot) {
        return word(slot, LIFE) >>> 16;
    }

    int ttlSeconds(int slot) {
        return (int) (word(slot, LIFE) & 0xffff | (word(slot, ISSUED) >>> 2 & 3) << 16);
    }

    long issuedAtMillis(int slot) {
        return word(slot, ISSUED) >>> 17;
    }

    boolean tombstone(int slot) {
        return (word(slot, ISSUED) & TOMBSTONE_BIT) != 0;
    }

    /** Whether it hangs in the wheel under the hand and not under its own second. */
    boolean late(int slot) {
        return (word(slot, ISSUED) & LATE_BIT) != 0;
    }

    void late(int slot, boolean late) {
        long w = word(slot, ISSUED);
        word(slot, ISSUED, late ? w | LATE_BIT : w & ~LATE_BIT);
    }

    int publisher(int slot) {
        return (int) (word(slot, CONTENT) >>> 32);
    }

    int content(int slot) {
        return (int) word(slot, CONTENT);
    }

    void content(int slot, int publisher, int content) {
        word(slot, CONTENT, (long) publisher << 32 | content & LOW);
    }

    int nextOfKey(int slot) {
        return (int) (word(slot, LINKS) >>> 32);
    }

    void nextOfKey(int slot, int next) {
        word(slot, LINKS, (long) next << 32 | word(slot, LINKS) & LOW);
    }

    int place(int slot) {
        return (int) word(slot, LINKS);
    }

    void place(int slot, int place) {
        word(slot, LINKS, word(slot, LINKS) & ~LOW | place & LOW);
    }

    int wheelNext(int slot) {
        return (int) (word(slot, WHEEL) >>> 32);
    }

    int wheelPrevious(int slot) {
        return (int) word(slot, WHEEL);
    }

    void wheel(int slot, int next, int previous) {
        word(slot, WHEEL, (long) next << 32 | previous & LOW);
    }
}
