package io.svcdht.node.trust;

import io.svcdht.node.wire.Malformed;
import io.svcdht.node.wire.Refusal;
import io.svcdht.node.wire.RootSignatures;
import io.svcdht.node.wire.SignatureAlgorithm;
import io.svcdht.storage.bounded.BoundedMap;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.SignedRoot;
import io.svcdht.storage.state.RootView;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks the signatures over roots of batches, each root once: a root that was checked serves all the records under it.
 * What the journal holds was checked before it was written. Any thread.
 */
public final class RootVerifier {
    /** Roots that are remembered beside those of the state, some 5 kB each. */
    private static final int ROOTS_MAX = 1_024;
    /** Whole keys that are remembered, 2.6 kB each. */
    private static final int KEYS_MAX = 1_024;

    private final Supplier<RootView> kept;
    private final PqCounts counts;
    private final Map<Key, RootProof> proven = BoundedMap.byUse(ROOTS_MAX);
    private final Map<Key, MlDsa87Key> keys = BoundedMap.byUse(KEYS_MAX);

    /** @param kept roots and keys of the state */
    public RootVerifier(Supplier<RootView> kept, PqCounts counts) {
        this.kept = kept;
        this.counts = counts;
    }

    /** What is known of a root. */
    public sealed interface Judged {
        record Proven(RootProof proof) implements Judged {}

        /** Its signatures are missing, or the key to check them with. */
        record Unknown(boolean keyAlone) implements Judged {}

        record Refused(Refusal why, String detail) implements Judged {}
    }

    /**
     * Judges a root, by what is known or else by what came with it.
     *
     * @param presented its signatures as they came, null = they did not
     */
    public Judged judge(Key id, NodeKeys publisher, byte @Nullable [] presented) {
        RootProof known = known(id).orElse(null);
        if (known != null && known.root().publisher().equals(publisher)) {
            return new Judged.Proven(known);
        }
        if (presented == null) {
            return new Judged.Unknown(false);
        }
        try {
            return judge(id, publisher, RootSignatures.decode(presented));
        } catch (Malformed e) {
            return new Judged.Refused(e.why(), "the root's signatures: " + e.getMessage());
        }
    }

    private Judged judge(Key id, NodeKeys publisher, RootSignatures signatures) {
        MlDsa87Key key = signatures.key() == null ? key(publisher.mlDsa87Hash()).orElse(null) : signatures.key();
        if (key == null) {
            return new Judged.Unknown(true);
        }
        if (!key.hash().equals(publisher.mlDsa87Hash())) {
            return new Judged.Refused(Refusal.BAD_SIGNATURE, "the ML-DSA-87 key is not that of " + publisher);
        }
        byte[] message = SigningContext.RECORD_ROOT.message(RootSignatures.signedBytes(id, publisher));
        if (!Ed25519Keys.verifies(
                publisher.ed25519(), message, signatures.ed25519().bytes())) {
            return failed(SignatureAlgorithm.ED25519, publisher);
        }
        if (!MlDsa87.verifies(key, message, signatures.mlDsa87().bytes())) {
            return failed(SignatureAlgorithm.ML_DSA_87, publisher);
        }
        RootProof proof = new RootProof(
                new SignedRoot(id, publisher, signatures.with(null).encode()), key);
        synchronized (proven) {
            proven.put(id, proof);
        }
        learn(key);
        return new Judged.Proven(proof);
    }

    private Judged failed(SignatureAlgorithm algorithm, NodeKeys publisher) {
        counts.failed(algorithm);
        return new Judged.Refused(
                Refusal.BAD_SIGNATURE, "no %s signature of %s over the root".formatted(algorithm.text(), publisher));
    }

    /** A node's whole key, whose hash is in its id. */
    public void learn(MlDsa87Key key) {
        synchronized (keys) {
            keys.put(key.hash(), key);
        }
    }

    /** The whole key with this hash, where it is known. */
    public Optional<MlDsa87Key> key(Key hash) {
        MlDsa87Key held = kept.get().key(hash);
        if (held != null) {
            return Optional.of(held);
        }
        synchronized (keys) {
            return Optional.ofNullable(keys.get(hash));
        }
    }

    /** A root that was checked, with its key. */
    public Optional<RootProof> known(Key id) {
        synchronized (proven) {
            RootProof proof = proven.get(id);
            if (proof != null) {
                return Optional.of(proof);
            }
        }
        SignedRoot held = kept.get().root(id);
        MlDsa87Key key = held == null ? null : kept.get().key(held.publisher().mlDsa87Hash());
        return held == null || key == null ? Optional.empty() : Optional.of(new RootProof(held, key));
    }
}
