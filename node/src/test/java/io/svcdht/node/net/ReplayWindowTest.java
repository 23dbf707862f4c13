package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTest {
    private final ReplayWindow window = new ReplayWindow();

    @Test
    void a_counter_is_taken_once() {
        assertThat(window.isNew(0)).isTrue();
        window.take(0);
        assertThat(window.isNew(0)).isFalse();
        assertThat(window.isNew(-1)).isFalse();
        window.take(5);
        assertThat(window.isNew(3)).isTrue();
        window.take(3);
        assertThat(window.isNew(3)).isFalse();
        assertThat(window.isNew(4)).isTrue();
    }

    @Test
    void what_is_older_than_the_window_is_taken_for_a_copy() {
        window.take(ReplayWindow.SIZE);
        assertThat(window.isNew(0)).isFalse();
        assertThat(window.isNew(1)).isTrue();
        window.take(10L * ReplayWindow.SIZE);
        assertThat(window.isNew(ReplayWindow.SIZE + 1)).isFalse();
        assertThat(window.isNew(9L * ReplayWindow.SIZE + 1)).isTrue();
    }

    @Test
    void nothing_is_forgotten_when_it_grows() {
        window.take(0);
        window.take(63);
        window.take(64);
        assertThat(window.isNew(0)).isFalse();
        assertThat(window.isNew(63)).isFalse();
        assertThat(window.isNew(62)).isTrue();
        assertThat(window.isNew(64)).isFalse();
        ReplayWindow leaped = new ReplayWindow();
        leaped.take(3);
        leaped.take(2_000);
        assertThat(leaped.isNew(3)).isFalse();
        assertThat(leaped.isNew(4)).isTrue();
    }

    /** Against a set of all that were taken. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void it_agrees_with_a_list_of_everything(long seed) {
        Random random = new Random(seed);
        Set<Long> taken = new HashSet<>();
        long highest = -1;
        for (int i = 0; i < 50_000; i++) {
            long counter = Math.max(0, highest + random.nextInt(3_000) - 2_500);
            if (random.nextInt(1_000) == 0) {
                counter += random.nextInt(10_000);
            }
            boolean expected = !taken.contains(counter) && highest - counter < ReplayWindow.SIZE;
            assertThat(window.isNew(counter))
                    .as("seed %d, step %d, counter %d, highest %d", seed, i, counter, highest)
                    .isEqualTo(expected);
            if (expected) {
                window.take(counter);
                taken.add(counter);
                highest = Math.max(highest, counter);
            }
        }
        assertThat(window.highest()).isEqualTo(highest);
    }
}
