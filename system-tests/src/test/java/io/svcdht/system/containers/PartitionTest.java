package io.svcdht.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.system.history.History;
import io.svcdht.system.history.History.Write;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cut between containers, made and healed by {@code scripts/chaos/partition.sh}; writers go on on both sides. */
final class PartitionTest {
    private static final int NODES = 5;
    private static final int LEFT = 2;
    private static final Duration CUT = Duration.ofSeconds(Long.getLong("svcdht.partition.seconds", 20));
    /** For a machine with nothing else to do: within how long every node must find what was announced meanwhile. */
    private static final long BOUND_SECONDS = Long.getLong("svcdht.partition.bound.seconds", 0);

    private static final int WORDS_OF_EACH = 8;

    private final History history = new History();
    private Cluster cluster;

    @BeforeEach
    void start() throws Exception {
        Engine.sweep();
        partition("undo");
        cluster = Cluster.start(NODES);
    }

    @AfterEach
    void end() throws Exception {
        partition("undo");
        if (cluster != null) {
            cluster.close();
        }
    }

    private static String partition(String... args) throws Exception {
        Chaos.Ran ran = Chaos.run("partition.sh", args);
        assertThat(ran.exitCode()).as("%s: %s", List.of(args), ran.said()).isZero();
        return ran.said();
    }

    private String addresses(int from, int to) {
        return cluster.nodes().subList(from, to).stream()
                .map(ContainerNode::address)
                .collect(Collectors.joining(","));
    }

    private static List<Write> since(long millis, List<Write> words) {
        return words.stream().filter(w -> w.began() >= millis).toList();
    }

    private static boolean bothSides(List<Write> words) {
        return words.stream().anyMatch(w -> w.node() < LEFT) && words.stream().anyMatch(w -> w.node() >= LEFT);
    }

    /** A few words of each that announced some. */
    private static List<Write> ofEachNode(List<Write> words) {
        List<Write> some = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            int node = i;
            words.stream().filter(w -> w.node() == node).limit(WORDS_OF_EACH).forEach(some::add);
        }
        return some;
    }

    private static int live(ContainerNode node) throws IOException, InterruptedException {
        return node.api().json("/dht/peers").get("live").asInt();
    }

    @Test
    void what_both_sides_wrote_while_cut_off_is_found_everywhere_once_healed() throws Exception {
        try (Traffic traffic = Traffic.on(cluster, history, "cut", 4, false)) {
            traffic.awaitMore(60);
            partition("apply", addresses(0, LEFT), addresses(LEFT, NODES));
            // Twice does no harm: the undo below must still take all of it away.
            partition("apply", addresses(0, LEFT), addresses(LEFT, NODES));
            assertThat(partition("show").lines()).hasSize(2 * LEFT * (NODES - LEFT));
            long before = traffic.acknowledged();
            long began = System.nanoTime();
            long beganMillis = System.currentTimeMillis();
            // The cut is felt: nobody knows more than its own side by the end of it.
            for (ContainerNode node : cluster.nodes()) {
                int side = node.index() < LEFT ? LEFT : NODES - LEFT;
                Awaitility.await("node %d to miss the other side".formatted(node.index()))
                        .atMost(Engine.PATIENCE)
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> live(node) < side + 1);
            }
            Awaitility.await("the cut to have lasted, and both sides to have written")
                    .atMost(Engine.PATIENCE)
                    .until(() -> System.nanoTime() - began >= CUT.toNanos()
                            && bothSides(since(beganMillis, traffic.holding())));
            long meanwhile = traffic.acknowledged() - before;
            long healedMillis = System.currentTimeMillis();
            partition("undo");
            assertThat(partition("show")).contains("nothing is cut");
            traffic.end();

            List<Write> holding = traffic.holding();
            List<Write> apart = ofEachNode(since(beganMillis, holding).stream()
                    .filter(w -> w.ended() <= healedMillis)
                    .toList());
            assertThat(bothSides(apart)).isTrue();
            long everywhere = traffic.awaitFoundEverywhere(apart);
            long took = traffic.awaitFound(holding);
            Set<Integer> writers = new HashSet<>();
            holding.forEach(w -> writers.add(w.node()));
            cluster.awaitEverybodyKnown();
            traffic.askAtHome(holding);
            System.out.printf(
                    "PartitionTest: cut %d s, %d acknowledged meanwhile by %d nodes; %d of these found by every node %d ms after"
                            + " healing, 99 in 100 of all %d %d ms after that%n",
                    CUT.toSeconds(), meanwhile, writers.size(), apart.size(), everywhere, holding.size(), took);
            if (BOUND_SECONDS > 0) {
                assertThat(everywhere).isLessThanOrEqualTo(TimeUnit.SECONDS.toMillis(BOUND_SECONDS));
            }
            assertThat(history.violations()).isEmpty();
        }
    }
}
