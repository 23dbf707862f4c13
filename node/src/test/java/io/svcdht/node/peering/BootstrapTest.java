package io.svcdht.node.peering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int QUORUM = 3;

    private static Bootstrap of(int seeds, long seed) {
        return new Bootstrap(seeds, new SplittableRandom(seed)::nextLong, 0);
    }

    /** When seeds were called, looking every 10 ms. */
    private static List<Long> rounds(Bootstrap bootstrap, long untilNanos) {
        List<Long> at = new ArrayList<>();
        for (long now = 0; now <= untilNanos; now += SECOND / 100) {
            if (!bootstrap.due(QUORUM, 0, 0, now).isEmpty()) {
                at.add(now);
            }
        }
        return at;
    }

    @Test
    void the_pauses_grow_from_1_to_300_seconds_a_fifth_longer_or_shorter() {
        Set<Long> firstPauses = new HashSet<>();
        for (long seed = 0; seed < 20; seed++) {
            List<Long> at = rounds(of(3, seed), 900 * SECOND);
            assertThat(at.getFirst()).isZero();
            List<Integer> pauses = List.of(1, 5, 15, 60, 300);
            for (int i = 0; i < pauses.size(); i++) {
                long pause = at.get(i + 1) - at.get(i);
                assertThat(pause)
                        .as("pause %d of seed %d", i, seed)
                        .isBetween(pauses.get(i) * SECOND * 8 / 10, pauses.get(i) * SECOND * 12 / 10 + SECOND / 100);
            }
            firstPauses.add(at.get(1));
        }
        assertThat(firstPauses).as("by chance").hasSizeGreaterThan(5);
    }

    @Test
    void seeds_are_called_in_random_order_each_once_a_round() {
        Set<List<Integer>> orders = new HashSet<>();
        for (long seed = 0; seed < 30; seed++) {
            List<Integer> order = of(4, seed).due(QUORUM, 0, 0, 0);
            assertThat(order).containsExactlyInAnyOrder(0, 1, 2, 3);
            orders.add(order);
        }
        assertThat(orders).hasSizeGreaterThan(10);
    }

    @Test
    void only_the_silent_are_called_again_and_nobody_once_a_quorum_has_answered() {
        Bootstrap bootstrap = of(4, 1);
        bootstrap.due(QUORUM, 0, 0, 0);
        bootstrap.answered(2);
        bootstrap.isOurselves(0);
        assertThat(bootstrap.due(QUORUM, 5, 5, 10 * SECOND)).containsExactlyInAnyOrder(1, 3);
        bootstrap.answered(1);
        bootstrap.answered(3);
        assertThat(bootstrap.due(QUORUM, 5, 5, 100 * SECOND)).isEmpty();
    }

    @Test
    void when_a_third_of_the_contacts_vanish_within_a_minute_the_seeds_are_called_at_once() {
        Bootstrap bootstrap = of(1, 1);
        bootstrap.due(1, 0, 0, 0);
        bootstrap.answered(0);
        assertThat(bootstrap.due(1, 100, 90, 100 * SECOND)).isEmpty();
        assertThat(bootstrap.due(1, 71, 60, 130 * SECOND)).as("29 of 100").isEmpty();
        assertThat(bootstrap.due(1, 69, 60, 140 * SECOND)).as("31 of 100").containsExactly(0);
        assertThat(bootstrap.due(1, 69, 60, 203 * SECOND))
                .as("a minute later that is how many there are")
                .isEmpty();
    }

    @Test
    void who_has_lost_everybody_calls_also_those_who_had_answered() {
        Bootstrap bootstrap = of(2, 1);
        bootstrap.due(2, 0, 0, 0);
        bootstrap.answered(0);
        bootstrap.answered(1);
        assertThat(bootstrap.due(2, 3, 0, 500 * SECOND)).containsExactlyInAnyOrder(0, 1);
    }
}
