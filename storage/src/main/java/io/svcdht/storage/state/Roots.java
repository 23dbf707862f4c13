package io.svcdht.storage.state;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.ByteSource;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.KeyLearned;
import io.svcdht.storage.event.DhtEvent.ProviderAnnounced;
import io.svcdht.storage.event.DhtEvent.RootAccepted;
import io.svcdht.storage.event.DhtEvent.RootDropped;
import io.svcdht.storage.event.DhtEvent.TrustEvent;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.model.SignedRoot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The roots that records refer to, and the keys that signed them. A root is held until the last record that ever
 * referred to it has run out; a record that goes earlier does not shorten that, so that nothing has to be looked up
 * where records are written. A key is held as long as a root of its node is.
 *
 * <p>Changed on one thread, by {@link Fold} alone; read from any, a few times a message at most, so a lock will do.
 */
public final class Roots implements RootView {
    private static final int COUNT_MAX = 1 << 24;

    private record Keyed(MlDsa87Key key, int roots) {}

    /** What an event is about to change: a root and its publisher's key as they were, null = not there. */
    record Before(
            Key root,
            @Nullable Kept kept,
            Key hash,
            @Nullable Object keyed) {}

    private final TreeMap<Key, Kept> roots = new TreeMap<>();
    private final TreeMap<Key, Keyed> keys = new TreeMap<>();

    /** A copy that goes its own way. */
    public static Roots of(RootView other) {
        Roots copy = new Roots();
        other.all().forEach(kept -> copy.roots.put(kept.root().id(), kept));
        copy.learned(other.keys());
        return copy;
    }

    @Override
    public synchronized @Nullable SignedRoot root(Key id) {
        Kept kept = roots.get(id);
        return kept == null ? null : kept.root();
    }

    @Override
    public synchronized @Nullable MlDsa87Key key(Key hash) {
        Keyed keyed = keys.get(hash);
        return keyed == null ? null : keyed.key();
    }

    @Override
    public synchronized List<Kept> all() {
        return List.copyOf(roots.values());
    }

    @Override
    public synchronized Collection<MlDsa87Key> keys() {
        return keys.values().stream().map(Keyed::key).toList();
    }

    @Override
    public synchronized int size() {
        return roots.size();
    }

    @Override
    public synchronized boolean isEmpty() {
        return roots.isEmpty() && keys.isEmpty();
    }

    synchronized void apply(TrustEvent event, long instantMillis) {
        switch (event) {
            case KeyLearned(var _, MlDsa87Key whole) -> {
                if (whole != null) {
                    learned(whole);
                }
            }
            case RootAccepted(SignedRoot root) -> {
                if (roots.putIfAbsent(root.id(), new Kept(root, instantMillis)) == null) {
                    count(root.publisher().mlDsa87Hash(), 1);
                }
            }
            case RootDropped(Key id) -> {
                Kept gone = roots.remove(id);
                if (gone != null) {
                    count(gone.root().publisher().mlDsa87Hash(), -1);
                }
            }
        }
    }

    /** A record is there; the root it refers to stays as long as the record may. */
    void announced(ProviderRecord record) {
        if (record.proof() != null) {
            referredBy(record);
        }
    }

    private synchronized void referredBy(ProviderRecord record) {
        Kept kept = referred(record);
        if (kept != null && record.expiresAtMillis() > kept.keepUntilMillis()) {
            roots.put(kept.root().id(), new Kept(kept.root(), record.expiresAtMillis()));
        }
    }

    private @Nullable Kept referred(ProviderRecord record) {
        Proof proof = record.proof();
        if (proof == null || roots.isEmpty()) {
            return null;
        }
        Key root = proof.root();
        return root == null ? null : roots.get(root);
    }

    private void learned(MlDsa87Key key) {
        if (!keys.containsKey(key.hash())) {
            long signed = roots.values().stream()
                    .filter(kept -> kept.root().publisher().mlDsa87Hash().equals(key.hash()))
                    .count();
            keys.put(key.hash(), new Keyed(key, (int) signed));
        }
    }

    private void learned(Collection<MlDsa87Key> all) {
        Map<Key, Integer> signed = new HashMap<>();
        roots.values().forEach(kept -> signed.merge(kept.root().publisher().mlDsa87Hash(), 1, Integer::sum));
        all.forEach(key -> keys.put(key.hash(), new Keyed(key, signed.getOrDefault(key.hash(), 0))));
    }

    private void count(Key hash, int by) {
        Keyed keyed = keys.get(hash);
        if (keyed == null) {
            return;
        }
        int left = keyed.roots() + by;
        if (left > 0) {
            keys.put(hash, new Keyed(keyed.key(), left));
        } else {
            keys.remove(hash);
        }
    }

    /** What the event may change; null = nothing here. */
    synchronized @Nullable Before before(DhtEvent event) {
        return switch (event) {
            case RootAccepted(SignedRoot root) ->
                before(root.id(), root.publisher().mlDsa87Hash());
            case RootDropped(Key id) -> {
                Kept kept = roots.get(id);
                yield kept == null ? null : before(id, kept.root().publisher().mlDsa87Hash());
            }
            case KeyLearned(var keysOf, var _) -> before(keysOf.mlDsa87Hash(), keysOf.mlDsa87Hash());
            case ProviderAnnounced(ProviderRecord record) -> {
                Kept kept = referred(record);
                yield kept == null
                        ? null
                        : before(kept.root().id(), kept.root().publisher().mlDsa87Hash());
            }
            case DhtEvent.ProviderRefreshed _,
                    DhtEvent.ProviderWithdrawn _,
                    DhtEvent.ProviderExpired _,
                    DhtEvent.ProviderReplicated _,
                    DhtEvent.NodeStarted _,
                    DhtEvent.NodeStopped _,
                    DhtEvent.ConfigChanged _,
                    DhtEvent.ReadinessChanged _,
                    DhtEvent.ClockStepped _,
                    DhtEvent.DigestMarked _,
                    DhtEvent.RoutingEvent _,
                    DhtEvent.Upkeep _ -> null;
        };
    }

    private Before before(Key root, Key hash) {
        return new Before(root, roots.get(root), hash, keys.get(hash));
    }

    synchronized void undo(@Nullable Before before) {
        if (before == null) {
            return;
        }
        if (before.kept() == null) {
            roots.remove(before.root());
        } else {
            roots.put(before.root(), before.kept());
        }
        if (before.keyed() instanceof Keyed keyed) {
            keys.put(before.hash(), keyed);
        } else {
            keys.remove(before.hash());
        }
    }

    /** All of it, as {@code checkpoint/Layout} shows it. */
    public synchronized byte[] encode() {
        ByteSink out = new ByteSink(1 << 14).varint(roots.size());
        for (Kept kept : roots.values()) {
            EventCodec.encode(kept.root(), out);
            out.u48(kept.keepUntilMillis());
        }
        out.varint(keys.size());
        keys.values().forEach(keyed -> out.raw(keyed.key().bytes()));
        return out.toByteArray();
    }

    /**
     * Reads what {@link #encode} wrote; no bytes are no roots.
     *
     * @throws MalformedEvent if the bytes are anything else
     */
    public static Roots decode(byte[] bytes) {
        Roots read = new Roots();
        if (bytes.length == 0) {
            return read;
        }
        ByteSource in = new ByteSource(bytes, 0, bytes.length);
        int n = in.count(COUNT_MAX, "a number of roots");
        List<MlDsa87Key> whole = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            SignedRoot root = EventCodec.root(in);
            read.roots.put(root.id(), new Kept(root, in.u48()));
        }
        for (int left = in.count(COUNT_MAX, "a number of keys"); left > 0; left--) {
            whole.add(new MlDsa87Key(in.raw(MlDsa87Key.BYTES)));
        }
        if (in.remaining() != 0) {
            throw new MalformedEvent("%d bytes follow the roots".formatted(in.remaining()));
        }
        read.learned(whole);
        return read;
    }
}
