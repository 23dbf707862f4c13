package io.svcdht.node.trust;

import io.svcdht.storage.model.Key;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Ed25519 (RFC 8032), deterministic and strict: the same words always have the same signature, and a signature that was
 * altered in any bit is none. And the X25519 keys that belong to it, by the map from the Edwards to the Montgomery curve
 * (RFC 7748 §4.1) that everybody uses.
 */
final class Ed25519Keys {
    static final int SEED_BYTES = Ed25519.SECRET_KEY_SIZE;
    static final int SIGNATURE_BYTES = Ed25519.SIGNATURE_SIZE;

    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    private Ed25519Keys() {}

    static Key publicKey(byte[] seed) {
        byte[] bytes = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(seed, 0, bytes, 0);
        return Key.of(bytes);
    }

    static byte[] sign(byte[] seed, Key publicKey, byte[] message) {
        byte[] signature = new byte[SIGNATURE_BYTES];
        Ed25519.sign(seed, 0, publicKey.bytes(), 0, message, 0, message.length, signature, 0);
        return signature;
    }

    static boolean verifies(Key publicKey, byte[] message, byte[] signature) {
        return signature.length == SIGNATURE_BYTES
                && Ed25519.verify(signature, 0, publicKey.bytes(), 0, message, 0, message.length);
    }

    /**
     * Whether the bytes are a point of the prime-order group in its only form. Others verify what nobody signed, and
     * agree on secrets everybody knows.
     */
    static boolean isSound(Key publicKey) {
        return Ed25519.validatePublicKeyFull(publicKey.bytes(), 0);
    }

    /** The X25519 private key: the first half of SHA-512 of the seed, clamped. */
    static byte[] x25519Private(byte[] seed) {
        try {
            byte[] scalar = Arrays.copyOf(MessageDigest.getInstance("SHA-512").digest(seed), X25519.SCALAR_SIZE);
            X25519.clampPrivateKey(scalar);
            return scalar;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-512", e);
        }
    }

    /**
     * The X25519 public key: u = (1 + y) / (1 − y), little-endian. The sign of x is lost on the way.
     *
     * @throws IllegalArgumentException if the key is not {@linkplain #isSound sound}
     */
    static Key x25519Public(Key publicKey) {
        if (!isSound(publicKey)) {
            throw new IllegalArgumentException(publicKey + " is no Ed25519 public key");
        }
        byte[] littleEndian = publicKey.bytes();
        littleEndian[littleEndian.length - 1] &= 0x7f;
        BigInteger y = new BigInteger(1, reversed(littleEndian));
        BigInteger u = BigInteger.ONE
                .add(y)
                .multiply(BigInteger.ONE.subtract(y).modInverse(P))
                .mod(P);
        byte[] bigEndian = u.toByteArray();
        byte[] padded = new byte[Key.BYTES];
        int length = Math.min(bigEndian.length, Key.BYTES);
        System.arraycopy(bigEndian, bigEndian.length - length, padded, Key.BYTES - length, length);
        return Key.of(reversed(padded));
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] out = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            out[i] = bytes[bytes.length - 1 - i];
        }
        return out;
    }
}
