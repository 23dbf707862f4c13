package io.svcdht.storage.state.heap;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.LiveHolders;
import io.svcdht.storage.state.RecordStore;
import io.svcdht.storage.state.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store that keeps on the heap how to find records — by key, in key order, by publisher, by end — in arrays of
 * numbers, and leaves what they say to its {@link Records}.
 *
 * <pre>
 *  KeyIndex ── trie of small hash tables ──▶ slot ──next of the key──▶ slot …
 *  Publishers ── list of slots each ───────▶ Slots: some longs a record ──▶ Records: what it says
 *  ExpiryWheel ── list of slots a second ──▶
 * </pre>
 *
 * <p>Nothing grows all at once: slots and texts by a chunk, the index by a leaf.
 */
public abstract sealed class IndexedStore implements RecordStore permits HeapStore, MappedStore {
    final Slots slots;
    final Publishers publishers;
    final KeyIndex index;
    final Records coding;
    final ExpiryWheel wheel;
    private final StoreView view;
    private final Foresight foresight;
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong tombstones = new AtomicLong();
    private final AtomicLong weight = new AtomicLong();
    private final AtomicLong contentIds = new AtomicLong();

    IndexedStore(Slots slots, Publishers publishers, Records coding, long seed) {
        this.slots = slots;
        this.publishers = publishers;
        this.coding = coding;
        index = new KeyIndex(coding, seed);
        wheel = new ExpiryWheel(slots, coding);
        view = new StoreView(slots, index, publishers, coding, wheel);
        foresight = new Foresight(slots, index, coding);
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
        coding.prepare(record, keptUntilMillis);
        Publisher publisher = publishers.intern(record.publisher());
        Leaf leaf = index.leaf(key);
        int tail = Slots.NONE;
        if (leaf != null) {
            for (int s = leaf.head(coding, key, index.hash(key)); s != Slots.NONE; s = slots.nextOfKey(s)) {
                if (coding.isPrepared(s, publisher)) {
                    coding.announced(s, record);
                    boolean tombstone = keptUntilMillis != Records.NO_END;
                    change(leaf, s, position, record.ttlSeconds(), record.issuedAtMillis(), tombstone);
                    return;
                }
                tail = s;
            }
        }
        int slot = slots.take();
        coding.create(slot, key, index.hash(key), publisher, position, record);
        link(key, leaf, tail, slot, publisher);
    }

    /**
     * Makes a slot known by every way to it.
     *
     * @param tail the record of the same key before it, none = the key is new; itself = it stands in place already
     */
    final void link(Key key, @Nullable Leaf leaf, int tail, int slot, Publisher publisher) {
        publisher.add(slots, slot);
        wheel.add(slot, coding.endsAtMillis(slot));
        if (leaf == null || tail == Slots.NONE) {
            index.put(key, slot);
            add(contentIds, 1);
        } else if (tail != slot) {
            leaf.begin();
            slots.nextOfKey(tail, slot);
            leaf.end();
        }
        count(slot, 1);
    }

    /** The one place where a record turns into another, which was made ready. */
    private void change(Leaf leaf, int slot, long position, int ttlSeconds, long issuedAtMillis, boolean tombstone) {
        count(slot, -1);
        long endedMillis = coding.endsAtMillis(slot);
        leaf.begin();
        coding.change(slot, position, ttlSeconds, issuedAtMillis, tombstone);
        leaf.end();
        coding.changed(slot);
        wheel.move(slot, endedMillis, coding.endsAtMillis(slot));
        count(slot, 1);
    }

    @Override
    public void refresh(Key key, long cause, long position, int ttlSeconds, long issuedAtMillis) {
        Leaf leaf = index.leaf(key);
        int slot = leaf == null ? Slots.NONE : find(leaf, key, cause);
        if (leaf != null && slot != Slots.NONE && !coding.tombstone(slot)) {
            if (coding.isProved(slot)) {
                reword(slot, key, Records.NO_END);
            } else {
                coding.refreshed(slot);
            }
            change(leaf, slot, position, ttlSeconds, issuedAtMillis, false);
        }
    }

    @Override
    public void withdraw(Key key, long cause, long position, long issuedAtMillis, long keepUntilMillis) {
        Leaf leaf = index.leaf(key);
        int slot = leaf == null ? Slots.NONE : find(leaf, key, cause);
        if (leaf != null && slot != Slots.NONE) {
            int ttlSeconds = coding.ttlSeconds(slot);
            if (coding.isProved(slot)) {
                reword(slot, key, keepUntilMillis);
            } else {
                coding.withdrawn(slot, keepUntilMillis);
            }
            change(leaf, slot, position, ttlSeconds, issuedAtMillis, true);
        }
    }

    /** Makes ready what is left of a record without its proof, which was of the word before. */
    private void reword(int slot, Key key, long keptUntilMillis) {
        ProviderRecord bare = coding.decode(key, slot).record().withoutProof();
        coding.prepare(bare, keptUntilMillis);
        coding.announced(slot, bare);
    }

    private int find(Leaf leaf, Key key, long cause) {
        int slot = leaf.head(coding, key, index.hash(key));
        while (slot != Slots.NONE && coding.position(slot) != cause) {
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
        int slot = leaf.head(coding, key, index.hash(key));
        while (slot != Slots.NONE && coding.position(slot) != cause) {
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
        coding.remove(slot);
        slots.free(slot);
    }

    @Override
    public List<StoredRecord> due(long nowMillis, int limit) {
        Earliest due = wheel.due(nowMillis, limit);
        List<StoredRecord> records = new ArrayList<>(due.size());
        for (int i = 0; i < due.size(); i++) {
            records.add(coding.decode(coding.key(due.slot(i)), due.slot(i)));
        }
        return records;
    }

    @Override
    public void foresee(Key[] keys, int count) {
        foresight.look(keys, count);
    }

    private void count(int slot, int by) {
        add(coding.tombstone(slot) ? tombstones : records, by);
        add(weight, (long) by * coding.weight(slot));
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
    public void find(Key key, long nowMillis, int limit, LiveHolders found) {
        view.find(key, nowMillis, limit, found);
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
        return slots.heapBytes() + coding.heapBytes() + publishers.heapBytes() + index.heapBytes() + wheel.heapBytes();
    }
}
