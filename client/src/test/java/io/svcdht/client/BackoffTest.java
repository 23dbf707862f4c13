package io.svcdht.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));

    @Test
    void the_limit_doubles_up_to_the_longest() {
        long[] limits = {50, 100, 200, 400, 800, 1600, 2000, 2000};
        for (int failed = 1; failed <= limits.length; failed++) {
            assertThat(BACKOFF.before(failed, 0.5, Duration.ZERO)).isEqualTo(Duration.ofMillis(limits[failed - 1] / 2));
        }
        assertThat(BACKOFF.before(Integer.MAX_VALUE, 0.5, Duration.ZERO)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void the_jitter_is_full() {
        assertThat(BACKOFF.before(3, 0, Duration.ZERO)).isZero();
        assertThat(BACKOFF.before(3, 0.999, Duration.ZERO)).isBetween(Duration.ofMillis(199), Duration.ofMillis(200));
    }

    @Test
    void what_the_node_asks_for_is_waited_for_at_least() {
        assertThat(BACKOFF.before(1, 0.5, Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(BACKOFF.before(6, 0.9, Duration.ofSeconds(1))).isEqualTo(Duration.ofMillis(1440));
    }

    @Test
    void nonsense_is_refused() {
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
