package io.svcdht.node.peering;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.kad.SamplePeers;
import io.svcdht.node.peering.Readiness.State;
import io.svcdht.node.peering.Readiness.Surroundings;
import org.junit.jupiter.api.Test;

/** Booting, ready and degraded, as contracts §4 has them. */
class ReadinessBootstrapTest {
    private static final long MILLI = 1_000_000L;
    private static final Surroundings NOBODY = new Surroundings(0, 0, 0);
    private static final Surroundings FEW = new Surroundings(3, 4, 2);

    private static Readiness withSeeds(int seeds) {
        return new Readiness(seeds, 20, 0);
    }

    @Test
    void without_seeds_and_company_it_is_ready_alone_after_300_ms() {
        Readiness readiness = withSeeds(0);
        assertThat(readiness.state(NOBODY, 299 * MILLI)).isInstanceOf(State.Booting.class);
        assertThat(readiness.state(NOBODY, 300 * MILLI))
                .isEqualTo(new State.Ready("alone: no seeds are configured and nobody was heard of"));
        assertThat(readiness.state(NOBODY, 999 * MILLI)).isInstanceOf(State.Ready.class);
    }

    @Test
    void a_quorum_of_the_seeds_must_answer_each_counted_once() {
        Readiness readiness = withSeeds(5);
        readiness.seedAnswered(SamplePeers.id(1));
        readiness.seedAnswered(SamplePeers.id(1));
        readiness.seedAnswered(SamplePeers.id(2));
        assertThat(readiness.state(FEW, 5_000 * MILLI)).isInstanceOf(State.Booting.class);
        readiness.seedAnswered(SamplePeers.id(3));
        assertThat(readiness.state(FEW, 5_000 * MILLI)).isInstanceOf(State.Ready.class);
    }

    @Test
    void of_one_or_two_seeds_all_must_answer() {
        Readiness readiness = withSeeds(2);
        readiness.seedAnswered(SamplePeers.id(1));
        assertThat(readiness.state(FEW, MILLI)).isInstanceOf(State.Booting.class);
        readiness.seedAnswered(SamplePeers.id(2));
        assertThat(readiness.state(FEW, MILLI)).isInstanceOf(State.Ready.class);
    }

    @Test
    void buckets_count_only_in_a_network_of_2k_nodes_or_more() {
        Readiness readiness = withSeeds(1);
        readiness.seedAnswered(SamplePeers.id(1));
        assertThat(readiness.state(new Surroundings(20, 1_000, 4), MILLI))
                .as("4 of 9 expected buckets are less than 60 %")
                .isInstanceOf(State.Booting.class);
        assertThat(readiness.state(new Surroundings(20, 39, 1), MILLI)).isInstanceOf(State.Ready.class);
        Readiness other = withSeeds(1);
        other.seedAnswered(SamplePeers.id(1));
        assertThat(other.state(new Surroundings(20, 1_000, 6), MILLI)).isInstanceOf(State.Ready.class);
    }

    @Test
    void who_once_had_company_is_degraded_without_any() {
        Readiness readiness = withSeeds(1);
        readiness.seedAnswered(SamplePeers.id(1));
        readiness.state(FEW, MILLI);
        assertThat(readiness.state(NOBODY, 2 * MILLI)).isInstanceOf(State.Degraded.class);
        assertThat(readiness.state(FEW, 3 * MILLI)).isInstanceOf(State.Ready.class);
    }

    @Test
    void half_of_twenty_requests_running_out_within_a_minute_degrades() {
        Readiness readiness = withSeeds(1);
        readiness.seedAnswered(SamplePeers.id(1));
        readiness.state(FEW, MILLI);
        for (int i = 0; i < 19; i++) {
            readiness.requestEnded(true, 1_000 * MILLI);
        }
        assertThat(readiness.state(FEW, 1_000 * MILLI))
                .as("19 are too few to judge")
                .isInstanceOf(State.Ready.class);
        readiness.requestEnded(true, 1_000 * MILLI);
        assertThat(readiness.state(FEW, 1_000 * MILLI)).isInstanceOf(State.Degraded.class);
        for (int i = 0; i < 21; i++) {
            readiness.requestEnded(false, 2_000 * MILLI);
        }
        assertThat(readiness.state(FEW, 2_000 * MILLI)).as("20 of 41").isInstanceOf(State.Ready.class);
        assertThat(readiness.state(FEW, 62_001 * MILLI))
                .as("a minute later all is forgotten")
                .isInstanceOf(State.Ready.class);
    }

    @Test
    void a_full_disk_degrades_and_room_repairs_it() {
        Readiness readiness = withSeeds(0);
        readiness.state(NOBODY, 300 * MILLI);
        readiness.disk(true);
        assertThat(readiness.state(NOBODY, 301 * MILLI)).isInstanceOf(State.Degraded.class);
        readiness.disk(false);
        assertThat(readiness.state(NOBODY, 302 * MILLI)).isInstanceOf(State.Ready.class);
    }

    @Test
    void expected_buckets_are_the_logarithm_of_the_size() {
        assertThat(Readiness.expectedBuckets(0)).isOne();
        assertThat(Readiness.expectedBuckets(1_000)).isEqualTo(9);
        assertThat(Readiness.expectedBuckets(1_024)).isEqualTo(10);
    }
}
