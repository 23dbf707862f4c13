package io.svcdht.storage.testing;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.model.SignedRoot;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.RootView;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.StoredRecord;
import io.svcdht.storage.state.heap.HeapStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A writer that does what an engine might: every event names a record that is there, and time goes on. */
public final class RandomRun {
    private static final long T0 = 1_700_000_000_000L;
    private static final int KEYS = 500;

    private final Journal journal;
    private final RandomEvents values;
    private final RandomGenerator random;
    private final State state = new State(new HeapStore());
    private final List<Key> keys = new ArrayList<>();
    private final List<NodeId> nodes = new ArrayList<>();
    private final Map<NodeKeys, MlDsa87Key> wholeKeys = new HashMap<>();
    /** Other nodes: they publish signed records, come into the table and leave it. */
    private final List<NodeKeys> peers = new ArrayList<>();

    private long now = T0;

    public RandomRun(long seed, Journal journal) {
        this.journal = journal;
        values = new RandomEvents(seed);
        random = values.random();
        for (int i = 0; i < KEYS; i++) {
            keys.add(values.key());
        }
        for (int i = 0; i < 5; i++) {
            nodes.add(values.node());
        }
        for (int i = 0; i < 60; i++) {
            peers.add(values.keys());
        }
    }

    public State state() {
        return state;
    }

    public RandomGenerator random() {
        return random;
    }

    public long nowMillis() {
        return now;
    }

    /** One thing happens, and whatever ran out meanwhile expires. */
    public void step() {
        now += random.nextInt(2_000);
        for (StoredRecord r : state.due(now, 100)) {
            append(r.position(), new DhtEvent.ProviderExpired(r.record().cid().key()));
        }
        Key key = keys.get(random.nextInt(KEYS));
        Holders holders = state.providers().holdersOf(key);
        List<StoredRecord> all = new ArrayList<>();
        holders.forEach(all::add);
        StoredRecord held = all.isEmpty() ? null : all.get(random.nextInt(all.size()));
        int what = random.nextInt(100);
        if (what < 2) {
            append(0, values.any() instanceof DhtEvent.ConfigChanged c ? c : new DhtEvent.ClockStepped(what));
        } else if (what < 10) {
            route();
        } else if (held != null && what < 30) {
            int ttl = random.nextInt(1, 600);
            append(held.position(), new DhtEvent.ProviderRefreshed(key, ttl, now));
        } else if (held != null && !held.tombstone() && what < 45) {
            append(held.position(), new DhtEvent.ProviderWithdrawn(key, now, held.endsAtMillis() + 300_000));
        } else {
            announce(key);
        }
    }

    private void route() {
        NodeKeys peer = peers.get(random.nextInt(peers.size()));
        List<Routing.Known> table = state.routing().contacts();
        NodeId old = table.isEmpty()
                ? peer.id()
                : table.get(random.nextInt(table.size())).contact().id();
        switch (random.nextInt(12)) {
            case 0 -> append(0, new DhtEvent.NodeStarted(nodes.getFirst(), 1, "test"));
            case 1 -> append(0, new DhtEvent.ContactEvicted(old, values.evictedFor()));
            case 2 ->
                append(
                        0,
                        new DhtEvent.ContactReplaced(
                                old, values.evictedFor(), values.contact(peer), random.nextBoolean()));
            case 3, 4 ->
                append(0, new DhtEvent.ContactRefreshed(state.routing().bucketOf(old) % 256, List.of(old, peer.id())));
            case 5 -> append(0, new DhtEvent.PeerBanned(new Banned.Peer(peer.id()), values.text()));
            case 6 -> append(0, new DhtEvent.PeerUnbanned(new Banned.Peer(peer.id())));
            case 7 -> append(0, new DhtEvent.BucketRefreshed(random.nextInt(256), table.size()));
            case 8 -> append(0, new DhtEvent.KeyLearned(peer, null));
            case 9 -> trust(peer);
            default -> append(0, new DhtEvent.ContactAdded(values.contact(peer), random.nextBoolean()));
        }
    }

    /** A root comes, with its key where that is new, or goes. */
    private void trust(NodeKeys peer) {
        List<RootView.Kept> kept = state.roots().all();
        if (kept.size() > 8) {
            SignedRoot gone = kept.get(random.nextInt(kept.size())).root();
            append(0, new DhtEvent.RootDropped(gone.id()));
            return;
        }
        MlDsa87Key whole = wholeKeys.computeIfAbsent(peer, p -> values.mlDsa87());
        NodeKeys publisher = NodeKeys.of(peer.ed25519(), whole.hash());
        append(0, new DhtEvent.KeyLearned(publisher, whole));
        append(0, new DhtEvent.RootAccepted(values.root(publisher)));
    }

    private void announce(Key key) {
        ContentId cid =
                random.nextInt(4) == 0 ? new ContentId("b3:" + key.hex().substring(50), key) : ContentId.of(key);
        List<String> addrs =
                random.nextInt(4) == 0 ? List.of("/ip4/192.0.2.1/tcp/" + random.nextInt(65_536)) : List.of();
        NodeKeys peer = random.nextInt(4) == 0 ? peers.get(random.nextInt(5)) : null;
        NodeId publisher = peer == null ? nodes.get(random.nextInt(nodes.size())) : peer.id();
        List<RootView.Kept> roots = state.roots().all();
        Proof proof = peer == null
                ? null
                : roots.isEmpty()
                        ? values.proof(peer)
                        : RandomEvents.proof(
                                peer,
                                roots.get(random.nextInt(roots.size())).root().id());
        String locator = random.nextBoolean() ? "" : "local://" + random.nextInt(4);
        StoredRecord old = state.providers().holdersOf(key).of(publisher, locator);
        append(
                old == null ? 0 : old.position(),
                new DhtEvent.ProviderAnnounced(
                        new ProviderRecord(cid, publisher, locator, addrs, random.nextInt(1, 600), now, proof)));
    }

    private void append(long cause, DhtEvent event) {
        long position = journal.append(now, cause, event);
        Fold.apply(state, position, now, cause, event);
    }
}
