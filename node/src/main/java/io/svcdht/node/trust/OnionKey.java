package io.svcdht.node.trust;

import io.svcdht.storage.model.OnionName;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The Ed25519 key of this node's onion service. It follows from the node's own, so it is kept, sealed and restored with it,
 * and ends with it in amnesia; the way back is an HMAC.
 */
public final class OnionKey {
    private static final String CONTEXT = "svc-dht/onion-service/v1";

    private final byte[] seed;

    private OnionKey(byte[] seed) {
        this.seed = seed;
    }

    static OnionKey of(byte[] nodeSeed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(nodeSeed, "HmacSHA256"));
            return new OnionKey(mac.doFinal(CONTEXT.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }

    /** The name of the service. */
    public String host() {
        return OnionName.of(Ed25519Keys.publicKey(seed).bytes());
    }

    /** As Tor takes it, 64 bytes: SHA-512 of the seed, its first half clamped (RFC 8032 §5.1.5). */
    public byte[] expanded() {
        try {
            byte[] both = MessageDigest.getInstance("SHA-512").digest(seed);
            both[0] &= (byte) 0xf8;
            both[31] &= 0x7f;
            both[31] |= 0x40;
            return both;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-512", e);
        }
    }
}
