package io.svcdht.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.system.Program;
import io.svcdht.system.history.History;
import io.svcdht.system.history.History.Write;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
        List<String> command = new ArrayList<>(
                List.of(Program.checkout().resolve("scripts/chaos/partition.sh").toString()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
        return said;
    }

    private String addresses(int from, int to) {
        return cluster.nodes().subList(from, to).stream()
                .map(ContainerNode::address)
                .collect(Collectors.joining(","));
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
            // The cut is felt: nobody knows more than its own side by the end of it.
            for (ContainerNode node : cluster.nodes()) {
                int side = node.index() < LEFT ? LEFT : NODES - LEFT;
                Awaitility.await("node %d to miss the other side".formatted(node.index()))
                        .atMost(Cluster.PATIENCE)
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> live(node) < side + 1);
            }
            Awaitility.await("the cut to have lasted")
                    .atMost(Cluster.PATIENCE)
                    .until(() -> System.nanoTime() - began >= CUT.toNanos());
            long meanwhile = traffic.acknowledged() - before;
            partition("undo");
            assertThat(partition("show")).contains("nothing is cut");
            traffic.end();

            List<Write> holding = traffic.holding();
            long took = traffic.awaitFound(holding);
            Set<Integer> writers = new HashSet<>();
            holding.forEach(w -> writers.add(w.node()));
            cluster.awaitEverybodyKnown();
            traffic.askAtHome(holding);
            System.out.printf(
                    "PartitionTest: cut %d s, %d acknowledged meanwhile by %d nodes; %d records, 99 in 100 found %d ms after healing%n",
                    CUT.toSeconds(), meanwhile, writers.size(), holding.size(), took);
            assertThat(history.violations()).isEmpty();
        }
    }
}
