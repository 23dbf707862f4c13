package io.svcdht.storage.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The root of a batch of records, with its publisher's signatures over it: what the records' paths lead to. One root
 * serves up to ten thousand records, so it is kept once, and not with each of them.
 */
public final class SignedRoot {
    /** Longest list of signatures of a root that is kept, bytes: Ed25519 and ML-DSA-87, and room for a third. */
    public static final int SIGNATURE_BYTES_MAX = 8_192;

    private final Key id;
    private final NodeKeys publisher;
    private final byte[] signatures;

    /**
     * A root as it came.
     *
     * @param signatures the list of signatures in deterministic CBOR, without the publisher's keys
     * @throws IllegalArgumentException if there is none, or too much of it
     */
    public SignedRoot(Key id, NodeKeys publisher, byte[] signatures) {
        if (signatures.length == 0 || signatures.length > SIGNATURE_BYTES_MAX) {
            throw new IllegalArgumentException("signatures of %d bytes over a root; 1…%d make sense"
                    .formatted(signatures.length, SIGNATURE_BYTES_MAX));
        }
        this.id = id;
        this.publisher = publisher;
        this.signatures = signatures.clone();
    }

    /** What records name it by. */
    public Key id() {
        return id;
    }

    public NodeKeys publisher() {
        return publisher;
    }

    /** The list of signatures in deterministic CBOR. */
    public byte[] signatures() {
        return signatures.clone();
    }

    public int signatureBytes() {
        return signatures.length;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof SignedRoot r
                && id.equals(r.id)
                && publisher.equals(r.publisher)
                && Arrays.equals(signatures, r.signatures);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "root %s of %s in %d bytes".formatted(id, publisher, signatures.length);
    }
}
