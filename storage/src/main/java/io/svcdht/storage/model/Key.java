package io.svcdht.storage.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A 256-bit point of the key space, big-endian in four longs: a content id's BLAKE3-256 digest or a node id.
 *
 * <p>Order is that of the unsigned 256-bit number, which is the order of the hexadecimal text.
 */
public record Key(long w0, long w1, long w2, long w3) implements Comparable<Key> {
    /** Length of the binary form, bytes. */
    public static final int BYTES = 32;

    private static final HexFormat HEX = HexFormat.of();
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /**
     * Reads 32 bytes, big-endian.
     *
     * @throws IllegalArgumentException if fewer than 32 bytes follow {@code offset}
     */
    public static Key of(byte[] bytes, int offset) {
        if (bytes.length - offset < BYTES) {
            throw new IllegalArgumentException("a key needs 32 bytes, got " + (bytes.length - offset));
        }
        return new Key(
                word(bytes, offset), word(bytes, offset + 8), word(bytes, offset + 16), word(bytes, offset + 24));
    }

    private static long word(byte[] bytes, int offset) {
        return (long) WORD.get(bytes, offset);
    }

    /** Reads exactly 32 bytes, big-endian. */
    public static Key of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a key is 32 bytes, got " + bytes.length);
        }
        return of(bytes, 0);
    }

    /**
     * Reads 64 hexadecimal digits.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Key parseHex(CharSequence hex) {
        return of(HEX.parseHex(hex));
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(w0)
                .putLong(w1)
                .putLong(w2)
                .putLong(w3)
                .array();
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        return HEX.toHexDigits(w0) + HEX.toHexDigits(w1) + HEX.toHexDigits(w2) + HEX.toHexDigits(w3);
    }

    @Override
    public int compareTo(Key o) {
        int c = Long.compareUnsigned(w0, o.w0);
        if (c == 0) {
            c = Long.compareUnsigned(w1, o.w1);
        }
        if (c == 0) {
            c = Long.compareUnsigned(w2, o.w2);
        }
        return c == 0 ? Long.compareUnsigned(w3, o.w3) : c;
    }

    /** By hand: the comparison that records come with is too slow for the hottest line of the fold. */
    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Key k && w0 == k.w0 && w1 == k.w1 && w2 == k.w2 && w3 == k.w3;
    }

    /** Mixes all four words: publishers choose content ids, so one word alone could be made to collide. */
    @Override
    public int hashCode() {
        long h = w0 * 0x9E3779B97F4A7C15L;
        h = (h ^ w1) * 0xC2B2AE3D27D4EB4FL;
        h = (h ^ w2) * 0x165667B19E3779F9L;
        h = (h ^ w3) * 0x27D4EB2F165667C5L;
        return (int) (h ^ (h >>> 32));
    }

    @Override
    public String toString() {
        return hex();
    }
}
