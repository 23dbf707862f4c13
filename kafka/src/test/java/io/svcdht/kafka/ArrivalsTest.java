package io.svcdht.kafka;

import static io.svcdht.kafka.Arrivals.Kind.CONFLICTING;
import static io.svcdht.kafka.Arrivals.Kind.DOUBLED;
import static io.svcdht.kafka.Arrivals.Kind.LATE;
import static io.svcdht.kafka.Arrivals.Kind.NEXT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalsTest {
    private static byte[] bytes(long position) {
        return ("event " + position).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    @Test
    void what_comes_again_is_passed_on_once() {
        Arrivals a = new Arrivals(0);

        assertThat(a.take(1, bytes(1))).isEqualTo(NEXT);
        assertThat(a.take(2, bytes(2))).isEqualTo(NEXT);
        assertThat(a.take(1, bytes(1))).isEqualTo(DOUBLED);
        assertThat(a.take(2, bytes(2))).isEqualTo(DOUBLED);
        assertThat(a.take(3, bytes(3))).isEqualTo(NEXT);
        assertThat(a.missing()).isZero();
    }

    @Test
    void a_gap_is_known_until_it_is_filled_from_whichever_side() {
        Arrivals a = new Arrivals(0);
        a.take(1, bytes(1));

        assertThat(a.take(10, bytes(10))).isEqualTo(NEXT);
        assertThat(a.gaps()).containsExactly(java.util.Map.entry(2L, 9L));
        assertThat(a.take(5, bytes(5))).isEqualTo(LATE);
        assertThat(a.take(5, bytes(5))).isEqualTo(DOUBLED);
        assertThat(a.take(2, bytes(2))).isEqualTo(LATE);
        assertThat(a.take(9, bytes(9))).isEqualTo(LATE);
        assertThat(a.gaps()).containsExactly(java.util.Map.entry(3L, 4L), java.util.Map.entry(6L, 8L));
        assertThat(a.missing()).isEqualTo(5);
    }

    @Test
    void another_event_at_a_position_is_told_from_the_same_once_more() {
        Arrivals a = new Arrivals(0);
        a.take(1, bytes(1));
        a.take(2, bytes(2));

        assertThat(a.take(2, bytes(7))).isEqualTo(CONFLICTING);
        assertThat(a.take(2, bytes(2))).isEqualTo(DOUBLED);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void in_whatever_order_and_however_often_each_comes_once(long seed) {
        Random random = new Random(seed);
        List<Long> sent = new ArrayList<>();
        for (long p = 1; p <= 2_000; p++) {
            for (int n = 0; n <= random.nextInt(3); n++) {
                sent.add(p);
            }
        }
        Collections.shuffle(sent, random);
        Arrivals a = new Arrivals(0);
        Set<Long> taken = new HashSet<>();
        for (long p : sent) {
            Arrivals.Kind kind = a.take(p, bytes(p));
            assertThat(kind).as("seed %d", seed).isNotEqualTo(CONFLICTING);
            assertThat(kind == NEXT || kind == LATE).as("seed %d, %d", seed, p).isEqualTo(taken.add(p));
        }
        assertThat(taken).hasSize(2_000);
        assertThat(a.missing()).isZero();
    }
}
