package io.svcdht.node.wire;

import java.util.Arrays;

/**
 * Walks over one CBOR item and lets pass only the deterministic form (RFC 8949 §4.2.1) of what the peer protocol is
 * made of: whole numbers, byte and text strings, arrays, maps with numbers or texts as keys, false, true, null. Floats
 * and tags are none of it. Allocates nothing, and never more than 16 levels deep.
 */
final class CborScan {
    /** Most levels of arrays and maps. */
    static final int DEPTH_MAX = 16;

    private static final int INDEFINITE = 31;

    private final byte[] in;
    private int at;

    private CborScan(byte[] in) {
        this.in = in;
    }

    /**
     * Checks that the bytes are exactly one item in its only form.
     *
     * @throws Malformed with the reason and the offset
     */
    static void check(byte[] bytes) throws Malformed {
        CborScan scan = new CborScan(bytes);
        scan.item(0);
        if (scan.at != bytes.length) {
            throw new Malformed(Refusal.NOT_CANONICAL, "%d bytes follow the item".formatted(bytes.length - scan.at));
        }
    }

    private void item(int depth) throws Malformed {
        int major = peek() >>> 5;
        switch (major) {
            case 0, 1 -> argument();
            case 2 -> {
                int n = length();
                at += n;
            }
            case 3 -> text(length());
            case 4 -> {
                int n = inside(depth, 1);
                for (int i = 0; i < n; i++) {
                    item(depth + 1);
                }
            }
            case 5 -> map(inside(depth, 2), depth + 1);
            case 6 -> throw bad(Refusal.NOT_CANONICAL, "a tag");
            default -> simple();
        }
    }

    /** The number of items of an array or map, each of which takes so many bytes at least. */
    private int inside(int depth, int bytesEach) throws Malformed {
        if (depth >= DEPTH_MAX) {
            throw bad(Refusal.TOO_DEEP, "more than %d levels".formatted(DEPTH_MAX));
        }
        int start = at;
        long n = argument();
        if (n < 0 || n > (in.length - at) / bytesEach) {
            at = start;
            throw bad(Refusal.TRUNCATED, "%s items".formatted(Long.toUnsignedString(n)));
        }
        return (int) n;
    }

    private void map(int entries, int depth) throws Malformed {
        int before = -1;
        int beforeEnd = -1;
        for (int i = 0; i < entries; i++) {
            int key = at;
            int major = peek() >>> 5;
            if (major != 0 && major != 1 && major != 3) {
                throw bad(Refusal.WRONG_SHAPE, "a key that is neither number nor text");
            }
            item(depth);
            if (before >= 0) {
                int order = Arrays.compareUnsigned(in, before, beforeEnd, in, key, at);
                if (order >= 0) {
                    at = key;
                    throw order == 0
                            ? bad(Refusal.DUPLICATE_FIELD, "a key for the second time")
                            : bad(Refusal.NOT_CANONICAL, "a key out of order");
                }
            }
            before = key;
            beforeEnd = at;
            item(depth);
        }
    }

    private void simple() throws Malformed {
        int head = peek();
        if (head < 0xf4 || head > 0xf6) {
            throw bad(Refusal.NOT_CANONICAL, "a float or a simple value other than false, true, null");
        }
        at++;
    }

    private int length() throws Malformed {
        int start = at;
        long n = argument();
        if (n < 0 || n > in.length - at) {
            at = start;
            throw bad(Refusal.TRUNCATED, "a string of %s bytes".formatted(Long.toUnsignedString(n)));
        }
        return (int) n;
    }

    /** The number in or behind the head; negative where it is 2^63 or more. */
    private long argument() throws Malformed {
        int start = at;
        int info = peek() & 31;
        at++;
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            at = start;
            throw bad(Refusal.NOT_CANONICAL, info == INDEFINITE ? "an indefinite length" : "a reserved head");
        }
        int bytes = 1 << info - 24;
        if (in.length - at < bytes) {
            at = start;
            throw bad(Refusal.TRUNCATED, "a number of %d bytes".formatted(bytes));
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | in[at++] & 0xff;
        }
        long leastMeant = bytes == 1 ? 24 : 1L << 4 * bytes;
        if (Long.compareUnsigned(value, leastMeant) < 0) {
            at = start;
            throw bad(Refusal.NOT_CANONICAL, "a number in more bytes than it takes");
        }
        return value;
    }

    /** Well-formed UTF-8 (RFC 3629): no overlong form, no surrogate, nothing above U+10FFFF. */
    private void text(int length) throws Malformed {
        int end = at + length;
        while (at < end) {
            int b = in[at] & 0xff;
            if (b < 0x80) {
                at++;
                continue;
            }
            int more = b >= 0xf0 ? 3 : b >= 0xe0 ? 2 : 1;
            if (b < 0xc2 || b > 0xf4 || end - at <= more) {
                throw bad(Refusal.NOT_CANONICAL, "a text that is not UTF-8");
            }
            int second = in[at + 1] & 0xff;
            int low = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
            int high = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
            boolean tail = more < 2 || isTail(at + 2);
            boolean end4 = more < 3 || isTail(at + 3);
            if (second < low || second > high || !tail || !end4) {
                throw bad(Refusal.NOT_CANONICAL, "a text that is not UTF-8");
            }
            at += more + 1;
        }
    }

    private boolean isTail(int index) {
        return (in[index] & 0xc0) == 0x80;
    }

    private int peek() throws Malformed {
        if (at >= in.length) {
            throw bad(Refusal.TRUNCATED, "the end where an item is due");
        }
        return in[at] & 0xff;
    }

    private Malformed bad(Refusal why, String what) {
        return new Malformed(why, "%s at byte %d".formatted(what, at));
    }
}
