package io.svcdht.storage.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA3Digest;

/**
 * Names of onion services, third version (rend-spec-v3 §6): base32 of {@code Ed25519 key 32 | checksum 2 | 3} and
 * {@code .onion}. Whoever is reached there holds the key, so such a name is resolved by nobody.
 */
public final class OnionName {
    private static final String SUFFIX = ".onion";
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int CHARS = 56;
    private static final int BYTES = 35;
    private static final int KEY_BYTES = 32;
    private static final byte VERSION = 3;

    private OnionName() {}

    /** Whether the name asks for an onion service, of any version, well written or not. Name servers are never asked. */
    public static boolean isOnion(String host) {
        return host.endsWith(SUFFIX) || host.equals("onion");
    }

    /** Whether it is the name of a service of the third version, written without a slip. */
    public static boolean isValid(String host) {
        if (!host.endsWith(SUFFIX) || host.length() != CHARS + SUFFIX.length()) {
            return false;
        }
        byte[] bytes = new byte[BYTES];
        int bits = 0;
        int held = 0;
        int at = 0;
        for (int i = 0; i < CHARS; i++) {
            int value = BASE32.indexOf(host.charAt(i));
            if (value < 0) {
                return false;
            }
            bits = bits << 5 | value;
            held += 5;
            if (held >= 8) {
                held -= 8;
                bytes[at++] = (byte) (bits >>> held);
            }
        }
        return host.equals(of(Arrays.copyOf(bytes, KEY_BYTES)));
    }

    /** @param key the service's Ed25519 public key, 32 bytes */
    public static String of(byte[] key) {
        byte[] all = Arrays.copyOf(key, BYTES);
        byte[] sum = checksum(key);
        all[KEY_BYTES] = sum[0];
        all[KEY_BYTES + 1] = sum[1];
        all[KEY_BYTES + 2] = VERSION;
        StringBuilder text = new StringBuilder(CHARS + SUFFIX.length());
        int bits = 0;
        int held = 0;
        for (byte b : all) {
            bits = bits << 8 | b & 0xff;
            held += 8;
            while (held >= 5) {
                held -= 5;
                text.append(BASE32.charAt(bits >>> held & 31));
            }
        }
        return text.append(SUFFIX).toString();
    }

    private static byte[] checksum(byte[] key) {
        byte[] said = ".onion checksum".getBytes(StandardCharsets.US_ASCII);
        SHA3Digest digest = new SHA3Digest(256);
        digest.update(said, 0, said.length);
        digest.update(key, 0, KEY_BYTES);
        digest.update(VERSION);
        byte[] out = new byte[digest.getDigestSize()];
        digest.doFinal(out, 0);
        return out;
    }
}
