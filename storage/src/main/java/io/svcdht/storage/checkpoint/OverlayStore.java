package io.svcdht.storage.checkpoint;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.RecordStore;
import io.svcdht.storage.state.StoredRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The records of a moment behind a checkpoint: the mapped file, and above it the content ids that events have touched
 * since. The first event of a content id copies its records up from the file; from then on the file's are not looked
 * at. Costs memory for what was touched and none for the rest.
 *
 * <p>For views of the past and for the next checkpoint: folded by one thread, then read by any.
 */
public final class OverlayStore implements RecordStore {
    private static final int WALK_KEYS = 1024;
    private static final Comparator<StoredRecord> BY_END_THEN_POSITION =
            Comparator.comparingLong(StoredRecord::endsAtMillis).thenComparingLong(StoredRecord::position);

    private final Checkpoint base;
    private final RecordStore above;
    private final KeySet touched = new KeySet();
    private final Checkpoint.Finder finder;

    private long hiddenRecords;
    private long hiddenTombstones;
    private long hiddenWeight;
    private int hiddenContentIds;
    /** What was looked up last in the file: an event is mostly looked at just before it is folded. */
    private volatile @Nullable Holders lastLooked;

    /**
     * @param base stays open at least as long as this store; closed with it
     * @param above an empty store for what changes
     */
    public OverlayStore(Checkpoint base, RecordStore above) {
        this.base = base;
        this.finder = base.finder();
        this.above = above;
    }

    private void touch(Key key) {
        copyUp(key, 0, r -> r);
    }

    /**
     * Copies up what the file has of a content id, at the first event about it.
     *
     * @param cause the record the event is about, which is copied as it is after the event
     * @return whether this was the first event, so that nothing is left to do for it
     */
    private boolean copyUp(Key key, long cause, Change change) {
        if (!touched.add(key)) {
            return false;
        }
        Holders held = inFile(key);
        for (StoredRecord r : held) {
            StoredRecord after = r.position() == cause ? change.of(r) : r;
            if (after != null) {
                above.restore(after);
            }
            if (r.tombstone()) {
                hiddenTombstones++;
            } else {
                hiddenRecords++;
            }
            hiddenWeight += r.record().weight();
        }
        hiddenContentIds += held.size() == 0 ? 0 : 1;
        return true;
    }

    /** What an event makes of a record; null = it is gone. */
    private interface Change {
        @Nullable
        StoredRecord of(StoredRecord before);
    }

    private Holders inFile(Key key) {
        Holders looked = lastLooked;
        if (looked == null || !looked.key().equals(key)) {
            synchronized (finder) {
                looked = finder.holdersOf(key);
            }
            lastLooked = looked;
        }
        return looked;
    }

    @Override
    public void announce(long position, ProviderRecord record) {
        touch(record.cid().key());
        above.announce(position, record);
    }

    @Override
    public void refresh(Key key, long cause, long position, int ttlSeconds, long issuedAtMillis) {
        if (!copyUp(key, cause, r -> r.tombstone() ? r : renewed(r, position, ttlSeconds, issuedAtMillis))) {
            above.refresh(key, cause, position, ttlSeconds, issuedAtMillis);
        }
    }

    @Override
    public void withdraw(Key key, long cause, long position, long issuedAtMillis, long keepUntilMillis) {
        touch(key);
        above.withdraw(key, cause, position, issuedAtMillis, keepUntilMillis);
    }

    @Override
    public void expire(Key key, long cause) {
        if (!copyUp(key, cause, r -> null)) {
            above.expire(key, cause);
        }
    }

    private static StoredRecord renewed(StoredRecord r, long position, int ttlSeconds, long issuedAtMillis) {
        ProviderRecord renewed = r.record().renewed(ttlSeconds, issuedAtMillis);
        return new StoredRecord(renewed, position, renewed.expiresAtMillis(), false);
    }

    @Override
    public void restore(StoredRecord stored) {
        touch(stored.record().cid().key());
        above.restore(stored);
    }

    /** What was touched and ran out; the past expires nothing by itself. */
    @Override
    public List<StoredRecord> due(long nowMillis, int limit) {
        return above.due(nowMillis, limit);
    }

    @Override
    public Holders holdersOf(Key key) {
        return touched.contains(key) ? above.holdersOf(key) : inFile(key);
    }

    @Override
    public int records() {
        return Math.toIntExact(base.info().records() - hiddenRecords + above.records());
    }

    @Override
    public int tombstones() {
        return Math.toIntExact(base.info().tombstones() - hiddenTombstones + above.tombstones());
    }

    @Override
    public long weight() {
        return base.info().weight() - hiddenWeight + above.weight();
    }

    @Override
    public int contentIds() {
        return Math.toIntExact(base.info().contentIds() - hiddenContentIds + above.contentIds());
    }

    @Override
    public List<Holders> page(@Nullable Key after, int limit) {
        List<Holders> page = new ArrayList<>(Math.min(limit, 1024));
        List<Holders> changed = above.page(after, limit);
        Checkpoint.Cursor file = base.after(after);
        int next = 0;
        while (page.size() < limit) {
            Key inFile = file.key();
            Key inAbove = next < changed.size() ? changed.get(next).key() : null;
            if (inFile == null && inAbove == null) {
                break;
            }
            if (inFile == null || inAbove != null && inAbove.compareTo(inFile) <= 0) {
                page.add(changed.get(next++));
            } else {
                Holders held = take(file, inFile);
                if (!touched.contains(inFile)) {
                    page.add(held);
                }
            }
        }
        return page;
    }

    /** Walks all keys: a file is sorted by key alone, and nobody asks the past for more often. */
    @Override
    public List<Holders> publishedBy(NodeId publisher, @Nullable Key after, int limit) {
        List<Holders> found = new ArrayList<>();
        List<Holders> page = page(after, WALK_KEYS);
        while (!page.isEmpty() && found.size() < limit) {
            for (Holders holders : page) {
                List<StoredRecord> own = holders.records().stream()
                        .filter(r -> r.record().publisher().equals(publisher))
                        .toList();
                if (!own.isEmpty() && found.size() < limit) {
                    found.add(new Holders(holders.key(), own));
                }
            }
            page = page(page.getLast().key(), WALK_KEYS);
        }
        return found;
    }

    /** Walks all records, with the earliest kept in a heap of the page's size. */
    @Override
    public List<StoredRecord> byExpiry(long fromMillis, long afterPosition, int limit) {
        PriorityQueue<StoredRecord> earliest = new PriorityQueue<>(BY_END_THEN_POSITION.reversed());
        forEach(holders -> holders.forEach(r -> {
            boolean behind =
                    r.endsAtMillis() > fromMillis || r.endsAtMillis() == fromMillis && r.position() > afterPosition;
            if (behind) {
                earliest.add(r);
                if (earliest.size() > limit) {
                    earliest.remove();
                }
            }
        }));
        List<StoredRecord> page = new ArrayList<>(earliest);
        page.sort(BY_END_THEN_POSITION);
        return page;
    }

    private static Holders take(Checkpoint.Cursor file, Key key) {
        List<StoredRecord> held = new ArrayList<>(1);
        while (key.equals(file.key())) {
            held.add(file.entry());
            file.advance();
        }
        return new Holders(key, held);
    }

    @Override
    public void forEach(Consumer<Holders> visitor) {
        above.forEach(visitor);
        Checkpoint.Cursor file = base.after(null);
        for (Key key = file.key(); key != null; key = file.key()) {
            Holders held = take(file, key);
            if (!touched.contains(key)) {
                visitor.accept(held);
            }
        }
    }

    @Override
    public void close() {
        above.close();
        base.close();
    }
}
