package io.svcdht.storage.testing;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.RecordStore;
import io.svcdht.storage.state.StoredRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store written naively, with objects in sorted maps: what the others are compared with. */
public final class PlainStore implements RecordStore {
    public static final Comparator<StoredRecord> BY_END_THEN_POSITION =
            Comparator.comparingLong(StoredRecord::endsAtMillis).thenComparingLong(StoredRecord::position);

    private final ConcurrentNavigableMap<Key, Holders> byKey = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListSet<StoredRecord> byEnd = new ConcurrentSkipListSet<>(BY_END_THEN_POSITION);
    private volatile int contentIds;
    private volatile int records;
    private volatile int tombstones;
    private volatile long weight;

    @Override
    public void announce(long position, ProviderRecord record) {
        StoredRecord old = record(record.cid().key(), record.publisher(), record.locator());
        change(record.cid().key(), old, new StoredRecord(record, position, record.expiresAtMillis(), false));
    }

    @Override
    public void refresh(Key key, long cause, long position, int ttlSeconds, long issuedAtMillis) {
        StoredRecord old = holdersOf(key).at(cause);
        if (old != null && !old.tombstone()) {
            ProviderRecord renewed = old.record().renewed(ttlSeconds, issuedAtMillis);
            change(key, old, new StoredRecord(renewed, position, renewed.expiresAtMillis(), false));
        }
    }

    @Override
    public void withdraw(Key key, long cause, long position, long issuedAtMillis, long keepUntilMillis) {
        StoredRecord old = holdersOf(key).at(cause);
        if (old != null) {
            ProviderRecord last = old.record().renewed(old.record().ttlSeconds(), issuedAtMillis);
            change(key, old, new StoredRecord(last, position, keepUntilMillis, true));
        }
    }

    @Override
    public void expire(Key key, long cause) {
        StoredRecord old = holdersOf(key).at(cause);
        if (old != null) {
            change(key, old, null);
        }
    }

    @Override
    public void restore(StoredRecord stored) {
        change(stored.record().cid().key(), null, stored);
    }

    @Override
    public List<StoredRecord> due(long nowMillis, int limit) {
        return byEnd.stream()
                .limit(limit)
                .takeWhile(r -> r.endsAtMillis() <= nowMillis)
                .toList();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void change(Key key, @Nullable StoredRecord old, @Nullable StoredRecord fresh) {
        List<StoredRecord> now = new ArrayList<>(holdersOf(key).records());
        if (old == null && fresh != null) {
            now.add(fresh);
        } else if (fresh == null) {
            now.remove(old);
        } else {
            now.set(now.indexOf(old), fresh);
        }
        if (now.isEmpty()) {
            byKey.remove(key);
            contentIds--;
        } else if (byKey.put(key, new Holders(key, now)) == null) {
            contentIds++;
        }
        count(old, -1);
        count(fresh, 1);
        if (old != null) {
            byEnd.remove(old);
        }
        if (fresh != null) {
            byEnd.add(fresh);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void count(@Nullable StoredRecord r, int by) {
        if (r != null) {
            weight += (long) by * r.record().weight();
            if (r.tombstone()) {
                tombstones += by;
            } else {
                records += by;
            }
        }
    }

    @Override
    public Holders holdersOf(Key key) {
        Holders h = byKey.get(key);
        return h == null ? new Holders(key, List.of()) : h;
    }

    @Override
    public int records() {
        return records;
    }

    @Override
    public int tombstones() {
        return tombstones;
    }

    @Override
    public long weight() {
        return weight;
    }

    @Override
    public int contentIds() {
        return contentIds;
    }

    @Override
    public List<Holders> page(@Nullable Key after, int limit) {
        return page(after, limit, Function.identity());
    }

    @Override
    public List<Holders> publishedBy(NodeId publisher, @Nullable Key after, int limit) {
        return page(
                after,
                limit,
                h -> new Holders(
                        h.key(),
                        h.records().stream()
                                .filter(r -> r.record().publisher().equals(publisher))
                                .toList()));
    }

    private List<Holders> page(@Nullable Key after, int limit, Function<Holders, Holders> seen) {
        return (after == null ? byKey : byKey.tailMap(after, false))
                .values().stream()
                        .map(seen)
                        .filter(h -> h.size() > 0)
                        .limit(limit)
                        .toList();
    }

    @Override
    public List<StoredRecord> byExpiry(long fromMillis, long afterPosition, int limit) {
        return byEnd.stream()
                .filter(r ->
                        r.endsAtMillis() > fromMillis || r.endsAtMillis() == fromMillis && r.position() > afterPosition)
                .limit(limit)
                .toList();
    }

    @Override
    public void forEach(Consumer<Holders> visitor) {
        byKey.values().forEach(visitor);
    }
}
