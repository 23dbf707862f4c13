package io.svcdht.node.lookup;

import static io.svcdht.node.lookup.Walk.MILLI;
import static io.svcdht.node.lookup.Walk.RECORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.lookup.Leg.Standing;
import io.svcdht.node.lookup.Leg.Why;
import io.svcdht.node.lookup.LookupResult.Outcome;
import io.svcdht.node.lookup.LookupSpec.Goal;
import io.svcdht.node.lookup.LookupSpec.Limits;
import org.junit.jupiter.api.Test;

/** Deadlines and hedges of lookups: what happens when, to the millisecond. */
class DeadlineHedgeTest {
    private static final int P95 = 100;
    /** After this such a peer is slow; see {@link Walk}. */
    private static final int SLOW = 50;

    private static Walk walk(HedgePolicy hedge, int... start) {
        return new Walk(Goal.RECORDS, Limits.standard(), hedge, P95, start);
    }

    private static Walk adaptive(int... start) {
        return walk(HedgePolicy.adaptive(), start);
    }

    @Test
    void a_slow_leg_gives_its_slot_to_the_next_and_not_a_moment_earlier() {
        Walk walk = adaptive(1, 2, 3, 4, 5);
        walk.at(20).answers(1);
        walk.at(30).answers(2);
        assertThat(walk.askedBits()).containsExactly(1, 2, 3, 4, 5);
        walk = adaptive(1, 2, 3, 4);
        walk.at(20).answers(1);
        assertThat(walk.askedBits()).containsExactly(1, 2, 3, 4);
        walk = adaptive(1, 2, 3, 4, 5, 6, 7);
        walk.at(20).answers(1, 8);
        walk.at(30).answers(2, 9);
        assertThat(walk.lookup.wakeAtNanos()).isEqualTo(SLOW * MILLI);
        walk.at(SLOW - 1).passes();
        assertThat(walk.askedBits()).containsExactly(1, 2, 3, 4, 5);
        walk.at(SLOW).passes();
        assertThat(walk.askedBits()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(walk.leg(6).why()).isEqualTo(Why.HEDGE);
        assertThat(walk.leg(3).overdue()).isTrue();
        assertThat(walk.leg(4).overdue()).isFalse();
    }

    @Test
    void a_slow_leg_makes_room_for_beta_others_and_no_more() {
        Walk walk = adaptive(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        walk.at(SLOW).passes();
        assertThat(walk.asked).hasSize(6);
        walk.at(2 * SLOW).passes();
        assertThat(walk.asked)
                .as("the hedges are slow in turn, the first three gave theirs")
                .hasSize(9);
        Limits two = new Limits(20, 3, 2, 1, 6, 1, 300 * MILLI, 2_000 * MILLI, 1_500 * MILLI, 50 * MILLI);
        walk = new Walk(Goal.RECORDS, two, HedgePolicy.adaptive(), P95, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        walk.at(SLOW).passes();
        walk.at(2 * SLOW).passes();
        assertThat(walk.asked).hasSize(12);
    }

    @Test
    void nobody_is_woken_for_slots_that_are_given_already() {
        Walk walk = adaptive(1, 2, 3);
        walk.at(SLOW).passes();
        assertThat(walk.asked).hasSize(3);
        assertThat(walk.lookup.wakeAtNanos()).isEqualTo(2_000 * MILLI);
    }

    @Test
    void the_floor_keeps_fast_peers_from_being_hedged_at_once() {
        Walk walk = new Walk(Goal.RECORDS, Limits.standard(), HedgePolicy.adaptive(), 3, 1, 2, 3, 4);
        assertThat(walk.lookup.wakeAtNanos()).isEqualTo(25 * MILLI);
    }

    @Test
    void a_fixed_hedge_asks_nobody_and_none_never_comes() {
        assertThat(walk(new HedgePolicy.Fixed(7 * MILLI), 1, 2, 3, 4).lookup.wakeAtNanos())
                .isEqualTo(7 * MILLI);
        assertThat(walk(new HedgePolicy.Off(), 1, 2, 3, 4).lookup.wakeAtNanos()).isEqualTo(2_000 * MILLI);
    }

    @Test
    void the_leg_that_gave_its_slot_away_may_still_win() {
        Walk walk = adaptive(1, 2, 3, 4);
        walk.at(SLOW).passes();
        walk.at(SLOW + 5).finds(1, RECORD);
        assertThat(walk.result().outcome()).isEqualTo(Outcome.FOUND);
        assertThat(walk.result().hedges()).isOne();
    }

    @Test
    void all_legs_in_flight_are_cancelled_when_the_lookup_ends() {
        Walk walk = adaptive(1, 2, 3, 4);
        walk.at(SLOW).passes();
        walk.at(SLOW + 5).finds(2, RECORD);
        assertThat(walk.cancelled).containsExactly(walk.leg(1), walk.leg(3), walk.leg(4));
        assertThat(walk.asked).noneMatch(Leg::inFlight);
        assertThat(walk.leg(4).standing()).isEqualTo(Standing.CANCELLED);
        walk.answers(1, 7, 8);
        assertThat(walk.asked).as("what comes later starts nothing").hasSize(4);
        assertThat(walk.results).hasSize(1);
    }

    @Test
    void absence_waits_for_the_legs_that_gave_their_slots_away() {
        Walk walk = adaptive(1, 2);
        walk.at(10).answers(2);
        walk.at(SLOW).passes();
        assertThat(walk.leg(1).overdue()).isTrue();
        assertThat(walk.results).isEmpty();
        walk.at(390).answers(1);
        assertThat(walk.result().outcome()).isEqualTo(Outcome.NOT_FOUND);
    }

    @Test
    void a_closest_peer_that_ran_out_of_time_does_not_stand_in_the_way_of_absence() {
        Walk walk = adaptive(1, 2);
        walk.at(10).answers(2);
        walk.at(400).timesOut(1);
        assertThat(walk.result().outcome()).isEqualTo(Outcome.NOT_FOUND);
    }

    @Test
    void the_deadline_ends_the_search_without_a_verdict() {
        Walk walk = adaptive(1, 2, 3);
        walk.at(10).answers(2);
        walk.at(1_999).passes();
        assertThat(walk.results).isEmpty();
        walk.at(2_000).passes();
        assertThat(walk.result().outcome()).isEqualTo(Outcome.DEADLINE);
        assertThat(walk.cancelled).hasSize(2);
    }

    @Test
    void after_the_first_deadline_fewer_records_than_wanted_are_enough() {
        Limits two = new Limits(20, 3, 1, 1, 6, 2, 300 * MILLI, 2_000 * MILLI, 1_500 * MILLI, 50 * MILLI);
        Walk walk = new Walk(Goal.RECORDS, two, new HedgePolicy.Off(), P95, 1, 2, 3, 4);
        walk.at(50).finds(1, RECORD);
        assertThat(walk.results).isEmpty();
        assertThat(walk.lookup.wakeAtNanos()).isEqualTo(300 * MILLI);
        walk.at(300).passes();
        assertThat(walk.result().outcome()).isEqualTo(Outcome.FOUND);
        assertThat(walk.result().records()).containsExactly(RECORD);
    }

    @Test
    void a_leg_times_out_after_four_times_what_its_peer_takes_within_limits_and_what_is_left() {
        assertThat(adaptive(1).leg(1).timeoutNanos()).isEqualTo(400 * MILLI);
        assertThat(timeoutAt(0, 1_000)).as("rpc_timeout_ms").isEqualTo(1_500);
        assertThat(timeoutAt(0, 5)).as("min_leg_budget_ms").isEqualTo(50);
        assertThat(timeoutAt(1_900, P95)).as("what is left").isEqualTo(100);
    }

    /** Time-out in milliseconds of a leg that is sent at that time. */
    private static long timeoutAt(long millis, long p95Millis) {
        Walk walk = new Walk(Goal.RECORDS, Limits.standard(), new HedgePolicy.Off(), p95Millis, 1, 2, 3, 4);
        walk.at(millis).timesOut(1);
        return walk.leg(4).timeoutNanos() / MILLI;
    }
}
