package io.svcdht.node.trust;

import io.svcdht.node.trust.RootVerifier.Judged;
import io.svcdht.node.wire.Malformed;
import io.svcdht.node.wire.Refusal;
import io.svcdht.node.wire.Signature;
import io.svcdht.node.wire.SignatureAlgorithm;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks provider records and withdrawals of other nodes before anything else sees them: form, time, publisher, the way
 * to the root, signatures, the cheap ones first. Runs off the engine's thread; what a record may change of the state is
 * {@link RecordRules}. Any thread.
 *
 * <pre>
 * sigs                                          believed if
 * Ed25519                                       it holds, and nothing more is required yet
 * Ed25519, ML-DSA-87                            both hold
 * Ed25519, the way to a root                    the way holds, and both signatures over the root; the leaf covers the
 *                                               record's own, which need not be checked again
 * Ed25519, what nobody here can check           as with Ed25519 alone, and the rest is left out
 * </pre>
 */
public final class RecordVerifier {
    /** How far a publisher's clock may be ahead of ours, milliseconds. */
    public static final long AHEAD_MILLIS_MAX = 300_000;

    /** Three digests with their contexts taken in, which is a fifth of a batched record's work. */
    private static final ThreadLocal<RecordTree> TREES = ThreadLocal.withInitial(RecordTree::new);

    private final NodeId self;
    private final RootVerifier roots;
    private final Supplier<PqPolicy> policy;
    private final PqCounts signed;
    private final Consumer<Refusal> counts;

    /**
     * A verifier.
     *
     * @param signed told how each record was signed
     * @param counts told of each refusal
     */
    public RecordVerifier(
            NodeId self, RootVerifier roots, Supplier<PqPolicy> policy, PqCounts signed, Consumer<Refusal> counts) {
        this.self = self;
        this.roots = roots;
        this.policy = policy;
        this.signed = signed;
        this.counts = counts;
    }

    /** What came with the records, and what turned out to be missing. */
    public interface Presented {
        /** Nothing came, and nobody wants to know what is missing. */
        Presented NOTHING = id -> null;

        /** The root's signatures as they came. */
        byte @Nullable [] root(Key id);

        /**
         * Whether somebody waits who is content with the classical signature while that is enough: a root that was not
         * checked before is then passed over. Who can take the one away can leave the other out, so nothing is lost.
         */
        default boolean hurried() {
            return false;
        }

        /** A root was passed over. */
        default void passedOver() {}

        /** A record refers to a root that is not known. */
        default void lacking(Key root, NodeKeys publisher, boolean keyAlone) {}
    }

    /**
     * Reads and checks one record.
     *
     * @param nowMillis the node's clock, milliseconds since the epoch
     */
    public Outcome<Vouched> verify(byte[] wire, Presented presented, long nowMillis) {
        return verify(wire, presented, r -> true, nowMillis);
    }

    /** @param admits asked before anything costly; who is not admitted is over its quota */
    public Outcome<Vouched> verify(byte[] wire, Presented presented, Predicate<SignedRecord> admits, long nowMillis) {
        try {
            SignedRecord record = SignedRecord.decode(wire);
            return admits.test(record)
                    ? verify(record, presented, nowMillis)
                    : refused(Refusal.QUOTA, "this publisher, or this content id, has had its share for now");
        } catch (Malformed e) {
            return refused(e.why(), String.valueOf(e.getMessage()));
        }
    }

    /** Checks one record that was read as part of a message. */
    public Outcome<Vouched> verify(SignedRecord record, Presented presented, long nowMillis) {
        PqPolicy p = policy.get();
        if (record.publisher().id().equals(self)) {
            return refused(Refusal.WRONG_PUBLISHER, "only we say what we publish");
        }
        long ahead = record.issuedAtMillis() - nowMillis;
        if (ahead > AHEAD_MILLIS_MAX) {
            return refused(
                    Refusal.FUTURE, "issued %d ms from now; at most %d are allowed".formatted(ahead, AHEAD_MILLIS_MAX));
        }
        if (record.ttlSeconds() > p.ttlSecondsMax()) {
            return refused(
                    Refusal.TTL,
                    "a ttl of %d s; at most %d are taken".formatted(record.ttlSeconds(), p.ttlSecondsMax()));
        }
        if (!record.withdrawal() && record.issuedAtMillis() + record.ttlSeconds() * 1000L <= nowMillis) {
            return refused(Refusal.EXPIRED, "ran out before it came");
        }
        List<Signature> all = record.signatures();
        if (all.isEmpty()
                || !(all.getFirst() instanceof Signature.Direct first)
                || first.algorithm() != SignatureAlgorithm.ED25519) {
            return refused(Refusal.BAD_SIGNATURE, "no Ed25519 signature of " + record.publisher() + " over it");
        }
        Signature post = p.check() && all.size() > 1 ? all.get(1) : null;
        if (post != null && record.publisher().classicalOnly()) {
            return refused(Refusal.BAD_SIGNATURE, record.publisher() + " has no ML-DSA-87 key");
        }
        return switch (post) {
            case Signature.ByRoot way -> byRoot(record, first, way, p, presented, nowMillis);
            case Signature.Direct direct -> direct(record, first, direct, p, nowMillis);
            case null -> classical(record, first, p, nowMillis);
        };
    }

    private Outcome<Vouched> byRoot(
            SignedRecord record,
            Signature.Direct first,
            Signature.ByRoot way,
            PqPolicy p,
            Presented presented,
            long nowMillis) {
        RecordTree tree = TREES.get();
        if (!tree.rootOf(tree.leaf(record.signedBytes(), first.bytes()), way.path())
                .equals(way.root())) {
            return refused(Refusal.BAD_PATH, "its path does not lead to the root it names");
        }
        if (presented.hurried()
                && !p.requires(nowMillis)
                && roots.known(way.root()).isEmpty()) {
            presented.passedOver();
            return holds(record, message(record), first)
                    ? new Outcome.Accepted<>(new Vouched(record.with(List.of(first)), null))
                    : failed(SignatureAlgorithm.ED25519, record);
        }
        return switch (roots.judge(way.root(), record.publisher(), presented.root(way.root()))) {
            case Judged.Proven(RootProof proof) -> {
                signed.dual();
                yield new Outcome.Accepted<>(new Vouched(record, proof));
            }
            case Judged.Unknown(boolean keyAlone) -> {
                presented.lacking(way.root(), record.publisher(), keyAlone);
                yield classical(record, first, p, nowMillis);
            }
            case Judged.Refused(Refusal why, String detail) -> refused(why, detail);
        };
    }

    private Outcome<Vouched> direct(
            SignedRecord record, Signature.Direct first, Signature.Direct post, PqPolicy p, long nowMillis) {
        MlDsa87Key key = roots.key(record.publisher().mlDsa87Hash()).orElse(null);
        if (key == null) {
            return classical(record, first, p, nowMillis);
        }
        byte[] message = message(record);
        if (!holds(record, message, first)) {
            return failed(SignatureAlgorithm.ED25519, record);
        }
        if (!MlDsa87.verifies(key, message, post.bytes())) {
            return failed(SignatureAlgorithm.ML_DSA_87, record);
        }
        signed.dual();
        return new Outcome.Accepted<>(new Vouched(record, null));
    }

    private Outcome<Vouched> classical(SignedRecord record, Signature.Direct first, PqPolicy p, long nowMillis) {
        if (p.requires(nowMillis)) {
            signed.classical();
            return refused(
                    Refusal.PQ_REQUIRED,
                    record.publisher().classicalOnly()
                            ? "pq_require_on has passed, and %s has no ML-DSA-87 key".formatted(record.publisher())
                            : "pq_require_on has passed, and no ML-DSA-87 signature came that could be checked");
        }
        if (!holds(record, message(record), first)) {
            return failed(SignatureAlgorithm.ED25519, record);
        }
        signed.classical();
        // What nobody here could check is not handed on as if somebody had.
        return new Outcome.Accepted<>(new Vouched(record.with(List.of(first)), null));
    }

    private Outcome<Vouched> failed(SignatureAlgorithm algorithm, SignedRecord record) {
        signed.failed(algorithm);
        return refused(
                Refusal.BAD_SIGNATURE, "no %s signature of %s over it".formatted(algorithm.text(), record.publisher()));
    }

    private static byte[] message(SignedRecord record) {
        return SigningContext.PROVIDER_RECORD.message(record.signedBytes());
    }

    private static boolean holds(SignedRecord record, byte[] message, Signature.Direct signature) {
        return Ed25519Keys.verifies(record.publisher().ed25519(), message, signature.bytes());
    }

    private Outcome<Vouched> refused(Refusal why, String detail) {
        counts.accept(why);
        return new Outcome.Refused<>(why, detail);
    }
}
