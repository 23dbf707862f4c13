package io.svcdht.storage.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * A content identifier (multiformats/cid): CIDv0, or CIDv1 in any base {@link Multibase} knows.
 *
 * @param codec what the content is, by the multicodec registry
 * @param multihash code, length and digest; its length fits one byte
 */
public record Cid(int version, long codec, byte[] multihash) {
    /** A libp2p public key, which is what a peer id says as a CID. */
    public static final int CODEC_LIBP2P_KEY = 0x72;

    /** No hash: the content itself. */
    public static final int HASH_IDENTITY = 0x00;

    public static final int HASH_SHA2_256 = 0x12;
    public static final int HASH_BLAKE3 = 0x1e;

    private static final int CODEC_DAG_PB = 0x70;
    private static final int CHARS_MIN = 8;
    private static final int VARINT_BYTES_MAX = 9;

    /** Reads a CID; empty for any text that is none. */
    public static Optional<Cid> parse(String text) {
        if (text.length() == 46 && text.startsWith("Qm")) {
            return Multibase.base58btc(text).filter(Cid::isSha2).map(multihash -> new Cid(0, CODEC_DAG_PB, multihash));
        }
        if (text.length() < CHARS_MIN) {
            return Optional.empty();
        }
        return Multibase.decode(text).flatMap(Cid::version1);
    }

    private static boolean isSha2(byte[] multihash) {
        return multihash.length == 2 + Key.BYTES && multihash[0] == HASH_SHA2_256 && multihash[1] == Key.BYTES;
    }

    private static Optional<Cid> version1(byte[] cid) {
        if (cid.length < 4 || cid[0] != 1) {
            return Optional.empty();
        }
        int at = afterVarint(cid, 1);
        if (at < 0) {
            return Optional.empty();
        }
        int length = afterVarint(cid, at);
        if (length < 0 || length >= cid.length || cid.length - length - 1 != cid[length]) {
            return Optional.empty();
        }
        return Optional.of(new Cid(1, varint(cid, 1, at), Arrays.copyOfRange(cid, at, cid.length)));
    }

    private static int afterVarint(byte[] bytes, int from) {
        for (int i = from; i < bytes.length && i < from + VARINT_BYTES_MAX; i++) {
            if (bytes[i] >= 0) {
                return i + 1;
            }
        }
        return -1;
    }

    private static long varint(byte[] bytes, int from, int to) {
        long n = 0;
        for (int i = to - 1; i >= from; i--) {
            n = n << 7 | bytes[i] & 0x7f;
        }
        return n;
    }

    /** Whether its digest is a key of ours. */
    public boolean isBlake3() {
        return multihash.length == 2 + Key.BYTES && multihash[0] == HASH_BLAKE3 && multihash[1] == Key.BYTES;
    }

    /** Whether it holds its content in the place of a hash. */
    public boolean isIdentity() {
        return multihash[0] == HASH_IDENTITY;
    }
}
