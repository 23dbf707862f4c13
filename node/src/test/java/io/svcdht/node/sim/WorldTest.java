package io.svcdht.node.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.lookup.LookupResult.Outcome;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.node.peering.PeeringSettings;
import io.svcdht.storage.model.Key;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small worlds: that runs repeat, and what nodes make of the troubles a network has. */
class WorldTest {
    private static World grown(int nodes, long seed, PeeringSettings settings) {
        World world = new World(settings, seed);
        world.build(nodes, 10 * World.MILLI);
        world.run(World.MINUTE);
        return world;
    }

    private static World grown(int nodes, long seed) {
        return grown(nodes, seed, PeeringSettings.standard());
    }

    private static FindLog find(World world, List<Key> keys, int count) {
        FindLog log = new FindLog();
        world.find(keys, count, 20 * World.SECOND, Limits.standard(), log);
        world.run(3 * World.SECOND);
        assertThat(log.finds()).isEqualTo(count);
        return log;
    }

    /** Everything a world can do, in one run. */
    private static long digestOf(long seed) {
        World world = grown(150, seed);
        world.churn(0.5);
        world.loss(0.01);
        world.reordering(0.02);
        world.clocksOff(0.1, 3_600_000);
        List<Key> keys = world.publish(50, World.MINUTE);
        world.killShare(0.1);
        world.split(0.3);
        find(world, keys, 100);
        world.heal();
        world.attackers().collude(0.1, true);
        find(world, keys, 100);
        world.checkInvariants();
        return world.digest();
    }

    @Test
    void the_same_seed_is_the_same_run_and_another_is_not() {
        assertThat(digestOf(7)).isEqualTo(digestOf(7)).isNotEqualTo(digestOf(8));
    }

    @Test
    void a_record_is_published_to_the_twenty_closest() {
        World world = grown(200, 1);
        List<Key> keys = world.publish(20, World.MINUTE);
        assertThat(world.published()).isEqualTo(20);
        Holdings holdings = world.holdings(keys);
        assertThat(holdings.fewest()).isGreaterThanOrEqualTo(19);
        assertThat(find(world, keys, 200).share(Outcome.FOUND)).isEqualTo(1.0);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void strangers_cost_what_the_transport_asks(Transport transport) {
        World world = grown(400, 3);
        List<Key> keys = world.publish(40, World.MINUTE);
        world.transport(Transport.WARM);
        double warm = find(world, keys, 300).tookMillis(90);
        world.transport(transport);
        double took = find(world, keys, 300).tookMillis(90);
        if (transport == Transport.COLD) {
            assertThat(took).isGreaterThan(1.3 * warm);
        } else {
            assertThat(took).isLessThan(1.15 * warm);
        }
    }

    @Test
    void loss_and_reordering_cost_time_and_nothing_else() {
        World world = grown(200, 4);
        List<Key> keys = world.publish(40, World.MINUTE);
        world.loss(0.05);
        world.reordering(0.05);
        FindLog log = find(world, keys, 400);
        assertThat(log.share(Outcome.FOUND)).isEqualTo(1.0);
        world.checkInvariants();
    }

    /** Their records run out early or late for others, which is theirs to see to; everybody else is found as before. */
    @Test
    void clocks_an_hour_off_disturb_nobody_else() {
        World world = grown(200, 5);
        List<Key> before = world.publish(40, World.MINUTE);
        world.clocksOff(0.2, 3_600_000);
        assertThat(find(world, before, 400).share(Outcome.FOUND)).isEqualTo(1.0);
    }

    /** Ids right beside the key, at the addresses of nodes that cannot prove them. */
    @Test
    void forged_ids_hide_no_record() {
        World world = grown(300, 6);
        List<Key> keys = world.publish(60, World.MINUTE);
        world.attackers().collude(0.2, true);
        FindLog log = new FindLog();
        world.find(keys, 600, World.MINUTE, Limits.standard().withPaths(4, 1), log);
        world.run(3 * World.SECOND);
        assertThat(log.share(Outcome.FOUND)).as(log.toString()).isGreaterThanOrEqualTo(0.97);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void records_outlive_their_first_holders(long seed) {
        World world = grown(120, seed, PeeringSettings.standard().withReplicas(4));
        List<Key> keys = world.publish(200, World.MINUTE);
        world.churn(0.3);
        world.run(4 * World.HOUR);
        Holdings holdings = world.holdings(keys);
        assertThat(holdings.lost()).as("seed %d: %s", seed, holdings).isZero();
    }

    /** Come, gone, restarted: the journal tells it all, each digest on the way and the members of the table. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void a_nodes_journal_replayed_gives_its_state_digest_by_digest(long seed) {
        World world = World.journaled(PeeringSettings.standard(), seed);
        world.build(40, 10 * World.MILLI);
        List<Key> keys = world.publish(30, World.MINUTE);
        world.churn(1.0);
        world.run(10 * World.MINUTE);
        world.restartShare(0.25, World.MINUTE);
        world.run(5 * World.MINUTE);
        world.checkInvariants();
        Replays replays = world.replays();
        assertThat(replays.journals()).as("seed %d", seed).isEqualTo(world.living());
        assertThat(replays.marks()).as("seed %d: %s", seed, replays).isGreaterThan(100);
        assertThat(replays.wrongMarks() + replays.otherStates() + replays.untoldTables())
                .as("seed %d: %s", seed, replays)
                .isZero();
        assertThat(find(world, keys, 100).share(Outcome.FOUND)).isGreaterThan(0.98);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void two_halves_find_each_other_again(long seed) {
        World world = grown(200, seed);
        List<Key> keys = world.publish(50, World.MINUTE);
        world.split(0.5);
        world.run(20 * World.MINUTE);
        world.heal();
        world.run(2 * World.MINUTE);
        Reach reach = world.reach();
        assertThat(reach.across()).as("seed %d: %s", seed, reach).isGreaterThan(0.35);
        assertThat(find(world, keys, 300).share(Outcome.FOUND)).isEqualTo(1.0);
    }
}
