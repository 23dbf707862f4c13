package io.svcdht.node.net;

import io.svcdht.node.noise.AesGcm;
import io.svcdht.node.noise.NoiseFailure;
import io.svcdht.node.quota.Bucket;
import io.svcdht.node.quota.Buckets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What is looked at before an INIT costs a key agreement: whether it was made for this node, and, while there are many,
 * whether its sender receives what is sent to its address. Nothing is kept of who asked. The time is a parameter; for
 * one thread.
 *
 * <pre>
 * mac1    HMAC-SHA256(SHA-256("svc-dht/udp-mac1/v1" | responder's Ed25519 key), INIT before it), first 16 bytes
 * cookie  HMAC-SHA256(secret of this two minutes, address | port), first 16 bytes
 * sealed  AES-256-GCM(key = HMAC-SHA256(SHA-256("svc-dht/udp-cookie/v1" | responder's Ed25519 key), nonce 24),
 *                     counter 0, authenticated mac1, cookie)
 * mac2    HMAC-SHA256(cookie, INIT before it), first 16 bytes
 * </pre>
 */
final class Cookies {
    private static final long SECRET_NANOS = 120_000_000_000L;
    private static final long SECOND_NANOS = 1_000_000_000L;
    /** So long after the last second with too many, or each second of a flood would begin with a burst of key agreements. */
    private static final long LOADED_NANOS = 2 * SECOND_NANOS;

    private static final byte[] NONE = new byte[Datagram.MAC_BYTES];
    /** INITs a second that are looked at while there are too many: from one block, for a first and one with a cookie… */
    private static final int BLOCK_INITS = 8;
    /** …and from everywhere: what half a core looks at. */
    private static final int ALL_INITS = 16_384;

    private final AesGcm gcm;
    private final SecureRandom random;
    /** INITs a second above which cookies are asked for. */
    private final int calm;

    private final byte[] secret = new byte[32];
    private byte[] lastSecret = new byte[32];
    private long secretSinceNanos;
    private long secondSinceNanos;
    private int inThisSecond;
    private int arrivedInThisSecond;
    private boolean loaded;
    private long loadedNanos;
    private final Buckets<Long> blocks = new Buckets<>(BLOCK_INITS, 1, Quotas.BUCKETS_MAX);
    private final Bucket all;

    Cookies(AesGcm gcm, SecureRandom random, int calm, long nowNanos) {
        this.gcm = gcm;
        this.random = random;
        this.calm = calm;
        random.nextBytes(secret);
        random.nextBytes(lastSecret);
        secretSinceNanos = nowNanos;
        secondSinceNanos = nowNanos;
        all = new Bucket(ALL_INITS, 1, nowNanos);
    }

    /** The INIT with what it needs to be looked at by that responder, and its cookie if there is one. */
    static Datagram.Init signed(Datagram.Init init, byte[] responder, byte[] cookie) {
        byte[] mac1 = mac(hash("svc-dht/udp-mac1/v1", responder), init.head());
        Datagram.Init one = init.with(mac1, NONE);
        return cookie.length == 0 ? one : one.with(mac1, mac(cookie, one.headAndMac1()));
    }

    /** Whether the INIT was made for the holder of this key by somebody who knows it. */
    static boolean isFor(byte[] responder, Datagram.Init init) {
        return MessageDigest.isEqual(mac(hash("svc-dht/udp-mac1/v1", responder), init.head()), init.mac1());
    }

    /**
     * Whether there is time for one more INIT; costs nearly nothing, and is asked before anything is computed. Any number
     * passes until so many of them are meant for us that cookies are asked for.
     *
     * @param block of addresses it comes from
     */
    boolean hasTime(long block, long nowNanos) {
        turn(nowNanos);
        if (!isLoaded(nowNanos)) {
            return true;
        }
        if (++arrivedInThisSecond > calm) {
            loadedNanos = nowNanos;
        }
        Bucket b = blocks.of(block, nowNanos);
        if (!b.has(1, nowNanos) || !all.has(1, nowNanos)) {
            return false;
        }
        b.take(1);
        all.take(1);
        return true;
    }

    /** Counts an INIT that is meant for us; whether so many come, or came a moment ago, that its sender has to show a cookie. */
    boolean demanded(long nowNanos) {
        turn(nowNanos);
        if (++inThisSecond > calm) {
            loaded = true;
            loadedNanos = nowNanos;
        }
        return isLoaded(nowNanos);
    }

    private boolean isLoaded(long nowNanos) {
        return loaded && nowNanos - loadedNanos < LOADED_NANOS;
    }

    private void turn(long nowNanos) {
        if (nowNanos - secondSinceNanos >= SECOND_NANOS) {
            secondSinceNanos = nowNanos;
            inThisSecond = 0;
            arrivedInThisSecond = 0;
        }
    }

    Ways.Cookies standing(long nowNanos) {
        turn(nowNanos);
        return new Ways.Cookies(isLoaded(nowNanos), inThisSecond, calm);
    }

    /** Whether the INIT shows the cookie that was sent to this address. */
    boolean shown(Datagram.Init init, byte[] address, long nowNanos) {
        renew(nowNanos);
        return MessageDigest.isEqual(mac(mac(secret, address), init.headAndMac1()), init.mac2())
                || MessageDigest.isEqual(mac(mac(lastSecret, address), init.headAndMac1()), init.mac2());
    }

    /** The answer that holds the cookie for this address. */
    Datagram.Cookie cookie(Datagram.Init init, byte[] address, byte[] responder, long nowNanos) {
        renew(nowNanos);
        byte[] nonce = new byte[Datagram.NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = gcm.seal(sealKey(responder, nonce), 0, init.mac1(), mac(secret, address));
        return new Datagram.Cookie(init.from(), nonce, sealed);
    }

    /** The cookie in an answer to our INIT; empty if it was not made by who was asked, for that INIT. */
    static Optional<byte[]> opened(AesGcm gcm, Datagram.Cookie answer, byte[] mac1, byte[] responder) {
        try {
            return Optional.of(gcm.open(sealKey(responder, answer.nonce()), 0, mac1, ByteBuffer.wrap(answer.sealed())));
        } catch (NoiseFailure e) {
            return Optional.empty();
        }
    }

    private void renew(long nowNanos) {
        if (nowNanos - secretSinceNanos >= SECRET_NANOS) {
            lastSecret = secret.clone();
            random.nextBytes(secret);
            secretSinceNanos = nowNanos;
        }
    }

    private static SecretKeySpec sealKey(byte[] responder, byte[] nonce) {
        return AesGcm.key(hmac(hash("svc-dht/udp-cookie/v1", responder), nonce));
    }

    private static byte[] mac(byte[] key, byte[] data) {
        return Arrays.copyOf(hmac(key, data), Datagram.MAC_BYTES);
    }

    private static byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HMAC-SHA256", e);
        }
    }

    private static byte[] hash(String label, byte[] key) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(label.getBytes(StandardCharsets.US_ASCII));
            return sha.digest(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
