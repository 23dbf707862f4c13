package io.svcdht.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Many records in little memory, on the heap and in a map beside the journal: all of them are there again after a kill, and
 * at full size after a stop. How long that takes is told, and held to a bound where one is given.
 */
final class ManyRecordsTest {
    private static final int RECORDS = Integer.getInteger("svcdht.many.records", 30_000);
    /** For a machine with nothing else to do. */
    private static final long BOUND_SECONDS = Long.getLong("svcdht.many.bound.seconds", 0);

    private static final List<String> SIGNALS = BOUND_SECONDS > 0 ? List.of("KILL", "TERM") : List.of("KILL");
    private static final int LINES_A_PORTION = 10_000;
    private static final int ASKED = 200;
    private static final int KIB_PER_MIB = 1 << 10;

    private final List<String> volumes = new ArrayList<>();
    private String node = "";

    @BeforeEach
    void sweep() {
        Engine.sweep();
    }

    @AfterEach
    void end() {
        if (!node.isEmpty()) {
            Engine.remove(node);
        }
        volumes.forEach(Engine::removeVolume);
    }

    private Bind at(String directory) {
        String name = Engine.volume();
        volumes.add(name);
        return new Bind(name, new Volume(directory));
    }

    @ParameterizedTest
    @CsvSource({"chronicle-map, 512", "heap, 1024"})
    void they_are_all_served_again_after_a_start(String store, int memoryMib) throws Exception {
        HostConfig host = Engine.hardened(memoryMib, List.of(at("/data"), at("/tokens")));
        Map<String, String> settings = new HashMap<>(Map.of(
                "DHT_STATE_STORE", store,
                "DHT_MAX_RECORDS", Integer.toString(RECORDS + RECORDS / 10),
                "DHT_ADMIN_BIND", "0.0.0.0:5301",
                "DHT_ADMIN_TOKEN_FILE", "/tokens/tokens",
                "DHT_PEER_BIND", "none",
                "DHT_DISK_RESERVE", "16MiB",
                "DHT_LOG_FORMAT", "text"));
        String token = Engine.run(host, settings, "token", "--dir", "/tokens", "--show")
                .out()
                .strip();
        node = Engine.create(host, settings, "run");
        List<String> said = new ArrayList<>();
        long began = System.nanoTime();
        Api api = started(token);
        said.add("first start %d ms".formatted(millisSince(began)));
        began = System.nanoTime();
        try {
            fill(api);
        } catch (IOException e) {
            throw new AssertionError(Engine.log(node), e);
        }
        said.add("announced in %d ms".formatted(millisSince(began)));
        for (String signal : SIGNALS) {
            Engine.client().killContainerCmd(node).withSignal(signal).exec();
            Engine.awaitEnd(node);
            began = System.nanoTime();
            api = started(token);
            assertServed(api, 0);
            long took = millisSince(began);
            said.add("%s: serving after %d ms, %d ms of CPU".formatted(signal, took, cpuMillis()));
            for (int i = 1; i < ASKED; i++) {
                assertServed(api, (int) ((long) i * RECORDS / ASKED));
            }
            assertThat(metric(api, "provider_records{state=\"live\""))
                    .as("records that are there: %s", said)
                    .isEqualTo(RECORDS);
            if (BOUND_SECONDS > 0) {
                assertThat(took).isLessThanOrEqualTo(TimeUnit.SECONDS.toMillis(BOUND_SECONDS));
            }
        }
        said.add("%d MiB of its own".formatted(ownMib()));
        System.out.printf(
                "ManyRecordsTest: %d records in %s, -m %dm: %s%n", RECORDS, store, memoryMib, String.join(", ", said));
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    /** Starts the container and waits until it is ready; its address is another one each time. */
    private Api started(String token) {
        Engine.client().startContainerCmd(node).exec();
        String address = Engine.client()
                .inspectContainerCmd(node)
                .exec()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
        Api api = new Api(URI.create("http://%s:5301".formatted(address)), token);
        Awaitility.await()
                .atMost(Engine.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> api.status("/readyz") == 200 || !Engine.isRunning(node));
        assertThat(Engine.isRunning(node)).as(Engine.log(node)).isTrue();
        return api;
    }

    private long pid() {
        Long pid = Engine.client().inspectContainerCmd(node).exec().getState().getPidLong();
        return Objects.requireNonNull(pid);
    }

    private long cpuMillis() {
        return ProcessHandle.of(pid())
                .flatMap(p -> p.info().totalCpuDuration())
                .orElseThrow()
                .toMillis();
    }

    /** What it has in memory that is no file: heap, code, buffers. */
    private long ownMib() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / KIB_PER_MIB)
                .sum();
    }

    /** Spread over all keys, as digests are. */
    private static String cid(int i) {
        StringBuilder hex = new StringBuilder("b3:");
        for (int word = 0; word < 4; word++) {
            hex.append("%016x".formatted(mixed(4L * i + word)));
        }
        return hex.toString();
    }

    private static long mixed(long i) {
        long z = 0x9E3779B97F4A7C15L * (i + 1);
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    private static byte[] portion(int index) {
        StringBuilder lines = new StringBuilder();
        int end = Math.min(RECORDS, (index + 1) * LINES_A_PORTION);
        for (int i = index * LINES_A_PORTION; i < end; i++) {
            lines.append("{\"cid\":\"%s\",\"node\":\"local://shelf\",\"ttl_secs\":172800}\n".formatted(cid(i)));
        }
        return lines.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** In portions, as this client reads no result before it has sent all. */
    private static void fill(Api api) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int i = 0; i * LINES_A_PORTION < RECORDS; i++) {
                HttpRequest request = HttpRequest.newBuilder(api.base().resolve("/dht/provide/batch"))
                        .header("Authorization", "Bearer " + api.token())
                        .header("Content-Type", "application/x-ndjson")
                        .POST(BodyPublishers.ofByteArray(portion(i)))
                        .build();
                HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(answer.body().lines()).allMatch(line -> line.contains("\"ok\":true"));
            }
        }
    }

    private static void assertServed(Api api, int i) throws Exception {
        JsonNode found = Api.json(api.find(cid(i), "?local=true"));
        assertThat(found.path("providers"))
                .as("%s: %s", cid(i), found)
                .extracting(JsonNode::asText)
                .containsExactly("local://shelf");
    }

    /** The sum of all series that begin so. */
    private static double metric(Api api, String beginning) throws Exception {
        return api.send("GET", "/metrics", "")
                .body()
                .lines()
                .filter(line -> line.startsWith(beginning))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
