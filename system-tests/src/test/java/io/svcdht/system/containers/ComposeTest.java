package io.svcdht.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.system.Program;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The files an operator is given, as they are: five nodes come up and see each other, with a disk and without one. */
final class ComposeTest {
    private static final int NODES = 5;
    private static final String PROJECT = "svcdhttest";

    private final Map<String, String> environment = new TreeMap<>();
    private final int[] ports = new int[NODES];

    @BeforeEach
    void prepare() throws Exception {
        environment.put("SVC_DHT_IMAGE", Engine.IMAGE);
        environment.put(
                "SVC_DHT_SUBNET",
                "10.214.%d".formatted(ThreadLocalRandom.current().nextInt(256)));
        drawPorts();
        for (int i = 0; i < NODES; i++) {
            environment.put("SVC_DHT_PORT" + (i + 1), Integer.toString(ports[i]));
        }
        down();
    }

    /** All held at once, so that they differ, and below those the kernel gives to whoever connects. */
    private void drawPorts() throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            while (held.size() < NODES) {
                int port = ThreadLocalRandom.current().nextInt(15_000, 30_000);
                try {
                    held.add(new ServerSocket(port));
                } catch (BindException e) {
                    // Another one, then.
                }
            }
            for (int i = 0; i < NODES; i++) {
                ports[i] = held.get(i).getLocalPort();
            }
        } finally {
            for (ServerSocket s : held) {
                s.close();
            }
        }
    }

    @AfterEach
    void down() throws Exception {
        compose(List.of(), "down", "--volumes", "--remove-orphans");
    }

    private static List<String> command() {
        try {
            return new ProcessBuilder("docker", "compose", "version").start().waitFor() == 0
                    ? List.of("docker", "compose")
                    : List.of("docker-compose");
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What it wrote to standard output. */
    private String compose(List<String> moreFiles, String... args) throws Exception {
        List<String> all = new ArrayList<>(command());
        all.addAll(List.of("--project-name", PROJECT, "--file", "docker/compose.yaml"));
        moreFiles.forEach(f -> all.addAll(List.of("--file", f)));
        all.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(all)
                .directory(Program.checkout().toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", all, out).isZero();
        return out;
    }

    private String token() throws Exception {
        String said = compose(List.of(), "run", "--rm", "-T", "token", "token", "--dir", "/tokens", "--show");
        return said.lines().reduce((first, last) -> last).orElseThrow().strip();
    }

    private void awaitEachInAllConsoles(String token) throws Exception {
        List<Api> nodes = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (int port : ports) {
            nodes.add(new Api(URI.create("http://127.0.0.1:" + port), token));
        }
        for (Api node : nodes) {
            Awaitility.await("%s to know all others".formatted(node.base()))
                    .atMost(Engine.PATIENCE)
                    // One call: a second would take the place of the first.
                    .ignoreExceptionsMatching(e -> e instanceof IOException || e instanceof AssertionError)
                    .until(() -> node.json("/dht/peers").get("live").asInt() == NODES - 1);
            for (JsonNode peer : node.json("/dht/peers").get("peers")) {
                ids.add(peer.get("node").asText());
            }
        }
        assertThat(ids).hasSize(NODES);
        for (Api node : nodes) {
            for (JsonNode peer : node.json("/dht/peers").get("peers")) {
                String id = peer.get("node").asText();
                assertThat(page(node, id))
                        .as("the page about a peer of %s", node.base())
                        .contains(id);
            }
        }
    }

    /** The page about a peer, as a browser sees it that has signed in by its token; there is none about a stranger. */
    private static String page(Api node, String peer) throws Exception {
        var answer = node.send("GET", "/console/peers/" + peer, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void five_nodes_come_up_healthy_and_see_each_other_in_their_consoles() throws Exception {
        compose(List.of(), "up", "--detach");
        awaitEachInAllConsoles(token());
        Awaitility.await("all to be healthy").atMost(Engine.PATIENCE).until(() -> healthy() == NODES);
    }

    private static long healthy() {
        return Engine.client()
                .listContainersCmd()
                .withLabelFilter(Map.of("com.docker.compose.project", PROJECT))
                .exec()
                .stream()
                .filter(c -> c.getStatus().contains("(healthy)"))
                .count();
    }

    @Test
    void the_same_five_in_amnesia_leave_nothing_on_their_volumes() throws Exception {
        environment.put("RON_AMNESIA", "1");
        List<String> over = List.of("docker/compose.amnesia.yaml");
        compose(over, "up", "--detach");
        String token = token();
        awaitEachInAllConsoles(token);
        Api first = new Api(URI.create("http://127.0.0.1:" + ports[0]), token);
        assertThat(first.json("/version").get("features").toString()).contains("amnesia");
        // To know all others is not yet to have finished looking for them.
        Awaitility.await("%s to take a record".formatted(first.base()))
                .atMost(Engine.PATIENCE)
                .until(() ->
                        first.provide("b3:amnesia", "local://shelf", 60, false).statusCode() == 200);
        for (var container : Engine.client()
                .listContainersCmd()
                .withLabelFilter(Map.of("com.docker.compose.project", PROJECT))
                .exec()) {
            assertThat(Engine.client().containerDiffCmd(container.getId()).exec())
                    .as("what %s wrote", container.getNames()[0])
                    .isNullOrEmpty();
        }
    }
}
