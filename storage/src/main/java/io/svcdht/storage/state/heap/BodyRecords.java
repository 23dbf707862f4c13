package io.svcdht.storage.state.heap;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.LiveHolders;
import io.svcdht.storage.state.StoredRecord;
import java.util.Arrays;

/**
 * Records as byte strings kept elsewhere, one for each; here only the hash of the key, so that a probe looks at no body
 * in vain.
 *
 * <pre>
 * key 32 | publisher 32 | position u48 | first announced at u48 | issued-at u48 ms | ttl u24 s | tombstone u8
 *   | weight u32 | content, see {@link Records#prepare}
 * </pre>
 */
final class BodyRecords extends Records {
    private static final int PUBLISHER = 32;
    private static final int POSITION = 64;
    private static final int FIRST = 70;
    private static final int ISSUED = 76;
    private static final int TTL = 82;
    private static final int TOMBSTONE = 85;
    private static final int WEIGHT = 86;
    private static final int CONTENT = 90;

    private final Slots slots;
    private final Publishers publishers;
    private final Bodies bodies;
    /** The writer looks at one record several times in a row; readers cannot keep what may change. */
    private final boolean keepsLatest;

    private int latestSlot = Slots.NONE;
    private byte[] latest = {};
    private byte[] ready = {};

    BodyRecords(Slots slots, Publishers publishers, Bodies bodies, boolean keepsLatest) {
        this.slots = slots;
        this.publishers = publishers;
        this.bodies = bodies;
        this.keepsLatest = keepsLatest;
    }

    private byte[] body(int slot) {
        if (keepsLatest && slot == latestSlot) {
            return latest;
        }
        byte[] body = bodies.get(slot);
        if (body == null) {
            throw new IllegalStateException("slot " + slot + " has no body");
        }
        if (keepsLatest) {
            latestSlot = slot;
            latest = body;
        }
        return body;
    }

    /** The writer has just been given the body, and need not ask for it. */
    void given(int slot, byte[] body) {
        latestSlot = slot;
        latest = body;
    }

    private void put(int slot, byte[] body) {
        bodies.put(slot, body);
        latestSlot = slot;
        latest = body;
    }

    @Override
    boolean isPrepared(int slot, Publisher publisher) {
        if (slots.publisher(slot) != publisher.number()) {
            return false;
        }
        byte[] b = body(slot);
        int length = locatorBytes();
        return b.length - CONTENT >= length && Arrays.equals(b, CONTENT, CONTENT + length, prepared.array(), 0, length);
    }

    @Override
    void create(int slot, Key key, int hash, Publisher publisher, long position, ProviderRecord r) {
        slots.begin(slot, publisher.number(), hash);
        byte[] b = written(key, publisher.node(), r);
        number(b, FIRST, 6, position);
        b[TOMBSTONE] = (byte) (b[CONTENT + locatorBytes()] & KEPT_UNTIL);
        life(b, position, r.ttlSeconds(), r.issuedAtMillis());
        put(slot, b);
    }

    private byte[] written(Key key, NodeId publisher, ProviderRecord r) {
        byte[] b = new byte[CONTENT + prepared.length()];
        key(b, 0, key);
        key(b, PUBLISHER, publisher.key());
        number(b, WEIGHT, 4, r.weight());
        System.arraycopy(prepared.array(), 0, b, CONTENT, prepared.length());
        return b;
    }

    private static void life(byte[] b, long position, int ttlSeconds, long issuedAtMillis) {
        number(b, POSITION, 6, position);
        number(b, ISSUED, 6, issuedAtMillis);
        number(b, TTL, 3, ttlSeconds);
    }

    @Override
    void announced(int slot, ProviderRecord r) {
        byte[] former = body(slot);
        ready = written(r.cid().key(), r.publisher(), r);
        System.arraycopy(former, FIRST, ready, FIRST, 6);
    }

    @Override
    void refreshed(int slot) {
        ready = body(slot).clone();
    }

    @Override
    void withdrawn(int slot, long keptUntilMillis) {
        byte[] former = body(slot);
        int length = former.length - (former[TOMBSTONE] == 0 ? 0 : Long.BYTES);
        ready = Arrays.copyOf(former, length + Long.BYTES);
        ContentReader c = new ContentReader(ready, CONTENT, length - CONTENT);
        c.skipText();
        ready[c.at()] |= KEPT_UNTIL;
        number(ready, length, Long.BYTES, keptUntilMillis);
    }

    @Override
    void change(int slot, long position, int ttlSeconds, long issuedAtMillis, boolean tombstone) {
        life(ready, position, ttlSeconds, issuedAtMillis);
        ready[TOMBSTONE] = (byte) (tombstone ? KEPT_UNTIL : 0);
        put(slot, ready);
    }

    @Override
    void changed(int slot) {}

    @Override
    void remove(int slot) {
        bodies.remove(slot);
        latestSlot = Slots.NONE;
    }

    private static void key(byte[] b, int at, Key key) {
        number(b, at, 8, key.w0());
        number(b, at + 8, 8, key.w1());
        number(b, at + 16, 8, key.w2());
        number(b, at + 24, 8, key.w3());
    }

    private static void number(byte[] b, int at, int length, long value) {
        for (int i = 0; i < length; i++) {
            b[at + i] = (byte) (value >>> 8 * (length - 1 - i));
        }
    }

    @Override
    Key key(int slot) {
        return Key.of(body(slot), 0);
    }

    static Key key(byte[] body) {
        return Key.of(body, 0);
    }

    static NodeId publisher(byte[] body) {
        return new NodeId(Key.of(body, PUBLISHER));
    }

    /** The position at which the identity was announced: what orders the records of a key. */
    static long first(byte[] body) {
        return ContentReader.number(body, FIRST, 6);
    }

    long first(int slot) {
        return first(body(slot));
    }

    @Override
    boolean hasKey(int slot, Key key, int hash) {
        return slots.side(slot) == hash && key(slot).equals(key);
    }

    @Override
    void copyKey(int slot, long[] to, int at) {
        byte[] b = body(slot);
        for (int i = 0; i < 4; i++) {
            to[at + i] = ContentReader.number(b, 8 * i, 8);
        }
    }

    @Override
    int nibble(int slot, int bits) {
        int b = body(slot)[bits >>> 3];
        return (bits & 4) == 0 ? b >>> 4 & 15 : b & 15;
    }

    @Override
    int hash(int slot) {
        return slots.side(slot);
    }

    @Override
    long position(int slot) {
        return ContentReader.number(body(slot), POSITION, 6);
    }

    @Override
    int ttlSeconds(int slot) {
        return ttlSeconds(body(slot));
    }

    private static int ttlSeconds(byte[] b) {
        return (int) ContentReader.number(b, TTL, 3);
    }

    @Override
    boolean tombstone(int slot) {
        return body(slot)[TOMBSTONE] != 0;
    }

    @Override
    long endsAtMillis(int slot) {
        byte[] b = body(slot);
        return b[TOMBSTONE] == 0
                ? ContentReader.number(b, ISSUED, 6) + ttlSeconds(b) * 1000L
                : ContentReader.number(b, b.length - Long.BYTES, Long.BYTES);
    }

    @Override
    int weight(int slot) {
        return (int) ContentReader.number(body(slot), WEIGHT, 4);
    }

    @Override
    String locator(int slot) {
        return content(slot).text();
    }

    @Override
    ContentReader content(int slot) {
        return content(body(slot));
    }

    private static ContentReader content(byte[] b) {
        return new ContentReader(b, CONTENT, b.length - CONTENT);
    }

    @Override
    StoredRecord decode(Key key, int slot) {
        byte[] b = body(slot);
        return decode(
                key,
                publishers.numbered(slots.publisher(slot)),
                content(b),
                ttlSeconds(b),
                ContentReader.number(b, ISSUED, 6),
                ContentReader.number(b, POSITION, 6),
                b[TOMBSTONE] != 0);
    }

    @Override
    void show(int slot, long nowMillis, LiveHolders found) {
        byte[] b = body(slot);
        long issuedAt = ContentReader.number(b, ISSUED, 6);
        if (b[TOMBSTONE] == 0 && issuedAt + ttlSeconds(b) * 1000L > nowMillis) {
            NodeId publisher = publishers.numbered(slots.publisher(slot)).node();
            show(publisher, content(b), ttlSeconds(b), issuedAt, ContentReader.number(b, POSITION, 6), found);
        }
    }

    @Override
    Records forReaders() {
        return new BodyRecords(slots, publishers, bodies, false);
    }

    @Override
    long heapBytes() {
        return 0;
    }
}
