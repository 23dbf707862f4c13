package io.svcdht.storage.event;

import io.svcdht.storage.model.Key;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** Reads what {@link ByteSink} wrote; anything else is a {@link MalformedEvent}, never an over-read. */
public final class ByteSource {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private final int end;
    private int at;

    public ByteSource(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        this.bytes = bytes;
        at = offset;
        end = offset + length;
    }

    public int remaining() {
        return end - at;
    }

    /** Where so many bytes begin, behind which it stands then. */
    private int take(int count) {
        if (count > end - at) {
            throw new MalformedEvent("the event ends in the middle of a field");
        }
        at += count;
        return at - count;
    }

    public int u8() {
        return bytes[take(1)] & 0xff;
    }

    public int u32() {
        return (int) INT.get(bytes, take(4));
    }

    public long u48() {
        int from = take(6);
        return (long) ((short) SHORT.get(bytes, from) & 0xffff) << 32 | (int) INT.get(bytes, from + 2) & 0xffffffffL;
    }

    public long u64() {
        return (long) LONG.get(bytes, take(8));
    }

    public long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new MalformedEvent("a number runs over ten bytes");
    }

    /** A varint that must lie in 0 … max. */
    public int count(int max, String what) {
        long n = varint();
        if (n < 0 || n > max) {
            throw new MalformedEvent("%s of %d; at most %d make sense".formatted(what, n, max));
        }
        return (int) n;
    }

    public long signed() {
        long v = varint();
        return v >>> 1 ^ -(v & 1);
    }

    public Key key() {
        return Key.of(bytes, take(Key.BYTES));
    }

    public String text() {
        int length = count(Integer.MAX_VALUE, "a text length");
        if (length > remaining()) {
            throw new MalformedEvent("a text length of %d where %d bytes are left".formatted(length, remaining()));
        }
        int from = take(length);
        // Nearly every text, and a decoder for each would take longer than all the rest of an event.
        return isAscii(from) ? new String(bytes, from, length, StandardCharsets.ISO_8859_1) : utf8(from, length);
    }

    private boolean isAscii(int from) {
        int i = from;
        long high = 0;
        for (; i <= at - Long.BYTES; i += Long.BYTES) {
            high |= (long) LONG.get(bytes, i);
        }
        for (; i < at; i++) {
            high |= bytes[i];
        }
        return (high & 0x8080_8080_8080_8080L) == 0;
    }

    private String utf8(int from, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedEvent("a text is not UTF-8", e);
        }
    }

    /** Length as a varint, then as many bytes. */
    public byte[] bytes(int max, String what) {
        return raw(count(max, "a length of " + what));
    }

    public byte[] raw(int length) {
        if (length > remaining()) {
            throw new MalformedEvent("%d bytes are due where %d are left".formatted(length, remaining()));
        }
        int from = take(length);
        return Arrays.copyOfRange(bytes, from, from + length);
    }
}
