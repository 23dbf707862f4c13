package io.svcdht.node.noise;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM as Noise wants it (specification §12.3): the nonce is four zero bytes and a 64-bit counter, big-endian.
 * Nobody may use a key with the same counter twice. For one thread.
 */
public final class AesGcm {
    public static final int KEY_BYTES = 32;
    public static final int TAG_BYTES = 16;

    private static final int NONCE_BYTES = 12;

    private final Cipher cipher;
    private final byte[] nonce = new byte[NONCE_BYTES];

    public AesGcm() {
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }

    /** A key ready for use; the bytes are copied. */
    public static SecretKeySpec key(byte[] bytes) {
        return new SecretKeySpec(bytes, 0, KEY_BYTES, "AES");
    }

    /** The same, of those that begin at {@code offset}. */
    public static SecretKeySpec key(byte[] bytes, int offset) {
        return new SecretKeySpec(bytes, offset, KEY_BYTES, "AES");
    }

    /** Encrypts; the result is {@value #TAG_BYTES} bytes longer. */
    public byte[] seal(SecretKeySpec key, long counter, byte[] authenticated, byte[] plain) {
        try {
            begin(Cipher.ENCRYPT_MODE, key, counter);
            cipher.updateAAD(authenticated);
            return cipher.doFinal(plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not encrypt", e);
        }
    }

    /**
     * Decrypts what is left in {@code sealed}.
     *
     * @throws NoiseFailure if anything was changed
     */
    public byte[] open(SecretKeySpec key, long counter, byte[] authenticated, ByteBuffer sealed) throws NoiseFailure {
        if (sealed.remaining() < TAG_BYTES) {
            throw new NoiseFailure("shorter than its tag");
        }
        try {
            begin(Cipher.DECRYPT_MODE, key, counter);
            cipher.updateAAD(authenticated);
            byte[] plain = new byte[sealed.remaining() - TAG_BYTES];
            cipher.doFinal(sealed, ByteBuffer.wrap(plain));
            return plain;
        } catch (AEADBadTagException e) {
            throw new NoiseFailure("does not decrypt");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not decrypt", e);
        }
    }

    private void begin(int mode, SecretKeySpec key, long counter) throws GeneralSecurityException {
        ByteBuffer.wrap(nonce).putLong(NONCE_BYTES - Long.BYTES, counter);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    }
}
