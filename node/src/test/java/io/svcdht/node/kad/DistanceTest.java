package io.svcdht.node.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.Key;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DistanceTest {
    private static final long SEED = 7;

    @Test
    void the_bucket_is_the_length_of_the_common_prefix() {
        Key self = SamplePeers.id(0b0000_0000).key();
        assertThat(Distance.commonPrefix(self, SamplePeers.id(0b1000_0000).key()))
                .isZero();
        assertThat(Distance.commonPrefix(self, SamplePeers.id(0b0001_1111).key()))
                .isEqualTo(3);
        assertThat(Distance.commonPrefix(self, new Key(0, 0, 0, 1))).isEqualTo(255);
        assertThat(Distance.commonPrefix(self, self)).isEqualTo(256);
    }

    @Test
    void nearer_and_farther_are_those_of_the_xor_as_a_number() {
        Random random = new Random(SEED);
        for (int i = 0; i < 2_000; i++) {
            Key target = near(SamplePeers.key(random), random);
            Key a = near(target, random);
            Key b = near(target, random);
            assertThat(Integer.signum(Distance.compare(target, a, b)))
                    .as("seed %d, step %d", SEED, i)
                    .isEqualTo(xor(target, a).compareTo(xor(target, b)));
            assertThat(Distance.commonPrefix(a, b)).isEqualTo(256 - xor(a, b).bitLength());
        }
    }

    @Test
    void a_key_made_for_a_bucket_falls_into_it() {
        Random random = new Random(SEED);
        for (int prefix = 0; prefix < 256; prefix++) {
            Key self = SamplePeers.key(random);
            Key made = Distance.inBucket(self, prefix, SamplePeers.key(random));
            assertThat(Distance.commonPrefix(self, made)).as("seed %d", SEED).isEqualTo(prefix);
        }
    }

    @Test
    void bits_are_read_across_words_and_past_the_end() {
        Key key = new Key(0b1011L, 0b11L << 62, 0, 0b1L);
        assertThat(Distance.bits(key, 60, 4)).isEqualTo(0b1011);
        assertThat(Distance.bits(key, 62, 4)).isEqualTo(0b1111);
        assertThat(Distance.bits(key, 255, 4)).isEqualTo(0b1000);
        assertThat(Distance.bits(key, 10, 0)).isZero();
    }

    private static Key near(Key key, Random random) {
        Key other = SamplePeers.key(random);
        return Distance.inBucket(key, random.nextInt(256), other);
    }

    private static BigInteger xor(Key a, Key b) {
        return new BigInteger(1, a.bytes()).xor(new BigInteger(1, b.bytes()));
    }
}
