package io.svcdht.node.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.southernstorm.noise.protocol.CipherState;
import com.southernstorm.noise.protocol.CipherStatePair;
import com.southernstorm.noise.protocol.HandshakeState;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseIkTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] NOTHING = {};

    private final AesGcm gcm = new AesGcm();

    private static byte[] hex(String text) {
        return HEX.parseHex(text);
    }

    private static StaticKey key(Random random) {
        byte[] secret = new byte[StaticKey.BYTES];
        random.nextBytes(secret);
        return StaticKey.of(secret);
    }

    /** From the test vectors that the framework's implementations share (cacophony.txt). */
    @Test
    void every_byte_is_that_of_the_published_vectors() throws Exception {
        byte[] prologue = hex("4a6f686e2047616c74");
        StaticKey responder = StaticKey.of(hex("4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893"));
        byte[] known = hex("31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62");
        assertThat(responder.publicKey()).isEqualTo(known);
        NoiseIk a = NoiseIk.initiator(
                gcm,
                prologue,
                StaticKey.of(hex("e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1")),
                StaticKey.of(hex("893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a")),
                known);
        NoiseIk b = NoiseIk.responder(
                gcm,
                prologue,
                responder,
                StaticKey.of(hex("bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b")));
        byte[] first = hex("4c756477696720766f6e204d69736573");
        byte[] second = hex("4d757272617920526f746862617264");

        byte[] init = a.writeInit(first);
        assertThat(init)
                .isEqualTo(
                        hex("ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c79444e417bc55c7a8166c993356c"
                                + "1be41ef67818a292426f301556c7f26b21d25ddb097153891a9a956cff47b83e63ad8d701c1342c209cff1ca"
                                + "5ecd43402762ac249e3bd3a4c0a145fe07cb5dae28ea13a3"));
        assertThat(b.readInit(ByteBuffer.wrap(init))).isEqualTo(first);
        byte[] response = b.writeResponse(second);
        assertThat(response)
                .isEqualTo(
                        hex("95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843af2ccf9972e22afc67aeafcd"
                                + "25162f7f98c363b7762e3e4cb7d272e39f27a5"));
        assertThat(a.readResponse(ByteBuffer.wrap(response))).isEqualTo(second);
        assertThat(a.split()).isEqualTo(b.split());

        NoiseIk.Keys keys = a.split();
        assertThat(gcm.seal(keys.toResponder(), 0, NOTHING, hex("462e20412e20486179656b")))
                .isEqualTo(hex("66acfc92e3197de166809e6d4d5d003dcc819a84bc3522ca53c9d9"));
        assertThat(gcm.seal(keys.toInitiator(), 0, NOTHING, hex("4361726c204d656e676572")))
                .isEqualTo(hex("71f89aa6533a6de70b0826864dd75f60806ee40170c16290189eb3"));
        assertThat(gcm.seal(keys.toResponder(), 1, NOTHING, hex("4a65616e2d426170746973746520536179")))
                .isEqualTo(hex("4795a3423550c8bf00386bd496a3e2c76c10669d2a75ab8f79b5094c5412a25705"));
        assertThat(gcm.seal(keys.toInitiator(), 1, NOTHING, hex("457567656e2042f6686d20766f6e2042617765726b")))
                .isEqualTo(hex("aa0bb39097555c918e40be82abc2b909eb79d9eb87adb07e268fc37323a6cf904fd01fb391"));
    }

    /** Against another implementation, in both roles. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void another_implementation_understands_both_sides(long seed) throws Exception {
        Random random = new Random(seed);
        byte[] prologue = new byte[random.nextInt(100)];
        random.nextBytes(prologue);
        byte[] secretA = new byte[32];
        byte[] secretB = new byte[32];
        random.nextBytes(secretA);
        random.nextBytes(secretB);
        byte[] payload = new byte[random.nextInt(1_000)];
        random.nextBytes(payload);

        HandshakeState theirs = theirs(HandshakeState.RESPONDER, prologue, secretB);
        theirs.start();
        NoiseIk ours = NoiseIk.initiator(
                gcm,
                prologue,
                StaticKey.of(secretA),
                key(random),
                StaticKey.of(secretB).publicKey());
        byte[] init = ours.writeInit(payload);
        byte[] read = new byte[payload.length];
        assertThat(theirs.readMessage(init, 0, init.length, read, 0)).isEqualTo(payload.length);
        assertThat(read).isEqualTo(payload);
        byte[] response = new byte[payload.length + NoiseIk.RESPONSE_OVERHEAD];
        theirs.writeMessage(response, 0, payload, 0, payload.length);
        assertThat(ours.readResponse(ByteBuffer.wrap(response))).isEqualTo(payload);
        CipherStatePair pair = theirs.split();
        agree(ours.split(), pair.getReceiver(), pair.getSender());

        HandshakeState first = theirs(HandshakeState.INITIATOR, prologue, secretA);
        first.getRemotePublicKey().setPublicKey(StaticKey.of(secretB).publicKey(), 0);
        first.start();
        byte[] message = new byte[payload.length + NoiseIk.INIT_OVERHEAD];
        first.writeMessage(message, 0, payload, 0, payload.length);
        NoiseIk second = NoiseIk.responder(gcm, prologue, StaticKey.of(secretB), key(random));
        assertThat(second.readInit(ByteBuffer.wrap(message))).isEqualTo(payload);
        assertThat(second.remoteStatic()).isEqualTo(StaticKey.of(secretA).publicKey());
        byte[] answer = second.writeResponse(payload);
        assertThat(first.readMessage(answer, 0, answer.length, read, 0)).isEqualTo(payload.length);
        CipherStatePair other = first.split();
        agree(second.split(), other.getSender(), other.getReceiver());
    }

    private static HandshakeState theirs(int role, byte[] prologue, byte[] secret) throws Exception {
        HandshakeState state = new HandshakeState("Noise_IK_25519_AESGCM_SHA256", role);
        state.setPrologue(prologue, 0, prologue.length);
        state.getLocalKeyPair().setPrivateKey(secret, 0);
        return state;
    }

    private void agree(NoiseIk.Keys ours, CipherState toResponder, CipherState toInitiator) throws Exception {
        byte[] plain = "what is said afterwards".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (long n = 0; n < 3; n++) {
            byte[] sealed = gcm.seal(ours.toResponder(), n, NOTHING, plain);
            byte[] other = gcm.seal(ours.toInitiator(), n, NOTHING, plain);
            byte[] theirs = new byte[plain.length + AesGcm.TAG_BYTES];
            toResponder.setNonce(n);
            toInitiator.setNonce(n);
            if (n == 0) {
                toResponder.encryptWithAd(NOTHING, plain, 0, theirs, 0, plain.length);
                assertThat(theirs).isEqualTo(sealed);
            } else {
                toInitiator.encryptWithAd(NOTHING, plain, 0, theirs, 0, plain.length);
                assertThat(theirs).isEqualTo(other);
            }
        }
    }

    @Test
    void a_message_with_any_bit_changed_is_none() throws Exception {
        Random random = new Random(7);
        StaticKey b = key(random);
        byte[] init = NoiseIk.initiator(gcm, NOTHING, key(random), key(random), b.publicKey())
                .writeInit(new byte[20]);
        for (int bit = 0; bit < init.length * 8; bit++) {
            byte[] changed = init.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            NoiseIk responder = NoiseIk.responder(gcm, NOTHING, b, key(random));
            // X25519 does not look at the last bit of a key, the hash over the message does.
            assertThatThrownBy(() -> responder.readInit(ByteBuffer.wrap(changed)))
                    .as("bit %d", bit)
                    .isInstanceOf(NoiseFailure.class);
        }
        for (int length = 0; length < init.length; length++) {
            byte[] cut = Arrays.copyOf(init, length);
            NoiseIk responder = NoiseIk.responder(gcm, NOTHING, b, key(random));
            assertThatThrownBy(() -> responder.readInit(ByteBuffer.wrap(cut)))
                    .as("cut to %d", length)
                    .isInstanceOf(NoiseFailure.class);
        }
    }

    @Test
    void keys_of_low_order_agree_on_nothing() {
        StaticKey own = key(new Random(1));
        for (String low : new String[] {
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
        }) {
            assertThatThrownBy(() -> own.agree(hex(low))).as(low).isInstanceOf(NoiseFailure.class);
        }
    }

    @Test
    void another_prologue_or_another_responder_is_another_conversation() throws Exception {
        Random random = new Random(3);
        StaticKey b = key(random);
        byte[] init = NoiseIk.initiator(gcm, new byte[] {1}, key(random), key(random), b.publicKey())
                .writeInit(new byte[20]);
        assertThatThrownBy(() ->
                        NoiseIk.responder(gcm, new byte[] {2}, b, key(random)).readInit(ByteBuffer.wrap(init)))
                .isInstanceOf(NoiseFailure.class);
        assertThatThrownBy(() -> NoiseIk.responder(gcm, new byte[] {1}, key(random), key(random))
                        .readInit(ByteBuffer.wrap(init)))
                .isInstanceOf(NoiseFailure.class);
    }
}
