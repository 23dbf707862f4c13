package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples, as a reader would run them. */
final class ExamplesIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path EXAMPLES = Program.checkout().resolve("examples");
    private static final String CID = "b3:example";

    @TempDir
    Path directory;

    @Test
    void java_provides_on_one_node_and_finds_from_the_other() throws Exception {
        try (LocalNetwork network = LocalNetwork.start(directory, 3, "--replicas=1")) {
            Program.Ended provided = java("Provide", network.get(0), CID, "local://shelf-\"3\"", "600")
                    .as(0);
            assertThat(JSON.readTree(provided.out()).get("replicas").asInt()).isPositive();

            NodeProcess stranger = network.strangersTo(CID).getFirst();
            Program.Ended found = java("FindProviders", stranger, CID, "15000").as(0);
            assertThat(found.out().lines()).containsExactly("local://shelf-\"3\"");

            assertThat(java("FindProviders", stranger, "b3:nobody", "15000")
                            .as(1)
                            .out())
                    .isEmpty();
            assertThat(java("Provide", network.get(0), CID, "local://shelf", "0")
                            .as(1)
                            .err())
                    .contains("\"code\":\"BadRequest\"");
        }
    }

    private static Program.Ended java(String program, NodeProcess node, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                EXAMPLES.resolve("java/" + program + ".java").toString(),
                "http://" + node.hostPort()));
        command.addAll(List.of(args));
        return Program.run(new ProcessBuilder(command), Path.of("/dev/null"));
    }

    /** The same walk in every language: announced, found, and routed to clients of IPFS. */
    @Test
    void curl_javascript_and_python_announce_find_and_ask_as_clients_of_ipfs() throws Exception {
        needs("curl", "node", "python3");
        try (NodeProcess node = NodeProcess.start(directory.resolve("data")).awaitReady()) {
            String curl = walk(node, 0, EXAMPLES.resolve("curl/walk.sh").toString());
            assertThat(curl.lines().filter(line -> !line.isBlank())).hasSize(5);
            assertThat(curl.lines().filter(line -> line.contains("local://0"))).hasSize(4);
            for (List<String> program : List.of(
                    List.of("node", EXAMPLES.resolve("javascript/walk.mjs").toString()),
                    List.of("python3", "-B", EXAMPLES.resolve("python/walk.py").toString()))) {
                int number = program.size();
                assertThat(walk(node, number, program.toArray(String[]::new)).lines())
                        .hasSize(3)
                        .anyMatch(line -> line.startsWith("announced until 2"))
                        .contains("found local://" + number, "routed svc-dht-locator local://" + number);
            }
        }
    }

    private static String walk(NodeProcess node, int number, String... program) throws Exception {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of("http://" + node.hostPort(), "b3:" + "%064x".formatted(number), "local://" + number));
        return Program.run(new ProcessBuilder(command), Path.of("/dev/null"))
                .as(0)
                .out();
    }

    @Test
    void python_reads_and_makes_every_test_vector() throws Exception {
        needs("python3", "openssl");
        Path vectors = Program.checkout().resolve("node/src/test/resources/vectors");
        List<JsonNode> lines = python("vectors", vectors.toString());
        Map<String, Integer> checked = new HashMap<>();
        lines.forEach(l -> checked.put(l.get("file").asText(), l.get("checked").asInt()));
        // The peer in Python talks over streams alone.
        try (Stream<Path> files = Files.list(vectors).filter(f -> !f.endsWith("datagrams.json"))) {
            for (Path file : files.toList()) {
                assertThat(checked)
                        .containsEntry(
                                file.getFileName().toString(),
                                JSON.readTree(file.toFile()).size());
            }
        }
    }

    @Test
    void python_talks_to_a_node_from_the_reference_alone() throws Exception {
        needs("python3", "openssl");
        try (LocalNetwork network = LocalNetwork.start(directory, 2)) {
            NodeProcess node = network.get(0);
            String[] talk = {
                "talk",
                node.peerAddress(),
                "--identity",
                directory.resolve("seed").toString(),
                "--cid",
                CID,
                "--locator",
                "python://shelf"
            };
            Map<String, JsonNode> said = byWhat(python(talk));
            assertThat(said.keySet())
                    .contains("hello", "ping", "node_record", "find_node", "provide", "forged", "find_value");
            assertThat(said.get("node_record").get("addrs").get(0).asText()).isEqualTo(node.peerAddress());
            assertThat(said.get("find_node")
                            .get("contacts")
                            .get(0)
                            .get("addrs")
                            .get(0)
                            .asText())
                    .isEqualTo(network.get(1).peerAddress());
            assertThat(said.get("provide").get("code").asInt()).isEqualTo(1000);
            assertThat(said.get("forged").get("code").asInt()).isEqualTo(1440);

            JsonNode found = node.json("/dht/find_providers/" + CID + "?local=true");
            assertThat(found.get("providers")).extracting(JsonNode::asText).containsExactly("python://shelf");
            assertThat(found.get("records").get(0).get("publisher").asText())
                    .isEqualTo(said.get("hello").get("us").asText());

            List<String> again = new ArrayList<>(List.of(talk));
            again.add("--withdraw");
            assertThat(byWhat(python(again.toArray(String[]::new)))).containsKey("withdraw");
            assertThat(node.json("/dht/find_providers/" + CID + "?local=true").get("providers"))
                    .isEmpty();
        }
    }

    private static Map<String, JsonNode> byWhat(List<JsonNode> lines) {
        Map<String, JsonNode> said = new HashMap<>();
        lines.forEach(l -> said.put(l.get("what").asText(), l));
        return said;
    }

    private static List<JsonNode> python(String... args) throws Exception {
        // Without -B the checkout would be left with compiled files.
        List<String> command = new ArrayList<>(
                List.of("python3", "-B", EXAMPLES.resolve("python-peer/peer.py").toString()));
        command.addAll(List.of(args));
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Program.run(new ProcessBuilder(command), Path.of("/dev/null"))
                .as(0)
                .out()
                .lines()
                .toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    /** On a machine of one's own a missing program skips the test, in CI it fails it. */
    private static void needs(String... programs) throws InterruptedException {
        for (String program : programs) {
            boolean there;
            try {
                there = Program.run(
                                        new ProcessBuilder(
                                                program, program.equals("openssl") ? "version" : "--version"),
                                        Path.of("/dev/null"))
                                .exitCode()
                        == 0;
            } catch (IOException e) {
                there = false;
            }
            if ("true".equals(System.getenv("CI"))) {
                assertThat(there).as("%s is installed, as CI needs it", program).isTrue();
            }
            assumeTrue(there, program + " is not installed: the examples that need it are not tried");
        }
    }
}
