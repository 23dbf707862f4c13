package io.svcdht.node.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.svcdht.storage.model.Key;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ed25519KeysTest {
    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** RFC 8032 §7.1, tests 1 to 3. */
    @ParameterizedTest
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
                + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025, af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    })
    void the_vectors_of_rfc_8032(String seed, String key, String message, String signature) {
        Key publicKey = Ed25519Keys.publicKey(hex(seed));
        assertThat(publicKey.hex()).isEqualTo(key);
        assertThat(Ed25519Keys.sign(hex(seed), publicKey, hex(message))).isEqualTo(hex(signature));
        assertThat(Ed25519Keys.verifies(publicKey, hex(message), hex(signature)))
                .isTrue();
        assertThat(Ed25519Keys.isSound(publicKey)).isTrue();
    }

    /** libsodium, test/default/ed25519_convert. */
    @Test
    void the_published_vector_of_the_conversion_to_x25519() {
        byte[] seed = hex("421151a459faeade3d247115f94aedae42318124095afabe4d1451a559faedee");
        Key publicKey = Ed25519Keys.publicKey(seed);
        assertThat(publicKey.hex()).isEqualTo("b5076a8474a832daee4dd5b4040983b6623b5f344aca57d4d6ee4baf3f259e6e");
        assertThat(Ed25519Keys.x25519Public(publicKey).hex())
                .isEqualTo("f1814f0e8ff1043d8a44d25babff3cedcae6c22c3edaa48f857ae70de2baae50");
        assertThat(Ed25519Keys.x25519Private(seed))
                .isEqualTo(hex("8052030376d47112be7f73ed7a019293dd12ad910b654455798b4667d73de166"));
    }

    @Test
    void both_halves_of_a_converted_pair_belong_together() {
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            byte[] seed = new byte[Ed25519Keys.SEED_BYTES];
            random.nextBytes(seed);
            byte[] expected = new byte[X25519.POINT_SIZE];
            X25519.scalarMultBase(Ed25519Keys.x25519Private(seed), 0, expected, 0);
            assertThat(Ed25519Keys.x25519Public(Ed25519Keys.publicKey(seed)).bytes())
                    .as("seed 5, %d", i)
                    .isEqualTo(expected);
        }
    }

    /** Points of small order, one not on the curve, one not reduced. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "0200000000000000000000000000000000000000000000000000000000000000",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
            })
    void unsound_keys_are_neither_converted_nor_trusted(String key) {
        Key unsound = Key.parseHex(key);
        assertThat(Ed25519Keys.isSound(unsound)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> Ed25519Keys.x25519Public(unsound));
    }

    /** S + L is the other solution of the same equation; whoever takes it lets strangers alter signatures. */
    @Test
    void a_signature_has_one_form() {
        byte[] seed = hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        Key publicKey = Ed25519Keys.publicKey(seed);
        byte[] message = "once".getBytes(StandardCharsets.US_ASCII);
        byte[] signature = Ed25519Keys.sign(seed, publicKey, message);
        assertThat(Ed25519Keys.verifies(publicKey, message, signature)).isTrue();

        byte[] order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        byte[] other = signature.clone();
        int carry = 0;
        for (int i = 0; i < 32; i++) {
            int sum = (other[32 + i] & 0xff) + (order[i] & 0xff) + carry;
            other[32 + i] = (byte) sum;
            carry = sum >>> 8;
        }
        assertThat(Ed25519Keys.verifies(publicKey, message, other)).isFalse();
        assertThat(Ed25519Keys.verifies(publicKey, message, new byte[63])).isFalse();
    }
}
