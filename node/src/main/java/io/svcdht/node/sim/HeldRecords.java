package io.svcdht.node.sim;

import io.svcdht.node.peering.Records;
import io.svcdht.node.peering.Word;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one simulated node holds, in order of keys. */
final class HeldRecords implements Records {
    /** A locator that marks a record nobody signed. */
    static final String FORGED = "forged:";

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
        NavigableSet<Key> all = new TreeSet<>(byKey.keySet());
        all.addAll(own.keySet());
        Key last = null;
        int shown = 0;
        for (Key key : after == null ? all : all.tailSet(after, false)) {
            if (shown++ == keys) {
                return last;
            }
            last = key;
            ProviderRecord published = own.get(key);
            if (published != null && published.expiresAtMillis() > now) {
                each.accept(new Word.Announced(published));
            }
            for (ProviderRecord r : byKey.getOrDefault(key, List.of())) {
                if (r.expiresAtMillis() > now && !r.equals(published)) {
                    each.accept(new Word.Announced(r));
                }
            }
        }
        return null;
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

    /** From now on this is a record of its own. */
    void publish(ProviderRecord record) {
        own.put(record.cid().key(), record);
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
    public boolean valid(ProviderRecord record) {
        return !record.locator().startsWith(FORGED);
    }

    boolean holds(Key key) {
        return byKey.containsKey(key);
    }

    int keys() {
        return byKey.size();
    }
}
