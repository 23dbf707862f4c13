package io.svcdht.node.sim;

import io.svcdht.node.peering.Records;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What one simulated node holds, in order of keys. */
final class HeldRecords implements Records {
    /** A locator that marks a record nobody signed. */
    static final String FORGED = "forged:";

    private static final long FUTURE_MILLIS_MAX = 600_000;

    private final TreeMap<Key, List<ProviderRecord>> byKey = new TreeMap<>();
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
    public void forEachHeld(long nowNanos, Consumer<ProviderRecord> each) {
        long now = owner.wallMillis(nowNanos);
        for (List<ProviderRecord> held : byKey.values()) {
            for (ProviderRecord r : held) {
                if (r.expiresAtMillis() > now) {
                    each.accept(r);
                }
            }
        }
    }

    @Override
    public boolean published(ProviderRecord record, long nowNanos) {
        return record.expiresAtMillis() > owner.wallMillis(nowNanos);
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
