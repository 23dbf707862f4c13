package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A network of processes on this machine: the first has no seed, the others have the first. */
final class LocalNetwork implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** On a busy machine a late answer is no sign of a dead peer. */
    private static final List<String> PATIENT = List.of(
            "--rpc-timeout-ms=15000", "--min-leg-budget-ms=2000", "--dial-timeout-ms=15000", "--idle-timeout-ms=60000");

    private final Path directory;
    private final List<String> flags;
    private final List<NodeProcess> nodes = new ArrayList<>();

    private LocalNetwork(Path directory, String... flags) {
        this.directory = directory;
        this.flags = Stream.concat(PATIENT.stream(), Arrays.stream(flags)).toList();
    }

    /** Starts it, and waits until each node has heard from all others. */
    static LocalNetwork start(Path directory, int count, String... flags) throws Exception {
        LocalNetwork network = new LocalNetwork(directory, flags);
        try {
            for (int i = 0; i < count; i++) {
                network.nodes.add(network.node(
                        i, i == 0 ? null : "--seeds=" + network.nodes.getFirst().peerAddress()));
            }
            network.awaitEverybodyKnown();
            return network;
        } catch (Exception | AssertionError e) {
            network.close();
            throw e;
        }
    }

    /** One that does not become ready is ended, for nobody else knows it yet. */
    private NodeProcess node(int index, String more) throws IOException {
        NodeProcess node = NodeProcess.start(
                directory.resolve("node-" + index),
                Stream.concat(flags.stream(), Stream.ofNullable(more)).toArray(String[]::new));
        try {
            return node.awaitReady();
        } catch (AssertionError e) {
            node.close();
            throw e;
        }
    }

    NodeProcess get(int index) {
        return nodes.get(index);
    }

    /** SIGKILL, and a new start on what is there, without seeds. */
    void killAndRestart(int index) throws Exception {
        nodes.get(index).close();
        nodes.set(index, node(index, null));
    }

    void awaitEverybodyKnown() {
        for (NodeProcess node : nodes) {
            Awaitility.await("node %d to hear from the others".formatted(nodes.indexOf(node)))
                    .atMost(PATIENCE)
                    .until(() -> node.json("/dht/peers").get("live").asInt() == nodes.size() - 1);
        }
    }

    /** Whoever holds no copy. */
    List<NodeProcess> strangersTo(String cid) throws Exception {
        List<NodeProcess> strangers = new ArrayList<>();
        for (NodeProcess node : nodes) {
            if (find(node, cid, "?local=true").get("providers").isEmpty()) {
                strangers.add(node);
            }
        }
        return strangers;
    }

    /** With a deadline that suffices on a busy machine. */
    static JsonNode find(NodeProcess node, String cid) throws Exception {
        return find(node, cid, "?deadline_ms=15000");
    }

    private static JsonNode find(NodeProcess node, String cid, String query) throws Exception {
        return node.json("/dht/find_providers/" + URLEncoder.encode(cid, StandardCharsets.UTF_8) + query);
    }

    /**
     * Somebody holds no copy, and is told by others that this is the provider. Tried again while copies are still on
     * their way, so that whoever held none a moment ago may have one now.
     *
     * @return who asked
     */
    NodeProcess awaitFoundElsewhere(String cid, String provider) {
        AtomicReference<NodeProcess> finder = new AtomicReference<>();
        Awaitility.await("a node without a copy to find " + cid)
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    List<NodeProcess> strangers = strangersTo(cid);
                    assertThat(strangers).isNotEmpty();
                    assertFoundElsewhere(strangers.getFirst(), cid, provider);
                    finder.set(strangers.getFirst());
                });
        return finder.get();
    }

    static void assertFoundElsewhere(NodeProcess finder, String cid, String provider) throws Exception {
        JsonNode found = find(finder, cid);
        assertThat(found.get("source").asText()).as("%s", found).isEqualTo("network");
        assertThat(found.get("outcome").asText()).isEqualTo("found");
        assertThat(found.get("messages").asInt()).isPositive();
        assertThat(found.get("providers")).extracting(JsonNode::asText).containsExactly(provider);
    }

    List<NodeProcess> nodes() {
        return nodes;
    }

    @Override
    public void close() {
        nodes.forEach(NodeProcess::close);
    }
}
