package io.svcdht.node.sim;

import io.svcdht.node.peering.Word;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one simulated node holds, in order of keys, and nothing beside: there may be ten thousand of them. */
final class HeldRecords implements SimRecords {
    private static final long FUTURE_MILLIS_MAX = 600_000;

    private final TreeMap<Key, List<ProviderRecord>> byKey = new TreeMap<>();
    /** What it publishes, whether or not it is close enough to hold it. */
    private final TreeMap<Key, ProviderRecord> own = new TreeMap<>();

    private final SimNode owner;

    HeldRecords(SimNode owner) {
        this.owner = owner;
    }

    @Override
    public List<ProviderRecord> of(Key key, long nowNanos) {
        List<ProviderRecord> held = byKey.get(key);
        if (held == null) {
            return List.of();
        }
        long now = owner.wallMillis(nowNanos);
        held.removeIf(r -> r.expiresAtMillis() <= now);
        if (held.isEmpty()) {
            byKey.remove(key);
        }
        return List.copyOf(held);
    }

    @Override
    public @Nullable Key walk(@Nullable Key after, int keys, long nowNanos, Consumer<Word> each) {
        long now = owner.wallMillis(nowNanos);
        Key last = after;
        for (int shown = 0; shown < keys; shown++) {
            Key key = next(last);
            if (key == null) {
                return null;
            }
            last = key;
            show(key, now, each);
        }
        return last == null || next(last) == null ? null : last;
    }

    /** The first key behind this one; looked up anew each time, for whoever is shown records may add some. */
    private @Nullable Key next(@Nullable Key after) {
        Map.Entry<Key, ?> held = after == null ? byKey.firstEntry() : byKey.higherEntry(after);
        Map.Entry<Key, ?> ours = after == null ? own.firstEntry() : own.higherEntry(after);
        if (held == null || ours == null) {
            return held != null ? held.getKey() : ours != null ? ours.getKey() : null;
        }
        return held.getKey().compareTo(ours.getKey()) <= 0 ? held.getKey() : ours.getKey();
    }

    @SuppressWarnings("ReferenceEquality") // the very one, in both places
    private void show(Key key, long nowMillis, Consumer<Word> each) {
        ProviderRecord published = own.get(key);
        List<ProviderRecord> held = List.copyOf(byKey.getOrDefault(key, List.of()));
        if (published != null && published.expiresAtMillis() > nowMillis) {
            each.accept(new Word.Announced(published));
        }
        for (ProviderRecord r : held) {
            if (r.expiresAtMillis() > nowMillis && !r.equals(published)) {
                each.accept(new Word.Announced(r));
            }
        }
    }

    @Override
    public int size() {
        return byKey.size() + own.size();
    }

    @Override
    public boolean stands(Word word, long nowNanos) {
        return word instanceof Word.Announced(ProviderRecord record)
                && record.expiresAtMillis() > owner.wallMillis(nowNanos);
    }

    @Override
    public ProviderRecord publish(ProviderRecord record, long nowNanos) {
        own.put(record.cid().key(), record);
        return record;
    }

    @Override
    public long millis(long nowNanos) {
        return owner.wallMillis(nowNanos);
    }

    @Override
    public boolean offer(ProviderRecord record, long nowNanos) {
        long now = owner.wallMillis(nowNanos);
        if (record.expiresAtMillis() <= now || record.issuedAtMillis() > now + FUTURE_MILLIS_MAX) {
            return false;
        }
        List<ProviderRecord> held = byKey.computeIfAbsent(record.cid().key(), k -> new ArrayList<>(1));
        for (int i = 0; i < held.size(); i++) {
            ProviderRecord old = held.get(i);
            if (old.publisher().equals(record.publisher()) && old.locator().equals(record.locator())) {
                if (old.issuedAtMillis() < record.issuedAtMillis()) {
                    held.set(i, record);
                }
                return true;
            }
        }
        held.add(record);
        return true;
    }

    @Override
    public boolean holds(Key key) {
        return byKey.containsKey(key);
    }
}
