package io.svcdht.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NodeClockTest {
    private static final long BEGAN = 1_800_000_000_000L;
    private static final long HOUR = 3_600_000;
    private static final long BOUND = 5_000;

    private long wall = BEGAN;
    private long nanos = -7;
    private final NodeClock clock = new NodeClock(() -> wall, () -> nanos);

    private void pass(long millis) {
        wall += millis;
        nanos += millis * 1_000_000;
    }

    @Test
    void a_step_of_the_wall_clock_moves_nothing() {
        pass(1_000);
        wall += HOUR;
        assertThat(clock.millis()).isEqualTo(BEGAN + 1_000);
        wall -= 3 * HOUR;
        pass(500);
        assertThat(clock.millis()).isEqualTo(BEGAN + 1_500);
    }

    @Test
    void each_step_is_told_once_and_by_how_much_from_where_the_clock_was() {
        assertThat(clock.stepOverMillis(BOUND)).isZero();
        wall += HOUR;
        assertThat(clock.stepOverMillis(BOUND)).isEqualTo(HOUR);
        pass(1_000);
        assertThat(clock.stepOverMillis(BOUND)).isZero();
        wall -= 2 * HOUR;
        assertThat(clock.stepOverMillis(BOUND)).isEqualTo(-2 * HOUR);
        assertThat(clock.stepOverMillis(BOUND)).isZero();
    }

    @Test
    void what_is_slewed_a_little_at_a_time_is_a_step_once_it_is_more_than_the_bound() {
        wall += BOUND;
        assertThat(clock.stepOverMillis(BOUND)).isZero();
        wall += 1;
        assertThat(clock.stepOverMillis(BOUND)).isEqualTo(BOUND + 1);
    }
}
