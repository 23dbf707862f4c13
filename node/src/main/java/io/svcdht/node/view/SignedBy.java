package io.svcdht.node.view;

import io.svcdht.node.wire.SignatureAlgorithm;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import java.util.List;

/** With what a record was signed, as far as it was checked: nothing else is kept of another publisher's record. */
public final class SignedBy {
    private static final List<String> CLASSICAL = List.of(name(SignatureAlgorithm.ED25519));
    private static final List<String> BOTH =
            List.of(name(SignatureAlgorithm.ED25519), name(SignatureAlgorithm.ML_DSA_87));

    private SignedBy() {}

    /** Names of algorithms; empty for our own records, which are signed when they are sent. */
    public static List<String> of(ProviderRecord r) {
        Proof proof = r.proof();
        if (proof == null) {
            return List.of();
        }
        boolean both = proof.root() != null || proof.signatureBytes() >= SignatureAlgorithm.ML_DSA_87.bytes();
        return both ? BOTH : CLASSICAL;
    }

    private static String name(SignatureAlgorithm algorithm) {
        return algorithm.text().toLowerCase(java.util.Locale.ROOT);
    }
}
