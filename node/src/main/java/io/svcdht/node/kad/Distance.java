package io.svcdht.node.kad;

import io.svcdht.storage.model.Key;

/** The XOR metric on 256 bits (Maymounkov and Mazières, Kademlia, section 2.1). */
public final class Distance {
    /** Bits of a key, and so the number of buckets. */
    public static final int BITS = 256;

    private Distance() {}

    /** How many leading bits two keys share, 0 … 256; 256 = they are equal. It is the number of the bucket. */
    public static int commonPrefix(Key a, Key b) {
        long x = a.w0() ^ b.w0();
        if (x != 0) {
            return Long.numberOfLeadingZeros(x);
        }
        x = a.w1() ^ b.w1();
        if (x != 0) {
            return 64 + Long.numberOfLeadingZeros(x);
        }
        x = a.w2() ^ b.w2();
        if (x != 0) {
            return 128 + Long.numberOfLeadingZeros(x);
        }
        return 192 + Long.numberOfLeadingZeros(a.w3() ^ b.w3());
    }

    /** Negative if {@code a} is closer to the target than {@code b}, 0 only if they are equal. */
    public static int compare(Key target, Key a, Key b) {
        int c = Long.compareUnsigned(a.w0() ^ target.w0(), b.w0() ^ target.w0());
        if (c == 0) {
            c = Long.compareUnsigned(a.w1() ^ target.w1(), b.w1() ^ target.w1());
        }
        if (c == 0) {
            c = Long.compareUnsigned(a.w2() ^ target.w2(), b.w2() ^ target.w2());
        }
        return c == 0 ? Long.compareUnsigned(a.w3() ^ target.w3(), b.w3() ^ target.w3()) : c;
    }

    /** The {@code count} bits of a key behind its first {@code from}, as a number; bits past the end count as zero. */
    static int bits(Key key, int from, int count) {
        if (count == 0) {
            return 0;
        }
        if (from + count <= 64) {
            return (int) (key.w0() << from >>> 64 - count);
        }
        int value = 0;
        for (int i = from; i < from + count; i++) {
            value = value << 1 | (i < BITS ? bit(key, i) : 0);
        }
        return value;
    }

    private static int bit(Key key, int index) {
        long word =
                switch (index >>> 6) {
                    case 0 -> key.w0();
                    case 1 -> key.w1();
                    case 2 -> key.w2();
                    default -> key.w3();
                };
        return (int) (word >>> 63 - (index & 63)) & 1;
    }

    /**
     * A key that shares exactly {@code prefix} leading bits with {@code self} and takes the others from {@code dice}.
     *
     * @param prefix 0 … 255
     */
    public static Key inBucket(Key self, int prefix, Key dice) {
        long[] own = {self.w0(), self.w1(), self.w2(), self.w3()};
        long[] rest = {dice.w0(), dice.w1(), dice.w2(), dice.w3()};
        for (int word = 0; word < 4; word++) {
            int shared = Math.clamp(prefix - 64L * word, 0, 64);
            long mask = shared == 0 ? 0 : -1L << 64 - shared;
            rest[word] = own[word] & mask | rest[word] & ~mask;
        }
        int at = prefix >>> 6;
        long bit = 1L << 63 - (prefix & 63);
        rest[at] = rest[at] & ~bit | ~own[at] & bit;
        return new Key(rest[0], rest[1], rest[2], rest[3]);
    }
}
