package io.svcdht.storage.state.heap;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.RecordStore;
import io.svcdht.storage.state.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records on the heap, in arrays of numbers: about 85 bytes a record, no object and no reference for each, so that the
 * garbage collector has nothing to follow and a change nothing to leave behind.
 *
 * <pre>
 *  KeyIndex ── trie of small hash tables ──▶ slot ──next of the key──▶ slot …
 *  Publishers ── list of slots each ───────▶ Slots: nine longs a record ──▶ Contents: texts, each once
 *  ExpiryWheel ── list of slots a second ──▶
 * </pre>
 *
 * <p>Nothing grows all at once: slots and texts by a chunk, the index by a leaf.
 */
public final class HeapStore implements RecordStore {
    private static final long SEED_FIXED = 0x5851F42D4C957F2DL;

    final Slots slots = new Slots();
    final Publishers publishers = new Publishers();
    final Contents contents;
    final KeyIndex index;
    final Records coding;
    final ExpiryWheel wheel;
    private final HeapView view;
    private final ByteSink scratch = new ByteSink(256);
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong tombstones = new AtomicLong();
    private final AtomicLong weight = new AtomicLong();
    private final AtomicLong contentIds = new AtomicLong();

    public HeapStore() {
        this(SEED_FIXED);
    }

    /**
     * @param seed what hashes are mixed with. It shows nowhere; a node draws one, so that nobody can choose content ids
     *     that collide in it
     */
    public HeapStore(long seed) {
        contents = new Contents(seed);
        index = new KeyIndex(slots, seed);
        coding = new Records(slots, contents, publishers);
        wheel = new ExpiryWheel(slots, coding);
        view = new HeapView(slots, index, publishers, coding, wheel);
    }

    // --- what the fold calls ---------------------------------------------------------------------------------------

    @Override
    public void announce(long position, ProviderRecord record) {
        put(position, record, Records.NO_END);
    }

    @Override
    public void restore(StoredRecord stored) {
        put(stored.position(), stored.record(), stored.tombstone() ? stored.endsAtMillis() : Records.NO_END);
    }

    private void put(long position, ProviderRecord record, long keptUntilMillis) {
        Key key = record.cid().key();
        int locatorBytes = Records.encode(scratch, record, keptUntilMillis);
        Publisher publisher = publishers.intern(record.publisher());
        Leaf leaf = index.leaf(key);
        int tail = Slots.NONE;
        if (leaf != null) {
            for (int s = leaf.head(slots, key, index.hash(key)); s != Slots.NONE; s = slots.nextOfKey(s)) {
                if (coding.isOf(s, publisher, scratch, locatorBytes)) {
                    replace(leaf, s, position, record, keptUntilMillis != Records.NO_END);
                    return;
                }
                tail = s;
            }
        }
        int slot = slots.take(key);
        slots.content(slot, publisher.number(), interned(record));
        slots.life(slot, position, record.ttlSeconds(), record.issuedAtMillis(), keptUntilMillis != Records.NO_END);
        slots.nextOfKey(slot, Slots.NONE);
        publisher.add(slots, slot);
        wheel.add(slot, coding.endsAtMillis(slot));
        if (leaf == null || tail == Slots.NONE) {
            index.put(key, slot);
            add(contentIds, 1);
        } else {
            leaf.begin();
            slots.nextOfKey(tail, slot);
            leaf.end();
        }
        count(slot, 1);
    }

    /** A known record says what was encoded now, and for how long. */
    private void replace(Leaf leaf, int slot, long position, ProviderRecord r, boolean tombstone) {
        int content = interned(r);
        change(leaf, slot, position, content, r.ttlSeconds(), r.issuedAtMillis(), tombstone);
    }

    private int interned(ProviderRecord record) {
        return Records.saysNothing(scratch) ? Contents.NONE : contents.intern(scratch, record.weight());
    }

    /**
     * The one place where a record turns into another.
     *
     * @param content with a reference taken for it
     */
    private void change(
            Leaf leaf, int slot, long position, int content, int ttlSeconds, long issuedAtMillis, boolean tombstone) {
        count(slot, -1);
        long endedMillis = coding.endsAtMillis(slot);
        int said = slots.content(slot);
        leaf.begin();
        slots.content(slot, slots.publisher(slot), content);
        slots.life(slot, position, ttlSeconds, issuedAtMillis, tombstone);
        leaf.end();
        contents.release(said);
        wheel.move(slot, endedMillis, coding.endsAtMillis(slot));
        count(slot, 1);
    }

    @Override
    public void refresh(Key key, long cause, long position, int ttlSeconds, long issuedAtMillis) {
        Leaf leaf = index.leaf(key);
        int slot = leaf == null ? Slots.NONE : find(leaf, key, cause);
        if (leaf != null && slot != Slots.NONE && !slots.tombstone(slot)) {
            contents.refer(slots.content(slot));
            change(leaf, slot, position, slots.content(slot), ttlSeconds, issuedAtMillis, false);
        }
    }

    @Override
    public void withdraw(Key key, long cause, long position, long issuedAtMillis, long keepUntilMillis) {
        Leaf leaf = index.leaf(key);
        int slot = leaf == null ? Slots.NONE : find(leaf, key, cause);
        if (leaf != null && slot != Slots.NONE) {
            coding.encodeTombstone(scratch, slot, keepUntilMillis);
            int content = contents.intern(scratch, contents.weight(slots.content(slot)));
            change(leaf, slot, position, content, slots.ttlSeconds(slot), issuedAtMillis, true);
        }
    }

    private int find(Leaf leaf, Key key, long cause) {
        int slot = leaf.head(slots, key, index.hash(key));
        while (slot != Slots.NONE && slots.position(slot) != cause) {
            slot = slots.nextOfKey(slot);
        }
        return slot;
    }

    @Override
    public void expire(Key key, long cause) {
        Leaf leaf = index.leaf(key);
        if (leaf == null) {
            return;
        }
        int previous = Slots.NONE;
        int slot = leaf.head(slots, key, index.hash(key));
        while (slot != Slots.NONE && slots.position(slot) != cause) {
            previous = slot;
            slot = slots.nextOfKey(slot);
        }
        if (slot != Slots.NONE) {
            unlink(leaf, key, previous, slot);
            forget(slot);
        }
        if (leaf.keys() == 0) {
            index.prune(key);
        }
    }

    private void unlink(Leaf leaf, Key key, int previous, int slot) {
        int next = slots.nextOfKey(slot);
        leaf.begin();
        if (previous != Slots.NONE) {
            slots.nextOfKey(previous, next);
        } else if (next != Slots.NONE) {
            index.replace(leaf, key, next);
        } else {
            index.remove(leaf, key);
            add(contentIds, -1);
        }
        leaf.end();
    }

    private void forget(int slot) {
        count(slot, -1);
        wheel.remove(slot, coding.endsAtMillis(slot));
        Publisher publisher = publishers.numbered(slots.publisher(slot));
        publisher.remove(slots, slot);
        publishers.forgetIfEmpty(publisher);
        contents.release(slots.content(slot));
        slots.free(slot);
    }

    @Override
    public List<StoredRecord> due(long nowMillis, int limit) {
        Earliest due = wheel.due(nowMillis, limit);
        List<StoredRecord> records = new ArrayList<>(due.size());
        for (int i = 0; i < due.size(); i++) {
            records.add(coding.decode(slots.key(due.slot(i)), due.slot(i)));
        }
        return records;
    }

    private void count(int slot, int by) {
        add(slots.tombstone(slot) ? tombstones : records, by);
        add(weight, (long) by * contents.weight(slots.content(slot)));
    }

    /** One writer, so a plain store will do; a fence for each event would cost as much as the fold. */
    private static void add(AtomicLong counter, long by) {
        counter.setRelease(counter.getPlain() + by);
    }

    // --- what anybody reads ----------------------------------------------------------------------------------------

    @Override
    public Holders holdersOf(Key key) {
        return view.holdersOf(key);
    }

    @Override
    public int holders(Key key) {
        return view.holders(key);
    }

    @Override
    public @Nullable StoredRecord record(Key key, NodeId publisher, String locator) {
        return view.record(key, publisher, locator);
    }

    @Override
    public int records() {
        return (int) records.getAcquire();
    }

    @Override
    public int tombstones() {
        return (int) tombstones.getAcquire();
    }

    @Override
    public long weight() {
        return weight.getAcquire();
    }

    @Override
    public int contentIds() {
        return (int) contentIds.getAcquire();
    }

    @Override
    public List<Holders> page(@Nullable Key after, int limit) {
        return view.page(after, limit);
    }

    @Override
    public List<Holders> publishedBy(NodeId publisher, @Nullable Key after, int limit) {
        return view.publishedBy(publisher, after, limit);
    }

    @Override
    public List<StoredRecord> byExpiry(long fromMillis, long afterPosition, int limit) {
        return view.byExpiry(fromMillis, afterPosition, limit);
    }

    @Override
    public void forEach(Consumer<Holders> visitor) {
        view.forEach(visitor);
    }

    /** Bytes of all arrays, as the virtual machine lays them out, roughly; for the writer's thread. */
    public long heapBytes() {
        return slots.heapBytes()
                + contents.heapBytes()
                + publishers.heapBytes()
                + index.heapBytes()
                + wheel.heapBytes();
    }
}
