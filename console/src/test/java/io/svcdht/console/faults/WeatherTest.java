package io.svcdht.console.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class WeatherTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    @Test
    void calm_costs_nothing() {
        assertThat(Weather.CALM.underWayNanos(100_000, () -> 0.5)).isZero();
        assertThat(Weather.CALM.busyNanos(100_000)).isZero();
    }

    @Test
    void jitter_is_spread_around_the_delay() {
        Weather w = Weather.CALM.delay(50, 10);
        assertThat(w.underWayNanos(1, () -> 0)).isEqualTo(40 * MILLI);
        assertThat(w.underWayNanos(1, () -> 0.5)).isEqualTo(50 * MILLI);
        assertThat(w.underWayNanos(1, () -> 1)).isEqualTo(60 * MILLI);
    }

    @Test
    void a_lost_segment_waits_for_its_repeat() {
        Weather w = Weather.CALM.delay(50, 0).loss(5);
        assertThat(w.underWayNanos(1, () -> 0.049)).isEqualTo((50 + 200 + 100) * MILLI);
        assertThat(w.underWayNanos(1, () -> 0.051)).isEqualTo(50 * MILLI);
    }

    /** These, one after the other. */
    private static Weather.Luck luck(double... values) {
        PrimitiveIterator.OfDouble next = DoubleStream.of(values).iterator();
        return next::nextDouble;
    }

    @Test
    void a_lost_datagram_does_not_arrive() {
        Weather w = Weather.CALM.delay(50, 0).loss(5);
        assertThat(w.arrivalsNanos(luck(0.049))).isEmpty();
        assertThat(w.arrivalsNanos(luck(0.051, 0, 0, 0))).containsExactly(50 * MILLI);
    }

    @Test
    void one_in_so_many_datagrams_is_later_than_those_sent_after_it() {
        Weather w = Weather.CALM.delay(50, 10).reorder(25);
        assertThat(w.arrivalsNanos(luck(0, 0, 0.5, 0.249))).containsExactly((50 + 20) * MILLI);
        assertThat(w.arrivalsNanos(luck(0, 0, 0.5, 0.251))).containsExactly(50 * MILLI);
    }

    @Test
    void a_datagram_that_comes_twice_has_two_ways() {
        Weather w = Weather.CALM.delay(50, 10).duplicate(1);
        assertThat(w.arrivalsNanos(luck(0, 0.009, 0, 0, 1, 0))).containsExactly(40 * MILLI, 60 * MILLI);
        assertThat(w.arrivalsNanos(luck(0, 0.011, 0, 0))).containsExactly(40 * MILLI);
    }

    @Test
    void so_many_segments_are_lost_as_it_says() {
        Random luck = new Random(42);
        Weather w = Weather.CALM.loss(5);
        int lost = 0;
        for (int i = 0; i < 100_000; i++) {
            lost += w.underWayNanos(1_000, luck::nextDouble) > 0 ? 1 : 0;
        }
        assertThat(lost).isBetween(4_800, 5_200);
    }

    @Test
    void a_rate_keeps_the_line_busy() {
        assertThat(Weather.CALM.rate(64).busyNanos(65_536)).isEqualTo(1_000 * MILLI);
    }

    @Test
    void weather_that_cannot_be_is_refused() {
        assertThatThrownBy(() -> Weather.CALM.delay(5, 6)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Weather.CALM.reorder(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Weather.CALM.duplicate(100)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Weather.CALM.loss(100)).isInstanceOf(IllegalArgumentException.class);
    }
}
