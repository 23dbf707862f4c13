package io.svcdht.node.trust;

import io.svcdht.node.wire.RootSignatures;
import io.svcdht.node.wire.Signature;
import io.svcdht.node.wire.SignatureAlgorithm;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.model.Key;
import java.util.ArrayList;
import java.util.List;

/** Signs a batch of our own records at once with the post-quantum key. Any thread. */
public final class RootSigner {
    private final NodeIdentity identity;

    /** @param identity one with a post-quantum key */
    public RootSigner(NodeIdentity identity) {
        this.identity = identity;
    }

    /**
     * A batch that was signed.
     *
     * @param records in the order given, each with the way to the root behind its own signature
     * @param signatures over the root, with our whole key
     */
    public record Signed(List<SignedRecord> records, Key root, RootSignatures signatures) {}

    /** @param records each with its Ed25519 signature alone, 1 … {@value RecordTree#RECORDS_MAX} */
    public Signed sign(List<SignedRecord> records) {
        RecordTree tree = new RecordTree();
        List<Key> leaves = new ArrayList<>(records.size());
        for (SignedRecord record : records) {
            leaves.add(tree.leaf(record.signedBytes(), classical(record).bytes()));
        }
        RecordTree.Batch batch = tree.over(leaves);
        List<SignedRecord> signed = new ArrayList<>(records.size());
        for (int i = 0; i < records.size(); i++) {
            SignedRecord record = records.get(i);
            signed.add(record.with(List.of(
                    classical(record),
                    new Signature.ByRoot(
                            SignatureAlgorithm.ML_DSA_87,
                            batch.root(),
                            batch.paths().get(i)))));
        }
        return new Signed(signed, batch.root(), signatures(batch.root()));
    }

    private static Signature.Direct classical(SignedRecord record) {
        if (record.signatures().size() == 1 && record.signatures().getFirst() instanceof Signature.Direct direct) {
            return direct;
        }
        throw new IllegalArgumentException(
                "a record of %d signatures".formatted(record.signatures().size()));
    }

    private RootSignatures signatures(Key root) {
        byte[] body = RootSignatures.signedBytes(root, identity.keys());
        return new RootSignatures(
                identity.signEd25519(SigningContext.RECORD_ROOT, body),
                identity.signMlDsa87(SigningContext.RECORD_ROOT, body).orElseThrow(),
                identity.mlDsa87().orElseThrow());
    }
}
