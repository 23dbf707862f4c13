package io.svcdht.node.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.wire.SignatureAlgorithm;
import io.svcdht.storage.model.MlDsa87Key;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two verifiers, of which a node takes the faster: nodes on other processors must not believe other things. */
class MlDsa87Test {
    private static final int BYTES = SignatureAlgorithm.ML_DSA_87.bytes();
    /** Where the hint begins: 64 of the challenge, 7 × 640 of z (FIPS 204, table 2). */
    private static final int HINT_AT = 64 + 7 * 640;

    private static final int HINTS_MAX = 75;

    private final NodeIdentity signer = NodeIdentity.ephemeral();
    private final MlDsa87Key key = signer.mlDsa87().orElseThrow();
    private final byte[] body = "signed".getBytes(StandardCharsets.UTF_8);
    private final byte[] message = SigningContext.PROVIDER_RECORD.message(body);
    private final byte[] good = roomy();

    /** One of those, nearly all, whose hint leaves room at its end and begins with two in the first polynomial. */
    private byte[] roomy() {
        while (true) {
            byte[] signature = signer.signMlDsa87(SigningContext.PROVIDER_RECORD, body)
                    .orElseThrow()
                    .bytes();
            if ((signature[BYTES - 1] & 0xff) < HINTS_MAX && (signature[HINT_AT + HINTS_MAX] & 0xff) > 1) {
                return signature;
            }
        }
    }

    private void refused(String what, MlDsa87Key by, byte[] said, byte[] signature) {
        assertThat(MlDsa87.jdkVerifies(by, said, signature)).as("JDK, %s", what).isFalse();
        assertThat(MlDsa87.bouncyCastleVerifies(by, said, signature))
                .as("Bouncy Castle, %s", what)
                .isFalse();
    }

    @Test
    void both_believe_a_signature_that_holds() {
        assertThat(MlDsa87.jdkVerifies(key, message, good)).isTrue();
        assertThat(MlDsa87.bouncyCastleVerifies(key, message, good)).isTrue();
        assertThat(MlDsa87.verifies(key, message, good)).isTrue();
    }

    @Test
    void neither_believes_one_that_differs_in_a_bit_anywhere() {
        long seed = 20_261_126;
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] changed = good.clone();
            // The hint is short, and where forms that mean the same would be.
            int at = i % 2 == 0 ? random.nextInt(BYTES) : HINT_AT + random.nextInt(BYTES - HINT_AT);
            changed[at] ^= (byte) (1 << random.nextInt(8));
            refused("byte %d of seed %d".formatted(at, seed), key, message, changed);
        }
    }

    @Test
    void neither_believes_a_hint_in_another_form() {
        byte[] padded = good.clone();
        int hints = padded[BYTES - 1] & 0xff;
        assertThat(hints).as("room behind the last hint").isLessThan(HINTS_MAX);
        padded[HINT_AT + hints] = 7;
        refused("something behind the last hint", key, message, padded);

        byte[] swapped = good.clone();
        swapped[HINT_AT] = good[HINT_AT + 1];
        swapped[HINT_AT + 1] = good[HINT_AT];
        refused("hints in another order", key, message, swapped);

        byte[] many = good.clone();
        many[BYTES - 1] = (byte) (HINTS_MAX + 1);
        refused("more hints than there may be", key, message, many);

        byte[] less = good.clone();
        less[BYTES - 2] = (byte) (less[BYTES - 1] + 1);
        refused("fewer hints than the part before has", key, message, less);
    }

    @Test
    void neither_believes_other_lengths_words_or_keys() {
        refused("nothing", key, message, new byte[0]);
        refused("a byte less", key, message, Arrays.copyOf(good, BYTES - 1));
        refused("a byte more", key, message, Arrays.copyOf(good, BYTES + 1));
        refused("noughts", key, message, new byte[BYTES]);
        byte[] ones = new byte[BYTES];
        Arrays.fill(ones, (byte) 0xff);
        refused("ones", key, message, ones);
        refused("other words", key, body, good);
        refused("another's key", NodeIdentity.ephemeral().mlDsa87().orElseThrow(), message, good);
        refused("no key at all", new MlDsa87Key(new byte[MlDsa87Key.BYTES]), message, good);
    }
}
