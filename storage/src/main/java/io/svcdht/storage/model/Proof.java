package io.svcdht.storage.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What lets this node hand on another publisher's record so that a stranger believes it: the publisher's public keys
 * and its signatures. It belongs to one word of the record; a refresh or a withdrawal is another word and drops it.
 */
public final class Proof {
    /** Longest list of signatures that is kept, bytes. */
    public static final int SIGNATURE_BYTES_MAX = 8_192;

    private final NodeKeys keys;
    private final byte[] signatures;

    /**
     * A proof as it came.
     *
     * @param signatures the record's list {@code sigs} in deterministic CBOR; nothing in here looks into it
     * @throws IllegalArgumentException if there is none, or too much of it
     */
    public Proof(NodeKeys keys, byte[] signatures) {
        if (signatures.length == 0 || signatures.length > SIGNATURE_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "signatures of %d bytes; 1…%d make sense".formatted(signatures.length, SIGNATURE_BYTES_MAX));
        }
        this.keys = keys;
        this.signatures = signatures.clone();
    }

    /** The publisher's keys; its node id follows from them. */
    public NodeKeys keys() {
        return keys;
    }

    /** The list of signatures in deterministic CBOR. */
    public byte[] signatures() {
        return signatures.clone();
    }

    public int signatureBytes() {
        return signatures.length;
    }

    /** The root of a batch that the signatures refer to, null where each stands for itself. */
    public @Nullable Key root() {
        return RootReference.in(signatures);
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Proof p && keys.equals(p.keys) && Arrays.equals(signatures, p.signatures);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signatures);
    }

    @Override
    public String toString() {
        return "signed by %s in %d bytes".formatted(keys, signatures.length);
    }
}
