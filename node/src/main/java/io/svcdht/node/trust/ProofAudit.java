package io.svcdht.node.trust;

import io.svcdht.node.trust.Outcome.Refused;
import io.svcdht.node.wire.Malformed;
import io.svcdht.node.wire.RootSignatures;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.model.SignedRoot;
import io.svcdht.storage.state.RootView;
import io.svcdht.storage.state.Roots;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Checks stored records once more, from what is stored beside them and nothing else. Signatures over a root are checked
 * when the first record refers to it. For one thread.
 */
public final class ProofAudit {
    private static final NodeId NOBODY = new NodeId(new Key(0, 0, 0, 0));
    private static final PqPolicy ALL = new PqPolicy(true, true, OptionalLong.empty(), ProviderRecord.TTL_SECONDS_MAX);

    private final RootVerifier roots;
    private final RecordVerifier verifier;
    private long dual;
    private long classical;
    private long own;

    public ProofAudit() {
        PqCounts signed = new PqCounts();
        // Trusts no root before it was checked here.
        roots = new RootVerifier(Roots::new, signed);
        verifier = new RecordVerifier(NOBODY, roots, () -> ALL, signed, why -> {});
    }

    /** Records with both signatures, so far. */
    public long dual() {
        return dual;
    }

    /** Records with a classical signature alone. */
    public long classical() {
        return classical;
    }

    /** The node's own, which are signed when they are sent. */
    public long own() {
        return own;
    }

    /**
     * What is wrong with a record, empty where it holds.
     *
     * @param kept roots and keys of the state the record is in
     * @param self whose journal it is, null = not said yet
     */
    public Optional<String> problem(ProviderRecord record, RootView kept, @Nullable NodeId self) {
        if (record.proof() == null) {
            own++;
            return self == null || record.publisher().equals(self)
                    ? Optional.empty()
                    : Optional.of("a record of " + record.publisher() + " without a signature");
        }
        SignedRecord signed;
        try {
            signed = SignedRecord.of(record);
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        Kept presented = new Kept(kept);
        Outcome<Vouched> outcome = verifier.verify(signed, presented, record.issuedAtMillis());
        if (outcome instanceof Refused<Vouched>(var why, String detail)) {
            return Optional.of("%s: %s".formatted(record.cid().text(), detail));
        }
        if (presented.lacking) {
            return Optional.of("%s: the root it refers to, or its key, is not kept"
                    .formatted(record.cid().text()));
        }
        if (signed.signatures().size() > 1) {
            dual++;
        } else {
            classical++;
        }
        return Optional.empty();
    }

    private static final class Kept implements RecordVerifier.Presented {
        private final RootView roots;
        private boolean lacking;

        Kept(RootView roots) {
            this.roots = roots;
        }

        @Override
        public byte @Nullable [] root(Key id) {
            SignedRoot root = roots.root(id);
            MlDsa87Key key = root == null ? null : roots.key(root.publisher().mlDsa87Hash());
            try {
                return root == null || key == null
                        ? null
                        : RootSignatures.decode(root.signatures()).with(key).encode();
            } catch (Malformed e) {
                return root.signatures();
            }
        }

        @Override
        public void lacking(Key root, NodeKeys publisher, boolean keyAlone) {
            lacking = true;
        }
    }
}
