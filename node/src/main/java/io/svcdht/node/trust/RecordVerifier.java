package io.svcdht.node.trust;

import io.svcdht.node.wire.Malformed;
import io.svcdht.node.wire.Refusal;
import io.svcdht.node.wire.Signature;
import io.svcdht.node.wire.SignatureAlgorithm;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.model.NodeId;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Checks provider records and withdrawals of other nodes before anything else sees them: form, time, publisher,
 * signature, the cheap ones first. Needs no state, so it runs off the engine's thread; what a record may change of the
 * state is {@link RecordRules}.
 *
 * <p>A record passes with a valid Ed25519 signature of the keys it names. Signatures of other algorithms are kept to be
 * checked when the keys for it are known.
 */
public final class RecordVerifier {
    /** How far a publisher's clock may be ahead of ours, milliseconds. */
    public static final long AHEAD_MILLIS_MAX = 300_000;

    private final NodeId self;
    private final Consumer<Refusal> counts;

    /** @param counts told of each refusal */
    public RecordVerifier(NodeId self, Consumer<Refusal> counts) {
        this.self = self;
        this.counts = counts;
    }

    /**
     * Reads and checks one record.
     *
     * @param nowMillis the node's clock, milliseconds since the epoch
     */
    public Outcome<SignedRecord> verify(byte[] wire, long nowMillis) {
        return verify(wire, r -> true, nowMillis);
    }

    /** @param admits asked before anything costly; who is not admitted is over its quota */
    public Outcome<SignedRecord> verify(byte[] wire, Predicate<SignedRecord> admits, long nowMillis) {
        try {
            SignedRecord record = SignedRecord.decode(wire);
            return admits.test(record)
                    ? verify(record, nowMillis)
                    : refused(Refusal.QUOTA, "this publisher, or this content id, has had its share for now");
        } catch (Malformed e) {
            return refused(e.why(), String.valueOf(e.getMessage()));
        }
    }

    /** Checks one record that was read as part of a message. */
    public Outcome<SignedRecord> verify(SignedRecord record, long nowMillis) {
        if (record.publisher().id().equals(self)) {
            return refused(Refusal.WRONG_PUBLISHER, "only we say what we publish");
        }
        long ahead = record.issuedAtMillis() - nowMillis;
        if (ahead > AHEAD_MILLIS_MAX) {
            return refused(
                    Refusal.FUTURE, "issued %d ms from now; at most %d are allowed".formatted(ahead, AHEAD_MILLIS_MAX));
        }
        if (!record.withdrawal() && record.issuedAtMillis() + record.ttlSeconds() * 1000L <= nowMillis) {
            return refused(Refusal.EXPIRED, "ran out before it came");
        }
        if (!isSigned(record)) {
            return refused(Refusal.BAD_SIGNATURE, "no Ed25519 signature of " + record.publisher() + " over it");
        }
        return new Outcome.Accepted<>(record);
    }

    private static boolean isSigned(SignedRecord record) {
        List<Signature> signatures = record.signatures();
        return !signatures.isEmpty()
                && signatures.getFirst() instanceof Signature.Direct first
                && first.algorithm() == SignatureAlgorithm.ED25519
                && Ed25519Keys.verifies(
                        record.publisher().ed25519(),
                        SigningContext.PROVIDER_RECORD.message(record.signedBytes()),
                        first.bytes());
    }

    private Outcome<SignedRecord> refused(Refusal why, String detail) {
        counts.accept(why);
        return new Outcome.Refused<>(why, detail);
    }
}
