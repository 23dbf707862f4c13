package io.svcdht.storage.state.heap;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.LiveHolders;
import io.svcdht.storage.state.StoredRecord;
import java.util.List;

/**
 * What records say, by slot, wherever that is kept: the other half of a store beside its index. What changes a record
 * is called by the writer's thread between a leaf's begin and end, or for a slot nobody knows; what reads may be called
 * from any thread on {@link #forReaders}, and may answer nonsense or throw until a stamp holds.
 */
abstract class Records {
    static final long NO_END = -1;

    private static final int OWN_TEXT = 1;
    private static final int ADDRS = 2;
    static final int KEPT_UNTIL = 4;
    private static final int PROOF = 8;

    /** What {@link #prepare} wrote. */
    final ByteSink prepared = new ByteSink(256);

    private int locatorBytes;

    /**
     * Writes down the record that the next call will be about.
     *
     * <pre>
     * locator text | flags u8 | own text, if flag 1 | n varint, n × address text, if flag 2 | kept until u64, if 4
     *   | Ed25519 key 32 | ML-DSA-87 key hash 32 | n varint, n bytes of signatures, if 8: of records only
     * text = length varint | UTF-8
     * </pre>
     *
     * @param keptUntilMillis of a tombstone, or {@link #NO_END}; a record's end follows from its life time
     */
    void prepare(ProviderRecord r, long keptUntilMillis) {
        prepared.clear().text(r.locator());
        locatorBytes = prepared.length();
        int flags = (r.cid().isCanonical() ? 0 : OWN_TEXT)
                | (r.addrs().isEmpty() ? 0 : ADDRS)
                | (keptUntilMillis == NO_END ? 0 : KEPT_UNTIL)
                | (r.proof() == null ? 0 : PROOF);
        prepared.u8(flags);
        if ((flags & OWN_TEXT) != 0) {
            prepared.text(r.cid().text());
        }
        if ((flags & ADDRS) != 0) {
            prepared.varint(r.addrs().size());
            r.addrs().forEach(prepared::text);
        }
        if (keptUntilMillis != NO_END) {
            prepared.u64(keptUntilMillis);
        }
        Proof proof = r.proof();
        if (proof != null) {
            prepared.key(proof.keys().ed25519())
                    .key(proof.keys().mlDsa87Hash())
                    .varint(proof.signatureBytes())
                    .raw(proof.signatures());
        }
    }

    /** How many bytes of what was prepared are the locator, which comes first. */
    final int locatorBytes() {
        return locatorBytes;
    }

    /** Whether the slot's record came with its publisher's signatures. */
    final boolean isProved(int slot) {
        ContentReader c = content(slot);
        c.skipText();
        return (c.flags() & PROOF) != 0;
    }

    /** What the slot says, as it was prepared. */
    abstract ContentReader content(int slot);

    /** Whether the slot's record has the identity of what was prepared. */
    abstract boolean isPrepared(int slot, Publisher publisher);

    /** A new slot says what was prepared. */
    abstract void create(int slot, Key key, int hash, Publisher publisher, long position, ProviderRecord r);

    /** Makes ready, before the leaf's begin, what {@link #change} will need. */
    abstract void announced(int slot, ProviderRecord r);

    /** As {@link #announced}: the same content goes on, as a record. */
    abstract void refreshed(int slot);

    /** As {@link #announced}: the same content goes on, as a tombstone kept until then. */
    abstract void withdrawn(int slot, long keptUntilMillis);

    /** The slot says from now on what was made ready. */
    abstract void change(int slot, long position, int ttlSeconds, long issuedAtMillis, boolean tombstone);

    /** After the leaf's end: gives back what the slot said before. */
    abstract void changed(int slot);

    /** The slot's record is gone; nobody can find it any more. */
    abstract void remove(int slot);

    abstract Key key(int slot);

    /** @param hash the key's */
    abstract boolean hasKey(int slot, Key key, int hash);

    abstract void copyKey(int slot, long[] to, int at);

    /** Four bits of the key, counted from the highest. */
    abstract int nibble(int slot, int bits);

    abstract int hash(int slot);

    abstract long position(int slot);

    abstract int ttlSeconds(int slot);

    abstract boolean tombstone(int slot);

    abstract long endsAtMillis(int slot);

    abstract int weight(int slot);

    abstract String locator(int slot);

    abstract StoredRecord decode(Key key, int slot);

    /** Adds the slot's record to what a find shows, if it lives at that instant. */
    abstract void show(int slot, long nowMillis, LiveHolders found);

    /** The same for any thread. */
    abstract Records forReaders();

    /** Looks at what a change of the slot will look at beyond the slot, see {@link Foresight}. */
    long look(int slot) {
        return 0;
    }

    abstract long heapBytes();

    /** Reads what {@link #prepare} wrote. */
    static StoredRecord decode(
            Key key, Publisher publisher, ContentReader c, int ttlSeconds, long issuedAt, long position, boolean tomb) {
        String locator = c.text();
        int flags = c.flags();
        ContentId cid = (flags & OWN_TEXT) == 0 ? ContentId.of(key) : new ContentId(c.text(), key);
        List<String> addrs = (flags & ADDRS) == 0 ? List.of() : c.texts();
        long keptUntil = tomb ? c.u64() : NO_END;
        Proof proof = (flags & PROOF) == 0 ? null : c.proof();
        ProviderRecord record = new ProviderRecord(cid, publisher.node(), locator, addrs, ttlSeconds, issuedAt, proof);
        return new StoredRecord(record, position, tomb ? keptUntil : record.expiresAtMillis(), tomb);
    }

    /** Copies what {@link #prepare} wrote to what a find shows. */
    static void show(
            NodeId publisher, ContentReader c, int ttlSeconds, long issuedAt, long position, LiveHolders found) {
        int locator = c.skipText();
        if (!found.add(publisher, position, ttlSeconds, issuedAt, c.bytes(), locator, c.at() - locator)) {
            return;
        }
        int flags = c.flags();
        if ((flags & OWN_TEXT) != 0) {
            c.skipText();
        }
        if ((flags & ADDRS) != 0) {
            for (int left = c.count(); left > 0; left--) {
                int addr = c.skipText();
                found.addr(c.bytes(), addr, c.at() - addr);
            }
        }
    }
}
