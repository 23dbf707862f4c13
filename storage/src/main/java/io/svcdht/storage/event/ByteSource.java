package io.svcdht.storage.event;

import io.svcdht.storage.model.Key;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Reads what {@link ByteSink} wrote; anything else is a {@link MalformedEvent}, never an over-read. */
public final class ByteSource {
    private final ByteBuffer in;

    public ByteSource(byte[] bytes, int offset, int length) {
        in = ByteBuffer.wrap(bytes, offset, length).slice();
    }

    public int remaining() {
        return in.remaining();
    }

    public int u8() {
        try {
            return in.get() & 0xff;
        } catch (BufferUnderflowException e) {
            throw cut(e);
        }
    }

    public int u32() {
        try {
            return in.getInt();
        } catch (BufferUnderflowException e) {
            throw cut(e);
        }
    }

    public long u48() {
        try {
            return (long) (in.getShort() & 0xffff) << 32 | in.getInt() & 0xffffffffL;
        } catch (BufferUnderflowException e) {
            throw cut(e);
        }
    }

    public long u64() {
        try {
            return in.getLong();
        } catch (BufferUnderflowException e) {
            throw cut(e);
        }
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
        try {
            return new Key(in.getLong(), in.getLong(), in.getLong(), in.getLong());
        } catch (BufferUnderflowException e) {
            throw cut(e);
        }
    }

    public String text() {
        int length = count(Integer.MAX_VALUE, "a text length");
        if (length > in.remaining()) {
            throw new MalformedEvent("a text length of %d where %d bytes are left".formatted(length, in.remaining()));
        }
        ByteBuffer utf8 = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(utf8)
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
        if (length > in.remaining()) {
            throw new MalformedEvent("%d bytes are due where %d are left".formatted(length, in.remaining()));
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static MalformedEvent cut(BufferUnderflowException e) {
        return new MalformedEvent("the event ends in the middle of a field", e);
    }
}
