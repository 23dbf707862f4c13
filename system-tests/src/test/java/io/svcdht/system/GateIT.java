package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.node.peering.PeeringSettings;
import io.svcdht.node.sim.FindLog;
import io.svcdht.node.sim.Scenario;
import io.svcdht.node.sim.ScenarioReport;
import io.svcdht.node.sim.World;
import io.svcdht.storage.model.Key;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the network must reach, in simulation: three fixed seeds, the floor binds, the aim is reported. Judged by counts
 * and CPU time only. Takes many minutes: in {@code -Pgates} and {@code -Pnightly} alone.
 */
@Tag("gate")
final class GateIT {
    private static final Logger LOG = LoggerFactory.getLogger(GateIT.class);
    private static final long[] SEEDS = {1, 2, 3};
    private static final boolean NIGHTLY = Boolean.getBoolean("svcdht.nightly");
    private static final long CPU_SECONDS_MAX = 60;

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void every_floor_is_reached_with_three_seeds(Scenario scenario) throws Exception {
        List<ScenarioReport> reports = new ArrayList<>();
        for (int nodes : sizes(scenario)) {
            reports.addAll(play(scenario, nodes));
        }
        reports.forEach(r -> LOG.info("{}", r));
        assertThat(reports).allMatch(ScenarioReport::holds);
    }

    /** Ten thousand nodes only where the size is what is judged. */
    private static int[] sizes(Scenario scenario) {
        return switch (scenario) {
            case CHURN -> NIGHTLY ? new int[] {10_000, 100_000} : new int[] {10_000};
            case DURABILITY -> new int[] {NIGHTLY ? 10_000 : 1_000};
            case ASN, ASNS, ECLIPSE -> new int[] {NIGHTLY ? 2_000 : 1_000};
            case ABSENT, HEDGE, KILL, PARTITION, COLLUDERS -> new int[] {NIGHTLY ? 10_000 : 2_000};
        };
    }

    private static List<ScenarioReport> play(Scenario scenario, int nodes) throws Exception {
        // A hundred thousand nodes take several gigabytes, so only one such world at a time.
        try (ExecutorService players = Executors.newFixedThreadPool(nodes > 10_000 ? 1 : 2)) {
            List<Future<ScenarioReport>> running = new ArrayList<>();
            for (long seed : SEEDS) {
                running.add(players.submit(() -> scenario.run(nodes, seed, progress -> {})));
            }
            List<ScenarioReport> reports = new ArrayList<>();
            for (Future<ScenarioReport> r : running) {
                reports.add(r.get());
            }
            return reports;
        }
    }

    @Test
    void ten_thousand_nodes_and_a_hundred_thousand_lookups_take_a_minute_of_cpu() {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        World world = new World(PeeringSettings.standard(), SEEDS[0]);
        world.build(10_000, 10 * World.MILLI);
        world.run(World.MINUTE);
        List<Key> keys = world.publish(2_000, World.MINUTE);
        FindLog log = new FindLog();
        world.find(keys, 100_000, 200 * World.SECOND, Limits.standard(), log);
        world.run(3 * World.SECOND);
        long seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1_000_000_000L;
        LOG.info("{} s of CPU for 10,000 nodes and {}", seconds, log);
        assertThat(log.finds()).isEqualTo(100_000);
        assertThat(seconds).isLessThanOrEqualTo(CPU_SECONDS_MAX);
    }
}
