package io.svcdht.node.engine;

import io.svcdht.node.trust.RootProof;
import io.svcdht.storage.event.DhtEvent.KeyLearned;
import io.svcdht.storage.event.DhtEvent.RootAccepted;
import io.svcdht.storage.event.DhtEvent.RootDropped;
import io.svcdht.storage.event.DhtEvent.TrustEvent;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.RootView;
import java.util.Map;
import java.util.function.Consumer;

/**
 * When roots and keys come into the journal, and when they go: before the first record that refers to them, and once
 * the last one that did has run out.
 */
final class RootKeeping {
    /** Roots are looked through this often. */
    static final long SWEEP_MILLIS = 60_000;

    private static final int DROPS_MAX = 1_024;
    /** What a root takes, with its share of a key, in records of 1 KiB. */
    private static final int ROOT_WEIGHT = 5;

    private final RootView roots;
    private long sweptMillis;

    RootKeeping(RootView roots) {
        this.roots = roots;
    }

    /** How much of the node's room for records they take. */
    long weight() {
        return (long) ROOT_WEIGHT * roots.size();
    }

    /** Tells what the record refers to, unless it is known. */
    void before(ProviderRecord record, Map<Key, RootProof> checked, Consumer<TrustEvent> append) {
        Proof proof = record.proof();
        Key root = proof == null ? null : proof.root();
        RootProof known = root == null ? null : checked.get(root);
        if (known == null || roots.root(known.root().id()) != null) {
            return;
        }
        if (roots.key(known.key().hash()) == null) {
            append.accept(new KeyLearned(known.root().publisher(), known.key()));
        }
        append.accept(new RootAccepted(known.root()));
    }

    /** Drops what no record refers to; to be called when nothing is left to expire. */
    void sweep(long nowMillis, Consumer<TrustEvent> append) {
        if (nowMillis - sweptMillis < SWEEP_MILLIS) {
            return;
        }
        sweptMillis = nowMillis;
        roots.all().stream()
                .filter(kept -> kept.keepUntilMillis() <= nowMillis)
                .limit(DROPS_MAX)
                .map(kept -> new RootDropped(kept.root().id()))
                .forEach(append);
    }
}
