package io.svcdht.node.wire.oap;

import io.svcdht.node.wire.CborScan;
import io.svcdht.storage.model.Key;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads values from bytes that {@link CborScan} has passed. Each method names the field it reads for the message, and
 * refuses another type, or more than the field takes, before it allocates anything.
 */
final class CborIn {
    private static final int KEY_CHARS_MAX = 32;

    private final byte[] in;
    private int at;

    /** A reader of checked bytes. */
    private CborIn(byte[] in, int from) {
        this.in = in;
        this.at = from;
    }

    /**
     * Checks the bytes and stands before the item in them.
     *
     * @throws Malformed if they are not one deterministic item
     */
    static CborIn of(byte[] in) {
        try {
            CborScan.check(in);
        } catch (io.svcdht.node.wire.Malformed e) {
            throw Malformed.of(e);
        }
        return new CborIn(in, 0);
    }

    private int head(int major, String field) {
        if ((in[at] & 0xff) >>> 5 != major) {
            throw new Malformed(WireError.NoMessage, field + " is of another type");
        }
        return at;
    }

    private long take(int major, String field) {
        long argument = Cbor.argument(in, head(major, field));
        at += Cbor.headBytes(in[at] & 0x1f);
        return argument;
    }

    private int count(int major, int max, String field) {
        long n = take(major, field);
        if (n > max) {
            throw new Malformed(WireError.TooMany, "%s has %d; at most %d are taken".formatted(field, n, max));
        }
        return (int) n;
    }

    /** Enters a map; so many pairs follow. */
    int map(int max, String field) {
        return count(Cbor.MAP, max, field);
    }

    /** Enters an array; so many items follow. */
    int array(int max, String field) {
        return count(Cbor.ARRAY, max, field);
    }

    /** A map's key, or the empty text for one that no field of ours has. */
    String key() {
        long length = Cbor.argument(in, at);
        if ((in[at] & 0xff) >>> 5 != Cbor.TEXT || length > KEY_CHARS_MAX) {
            skip();
            return "";
        }
        return text(KEY_CHARS_MAX, "a key");
    }

    /** Unsigned, up to {@code max}. */
    long number(long max, String field) {
        long n = take(Cbor.UNSIGNED, field);
        if (n < 0 || n > max) {
            throw new Malformed(
                    WireError.NoMessage, "%s of %s is beyond %d".formatted(field, Long.toUnsignedString(n), max));
        }
        return n;
    }

    /** All 64 bits. */
    long unsigned(String field) {
        return take(Cbor.UNSIGNED, field);
    }

    String text(int bytesMax, String field) {
        int length = count(Cbor.TEXT, bytesMax, field);
        at += length;
        return new String(in, at - length, length, StandardCharsets.UTF_8);
    }

    byte[] bytes(int max, String field) {
        int length = count(Cbor.BYTES, max, field);
        at += length;
        return Arrays.copyOfRange(in, at - length, at);
    }

    Key key32(String field) {
        int length = count(Cbor.BYTES, Key.BYTES, field);
        if (length != Key.BYTES) {
            throw new Malformed(WireError.NoMessage, "%s of %d bytes; 32 are due".formatted(field, length));
        }
        at += length;
        return Key.of(in, at - length);
    }

    boolean isText() {
        return (in[at] & 0xff) >>> 5 == Cbor.TEXT;
    }

    /** Passes over a null, if there is one. */
    boolean tookNull() {
        if ((in[at] & 0xff) == Cbor.NULL) {
            at++;
            return true;
        }
        return false;
    }

    /** The bytes of the next item, which must be of that major type, as they came. */
    byte[] raw(int major, int bytesMax, String field) {
        int from = head(major, field);
        skip();
        if (at - from > bytesMax) {
            throw new Malformed(
                    WireError.TooMany, "%s of %d bytes; at most %d are taken".formatted(field, at - from, bytesMax));
        }
        return Arrays.copyOfRange(in, from, at);
    }

    /** Passes over an item, whatever it is; the check has bounded how deep it goes. */
    void skip() {
        int major = (in[at] & 0xff) >>> 5;
        long argument = Cbor.argument(in, at);
        at += Cbor.headBytes(in[at] & 0x1f);
        switch (major) {
            case Cbor.BYTES, Cbor.TEXT -> at += (int) argument;
            case Cbor.ARRAY -> skip(argument);
            case Cbor.MAP -> skip(2 * argument);
            default -> {}
        }
    }

    private void skip(long items) {
        for (long i = 0; i < items; i++) {
            skip();
        }
    }
}
