package io.svcdht.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.system.history.History;
import io.svcdht.system.history.History.Write;
import java.io.IOException;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Five nodes, of which three hold a record: what operators do to containers, with writers that go on meanwhile. */
final class ClusterTest {
    private static final int NODES = 5;
    private static final int WRITERS = 3;
    /** What netem.sh ends with where the kernel has none. */
    private static final int NO_NETEM = 3;

    private static Cluster cluster;
    private final History history = new History();

    @BeforeAll
    static void start() throws Exception {
        Engine.sweep();
        cluster = Cluster.start(NODES);
    }

    @AfterAll
    static void end() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Whatever a test did, the next one begins with five that know each other. */
    @AfterEach
    void allUp() {
        for (ContainerNode node : cluster.nodes()) {
            assertThat(node.isDown()).as("node %d is down", node.index()).isFalse();
        }
        cluster.awaitEverybodyKnown();
    }

    private void checkWhole(Traffic traffic, String what) throws Exception {
        traffic.end();
        cluster.awaitEverybodyKnown();
        List<Write> holding = traffic.holding();
        traffic.awaitFound(holding);
        traffic.askAtHome(holding);
        System.out.printf(
                "ClusterTest: %s: %d acknowledged, %d must hold, %d answers checked%n",
                what, traffic.acknowledged(), holding.size(), history.answers());
        assertThat(history.violations()).isEmpty();
    }

    @Test
    void what_one_announces_another_without_a_copy_finds_over_the_network() throws Exception {
        ContainerNode publisher = cluster.get(0);
        for (int i = 0; i < 8; i++) {
            String cid = "b3:remote-" + i;
            // A holder that was too slow to be told is told with the next word.
            Awaitility.await("three holders of " + cid)
                    .atMost(Engine.PATIENCE)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .untilAsserted(() -> {
                        JsonNode provided =
                                Api.json(publisher.api().provide(cid, "local://shelf", Api.TTL_SECONDS, true));
                        assertThat(provided.path("replicas").asInt())
                                .as("%s", provided)
                                .isEqualTo(3);
                    });
        }
        int remote = 0;
        for (int i = 0; i < 8; i++) {
            String cid = "b3:remote-" + i;
            List<ContainerNode> holders = cluster.holders(cid);
            for (ContainerNode node : cluster.nodes()) {
                if (!holders.contains(node)) {
                    Awaitility.await("node %d to find %s".formatted(node.index(), cid))
                            .atMost(Engine.PATIENCE)
                            .ignoreExceptionsInstanceOf(IOException.class)
                            .untilAsserted(() -> {
                                JsonNode found = Api.json(node.api().find(cid, "?deadline_ms=15000"));
                                assertThat(found.path("source").asText())
                                        .as("%s", found)
                                        .isEqualTo("network");
                                assertThat(found.path("providers"))
                                        .extracting(JsonNode::asText)
                                        .containsExactly("local://shelf");
                            });
                    remote++;
                }
            }
        }
        assertThat(remote).as("finds by nodes without a copy").isPositive();
    }

    @Test
    void a_killed_node_comes_back_on_its_volume_with_all_it_acknowledged() throws Exception {
        try (Traffic traffic = Traffic.on(cluster, history, "kill", WRITERS, false)) {
            traffic.awaitMore(60);
            ContainerNode victim = cluster.get(3);
            victim.kill();
            traffic.awaitMore(60);
            victim.startAgain();
            victim.awaitReady();
            traffic.awaitMore(60);
            checkWhole(traffic, "SIGKILL and start");
        }
    }

    @Test
    void a_node_whose_volume_is_gone_is_made_up_for_by_the_others() throws Exception {
        ContainerNode victim = cluster.get(4);
        try (Traffic traffic = Traffic.on(cluster, history, "volume", WRITERS, true)) {
            traffic.awaitMore(60);
            int life = victim.life();
            victim.kill();
            victim.destroy();
            history.destroyed(victim.index(), life, 1);
            traffic.awaitMore(60);
            victim.beginAnew(cluster.address(NODES + victim.index()));
            victim.awaitReady();
            checkWhole(traffic, "SIGKILL without its volume");
            traffic.awaitCopies(traffic.holding(), 3);
        }
    }

    @Test
    void a_rolling_restart_loses_nothing_and_ends_each_node_with_zero() throws Exception {
        try (Traffic traffic = Traffic.on(cluster, history, "rolling", WRITERS, false)) {
            for (ContainerNode node : cluster.nodes()) {
                traffic.awaitMore(20);
                assertThat(node.stop()).as("exit code of node %d", node.index()).isZero();
                node.startAgain();
                node.awaitReady();
            }
            checkWhole(traffic, "rolling restart");
        }
    }

    @Test
    void a_paused_node_goes_on_where_it_was() throws Exception {
        ContainerNode victim = cluster.get(2);
        try (Traffic traffic = Traffic.on(cluster, history, "pause", WRITERS, false)) {
            traffic.awaitMore(30);
            victim.pause();
            try {
                // Few: whoever asks the one that stands still waits for as long as a client does.
                traffic.awaitMore(15);
            } finally {
                victim.unpause();
            }
            victim.awaitReady();
            traffic.awaitMore(30);
            checkWhole(traffic, "pause");
        }
    }

    @Test
    void bad_weather_is_laid_on_and_taken_off_again_where_the_kernel_has_it_and_nothing_is_changed_where_not()
            throws Exception {
        String victim = cluster.get(1).id();
        Chaos.Ran first = Chaos.run("netem.sh", "apply", victim, "--", "delay", "20ms", "loss", "1%");
        boolean there = first.exitCode() != NO_NETEM;
        if (there) {
            assertThat(first.exitCode()).as(first.said()).isZero();
            Chaos.Ran again = Chaos.run("netem.sh", "apply", victim, "--", "delay", "20ms", "loss", "1%");
            assertThat(again.exitCode()).as(again.said()).isZero();
            assertThat(weather(victim)).containsOnlyOnce("netem");
        } else {
            assertThat(first.said()).contains("this kernel has no netem; nothing was changed");
        }
        for (int i = 0; i < 2; i++) {
            Chaos.Ran undone = Chaos.run("netem.sh", "undo", victim);
            assertThat(undone.exitCode()).as(undone.said()).isZero();
            assertThat(weather(victim)).doesNotContain("netem");
        }
        System.out.printf("ClusterTest: this kernel has %s%n", there ? "netem" : "no netem");
    }

    private static String weather(String container) throws Exception {
        Chaos.Ran shown = Chaos.run("netem.sh", "show", container);
        assertThat(shown.exitCode()).as(shown.said()).isZero();
        return shown.said();
    }
}
