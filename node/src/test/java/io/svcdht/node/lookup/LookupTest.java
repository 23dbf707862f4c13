package io.svcdht.node.lookup;

import static io.svcdht.node.lookup.Walk.MILLI;
import static io.svcdht.node.lookup.Walk.RECORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.SamplePeers;
import io.svcdht.node.lookup.Leg.Standing;
import io.svcdht.node.lookup.Leg.Why;
import io.svcdht.node.lookup.LookupResult.Outcome;
import io.svcdht.node.lookup.LookupSpec.Goal;
import io.svcdht.node.lookup.LookupSpec.Limits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookupTest {
    private static final HedgePolicy OFF = new HedgePolicy.Off();

    private static Walk records(Limits limits, int... start) {
        return new Walk(Goal.RECORDS, limits, OFF, 100, start);
    }

    private static Walk records(int... start) {
        return records(Limits.standard(), start);
    }

    @Test
    void lookup_asks_nearest_first() {
        assertThat(records(9, 4, 7, 5, 8).askedBits()).containsExactly(4, 5, 7);
    }

    @Test
    void an_answer_frees_its_slot_at_once_for_the_closest_not_asked() {
        Walk walk = records(16, 17, 18, 19);
        walk.at(20).answers(17, 2, 3);
        assertThat(walk.askedBits()).containsExactly(16, 17, 18, 2);
        assertThat(walk.leg(2).why()).isEqualTo(Why.REFILL);
        assertThat(walk.leg(2).sentAtNanos()).isEqualTo(20 * MILLI);
        assertThat(walk.leg(2).hop()).isEqualTo(2);
        walk.at(25).timesOut(16);
        assertThat(walk.askedBits()).containsExactly(16, 17, 18, 2, 3);
        assertThat(walk.leg(3).why()).isEqualTo(Why.AFTER_FAILURE);
    }

    @Test
    void the_first_record_ends_it_and_tells_its_hop() {
        Walk walk = records(16, 17, 18);
        walk.at(20).answers(16, 1);
        walk.at(50).finds(1, RECORD);
        assertThat(walk.result().outcome()).isEqualTo(Outcome.FOUND);
        assertThat(walk.result().hops()).isEqualTo(2);
        assertThat(walk.result().messages()).isEqualTo(4);
        assertThat(walk.result().tookNanos()).isEqualTo(50 * MILLI);
    }

    @Test
    void the_latest_word_of_each_identity_is_kept() {
        Limits three = new Limits(20, 3, 1, 1, 6, 3, 300 * MILLI, 2_000 * MILLI, 1_500 * MILLI, 50 * MILLI);
        Walk walk = records(three, 1, 2, 3);
        walk.finds(1, Walk.record("local://a", 5), Walk.record("local://b", 5));
        walk.finds(2, Walk.record("local://a", 9), Walk.record("local://b", 1));
        walk.answers(3);
        assertThat(walk.result().records()).containsExactly(Walk.record("local://a", 9), Walk.record("local://b", 5));
    }

    @Test
    void absence_is_proven_by_the_k_closest() {
        Walk walk = records(Limits.standard().withK(3), 1, 2, 3, 4, 5);
        walk.answers(1);
        walk.answers(2);
        assertThat(walk.results).isEmpty();
        walk.answers(3);
        assertThat(walk.result().outcome()).isEqualTo(Outcome.NOT_FOUND);
        assertThat(walk.askedBits()).containsExactly(1, 2, 3);
        assertThat(walk.result().closest())
                .containsExactly(SamplePeers.peer(1), SamplePeers.peer(2), SamplePeers.peer(3));
    }

    @Test
    void the_next_closest_stands_in_for_one_that_failed() {
        Walk walk = records(Limits.standard().withK(3), 1, 2, 3, 4, 5);
        walk.timesOut(2);
        walk.answers(1);
        walk.answers(3);
        assertThat(walk.results).isEmpty();
        walk.answers(4);
        assertThat(walk.result().outcome()).isEqualTo(Outcome.NOT_FOUND);
    }

    @Test
    void a_search_for_nodes_converges_and_takes_no_records() {
        Walk walk = new Walk(Goal.CLOSEST_NODES, Limits.standard().withK(3), OFF, 100, 8, 9, 10);
        walk.answers(8, 1);
        walk.finds(1, RECORD);
        walk.answers(9);
        walk.answers(10);
        assertThat(walk.result().outcome()).isEqualTo(Outcome.CONVERGED);
        assertThat(walk.result().records()).isEmpty();
    }

    @Test
    void what_lies_deeper_than_the_budget_is_told_apart_from_absence() {
        Walk walk = records(Limits.standard().withHopBudget(2), 32);
        walk.answers(32, 16);
        walk.answers(16, 8);
        assertThat(walk.result().outcome()).isEqualTo(Outcome.HOP_BUDGET);
        assertThat(walk.askedBits()).containsExactly(32, 16);
    }

    @Test
    void without_an_answer_nothing_is_said_about_absence() {
        assertThat(records().result().outcome()).isEqualTo(Outcome.NO_PEERS);
        Walk walk = records(1, 2);
        walk.timesOut(1);
        walk.timesOut(2);
        assertThat(walk.result().outcome()).isEqualTo(Outcome.NO_PEERS);
    }

    @Test
    void whoever_answers_under_another_id_is_not_listened_to() {
        Walk walk = records(16, 17);
        Leg leg = walk.leg(16);
        walk.tell(new LookupEvent.Answered(leg, SamplePeers.id(99), List.of(SamplePeers.peer(1)), List.of(RECORD)));
        assertThat(leg.standing()).isEqualTo(Standing.WRONG_ID);
        assertThat(walk.results).isEmpty();
        assertThat(walk.askedBits()).containsExactly(16, 17);
        walk.answers(17);
        assertThat(walk.result().outcome()).isEqualTo(Outcome.NOT_FOUND);
        assertThat(walk.result().closest()).doesNotContain(SamplePeers.peer(16));
    }

    @Test
    void of_an_endless_reply_only_the_first_k_contacts_are_read_and_never_ourselves() {
        Walk walk = records(Limits.standard().withK(3), 200);
        walk.answers(200, 0b1111_1111, 100, 101, 1, 2, 3);
        assertThat(walk.askedBits()).containsExactly(200, 100, 101);
    }

    @Test
    void a_reply_to_a_leg_that_is_over_changes_nothing() {
        Walk walk = records(1, 2, 3, 4);
        walk.timesOut(1);
        walk.answers(1, 5, 6);
        assertThat(walk.leg(1).standing()).isEqualTo(Standing.TIMED_OUT);
        assertThat(walk.askedBits()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void paths_do_not_share_peers() {
        Walk walk = records(Limits.standard().withPaths(2, 1), 16, 17, 18, 19);
        assertThat(walk.askedBits()).containsExactly(16, 17);
        walk.answers(16, 1, 2);
        assertThat(walk.askedBits()).containsExactly(16, 17, 1);
        walk.answers(17, 1, 2, 3);
        assertThat(walk.askedBits()).as("1 and 2 belong to the other path").containsExactly(16, 17, 1, 3);
        assertThat(walk.leg(3).path()).isOne();
    }

    /** A liar names so many friends that the path's window holds nobody else. */
    @Test
    void a_path_is_not_given_up_before_all_of_our_own_contacts_on_it_were_heard() {
        Walk walk = records(Limits.standard().withK(3).withPaths(2, 1), 40, 41, 42, 43);
        walk.answers(40, 1, 2, 3);
        walk.answers(1);
        walk.answers(2);
        walk.answers(3);
        assertThat(walk.askedBits()).containsExactly(40, 41, 1, 2, 3, 42);
    }

    @Test
    void the_trace_tells_every_leg() {
        Walk walk = new Walk(Goal.RECORDS, Limits.standard(), HedgePolicy.adaptive(), 100, 16, 17, 18, 19);
        walk.at(30).answers(17, 1);
        walk.at(50).passes();
        walk.at(130).finds(1, RECORD);
        LookupTrace trace = walk.lookup.trace(130 * MILLI);
        assertThat(trace.legs()).hasSize(5);
        LookupTrace.LegTrace winner = trace.legs().get(3);
        assertThat(winner.peer()).isEqualTo(SamplePeers.id(1));
        assertThat(winner.heardOf()).isEqualTo(30 * MILLI);
        assertThat(winner.sent()).isEqualTo(30 * MILLI);
        assertThat(winner.waited()).isEqualTo(100 * MILLI);
        assertThat(winner.hop()).isEqualTo(2);
        assertThat(winner.standing()).isEqualTo(Standing.FOUND);
        assertThat(winner.address()).isEqualTo("10.0.0.1:5302");
        assertThat(trace.legs()).extracting(LookupTrace.LegTrace::why).endsWith(Why.REFILL, Why.HEDGE);
        assertThat(trace.legs().get(0).standing()).isEqualTo(Standing.CANCELLED);
        assertThat(trace.legs().get(0).overdue()).isTrue();
    }

    /** Whatever peers do, a lookup ends, asks nobody twice, and keeps to its slots. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void random_networks_never_break_the_rules(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 60; run++) {
            Limits limits = Limits.standard().withK(2 + random.nextInt(8)).withPaths(1 + random.nextInt(3), 2);
            int[] start = random.ints(1 + random.nextInt(8), 1, 255).distinct().toArray();
            Walk walk = new Walk(Goal.RECORDS, limits, HedgePolicy.adaptive(), 50, start);
            List<Leg> open = new ArrayList<>();
            for (int step = 0; walk.results.isEmpty(); step++) {
                assertThat(step).as("seed %d, run %d", seed, run).isLessThan(2_000);
                open.clear();
                walk.asked.stream().filter(Leg::inFlight).forEach(open::add);
                assertThat(open).as("seed %d, run %d", seed, run).isNotEmpty();
                assertThat(open.stream().filter(l -> !l.overdue()).count())
                        .as("legs with a slot, seed %d, run %d", seed, run)
                        .isLessThanOrEqualTo((long) limits.paths() * limits.alpha());
                walk.at(walk.nowMillis + random.nextInt(30));
                act(walk, open.get(random.nextInt(open.size())), random);
            }
            Set<Peer> asked = new HashSet<>();
            assertThat(walk.asked).as("seed %d, run %d", seed, run).allMatch(l -> asked.add(l.peer()));
            assertThat(walk.asked).noneMatch(Leg::inFlight);
        }
    }

    private static void act(Walk walk, Leg leg, Random random) {
        int[] contacts = random.ints(random.nextInt(12), 0, 256).toArray();
        List<Peer> peers = IntStream.of(contacts).mapToObj(SamplePeers::peer).toList();
        switch (random.nextInt(12)) {
            case 0 -> walk.tell(new LookupEvent.Unreachable(leg));
            case 1 -> walk.tell(new LookupEvent.TimedOut(leg));
            case 2 -> walk.tell(new LookupEvent.Answered(leg, SamplePeers.id(random.nextInt(256)), peers, List.of()));
            case 3 -> walk.passes();
            case 4 ->
                walk.tell(new LookupEvent.Answered(
                        leg, leg.peer().id(), peers, random.nextInt(6) == 0 ? List.of(RECORD) : List.of()));
            default -> walk.tell(new LookupEvent.Answered(leg, leg.peer().id(), peers, List.of()));
        }
    }
}
