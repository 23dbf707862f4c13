package io.svcdht.storage.model;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Just enough of the CID specification (multiformats/cid) to reach a CID's multihash: CIDv0, and CIDv1 in base16,
 * base32 (RFC 4648, no padding), base36 and base58btc.
 */
final class Cids {
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static final String BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final int BLAKE3_CODE = 0x1e;
    private static final int SHA2_256_CODE = 0x12;

    private Cids() {}

    /** The multihash bytes (code, length, digest) if the text is a CID, else empty. */
    static Optional<byte[]> multihash(String text) {
        if (text.length() == 46 && text.startsWith("Qm")) {
            return baseX(text, 0, BASE58).filter(b -> b.length == 34 && b[0] == SHA2_256_CODE && b[1] == 32);
        }
        if (text.length() < 8) {
            return Optional.empty();
        }
        Optional<byte[]> bytes =
                switch (text.charAt(0)) {
                    case 'b' -> base32(text, 1);
                    case 'B' -> isUpper(text) ? base32(text.toLowerCase(java.util.Locale.ROOT), 1) : Optional.empty();
                    case 'f' -> base16(text.substring(1));
                    case 'k' -> baseX(text, 1, BASE36);
                    case 'z' -> baseX(text, 1, BASE58);
                    default -> Optional.empty();
                };
        return bytes.flatMap(Cids::afterCidV1Header);
    }

    static boolean isBlake3(byte[] multihash) {
        return multihash.length == 2 + Key.BYTES && multihash[0] == BLAKE3_CODE && multihash[1] == Key.BYTES;
    }

    private static Optional<byte[]> afterCidV1Header(byte[] cid) {
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
        return Optional.of(Arrays.copyOfRange(cid, at, cid.length));
    }

    private static int afterVarint(byte[] bytes, int from) {
        for (int i = from; i < bytes.length && i < from + 9; i++) {
            if (bytes[i] >= 0) {
                return i + 1;
            }
        }
        return -1;
    }

    private static boolean isUpper(String text) {
        return text.chars().noneMatch(c -> c >= 'a' && c <= 'z');
    }

    private static Optional<byte[]> base16(String hex) {
        if (hex.length() % 2 != 0 || !Hex.isLowerHex(hex, 0, hex.length())) {
            return Optional.empty();
        }
        return Optional.of(HexFormat.of().parseHex(hex));
    }

    private static Optional<byte[]> base32(String text, int from) {
        int chars = text.length() - from;
        byte[] out = new byte[chars * 5 / 8];
        long bits = 0;
        int held = 0;
        int at = 0;
        for (int i = from; i < text.length(); i++) {
            int v = BASE32.indexOf(text.charAt(i));
            if (v < 0) {
                return Optional.empty();
            }
            bits = bits << 5 | v;
            held += 5;
            if (held >= 8) {
                held -= 8;
                out[at++] = (byte) (bits >>> held);
            }
        }
        boolean canonical = held < 5 && (bits & ((1L << held) - 1)) == 0;
        return canonical ? Optional.of(out) : Optional.empty();
    }

    private static Optional<byte[]> baseX(String text, int from, String alphabet) {
        BigInteger base = BigInteger.valueOf(alphabet.length());
        BigInteger n = BigInteger.ZERO;
        int zeros = 0;
        for (int i = from; i < text.length(); i++) {
            int v = alphabet.indexOf(text.charAt(i));
            if (v < 0) {
                return Optional.empty();
            }
            if (v == 0 && n.signum() == 0) {
                zeros++;
            }
            n = n.multiply(base).add(BigInteger.valueOf(v));
        }
        byte[] magnitude = n.signum() == 0 ? new byte[0] : n.toByteArray();
        int skip = magnitude.length > 0 && magnitude[0] == 0 ? 1 : 0;
        byte[] out = new byte[zeros + magnitude.length - skip];
        System.arraycopy(magnitude, skip, out, zeros, magnitude.length - skip);
        return Optional.of(out);
    }
}
