package io.svcdht.node.network;

import io.svcdht.node.peering.Word;
import io.svcdht.node.trust.Outcome;
import io.svcdht.node.trust.PqPolicy;
import io.svcdht.node.trust.RecordSigner;
import io.svcdht.node.trust.RecordVerifier;
import io.svcdht.node.trust.RootProof;
import io.svcdht.node.trust.RootVerifier;
import io.svcdht.node.trust.Vouched;
import io.svcdht.node.wire.Malformed;
import io.svcdht.node.wire.RootSignatures;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.node.wire.oap.Encoded;
import io.svcdht.node.wire.oap.Message;
import io.svcdht.storage.bounded.BoundedMap;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records between state and wire: signs our own, proves others', checks what comes. Signing and checking cost some
 * hundred microseconds each, so all of this runs on workers.
 */
final class Words {
    /** How long our records wait for others to share a signature with. */
    static final long PROVIDE_WINDOW_MILLIS = 200;
    /** The same where somebody waits for an answer. */
    static final long ANSWER_WINDOW_MILLIS = 10;

    /** What was signed or put together lately; a hot record is encoded once. */
    private static final int ENCODED_MAX = 8_192;
    /** The same of roots, some 7 kB each. */
    private static final int ROOTS_ENCODED_MAX = 64;
    /** So many are checked by a thread that has other things to do, */
    private static final int QUICK_CHECKS_MAX = 2;
    /** each no longer than this: with a signature of ML-DSA-87 of its own it would be. */
    private static final int QUICK_BYTES_MAX = 2_048;
    /** So many of others are put together by such a thread. */
    private static final int QUICK_ENCODED_MAX = 8;

    private record Said(Key key, NodeId publisher, String locator, long issuedAtMillis) {}

    /** A record as it goes out. */
    private record Ready(
            Encoded record, NodeKeys publisher, @Nullable Key root) {}

    /** Records as they go out, with the roots they refer to. */
    record Bundle(List<Encoded> records, Map<Key, Encoded> roots) {}

    /**
     * Records that were looked at.
     *
     * @param outcomes one for each, in order
     * @param lacking roots that some refer to and that did not come
     */
    record Checked(List<Outcome<Vouched>> outcomes, List<Lacking> lacking) {}

    /** @param keyAlone whether only the publisher's whole key is missing */
    record Lacking(Key root, NodeKeys publisher, boolean keyAlone) {}

    /**
     * Records of an answer that hold.
     *
     * @param refused those that do not hold
     * @param passedOver whether a root that came is still to be checked
     */
    record Found(
            List<ProviderRecord> good,
            List<Outcome.Refused<Vouched>> refused,
            List<Lacking> lacking,
            boolean passedOver) {
        static final Found NOTHING = new Found(List.of(), List.of(), List.of(), false);
    }

    private final RecordSigner signer;
    private final @Nullable Gathering gathering;
    private final RecordVerifier verifier;
    private final RootVerifier roots;
    private final Supplier<PqPolicy> policy;
    private final Map<Said, Ready> encoded = BoundedMap.byUse(ENCODED_MAX);
    private final Map<Key, Encoded> rootsEncoded = BoundedMap.byUse(ROOTS_ENCODED_MAX);

    /** @param gathering null for a node without a post-quantum key */
    Words(
            RecordSigner signer,
            @Nullable Gathering gathering,
            RecordVerifier verifier,
            RootVerifier roots,
            Supplier<PqPolicy> policy) {
        this.signer = signer;
        this.gathering = gathering;
        this.verifier = verifier;
        this.roots = roots;
        this.policy = policy;
    }

    // --- out ---------------------------------------------------------------------------------------------------------

    /** Words to be held by others, in order. */
    CompletionStage<Bundle> encode(List<Word> words) {
        List<@Nullable Ready> all = new ArrayList<>(words.size());
        List<SignedRecord> own = new ArrayList<>();
        for (Word word : words) {
            // Each of its holders is handed the same: it is signed for the first of them.
            Ready known = word instanceof Word.Announced(ProviderRecord r) ? known(r) : null;
            all.add(known);
            if (known == null) {
                own.add(
                        switch (word) {
                            case Word.Announced(ProviderRecord r) -> signer.sign(r);
                            case Word.Withdrawn(var cid, String locator, long issuedAtMillis) ->
                                signer.withdraw(cid, locator, issuedAtMillis);
                        });
            }
        }
        return signed(own, PROVIDE_WINDOW_MILLIS).thenApply(ready -> bundle(merged(all, ready)));
    }

    /** Records of one content id, for who asked. */
    CompletionStage<Bundle> held(List<ProviderRecord> records) {
        List<@Nullable Ready> all = new ArrayList<>(records.size());
        List<SignedRecord> own = new ArrayList<>();
        for (ProviderRecord r : records) {
            Ready known = known(r);
            all.add(known);
            if (known == null) {
                own.add(signer.sign(r));
            }
        }
        return signed(own, ANSWER_WINDOW_MILLIS).thenApply(ready -> bundle(merged(all, ready)));
    }

    /** The same where that is quick, so that any thread may ask: few of others, or all put together lately; else null. */
    @Nullable
    Bundle ready(List<ProviderRecord> records) {
        boolean few = records.size() <= QUICK_ENCODED_MAX;
        List<Ready> all = new ArrayList<>(records.size());
        for (ProviderRecord r : records) {
            Ready known = few || r.proof() == null ? known(r) : cached(r);
            if (known == null) {
                return null;
            }
            all.add(known);
        }
        return bundle(all);
    }

    private static List<Ready> merged(List<@Nullable Ready> all, List<Ready> own) {
        List<Ready> merged = new ArrayList<>(all.size());
        int next = 0;
        for (Ready r : all) {
            merged.add(r == null ? own.get(next++) : r);
        }
        return merged;
    }

    /** Ours as they were signed before, null where that is not how they are to be signed now. */
    private @Nullable Ready sound(@Nullable Ready ready) {
        if (ready == null || gathering == null) {
            return ready;
        }
        Key root = ready.root();
        return root == null != policy.get().sign()
                        && (root == null || gathering.root(root).isPresent())
                ? ready
                : null;
    }

    private CompletionStage<List<Ready>> signed(List<SignedRecord> own, long windowMillis) {
        Gathering together = policy.get().sign() ? gathering : null;
        CompletableFuture<List<SignedRecord>> signed =
                together == null ? CompletableFuture.completedFuture(own) : together.sign(own, windowMillis);
        return signed.thenApply(
                records -> records.stream().map(this::remembered).toList());
    }

    private Ready remembered(SignedRecord r) {
        Ready ready = new Ready(Encoded.of(r.encode()), r.publisher(), r.root());
        if (!r.withdrawal()) {
            remember(new Said(r.cid().key(), r.publisher().id(), r.locator(), r.issuedAtMillis()), ready);
        }
        return ready;
    }

    /** As it goes out; null if it is ours and still to be signed. */
    private @Nullable Ready known(ProviderRecord r) {
        return r.proof() == null ? sound(cached(r)) : others(r);
    }

    private Ready others(ProviderRecord r) {
        Ready known = cached(r);
        if (known != null) {
            return known;
        }
        SignedRecord proved = SignedRecord.of(r);
        Ready fresh = new Ready(Encoded.of(proved.encode()), proved.publisher(), proved.root());
        remember(said(r), fresh);
        return fresh;
    }

    private static Said said(ProviderRecord r) {
        return new Said(r.cid().key(), r.publisher(), r.locator(), r.issuedAtMillis());
    }

    private @Nullable Ready cached(ProviderRecord r) {
        synchronized (encoded) {
            return encoded.get(said(r));
        }
    }

    private void remember(Said said, Ready ready) {
        synchronized (encoded) {
            encoded.put(said, ready);
        }
    }

    /** Each root once; a publisher's whole key with the first of its roots. */
    private Bundle bundle(List<Ready> all) {
        Map<Key, Encoded> told = new LinkedHashMap<>();
        Set<NodeKeys> keyTold = new HashSet<>();
        for (Ready r : all) {
            Key root = r.root();
            if (root != null && !told.containsKey(root) && told.size() < Message.ROOTS_MAX) {
                (keyTold.contains(r.publisher()) ? rootAlone(root) : root(root)).ifPresent(s -> {
                    keyTold.add(r.publisher());
                    told.put(root, s);
                });
            }
        }
        return new Bundle(all.stream().map(Ready::record).toList(), told);
    }

    /** The signatures over a root that this node can vouch for, its own or one that it checked, with the whole key. */
    Optional<Encoded> root(Key id) {
        synchronized (rootsEncoded) {
            Encoded known = rootsEncoded.get(id);
            if (known != null) {
                return Optional.of(known);
            }
        }
        Optional<Encoded> fresh = vouchedFor(id).map(s -> Encoded.of(s.encode()));
        fresh.ifPresent(e -> {
            synchronized (rootsEncoded) {
                rootsEncoded.put(id, e);
            }
        });
        return fresh;
    }

    private Optional<Encoded> rootAlone(Key id) {
        return vouchedFor(id).map(s -> Encoded.of(s.with(null).encode()));
    }

    private Optional<RootSignatures> vouchedFor(Key id) {
        Optional<RootSignatures> ours = gathering == null ? Optional.empty() : gathering.root(id);
        return ours.isPresent() ? ours : roots.known(id).flatMap(Words::signatures);
    }

    private static Optional<RootSignatures> signatures(RootProof proof) {
        try {
            return Optional.of(RootSignatures.decode(proof.root().signatures()).with(proof.key()));
        } catch (Malformed e) {
            return Optional.empty();
        }
    }

    // --- in ----------------------------------------------------------------------------------------------------------

    /** Whether this node has nothing to do with a node of these keys: what it signs cannot be believed any more. */
    boolean refuses(NodeKeys keys, long nowMillis) {
        return keys.classicalOnly() && policy.get().requires(nowMillis);
    }

    /** Each judged by itself, in order. */
    Checked check(List<Encoded> records, Map<Key, Encoded> came, long nowMillis) {
        return check(records, came, r -> true, nowMillis);
    }

    /** @param admits asked of each before its signatures are checked; who is not admitted is over its quota */
    Checked check(List<Encoded> records, Map<Key, Encoded> came, Predicate<SignedRecord> admits, long nowMillis) {
        return check(records, new Arrived(came, false), admits, nowMillis);
    }

    private Checked check(List<Encoded> records, Arrived arrived, Predicate<SignedRecord> admits, long nowMillis) {
        List<Outcome<Vouched>> outcomes = new ArrayList<>(records.size());
        for (Encoded record : records) {
            outcomes.add(verifier.verify(record.bytes(), arrived, admits, nowMillis));
        }
        return new Checked(outcomes, List.copyOf(arrived.lacking.values()));
    }

    /** Whether {@link #found} takes no longer than agreeing on keys with a stranger does, so that any thread may do it. */
    boolean areQuick(List<Encoded> records, long nowMillis) {
        return records.size() <= QUICK_CHECKS_MAX
                && records.stream().allMatch(r -> r.length() <= QUICK_BYTES_MAX)
                && !policy.get().requires(nowMillis);
    }

    /** Those of the key that hold, as an answer to a find; roots not checked before are left for later. */
    Found found(Key key, List<Encoded> records, Map<Key, Encoded> came, long nowMillis) {
        Arrived arrived = new Arrived(came, true);
        Checked checked = check(records, arrived, r -> true, nowMillis);
        List<ProviderRecord> good = new ArrayList<>(records.size());
        List<Outcome.Refused<Vouched>> refused = new ArrayList<>();
        for (Outcome<Vouched> outcome : checked.outcomes()) {
            switch (outcome) {
                case Outcome.Refused<Vouched> r -> refused.add(r);
                case Outcome.Accepted<Vouched>(Vouched(SignedRecord r, var _)) -> {
                    if (!r.withdrawal() && r.cid().key().equals(key)) {
                        good.add(r.record());
                    }
                }
            }
        }
        return new Found(good, refused, checked.lacking(), arrived.passedOver);
    }

    /** What came in one message. */
    private final class Arrived implements RecordVerifier.Presented {
        private final Map<Key, Encoded> came;
        private final Map<Key, Lacking> lacking = new LinkedHashMap<>();
        private final boolean hurried;
        private boolean passedOver;
        private boolean keysRead;

        Arrived(Map<Key, Encoded> came, boolean hurried) {
            this.came = came;
            this.hurried = hurried;
        }

        @Override
        public boolean hurried() {
            return hurried;
        }

        @Override
        public void passedOver() {
            passedOver = !came.isEmpty();
        }

        @Override
        public byte @Nullable [] root(Key id) {
            Encoded signatures = came.get(id);
            if (signatures == null) {
                return null;
            }
            if (!keysRead) {
                keysRead = true;
                came.values().forEach(this::learn);
            }
            return signatures.bytes();
        }

        /** A key comes with one root of its publisher and serves all of them. Whose it is shows by its hash. */
        private void learn(Encoded signatures) {
            try {
                RootSignatures s = RootSignatures.decode(signatures.bytes());
                if (s.key() != null) {
                    roots.learn(s.key());
                }
            } catch (Malformed e) {
                // Judged where a record refers to it.
            }
        }

        @Override
        public void lacking(Key root, NodeKeys publisher, boolean keyAlone) {
            lacking.put(root, new Lacking(root, publisher, keyAlone));
        }
    }
}
