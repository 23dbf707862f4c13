package io.svcdht.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.console.faults.FaultNet;
import io.svcdht.console.faults.FaultNet.Place;
import io.svcdht.console.faults.Weather;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Five nodes whose connections and datagrams all lead through relays of ours: 50 ms each way, 5 % loss, and datagrams that
 * overtake each other or come twice, on any kernel. Each node is told to others at a second address of this machine's end of the bridge.
 */
final class NetemTest {
    private static final int NODES = 5;
    private static final int OUTSIDE = 100;
    private static final int PORT = 5302;
    private static final int RECORDS = 60;
    private static final int ROUNDS = 5;
    private static final int DEADLINE_MILLIS = 2_000;
    /** One in so many may be asked again: a machine that stands still now and then, and not the weather. */
    private static final int AGAIN_IN_MIN = 50;

    private static final int AGAIN_MAX = 3;

    private static final Weather BAD = new Weather(50, 10, 5, 0, 10, 1);

    private final List<String> added = new ArrayList<>();
    private Cluster cluster;
    private FaultNet net;

    @BeforeEach
    void start() throws Exception {
        Engine.sweep();
        cluster = Cluster.start(NODES, this::outside);
    }

    @AfterEach
    void end() throws Exception {
        if (net != null) {
            net.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private static String outside(String inside) {
        int dot = inside.lastIndexOf('.');
        return inside.substring(0, dot + 1) + (OUTSIDE + Integer.parseInt(inside.substring(dot + 1)));
    }

    /** Settings of each; before the first of them, the relays listen. */
    private Map<String, String> outside(Cluster making, int index) throws IOException {
        if (net == null) {
            List<Place> places = new ArrayList<>();
            for (int i = 0; i < NODES; i++) {
                String inside = making.address(i);
                String outside = outside(inside);
                addAddress(making, outside);
                places.add(new Place(InetAddress.getByName(inside), InetAddress.getByName(outside), PORT));
            }
            net = FaultNet.open(places);
        }
        return Map.of(
                "DHT_ADVERTISE",
                outside(making.address(index)) + ":" + PORT,
                "DHT_SEEDS",
                Cluster.seeds(i -> outside(making.address(i)) + ":" + PORT),
                // Finds of what a node holds itself come as fast as one can ask.
                "DHT_MAX_RPS_IP",
                "6000");
    }

    /** It goes with the bridge. */
    private void addAddress(Cluster making, String address) throws IOException {
        String bridge = "br-" + making.network().getId().substring(0, 12);
        Process process = new ProcessBuilder("ip", "addr", "add", address + "/32", "dev", bridge)
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(process.waitFor())
                    .as("ip addr add %s dev %s", address, bridge)
                    .isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        added.add(address);
    }

    /**
     * What a find showed.
     *
     * @param again whether it was asked more than once
     * @param misses what was answered where nothing was found, and how the lookup went
     */
    private record Shown(boolean found, boolean remote, long millis, boolean again, List<String> misses) {
        static Shown of(JsonNode answer, boolean again, List<String> misses) {
            return new Shown(
                    isFound(answer),
                    answer.path("source").asText().equals("network"),
                    answer.path("elapsed_ms").asLong(),
                    again,
                    misses);
        }

        static boolean isFound(JsonNode answer) {
            return answer.path("providers").size() == 1;
        }
    }

    private static String miss(ContainerNode node, JsonNode answer) throws Exception {
        return "node %d: %s %s"
                .formatted(
                        node.index(),
                        answer,
                        node.api()
                                .send(
                                        "GET",
                                        "/dht/lookups/"
                                                + answer.path("lookup_id").asText(),
                                        "")
                                .body());
    }

    /** What is asked of a node. */
    private interface Work<T> {
        T with(ContainerNode node) throws Exception;
    }

    /** All nodes at once: what takes long here is the weather, and that costs no processor. */
    private <T> List<T> eachAtOnce(Work<List<T>> work) throws Exception {
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<List<T>>> tasks = new ArrayList<>();
            cluster.nodes().forEach(node -> tasks.add(() -> work.with(node)));
            for (Future<List<T>> done : threads.invokeAll(tasks)) {
                results.addAll(done.get());
            }
        }
        return results;
    }

    private static List<String> announced(ContainerNode node) throws Exception {
        List<String> cids = new ArrayList<>();
        for (int i = node.index(); i < RECORDS; i += NODES) {
            String cid = "b3:netem-" + i;
            HttpResponse<String> answer = node.api().provide(cid, "local://shelf", Api.TTL_SECONDS, true);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            cids.add(cid);
        }
        return cids;
    }

    private static List<Shown> asked(ContainerNode node, List<String> cids) throws Exception {
        List<Shown> shown = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            // Another limit each round, so that no answer is one that was kept.
            String query = "?limit=%d&deadline_ms=%d".formatted(round + 1, DEADLINE_MILLIS);
            for (String cid : cids) {
                JsonNode answer = Api.json(node.api().find(cid, query));
                List<String> misses = new ArrayList<>();
                // A moment in which the whole machine stands still costs each node one, or some.
                while (!Shown.isFound(answer)) {
                    misses.add(miss(node, answer));
                    if (misses.size() > AGAIN_MAX) {
                        break;
                    }
                    answer = Api.json(node.api().find(cid, query));
                }
                shown.add(Shown.of(answer, !misses.isEmpty(), misses));
            }
        }
        return shown;
    }

    @Test
    void with_50_ms_and_5_percent_loss_what_was_announced_is_found() throws Exception {
        assertThat(net.connections())
                .as("connections between nodes, all through here")
                .isPositive();
        net.weather(BAD);
        List<String> cids = eachAtOnce(NetemTest::announced);
        assertThat(cids).hasSize(RECORDS);
        List<Shown> shown = eachAtOnce(node -> asked(node, cids));
        long found = shown.stream().filter(Shown::found).count();
        long[] sorted = shown.stream()
                .filter(s -> s.found() && s.remote())
                .mapToLong(Shown::millis)
                .sorted()
                .toArray();
        long again = shown.stream().filter(Shown::again).count();
        System.out.printf(
                "NetemTest: %d of %d found within %d ms, %d asked again, %d of them over the network: p50 %d ms, p99 %d ms, most %d ms%n",
                found,
                shown.size(),
                DEADLINE_MILLIS,
                again,
                sorted.length,
                sorted[sorted.length / 2],
                sorted[sorted.length * 99 / 100],
                LongStream.of(sorted).max().orElse(0));
        shown.forEach(s -> s.misses().forEach(m -> System.out.println("NetemTest: missed by " + m)));
        assertThat(shown).hasSize(RECORDS * NODES * ROUNDS);
        assertThat(sorted.length).as("finds over the network").isGreaterThan(RECORDS / 2);
        assertThat(sorted[sorted.length / 2])
                .as("the weather is felt: a round trip takes 100 ms")
                .isGreaterThanOrEqualTo(80);
        assertThat(again).as("asked again, of %d", shown.size()).isLessThanOrEqualTo(shown.size() / AGAIN_IN_MIN);
        assertThat(found).as("of %d, %d asked again", shown.size(), again).isGreaterThanOrEqualTo((long)
                Math.ceil(shown.size() * 0.999));
    }
}
