package io.svcdht.node.trust;

import io.svcdht.node.wire.Malformed;
import io.svcdht.node.wire.NodeRecord;
import io.svcdht.node.wire.Refusal;
import io.svcdht.node.wire.Signature;
import io.svcdht.node.wire.SignatureAlgorithm;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks the node records of others: network, identity, addresses, sequence, signatures. A record with a whole
 * ML-DSA-87 key must be signed with it too.
 */
public final class NodeRecordVerifier {
    private final NodeId self;
    private final String network;
    private final PeerAddress.Scope narrowest;
    private final Consumer<Refusal> counts;

    /**
     * A verifier for one network.
     *
     * @param narrowest addresses that reach less far are refused
     * @param counts told of each refusal
     */
    public NodeRecordVerifier(NodeId self, String network, PeerAddress.Scope narrowest, Consumer<Refusal> counts) {
        this.self = self;
        this.network = network;
        this.narrowest = narrowest;
        this.counts = counts;
    }

    /**
     * Reads and checks one record.
     *
     * @param asked the node it must be of
     * @param held the latest record of that node known so far, null = none
     */
    public Outcome<NodeRecord> verify(byte[] wire, NodeId asked, @Nullable NodeRecord held) {
        try {
            return verify(NodeRecord.decode(wire), asked, held);
        } catch (Malformed e) {
            return refused(e.why(), String.valueOf(e.getMessage()));
        }
    }

    private Outcome<NodeRecord> verify(NodeRecord record, NodeId asked, @Nullable NodeRecord held) {
        if (!record.id().equals(asked) || asked.equals(self)) {
            return refused(Refusal.WRONG_NODE, "of %s; asked was %s, we are %s".formatted(record.id(), asked, self));
        }
        if (!record.network().equals(network)) {
            return refused(Refusal.OTHER_NETWORK, "of network " + record.network());
        }
        for (PeerAddress addr : record.addrs()) {
            if (addr.scope() == PeerAddress.Scope.NOWHERE || addr.scope().compareTo(narrowest) < 0) {
                return refused(Refusal.ADDRESS, "%s is %s".formatted(addr, addr.scope()));
            }
        }
        if (held != null && (record.sequence() < held.sequence() || isOther(record, held))) {
            return refused(
                    Refusal.STALE, "sequence number %d; %d is known".formatted(record.sequence(), held.sequence()));
        }
        return isSigned(record)
                ? new Outcome.Accepted<>(record)
                : refused(Refusal.BAD_SIGNATURE, "not signed as " + record.id() + " has to");
    }

    /** The same number on another text: the node lost count, or two run with one key. */
    private static boolean isOther(NodeRecord record, NodeRecord held) {
        return record.sequence() == held.sequence()
                && !java.util.Arrays.equals(record.signedBytes(), held.signedBytes());
    }

    private static boolean isSigned(NodeRecord record) {
        if (!Ed25519Keys.isSound(record.keys().ed25519())) {
            return false;
        }
        byte[] message = SigningContext.NODE_RECORD.message(record.signedBytes());
        List<Signature> signatures = record.signatures();
        MlDsa87Key whole = record.mlDsa87();
        return signatures.size() == (whole == null ? 1 : 2)
                && signatures.getFirst() instanceof Signature.Direct first
                && first.algorithm() == SignatureAlgorithm.ED25519
                && Ed25519Keys.verifies(record.keys().ed25519(), message, first.bytes())
                && (whole == null
                        || signatures.getLast() instanceof Signature.Direct last
                                && last.algorithm() == SignatureAlgorithm.ML_DSA_87
                                && MlDsa87.verifies(whole, message, last.bytes()));
    }

    private Outcome<NodeRecord> refused(Refusal why, String detail) {
        counts.accept(why);
        return new Outcome.Refused<>(why, detail);
    }
}
