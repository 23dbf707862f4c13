package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.noise.AesGcm;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class CookiesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int CALM = 10;

    private final Cookies cookies = new Cookies(new AesGcm(), new SecureRandom(), CALM, 0);

    private int lookedAt(long block, int offered, long now) {
        int n = 0;
        for (int i = 0; i < offered; i++) {
            if (cookies.hasTime(block, now)) {
                n++;
            }
        }
        return n;
    }

    private void becomeLoaded() {
        for (int i = 0; i < CALM; i++) {
            assertThat(cookies.hasTime(1, 0)).isTrue();
            assertThat(cookies.demanded(0)).isFalse();
        }
        assertThat(cookies.demanded(0)).isTrue();
    }

    @Test
    void while_it_is_calm_everybody_is_looked_at() {
        assertThat(lookedAt(1, 1_000, 0)).as("none of them meant for us").isEqualTo(1_000);
        assertThat(cookies.demanded(0)).isFalse();
    }

    @Test
    void under_load_one_block_cannot_take_the_time_of_all() {
        becomeLoaded();

        assertThat(lookedAt(1, 100_000, 0)).isEqualTo(8);
        assertThat(lookedAt(2, 3, 0)).as("another block").isEqualTo(3);
        assertThat(lookedAt(1, 100, 3 * SECOND)).as("it is calm again").isEqualTo(100);
    }

    /** Otherwise each second of a flood would begin with as many key agreements as a calm one may have. */
    @Test
    void a_flood_is_one_until_it_ends() {
        becomeLoaded();
        for (long second = 1; second < 10; second++) {
            assertThat(lookedAt(1, 1_000, second * SECOND)).isEqualTo(8);
            assertThat(cookies.demanded(second * SECOND))
                    .as("after %d s", second)
                    .isTrue();
        }
        assertThat(cookies.demanded(12 * SECOND)).isFalse();
    }

    @Test
    void every_byte_of_a_cookie_matters() {
        AesGcm gcm = new AesGcm();
        byte[] key = new byte[32];
        byte[] here = {127, 0, 0, 1, 0, 0, 10, 10};
        Datagram.Init init = Cookies.signed(
                new Datagram.Init(1, new byte[Datagram.INIT_NOISE], new byte[16], new byte[16]), key, new byte[0]);
        Datagram.Cookie sent = cookies.cookie(init, here, key, 0);
        Datagram.Init shown = Cookies.signed(
                init, key, Cookies.opened(gcm, sent, init.mac1(), key).orElseThrow());
        assertThat(cookies.shown(shown, here, 0)).isTrue();
        for (int i = 0; i < Datagram.MAC_BYTES; i++) {
            byte[] other = shown.mac2().clone();
            other[i] ^= 1;
            assertThat(cookies.shown(init.with(init.mac1(), other), here, 0)).isFalse();
        }
        for (int i = 0; i < Datagram.COOKIE_BYTES; i++) {
            byte[] sealed = sent.sealed().clone();
            sealed[i] ^= 1;
            assertThat(Cookies.opened(gcm, new Datagram.Cookie(1, sent.nonce(), sealed), init.mac1(), key))
                    .isEmpty();
        }
    }

    @Test
    void under_load_there_is_an_end_for_all_together() {
        becomeLoaded();
        int looked = 0;
        for (int block = 0; block < 10_000; block++) {
            looked += lookedAt(block, 8, 0);
        }
        assertThat(looked).isEqualTo(16_384);
    }
}
