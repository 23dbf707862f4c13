package io.svcdht.storage.event;

import io.svcdht.storage.model.Key;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing, reusable byte array written big-endian. */
public final class ByteSink {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int length;

    public ByteSink(int capacity) {
        bytes = new byte[capacity];
    }

    /** The backing array: valid up to {@link #length()}, until the next write. */
    public byte[] array() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public ByteSink clear() {
        length = 0;
        return this;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    public ByteSink u8(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    public ByteSink u16(int value) {
        room(2);
        bytes[length++] = (byte) (value >>> 8);
        bytes[length++] = (byte) value;
        return this;
    }

    public ByteSink u32(int value) {
        room(4);
        INT.set(bytes, length, value);
        length += 4;
        return this;
    }

    /** Overwrites four bytes already written. */
    public void u32At(int offset, int value) {
        INT.set(bytes, offset, value);
    }

    public ByteSink u48(long value) {
        if (value >>> 48 != 0) {
            throw new IllegalArgumentException(value + " does not fit 48 bits");
        }
        room(8);
        LONG.set(bytes, length, value << 16);
        length += 6;
        return this;
    }

    public ByteSink u64(long value) {
        room(8);
        LONG.set(bytes, length, value);
        length += 8;
        return this;
    }

    /** LEB128: seven bits a byte, low ones first; a negative value takes ten bytes. */
    public ByteSink varint(long value) {
        room(10);
        long v = value;
        while ((v & ~0x7fL) != 0) {
            bytes[length++] = (byte) (v | 0x80);
            v >>>= 7;
        }
        bytes[length++] = (byte) v;
        return this;
    }

    /** A signed number near zero, zig-zag folded. */
    public ByteSink signed(long value) {
        return varint(value << 1 ^ value >> 63);
    }

    public ByteSink key(Key key) {
        return u64(key.w0()).u64(key.w1()).u64(key.w2()).u64(key.w3());
    }

    public ByteSink raw(byte[] source) {
        return raw(source, 0, source.length);
    }

    public ByteSink raw(byte[] source, int offset, int count) {
        room(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
        return this;
    }

    /** Length as a varint, then UTF-8. */
    public ByteSink text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return varint(utf8.length).raw(utf8);
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
