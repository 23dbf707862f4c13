package io.svcdht.storage.state.heap;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.LiveHolders;
import io.svcdht.storage.state.StoredRecord;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Records in six words of their slots, and their texts in an arena.
 *
 * <pre>
 * 0-3   key, 256 bits
 * 4     position 48 | ttl s, low 16
 * 5     issued-at ms 47 | 0 14 | ttl s, high 2 | tombstone 1
 * side  content, see Contents
 * </pre>
 */
final class HeapRecords extends Records {
    static final int WORDS = 6;

    private static final int LIFE = 4;
    private static final int ISSUED = 5;
    private static final long TOMBSTONE = 1;
    private static final byte[] NOTHING = {0};

    private final Slots slots;
    private final Contents contents;
    private final Publishers publishers;
    private final long seed;
    private int fresh = Contents.NONE;
    private int former = Contents.NONE;

    HeapRecords(Slots slots, Publishers publishers, long seed) {
        this.slots = slots;
        this.publishers = publishers;
        this.seed = seed;
        contents = new Contents(seed);
    }

    Contents contents() {
        return contents;
    }

    @Override
    boolean isPrepared(int slot, Publisher publisher) {
        if (slots.publisher(slot) != publisher.number()) {
            return false;
        }
        int content = slots.side(slot);
        if (content == Contents.NONE) {
            return locatorBytes() == 1;
        }
        int from = contents.offset(content);
        int length = locatorBytes();
        return contents.length(content) >= length
                && Arrays.equals(contents.page(content), from, from + length, prepared.array(), 0, length);
    }

    @Override
    void create(int slot, Key key, int hash, Publisher publisher, long position, ProviderRecord r) {
        slots.begin(slot, publisher.number(), interned(r));
        long[] w = slots.chunk(slot);
        int i = slots.index(slot);
        w[i] = key.w0();
        w[i + 1] = key.w1();
        w[i + 2] = key.w2();
        w[i + 3] = key.w3();
        boolean tombstone = (prepared.array()[locatorBytes()] & KEPT_UNTIL) != 0;
        life(slot, position, r.ttlSeconds(), r.issuedAtMillis(), tombstone);
    }

    /** An empty locator and nothing else needs no content. */
    private int interned(ProviderRecord r) {
        boolean nothing = prepared.length() == 2 && prepared.array()[0] == 0 && prepared.array()[1] == 0;
        return nothing ? Contents.NONE : contents.intern(prepared, r.weight());
    }

    @Override
    void announced(int slot, ProviderRecord r) {
        fresh = interned(r);
    }

    @Override
    void refreshed(int slot) {
        fresh = slots.side(slot);
        contents.refer(fresh);
    }

    @Override
    void withdrawn(int slot, long keptUntilMillis) {
        int content = slots.side(slot);
        prepared.clear();
        if (content == Contents.NONE) {
            prepared.u8(0).u8(KEPT_UNTIL);
        } else {
            int from = contents.offset(content);
            int length = contents.length(content) - (tombstone(slot) ? Long.BYTES : 0);
            prepared.raw(Arrays.copyOfRange(contents.page(content), from, from + length));
            ContentReader c = new ContentReader(prepared.array(), 0, length);
            c.skipText();
            prepared.array()[c.at()] |= KEPT_UNTIL;
        }
        prepared.u64(keptUntilMillis);
        fresh = contents.intern(prepared, contents.weight(content));
    }

    @Override
    void change(int slot, long position, int ttlSeconds, long issuedAtMillis, boolean tombstone) {
        former = slots.side(slot);
        slots.side(slot, fresh);
        life(slot, position, ttlSeconds, issuedAtMillis, tombstone);
    }

    @Override
    void changed(int slot) {
        contents.release(former);
    }

    @Override
    void remove(int slot) {
        contents.release(slots.side(slot));
    }

    private void life(int slot, long position, int ttlSeconds, long issuedAtMillis, boolean tombstone) {
        slots.word(slot, LIFE, position << 16 | ttlSeconds & 0xffff);
        slots.word(slot, ISSUED, issuedAtMillis << 17 | (long) (ttlSeconds >>> 16) << 1 | (tombstone ? TOMBSTONE : 0));
    }

    @Override
    Key key(int slot) {
        long[] w = slots.chunk(slot);
        int i = slots.index(slot);
        return new Key(w[i], w[i + 1], w[i + 2], w[i + 3]);
    }

    @Override
    boolean hasKey(int slot, Key key, int hash) {
        long[] w = slots.chunk(slot);
        int i = slots.index(slot);
        return w[i] == key.w0() && w[i + 1] == key.w1() && w[i + 2] == key.w2() && w[i + 3] == key.w3();
    }

    @Override
    void copyKey(int slot, long[] to, int at) {
        System.arraycopy(slots.chunk(slot), slots.index(slot), to, at, 4);
    }

    @Override
    int nibble(int slot, int bits) {
        return (int) (slots.word(slot, bits >>> 6) >>> 60 - (bits & 63)) & 15;
    }

    @Override
    int hash(int slot) {
        long[] w = slots.chunk(slot);
        int i = slots.index(slot);
        return Leaf.hash(w[i], w[i + 1], w[i + 2], w[i + 3], seed);
    }

    @Override
    long position(int slot) {
        return slots.word(slot, LIFE) >>> 16;
    }

    @Override
    int ttlSeconds(int slot) {
        return ttlSeconds(slots.word(slot, LIFE), slots.word(slot, ISSUED));
    }

    private static int ttlSeconds(long life, long issued) {
        return (int) (life & 0xffff | (issued >>> 1 & 3) << 16);
    }

    private long issuedAtMillis(int slot) {
        return slots.word(slot, ISSUED) >>> 17;
    }

    @Override
    boolean tombstone(int slot) {
        return (slots.word(slot, ISSUED) & TOMBSTONE) != 0;
    }

    @Override
    long endsAtMillis(int slot) {
        if (!tombstone(slot)) {
            return issuedAtMillis(slot) + ttlSeconds(slot) * 1000L;
        }
        int content = slots.side(slot);
        int last = contents.offset(content) + contents.length(content) - Long.BYTES;
        return ContentReader.number(contents.page(content), last, Long.BYTES);
    }

    /**
     * The ends of all records, through the memory as it lies and not by key, which takes a twentieth of the time: of a million
     * a page of the console wants to know. One that is changed meanwhile may count with an end between its old and its new.
     */
    void forEachEnd(LongConsumer endsAtMillis) {
        slots.forEachInUse(slot -> {
            long life;
            long issued;
            try {
                life = slots.word(slot, LIFE);
                issued = slots.word(slot, ISSUED);
            } catch (IndexOutOfBoundsException e) {
                // Its chunk was given back.
                return;
            }
            if ((issued & TOMBSTONE) == 0) {
                endsAtMillis.accept((issued >>> 17) + ttlSeconds(life, issued) * 1000L);
            }
        });
    }

    @Override
    int weight(int slot) {
        return contents.weight(slots.side(slot));
    }

    @Override
    String locator(int slot) {
        return content(slot).text();
    }

    @Override
    StoredRecord decode(Key key, int slot) {
        return decode(
                key,
                publishers.numbered(slots.publisher(slot)),
                content(slot),
                ttlSeconds(slot),
                issuedAtMillis(slot),
                position(slot),
                tombstone(slot));
    }

    @Override
    void show(int slot, long nowMillis, LiveHolders found) {
        long[] w = slots.chunk(slot);
        int i = slots.index(slot);
        long life = w[i + LIFE];
        long issued = w[i + ISSUED];
        int ttlSeconds = ttlSeconds(life, issued);
        if ((issued & TOMBSTONE) == 0 && (issued >>> 17) + ttlSeconds * 1000L > nowMillis) {
            NodeId publisher = publishers.numbered(slots.publisher(slot)).node();
            show(publisher, content(slot), ttlSeconds, issued >>> 17, life >>> 16, found);
        }
    }

    @Override
    ContentReader content(int slot) {
        int content = slots.side(slot);
        return content == Contents.NONE
                ? new ContentReader(NOTHING, 0, 1)
                : new ContentReader(contents.page(content), contents.offset(content), contents.length(content));
    }

    @Override
    long look(int slot) {
        int content = slots.side(slot);
        return content == Contents.NONE ? 0 : contents.references(content);
    }

    @Override
    Records forReaders() {
        return this;
    }

    @Override
    long heapBytes() {
        return contents.heapBytes();
    }
}
