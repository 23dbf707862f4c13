package io.svcdht.node.noise;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * {@code Noise_IK_25519_AESGCM_SHA256} (The Noise Protocol Framework, revision 34): the initiator knows the responder's
 * static key beforehand, and each side sends one message.
 *
 * <pre>
 * &lt;- s
 * …
 * -&gt; e, es, s, ss   payload: authenticated, no forward secrecy, can be replayed
 * &lt;- e, ee, se      payload: both sides authenticated, forward secrecy
 * </pre>
 *
 * <p>An object is one side of one handshake; its methods are called in the order of the pattern. A failure ends it. For
 * one thread.
 */
public final class NoiseIk {
    /** What the first message is longer than its payload. */
    public static final int INIT_OVERHEAD = 2 * StaticKey.BYTES + 2 * AesGcm.TAG_BYTES;
    /** What the second is longer than its payload. */
    public static final int RESPONSE_OVERHEAD = StaticKey.BYTES + AesGcm.TAG_BYTES;

    private static final byte[] NAME = "Noise_IK_25519_AESGCM_SHA256".getBytes(StandardCharsets.US_ASCII);
    private static final int HASH_BYTES = 32;
    private static final byte[] NOTHING = {};

    /**
     * What both sides go on with.
     *
     * @param toResponder key of what the initiator sends
     * @param toInitiator key of what the responder sends
     */
    public record Keys(SecretKeySpec toResponder, SecretKeySpec toInitiator) {}

    private final AesGcm gcm;
    private final StaticKey own;
    private final MessageDigest sha;
    private final Mac hmac;
    private byte[] hash;
    private byte[] chainingKey;
    private byte[] cipherKey = NOTHING;
    private long counter;
    private byte[] remoteStatic;
    private byte[] remoteEphemeral = NOTHING;
    private final StaticKey ephemeral;

    private NoiseIk(AesGcm gcm, byte[] prologue, StaticKey own, StaticKey ephemeral, byte[] responder) {
        this.gcm = gcm;
        this.own = own;
        this.ephemeral = ephemeral;
        this.remoteStatic = responder;
        try {
            sha = MessageDigest.getInstance("SHA-256");
            hmac = Mac.getInstance("HmacSHA256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
        hash = Arrays.copyOf(NAME, HASH_BYTES);
        chainingKey = hash;
        mixHash(prologue);
        mixHash(responder);
    }

    /**
     * The side that speaks first.
     *
     * @param ephemeral made for this handshake and used for no other
     * @param responder the other side's static key
     */
    public static NoiseIk initiator(AesGcm gcm, byte[] prologue, StaticKey own, StaticKey ephemeral, byte[] responder) {
        return new NoiseIk(gcm, prologue, own, ephemeral, responder.clone());
    }

    /** The side that answers; the same of {@code ephemeral}. */
    public static NoiseIk responder(AesGcm gcm, byte[] prologue, StaticKey own, StaticKey ephemeral) {
        return new NoiseIk(gcm, prologue, own, ephemeral, own.publicKey());
    }

    /** The initiator's message: {@value #INIT_OVERHEAD} bytes and the payload. */
    public byte[] writeInit(byte[] payload) throws NoiseFailure {
        byte[] e = ephemeral.publicKey();
        mixHash(e);
        mixKey(ephemeral.agree(remoteStatic));
        byte[] s = encrypt(own.publicKey());
        mixKey(own.agree(remoteStatic));
        return concatenated(e, s, encrypt(payload));
    }

    /** What the initiator sent; afterwards {@link #remoteStatic} is known and proved. */
    public byte[] readInit(ByteBuffer message) throws NoiseFailure {
        if (message.remaining() < INIT_OVERHEAD) {
            throw new NoiseFailure("too short");
        }
        remoteEphemeral = take(message, StaticKey.BYTES);
        mixHash(remoteEphemeral);
        mixKey(own.agree(remoteEphemeral));
        remoteStatic = decrypt(take(message, StaticKey.BYTES + AesGcm.TAG_BYTES));
        mixKey(own.agree(remoteStatic));
        return decrypt(take(message, message.remaining()));
    }

    /** The responder's message: {@value #RESPONSE_OVERHEAD} bytes and the payload. */
    public byte[] writeResponse(byte[] payload) throws NoiseFailure {
        byte[] e = ephemeral.publicKey();
        mixHash(e);
        mixKey(ephemeral.agree(remoteEphemeral));
        mixKey(ephemeral.agree(remoteStatic));
        return concatenated(e, NOTHING, encrypt(payload));
    }

    /** What the responder sent. */
    public byte[] readResponse(ByteBuffer message) throws NoiseFailure {
        if (message.remaining() < RESPONSE_OVERHEAD) {
            throw new NoiseFailure("too short");
        }
        byte[] e = take(message, StaticKey.BYTES);
        mixHash(e);
        mixKey(ephemeral.agree(e));
        mixKey(own.agree(e));
        return decrypt(take(message, message.remaining()));
    }

    /** The other side's static key, 32 bytes. */
    public byte[] remoteStatic() {
        return remoteStatic.clone();
    }

    /** The keys to go on with, after both messages. */
    public Keys split() {
        byte[][] two = hkdf(NOTHING);
        return new Keys(AesGcm.key(two[0]), AesGcm.key(two[1]));
    }

    // --- SymmetricState, specification §5.2
    // ---------------------------------------------------------------------------

    private void mixHash(byte[] data) {
        sha.update(hash);
        hash = sha.digest(data);
    }

    private void mixKey(byte[] secret) {
        byte[][] two = hkdf(secret);
        chainingKey = two[0];
        cipherKey = two[1];
        counter = 0;
    }

    private byte[] encrypt(byte[] plain) {
        byte[] sealed = gcm.seal(AesGcm.key(cipherKey), counter++, hash, plain);
        mixHash(sealed);
        return sealed;
    }

    private byte[] decrypt(byte[] sealed) throws NoiseFailure {
        byte[] plain = gcm.open(AesGcm.key(cipherKey), counter++, hash, ByteBuffer.wrap(sealed));
        mixHash(sealed);
        return plain;
    }

    /** HKDF with two outputs (specification §4.3). */
    private byte[][] hkdf(byte[] secret) {
        byte[] temporary = mac(chainingKey, secret);
        byte[] first = mac(temporary, new byte[] {1});
        byte[] second = mac(temporary, concatenated(first, NOTHING, new byte[] {2}));
        return new byte[][] {first, second};
    }

    private byte[] mac(byte[] key, byte[] data) {
        try {
            hmac.init(new SecretKeySpec(key, "HmacSHA256"));
            return hmac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC takes no key of 32 bytes", e);
        }
    }

    private static byte[] take(ByteBuffer from, int bytes) {
        byte[] taken = new byte[bytes];
        from.get(taken);
        return taken;
    }

    private static byte[] concatenated(byte[] a, byte[] b, byte[] c) {
        return ByteBuffer.allocate(a.length + b.length + c.length)
                .put(a)
                .put(b)
                .put(c)
                .array();
    }
}
