package io.svcdht.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.system.history.History;
import io.svcdht.system.history.History.Write;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nine nodes; two are killed at once and their volumes destroyed, under load. */
final class SurvivorsTest {
    private static final int NODES = 9;
    private static final int KILLED = 2;

    private final History history = new History();
    private Cluster cluster;

    @BeforeEach
    void start() throws Exception {
        Engine.sweep();
        cluster = Cluster.start(NODES);
    }

    @AfterEach
    void end() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void two_of_nine_killed_for_good_lose_nothing_that_was_replicated() throws Exception {
        try (Traffic traffic = Traffic.on(cluster, history, "survive", 4, true)) {
            traffic.awaitMore(250);
            List<ContainerNode> victims = List.of(cluster.get(3), cluster.get(7));
            victims.forEach(ContainerNode::kill);
            for (ContainerNode victim : victims) {
                history.destroyed(victim.index(), victim.life(), KILLED);
                victim.destroy();
            }
            long before = traffic.acknowledged();
            List<Write> then = traffic.holding();
            long took = traffic.awaitFound(then);
            traffic.awaitMore(50);
            traffic.end();
            List<Write> all = traffic.holding();
            traffic.awaitFound(all);
            traffic.askAtHome(all);
            long onVictims =
                    all.stream().filter(w -> w.node() == 3 || w.node() == 7).count();
            System.out.printf(
                    "SurvivorsTest: %d acknowledged before, %d after; %d must hold, %d of them announced by the killed;"
                            + " 99 in 100 found again after %d ms; %d answers checked%n",
                    before, traffic.acknowledged() - before, all.size(), onVictims, took, history.answers());
            assertThat(onVictims).isPositive();
            assertThat(history.violations()).isEmpty();
        }
    }
}
