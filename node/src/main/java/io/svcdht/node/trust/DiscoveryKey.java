package io.svcdht.node.trust;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secp256k1 key that this node's discovery record is signed with. As that of the onion service ({@link OnionKey}) it
 * follows from the node's own.
 */
final class DiscoveryKey {
    private static final byte[] CONTEXT = "svc-dht/discv5/v1".getBytes(StandardCharsets.US_ASCII);
    /** Order of the group (SEC 2 §2.4.1). */
    private static final BigInteger ORDER =
            new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

    private DiscoveryKey() {}

    /** HMAC-SHA256 of context and a counter, the first one that is a private key; 32 bytes. */
    static byte[] of(byte[] nodeSeed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(nodeSeed, "HmacSHA256"));
            for (byte counter = 0; ; counter++) {
                byte[] message = Arrays.copyOf(CONTEXT, CONTEXT.length + 1);
                message[CONTEXT.length] = counter;
                byte[] secret = mac.doFinal(message);
                BigInteger number = new BigInteger(1, secret);
                if (number.signum() > 0 && number.compareTo(ORDER) < 0) {
                    return secret;
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }
}
