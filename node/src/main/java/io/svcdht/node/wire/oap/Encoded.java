package io.svcdht.node.wire.oap;

import io.svcdht.node.wire.CborScan;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One item of deterministic CBOR, kept as it came: what is signed must be judged over the very bytes. Nothing in this
 * package looks inside.
 */
public final class Encoded {
    private final byte[] bytes;

    private Encoded(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Takes an item.
     *
     * @throws IllegalArgumentException if the bytes are not one item in its deterministic form
     */
    public static Encoded of(byte[] bytes) {
        try {
            CborScan.check(bytes);
        } catch (io.svcdht.node.wire.Malformed e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        return new Encoded(bytes.clone());
    }

    /** Bytes that were checked as part of a message, and are nobody else's. */
    static Encoded checked(byte[] bytes) {
        return new Encoded(bytes);
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** Bytes. */
    public int length() {
        return bytes.length;
    }

    /** The array itself, to be copied from. */
    byte[] array() {
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Encoded e && Arrays.equals(bytes, e.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
