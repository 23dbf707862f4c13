package io.svcdht.storage.state;

import io.svcdht.storage.model.Key;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Content id → holders. One writer; readers never wait and never make it wait. */
final class ProviderIndex implements ProviderView {
    private final ConcurrentHashMap<Key, Holders> byKey = new ConcurrentHashMap<>();
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong tombstones = new AtomicLong();
    private final AtomicLong weight = new AtomicLong();

    @Override
    public Holders holdersOf(Key key) {
        Holders h = byKey.get(key);
        return h == null ? new Holders(key) : h;
    }

    /** The content id's holders, made where there are none. */
    Holders holdersFor(Key key) {
        Holders h = byKey.get(key);
        if (h == null) {
            h = new Holders(key);
            byKey.put(key, h);
        }
        return h;
    }

    void add(Holders holders, StoredRecord fresh) {
        holders.add(fresh);
        count(fresh, 1);
    }

    void replace(Holders holders, StoredRecord old, StoredRecord fresh) {
        holders.replace(old, fresh);
        count(old, -1);
        count(fresh, 1);
    }

    void remove(Holders holders, StoredRecord gone) {
        holders.remove(gone);
        if (holders.size() == 0) {
            byKey.remove(holders.key());
        }
        count(gone, -1);
    }

    /** One writer, so a plain store will do; a fence for each event would cost as much as the fold. */
    private void count(StoredRecord r, int by) {
        AtomicLong counter = r.tombstone() ? tombstones : records;
        counter.setRelease(counter.getPlain() + by);
        weight.setRelease(weight.getPlain() + (long) by * r.record().weight());
    }

    @Override
    public int records() {
        return (int) records.get();
    }

    @Override
    public int tombstones() {
        return (int) tombstones.get();
    }

    @Override
    public long weight() {
        return weight.getAcquire();
    }

    @Override
    public int contentIds() {
        return byKey.size();
    }

    @Override
    public List<Holders> page(@Nullable Key after, int limit) {
        // The walk keeps the smallest keys seen; the head is the greatest of them, the next to give way.
        PriorityQueue<Holders> smallest = new PriorityQueue<>(
                Math.max(1, limit), Comparator.comparing(Holders::key).reversed());
        byKey.forEach((key, holders) -> {
            if (after != null && key.compareTo(after) <= 0) {
                return;
            }
            if (smallest.size() < limit) {
                smallest.add(holders);
            } else if (!smallest.isEmpty() && key.compareTo(smallest.element().key()) < 0) {
                smallest.remove();
                smallest.add(holders);
            }
        });
        List<Holders> page = new ArrayList<>(smallest);
        page.sort(Comparator.comparing(Holders::key));
        return Collections.unmodifiableList(page);
    }

    @Override
    public void forEach(Consumer<Holders> visitor) {
        byKey.forEach((key, holders) -> visitor.accept(holders));
    }
}
