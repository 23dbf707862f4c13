package io.svcdht.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.system.history.History;
import io.svcdht.system.history.History.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nine nodes; two are killed at once and their volumes destroyed, under load. */
final class SurvivorsTest {
    private static final int NODES = 9;
    private static final int COPIES = 3;
    /** The seeds stay, so that the others keep whom to ask. */
    private static final int SEEDS = 2;
    /** For a machine with nothing else to do: within how long 99 in 100 must be found again. */
    private static final long BOUND_SECONDS = Long.getLong("svcdht.survivors.bound.seconds", 0);

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

    private void destroy(List<ContainerNode> victims) {
        victims.forEach(ContainerNode::kill);
        for (ContainerNode victim : victims) {
            history.destroyed(victim.index(), victim.life(), victims.size());
            victim.destroy();
        }
    }

    /**
     * Kills, once each record has enough copies again, the two nodes that leave the most on exactly one of the others and none
     * on nobody. What is acknowledged meanwhile has three holders too, so that no two can have been all of them.
     *
     * @return how many records had one holder left
     */
    private long killAllHoldersButOne(Traffic traffic, List<ContainerNode> victims) throws Exception {
        List<Write> settled = traffic.holding();
        traffic.awaitCopies(settled, COPIES);
        Map<String, Set<ContainerNode>> holders = cluster.holdersOfAll();
        List<Set<ContainerNode>> holdersOf = settled.stream()
                .filter(w -> !traffic.isTakenBack(w))
                .map(w -> holders.getOrDefault(w.cid(), Set.of()))
                .toList();
        List<ContainerNode> mortal =
                cluster.running().stream().filter(n -> n.index() >= SEEDS).toList();
        long most = 0;
        for (int one = 0; one < mortal.size(); one++) {
            for (int other = 0; other < one; other++) {
                List<ContainerNode> killed = List.of(mortal.get(one), mortal.get(other));
                long alone =
                        holdersOf.stream().filter(h -> left(h, killed) == 1).count();
                if (alone > most && holdersOf.stream().allMatch(h -> left(h, killed) > 0)) {
                    most = alone;
                    victims.clear();
                    victims.addAll(killed);
                }
            }
        }
        destroy(victims);
        return most;
    }

    private static long left(Set<ContainerNode> holders, List<ContainerNode> killed) {
        return holders.stream().filter(h -> !killed.contains(h)).count();
    }

    @Test
    void two_of_nine_killed_for_good_lose_nothing_that_was_replicated() throws Exception {
        try (Traffic traffic = Traffic.on(cluster, history, "survive", 4, true)) {
            traffic.awaitMore(250);
            List<ContainerNode> victims = List.of(cluster.get(3), cluster.get(7));
            destroy(victims);
            long before = traffic.acknowledged();
            List<Write> then = traffic.holding();
            long took = traffic.awaitFound(then);
            traffic.awaitMore(50);
            List<ContainerNode> next = new ArrayList<>();
            long alone = killAllHoldersButOne(traffic, next);
            traffic.awaitMore(50);
            traffic.end();
            List<Write> all = traffic.holding();
            traffic.awaitFound(all);
            traffic.askAtHome(all);
            traffic.awaitCopies(all, COPIES);
            long onVictims =
                    all.stream().filter(w -> w.node() == 3 || w.node() == 7).count();
            System.out.printf(
                    "SurvivorsTest: %d acknowledged before, %d after; %d must hold, %d of them announced by the killed;"
                            + " 99 in 100 found again after %d ms; then %s killed, and %d were left on one node;"
                            + " all on %d again; %d answers checked%n",
                    before,
                    traffic.acknowledged() - before,
                    all.size(),
                    onVictims,
                    took,
                    next.stream().map(ContainerNode::index).toList(),
                    alone,
                    COPIES,
                    history.answers());
            assertThat(onVictims).isPositive();
            assertThat(alone).as("records left on one node").isPositive();
            if (BOUND_SECONDS > 0) {
                assertThat(took).isBetween(0L, TimeUnit.SECONDS.toMillis(BOUND_SECONDS));
            }
            assertThat(history.violations()).isEmpty();
        }
    }
}
