package io.svcdht.node.wire.oap;

/** Heads of CBOR items (RFC 8949 §3): the major type in the upper three bits, and the argument behind. */
final class Cbor {
    static final int UNSIGNED = 0;
    static final int BYTES = 2;
    static final int TEXT = 3;
    static final int ARRAY = 4;
    static final int MAP = 5;

    static final int NULL = 0xf6;

    private Cbor() {}

    /** Bytes of a head with those lower five bits, at most 27. */
    static int headBytes(int info) {
        return info < 24 ? 1 : 1 + (1 << info - 24);
    }

    /** The argument of a head, as unsigned 64 bits. */
    static long argument(byte[] in, int at) {
        int info = in[at] & 0x1f;
        if (info < 24) {
            return info;
        }
        long value = 0;
        for (int i = 1; i < headBytes(info); i++) {
            value = value << 8 | in[at + i] & 0xff;
        }
        return value;
    }
}
