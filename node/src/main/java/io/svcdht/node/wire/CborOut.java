package io.svcdht.node.wire;

import io.svcdht.storage.model.Key;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes deterministic CBOR. Heads are always the shortest; the order of a map's keys is the caller's duty. */
public final class CborOut {
    private static final int UNSIGNED = 0;
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int ARRAY = 4;
    private static final int MAP = 5;
    private static final int NULL = 0xf6;

    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int length;

    /** For something short. */
    public CborOut() {
        this(256);
    }

    /** @param expected about as many bytes as will be written; more make room by themselves */
    public CborOut(int expected) {
        bytes = new byte[expected];
    }

    /** What was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** The pairs follow, each key before its value. */
    public CborOut map(int pairs) {
        return head(MAP, pairs);
    }

    /** The items follow. */
    public CborOut array(int items) {
        return head(ARRAY, items);
    }

    /** Unsigned, all 64 bits. */
    public CborOut number(long value) {
        return head(UNSIGNED, value);
    }

    /** A text in UTF-8. */
    public CborOut text(String text) {
        return isAscii(text) ? ascii(text) : utf8(text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Nearly every text is a field's name; an array for each would be more than the message. */
    private CborOut ascii(String text) {
        head(TEXT, text.length());
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        return this;
    }

    private CborOut utf8(byte[] utf8) {
        return head(TEXT, utf8.length).raw(utf8);
    }

    /** A string of bytes. */
    public CborOut bytes(byte[] b) {
        return head(BYTES, b.length).raw(b);
    }

    /** A string of 32 bytes. */
    public CborOut key(Key key) {
        head(BYTES, Key.BYTES);
        room(Key.BYTES);
        BIG_ENDIAN.set(bytes, length, key.w0());
        BIG_ENDIAN.set(bytes, length + 8, key.w1());
        BIG_ENDIAN.set(bytes, length + 16, key.w2());
        BIG_ENDIAN.set(bytes, length + 24, key.w3());
        length += Key.BYTES;
        return this;
    }

    /** Null. */
    public CborOut nothing() {
        room(1);
        bytes[length++] = (byte) NULL;
        return this;
    }

    /** An item that is encoded already. */
    public CborOut raw(byte[] item) {
        room(item.length);
        System.arraycopy(item, 0, bytes, length, item.length);
        length += item.length;
        return this;
    }

    private CborOut head(int major, long argument) {
        room(9);
        int top = major << 5;
        if (argument >= 0 && argument < 24) {
            bytes[length++] = (byte) (top | (int) argument);
            return this;
        }
        int size = argument >>> 8 == 0 ? 0 : argument >>> 16 == 0 ? 1 : argument >>> 32 == 0 ? 2 : 3;
        bytes[length++] = (byte) (top | 24 + size);
        for (int shift = 8 * ((1 << size) - 1); shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (argument >>> shift);
        }
        return this;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
