package io.svcdht.storage.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An ML-DSA-87 public key (FIPS 204): 2,592 bytes, known to others mostly by their hash. */
public final class MlDsa87Key {
    /** Length of the encoded key, bytes. */
    public static final int BYTES = 2_592;

    private final byte[] bytes;
    private final Key hash;

    /** @throws IllegalArgumentException if it is not 2,592 bytes */
    public MlDsa87Key(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException(
                    "an ML-DSA-87 key of %d bytes; it has %d".formatted(bytes.length, BYTES));
        }
        this.bytes = bytes.clone();
        this.hash = Key.of(Blake3.hash(bytes));
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** BLAKE3-256 of the bytes: what a node id and a contact are made with. */
    public Key hash() {
        return hash;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof MlDsa87Key k && Arrays.equals(bytes, k.bytes);
    }

    @Override
    public int hashCode() {
        return hash.hashCode();
    }

    @Override
    public String toString() {
        return "ML-DSA-87 key " + hash;
    }
}
