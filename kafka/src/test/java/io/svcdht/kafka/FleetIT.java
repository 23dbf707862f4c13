package io.svcdht.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program, with this module's jars beside it and without: what an operator has. */
class FleetIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern API = Pattern.compile("Serving node \\S+ at \\[([0-9.:]+)");
    private static final Pattern PAGES = Pattern.compile("(http://\\S+/console/)");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path temp;

    private static Path bare;
    private static Path whole;
    private static HttpClient client;

    @BeforeAll
    static void assemble() throws Exception {
        Path packaged = Path.of(System.getProperty("svcdht.dist"));
        assertThat(packaged.resolve("svc-dht.jar")).as("the packaged program").exists();
        bare = temp.resolve("bare");
        whole = temp.resolve("whole");
        copy(packaged, bare);
        copy(packaged, whole);
        // As the guide says.
        copy(
                Path.of(System.getProperty("svcdht.kafka.lib")),
                whole.resolve("lib").resolve("kafka"));
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void end() {
        if (client != null) {
            client.close();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path p : all.toList()) {
                Path target = to.resolve(from.relativize(p).toString());
                if (Files.isDirectory(p)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(p, target);
                }
            }
        }
    }

    /** A process and what it said. */
    private static final class Running implements AutoCloseable {
        private final Process process;
        private final List<String> said = new CopyOnWriteArrayList<>();
        private final Thread reader;

        Running(Path dist, String... args) throws IOException {
            List<String> command =
                    new ArrayList<>(List.of(dist.resolve("svc-dht").toString()));
            command.addAll(List.of(args));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true);
            builder.environment().put("SVC_DHT_HOME", dist.toString());
            builder.environment().put("SVC_DHT_JAVA_OPTS", "-Xmx256m -XX:TieredStopAtLevel=1");
            process = builder.start();
            reader = Thread.ofVirtual().start(() -> {
                try (BufferedReader lines =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                    lines.lines().forEach(said::add);
                } catch (IOException | UncheckedIOException e) {
                    said.add("(not read on: " + e + ")");
                }
            });
        }

        String awaitSaid(Pattern pattern) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(found(pattern))
                    .as("%s, alive: %s", said, process.isAlive())
                    .isNotEmpty());
            return found(pattern);
        }

        private String found(Pattern pattern) {
            return said.stream()
                    .map(pattern::matcher)
                    .filter(Matcher::find)
                    .map(m -> m.group(1))
                    .findFirst()
                    .orElse("");
        }

        List<String> awaitEnd(int code) throws Exception {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("%s", said)
                    .isTrue();
            reader.join();
            assertThat(process.exitValue()).as("%s", said).isEqualTo(code);
            return said;
        }

        void kill() throws Exception {
            process.destroyForcibly().waitFor();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static String[] fleet(String prefix, String... more) throws Exception {
        List<String> args = new ArrayList<>(List.of("fleet"));
        args.addAll(List.of(more));
        args.add("--kafka-servers=" + BrokerProcess.shared().address());
        args.add("--kafka-prefix=" + prefix);
        return args.toArray(new String[0]);
    }

    private static Running node(String prefix) throws Exception {
        return new Running(
                whole,
                "run",
                "--data-dir=" + temp.resolve("data"),
                "--admin-bind=127.0.0.1:0",
                "--peer-bind=127.0.0.1:0",
                "--disk-reserve=0",
                "--log-format=text",
                "--kafka-ship=all",
                "--kafka-servers=" + BrokerProcess.shared().address(),
                "--kafka-prefix=" + prefix,
                "--kafka-partitions=1",
                "--kafka-replication=1");
    }

    /** It serves before it is ready, and takes nothing meanwhile. */
    private static String awaitReady(Running node) {
        String api = node.awaitSaid(API);
        HttpRequest ready =
                HttpRequest.newBuilder(URI.create("http://" + api + "/readyz")).build();
        await().atMost(PATIENCE)
                .until(() -> client.send(ready, BodyHandlers.discarding()).statusCode() == 200);
        return api;
    }

    private static void provide(String api, int from, int to) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = from; i < to; i++) {
            lines.append("{\"cid\":\"b3:%064x\",\"ttl_secs\":3600}\n".formatted(i));
        }
        var answer = client.send(
                HttpRequest.newBuilder(URI.create("http://" + api + "/dht/provide/batch"))
                        .header("Content-Type", "application/x-ndjson")
                        .POST(BodyPublishers.ofString(lines.toString()))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static JsonNode shown(String pages) throws Exception {
        return JSON.readTree(client.send(
                                HttpRequest.newBuilder(URI.create(pages + "?format=json"))
                                        .build(),
                                BodyHandlers.ofString())
                        .body())
                .path("nodes")
                .path(0);
    }

    private static void awaitShown(String pages, long position) {
        await().atMost(PATIENCE).until(() -> shown(pages).path("last_position").asLong() >= position);
    }

    @Test
    void without_the_jars_a_sentence_says_where_they_belong() throws Exception {
        try (Running fleet = new Running(bare, "fleet", "--kafka-servers=127.0.0.1:9")) {
            assertThat(String.join("\n", fleet.awaitEnd(2)))
                    .contains("needs the kafka module")
                    .contains(bare.resolve("lib").resolve("kafka").toString());
        }
    }

    @Test
    void a_node_and_its_fleet_are_killed_and_nothing_is_lost_or_doubled() throws Exception {
        String prefix = BrokerProcess.prefix();
        String index = "--fleet-dir=" + temp.resolve("index");
        try (Running fleet = new Running(whole, fleet(prefix, index, "--fleet-bind=127.0.0.1:0"))) {
            String pages = fleet.awaitSaid(PAGES);
            try (Running node = node(prefix)) {
                provide(awaitReady(node), 0, 3_000);
                awaitShown(pages, 1_000);
                // Amid what it ships.
                provide(node.awaitSaid(API), 3_000, 6_000);
                node.kill();
            }
            fleet.kill();
        }
        try (Running node = node(prefix);
                Running fleet = new Running(whole, fleet(prefix, index, "--fleet-bind=127.0.0.1:0"))) {
            provide(awaitReady(node), 6_000, 7_000);
            String pages = fleet.awaitSaid(PAGES);
            awaitShown(pages, 7_000);
            assertThat(shown(pages).path("gaps").asLong()).isZero();
            node.process.destroy();
            node.awaitEnd(0);
            fleet.process.destroy();
            fleet.awaitEnd(0);
        }
        List<JsonNode> shipped = events(new Running(whole, fleet(prefix, "cat")), "event");
        List<JsonNode> journal = events(
                new Running(
                        whole,
                        "journal",
                        "cat",
                        "--json",
                        "--data-dir",
                        temp.resolve("data").toString()),
                "");
        // What the very last event says, that the node stopped, goes out with the next start.
        assertThat(journal).hasSizeGreaterThan(7_000);
        assertThat(journal.size() - shipped.size()).isBetween(0, 1);
        assertThat(shipped).isEqualTo(journal.subList(0, shipped.size()));
    }

    private static List<JsonNode> events(Running command, String under) throws Exception {
        List<JsonNode> all = new ArrayList<>();
        try (command) {
            for (String line : command.awaitEnd(0)) {
                // A warning of the JVM is no event.
                if (line.startsWith("{")) {
                    JsonNode n = JSON.readTree(line);
                    all.add(under.isEmpty() ? n : n.path(under));
                }
            }
        }
        return all;
    }
}
