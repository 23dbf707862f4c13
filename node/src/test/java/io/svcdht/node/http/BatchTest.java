package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.node.Patience;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many lines in one request: each answered, in order, whatever the others are and however fast anybody is. */
@Timeout(300)
final class BatchTest {
    private static final Duration PATIENCE = Patience.LIMIT;
    private static final String NDJSON = "application/x-ndjson";
    /** What the contract allows. */
    private static final int IN_FLIGHT_MAX = 10_000;

    private ServedNode served;

    @BeforeEach
    void start() throws Exception {
        start(HttpLimits.STANDARD.idleSeconds());
    }

    private void start(int idleSeconds) throws Exception {
        served = ServedNode.amnesic(o -> new ApiServer.Options(
                o.bind(), o.access(), HttpLimits.STANDARD.withPatience(400, 400, idleSeconds), 2, o.mounts()));
    }

    /** Whatever happened to a batch, nothing of it is left. */
    @AfterEach
    void everything_is_free_again() throws Exception {
        try {
            Batches batches = served.server.batches();
            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(batches.open()).as("open batches").isZero();
                assertThat(batches.linesInFlight()).as("lines in flight").isZero();
            });
            assertThat(served.provide("{\"cid\":\"b3:good\"}").statusCode()).isEqualTo(200);
        } finally {
            served.close();
        }
    }

    private int records() {
        return served.node.status().records();
    }

    private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        List<String> all = new ArrayList<>(List.of("Content-Type", NDJSON));
        all.addAll(List.of(headers));
        return served.send("POST", path, body, all.toArray(String[]::new));
    }

    private static List<JsonNode> lines(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains(NDJSON);
        List<JsonNode> lines = new ArrayList<>();
        for (String line : answer.body().lines().toList()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    @Test
    void a_line_is_answered_before_the_next_is_sent() throws Exception {
        try (BatchClient client = BatchClient.provide(served)) {
            for (int i = 0; i < 5; i++) {
                client.send(BatchClient.lines("a", i, i + 1));
                JsonNode r = client.results(1).getFirst();
                assertThat(r.get("cid").asText()).isEqualTo("b3:a-" + i);
                assertThat(r.get("ok").asBoolean()).isTrue();
                assertThat(r.get("position").asLong()).isEqualTo(served.position());
            }
            assertThat(client.end().toEnd()).isEmpty();
        }
    }

    @Test
    void a_result_says_what_a_single_provide_says() throws Exception {
        String hex = "b3:" + "0123456789abcdef".repeat(4);
        for (String cid : List.of(hex, "b3:short", "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKyvDa")) {
            String line = "{\"cid\":\"%s\",\"node\":\"local://x\",\"ttl_secs\":77}".formatted(cid);
            JsonNode single = ServedNode.json(served.provide(line));
            JsonNode result = lines(post("/dht/provide/batch", line + "\n")).getFirst();
            assertThat(result.properties().stream().map(java.util.Map.Entry::getKey))
                    .containsExactlyElementsOf(single.properties().stream()
                            .map(java.util.Map.Entry::getKey)
                            .toList());
            assertThat(result.get("cid")).isEqualTo(single.get("cid"));
            assertThat(result.get("ttl_secs_used")).isEqualTo(single.get("ttl_secs_used"));
            assertThat(result.get("position").asLong())
                    .isEqualTo(single.get("position").asLong() + 1);
            assertThat(result.get("expires_at").asText())
                    .hasSameSizeAs(single.get("expires_at").asText());
        }
    }

    @Test
    void a_bad_line_is_answered_in_its_place_and_the_rest_goes_on() throws Exception {
        byte[] half = "{\"cid\":\"b3:\u00e4\"}\n".getBytes(StandardCharsets.ISO_8859_1);
        try (BatchClient client = BatchClient.provide(served)) {
            client.send(BatchClient.lines("first", 0, 1))
                    .send("{\"cid\":\n")
                    .send("\n")
                    .send("{\"cid\":\"b3:x\",\"ttl_secs\":0}\r\n")
                    .send("{\"cid\":\"b3:\\u0007\"}\n")
                    .send(half)
                    .send("[1]\n{\"node\":\"a\"}\n{\"cid\":\"b3:a\",\"cid\":\"b3:b\"}\n")
                    .send("{\"cid\":\"b3:" + "x".repeat(1 << 20))
                    .send("\"}\n")
                    .send("{\"cid\":\"b3:last\"}");
            List<JsonNode> r = client.end().toEnd();
            assertThat(r).hasSize(11);
            assertThat(r.getFirst().get("ok").asBoolean()).isTrue();
            assertThat(r.getLast().get("cid").asText()).isEqualTo("b3:last");
            for (int i = 1; i < 10; i++) {
                assertThat(r.get(i).get("ok").asBoolean()).as("line %d", i + 1).isFalse();
                assertThat(r.get(i).get("line").asInt()).isEqualTo(i + 1);
                assertThat(r.get(i).get("code").asText()).isEqualTo(i == 9 ? "OverSize" : "BadRequest");
            }
            assertThat(r.get(1).get("detail").asText()).contains("the line is no valid JSON");
            assertThat(r.get(3).get("detail").asText()).contains("ttl_secs", "172800");
            assertThat(r.get(5).get("detail").asText()).contains("UTF-8");
            assertThat(r.get(9).get("detail").asText()).contains("16384");
            assertThat(records()).isEqualTo(2);
        }
    }

    @Test
    void a_stream_cut_in_the_middle_leaves_exactly_the_acknowledged_lines() throws Exception {
        try (BatchClient client = BatchClient.provide(served)) {
            client.send(BatchClient.lines("cut", 0, 3000))
                    .send("{\"cid\":\"b3:whole\"}")
                    .halfClose();
            List<JsonNode> r = client.toEnd();
            assertThat(r).hasSize(3000).allMatch(n -> n.get("ok").asBoolean());
            assertThat(client.closedByServer()).isTrue();
            assertThat(records()).as("the line without its end is none").isEqualTo(3000);
        }
    }

    @Test
    void a_stream_that_was_answered_so_far_ends_where_it_is_cut() throws Exception {
        try (BatchClient client = BatchClient.provide(served)) {
            assertThat(client.send(BatchClient.lines("so-far", 0, 10)).results(10))
                    .hasSize(10);

            client.send("{\"cid\":\"b3:rest\"}").halfClose();

            assertThat(client.toEnd()).isEmpty();
            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void a_client_that_sent_all_may_close_its_side_and_read_on() throws Exception {
        try (BatchClient client = BatchClient.provide(served)) {
            assertThat(client.send(BatchClient.lines("half", 0, 2000))
                            .end()
                            .halfClose()
                            .toEnd())
                    .hasSize(2000);
        }
    }

    @Test
    void after_a_reset_the_acknowledged_lines_are_there_and_a_prefix_of_all() throws Exception {
        BatchClient client = BatchClient.provide(served);
        Thread pump = client.pump(BatchClient.lines("reset", 0, 20_000), 1);
        List<JsonNode> read = client.results(2_500);
        client.reset();
        pump.join();
        Awaitility.await().atMost(PATIENCE).until(() -> served.server.batches().open() == 0);
        long lastAcknowledged = read.getLast().get("position").asLong();
        Awaitility.await().atMost(PATIENCE).until(() -> served.node.status().queueDepth() == 0);
        List<JsonNode> events = lines(served.get("/journal/events?type=ProviderAnnounced&limit=100000"));
        assertThat(events).hasSizeGreaterThanOrEqualTo(2_500);
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).get("cid").asText()).isEqualTo("b3:reset-" + i);
        }
        assertThat(events.getLast().get("position").asLong()).isGreaterThanOrEqualTo(lastAcknowledged);
    }

    @Test
    void a_slow_reader_stops_the_reading() throws Exception {
        byte[] block = BatchClient.lines("slow", 0, 10_000);
        try (BatchClient client = new BatchClient(served.port(), "/dht/provide/batch", 4096)) {
            Thread pump = client.pump(block, 15);
            long[] before = {-1};
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> {
                        long now = served.position();
                        boolean still = now > 1_000
                                && now == before[0]
                                && served.server.batches().linesInFlight() > 0;
                        before[0] = now;
                        return still;
                    });
            // What fits the buffers of both sockets was answered; the rest was not even read.
            assertThat(served.position()).isLessThan(80_000);
            assertThat(served.server.batches().linesInFlight()).isPositive().isLessThanOrEqualTo(IN_FLIGHT_MAX);
            assertThat(served.provide("{\"cid\":\"b3:other\"}").statusCode()).isEqualTo(200);
            // Nothing is lost by the wait.
            assertThat(client.results(150_000)).allMatch(r -> r.get("ok").asBoolean());
            assertThat(client.result()).isNull();
            pump.join();
        }
        assertThat(records()).isEqualTo(10_001);
    }

    @Test
    void however_many_lines_only_so_many_are_in_flight() throws Exception {
        try (BatchClient client = BatchClient.provide(served)) {
            client.pump(BatchClient.lines("many", 0, 5_000), 40);
            Batches batches = served.server.batches();
            int highest = 0;
            for (int i = 0; i < 200_000; i++) {
                assertThat(client.result()).isNotNull();
                highest = Math.max(highest, batches.linesInFlight());
            }
            assertThat(client.result()).isNull();
            assertThat(highest).isPositive().isLessThanOrEqualTo(IN_FLIGHT_MAX);
        }
    }

    @Test
    void an_endless_batch_keeps_neither_another_nor_a_single_provide_waiting() throws Exception {
        byte[] block = BatchClient.lines("endless", 0, 5_000);
        try (BatchClient endless = BatchClient.provide(served);
                BatchClient small = BatchClient.provide(served)) {
            endless.pump(block, Integer.MAX_VALUE);
            AtomicInteger read = new AtomicInteger();
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    while (endless.result() != null) {
                        read.incrementAndGet();
                    }
                } catch (java.io.IOException e) {
                    // Cut below.
                }
            });
            Awaitility.await().atMost(PATIENCE).until(() -> read.get() > 20_000);
            long before = served.position();
            long single = ServedNode.json(served.provide("{\"cid\":\"b3:single\"}"))
                    .get("position")
                    .asLong();
            // The engine takes turns, or the endless one would keep it for ever: how far that gets meanwhile is the
            // machine's affair.
            assertThat(single - before).isLessThan(1_000_000);
            small.send(BatchClient.lines("small", 0, 3_000)).end();
            List<JsonNode> r = small.toEnd();
            assertThat(r).hasSize(3_000);
            assertThat(r.getLast().get("position").asLong()
                            - r.getFirst().get("position").asLong())
                    .isBetween(2_999L, 1_000_000L);
            endless.reset();
            reader.join();
        }
    }

    @Test
    void what_never_becomes_a_line_is_ended_with_a_sentence() throws Exception {
        served.close();
        start(2);
        try (BatchClient client = BatchClient.provide(served)) {
            client.send(BatchClient.lines("idle", 0, 1));
            assertThat(client.results(1)).hasSize(1);
            Thread trickle = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        client.send(" ");
                        Thread.sleep(50);
                    }
                } catch (java.io.IOException | InterruptedException e) {
                    // The server has hung up.
                }
            });
            List<JsonNode> rest = client.toEnd();
            assertThat(rest).hasSize(1);
            assertThat(rest.getFirst().get("code").asText()).isEqualTo("Timeout");
            assertThat(rest.getFirst().get("detail").asText()).contains("2 s", "was read");
            assertThat(client.closedByServer()).isTrue();
            trickle.interrupt();
            trickle.join();
        }
    }

    @Test
    void a_stopping_server_answers_what_it_read_and_says_where_it_ended() throws Exception {
        try (BatchClient client = BatchClient.provide(served)) {
            client.send(BatchClient.lines("stop", 0, 10));
            assertThat(client.results(10)).hasSize(10);
            var stopped = served.server.stop();
            List<JsonNode> rest = client.toEnd();
            assertThat(rest).hasSize(1);
            assertThat(rest.getFirst().get("line").asInt()).isEqualTo(11);
            assertThat(rest.getFirst().get("code").asText()).isEqualTo("NotReady");
            Awaitility.await().atMost(PATIENCE).until(stopped::isComplete);
        }
        served.close();
        start();
    }

    @Test
    void a_batch_wants_its_type_and_no_compression() throws Exception {
        String line = "{\"cid\":\"b3:x\"}\n";
        for (String path : List.of("/dht/provide/batch", "/dht/find_providers")) {
            BadInputTest.assertProblem(
                    post(path, line, "Content-Type", "application/json"), 415, "UnsupportedMedia", NDJSON);
            HttpResponse<String> gzip = post(path, line, "Content-Encoding", "gzip");
            BadInputTest.assertProblem(gzip, 415, "UnsupportedMedia", "Content-Encoding");
            assertThat(gzip.headers().firstValue("accept-encoding")).contains("identity");
            assertThat(lines(post(path, ""))).isEmpty();
        }
        assertThat(records()).isZero();
    }

    @Test
    void the_places_for_streams_are_counted_and_come_back() throws Exception {
        List<BatchClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < HttpLimits.STANDARD.streamsMax(); i++) {
                clients.add(BatchClient.provide(served).send(BatchClient.lines("place", i, i + 1)));
            }
            for (BatchClient c : clients) {
                assertThat(c.results(1)).hasSize(1);
            }
            HttpResponse<String> refused = post("/dht/provide/batch", "{\"cid\":\"b3:x\"}\n");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
        } finally {
            clients.forEach(BatchClient::reset);
        }
        Awaitility.await().atMost(PATIENCE).until(() -> served.server.batches().open() == 0);
        assertThat(lines(post("/dht/provide/batch", "{\"cid\":\"b3:x\"}\n"))).hasSize(1);
    }

    @Test
    void finds_are_answered_in_order_and_bad_lines_in_their_place() throws Exception {
        served.provide("{\"cid\":\"b3:known\",\"node\":\"local://a\"}");
        served.provide("{\"cid\":\"b3:known\",\"node\":\"local://b\"}");
        String hex = "b3:" + "7".repeat(64);
        served.provide("{\"cid\":\"%s\"}".formatted(hex));
        String body = "{\"cid\":\"b3:known\"}\n{\"cid\":\"%s\"}\n{\"cid\":\"b3:unknown\"}\nnonsense\n{\"cid\":\"%s\"}"
                .formatted(hex, hex);
        List<JsonNode> r = lines(post("/dht/find_providers", body));
        assertThat(r).hasSize(5);
        assertThat(r.get(0).get("providers")).hasSize(2);
        assertThat(r.get(0).get("outcome").asText()).isEqualTo("found");
        assertThat(r.get(1).get("cid").asText()).isEqualTo(hex);
        assertThat(r.get(1).get("providers").get(0).asText())
                .isEqualTo(served.node.id().text());
        assertThat(r.get(2).get("outcome").asText()).isEqualTo("not_found");
        assertThat(r.get(3).get("code").asText()).isEqualTo("BadRequest");
        assertThat(r.get(3).get("line").asInt()).isEqualTo(4);
        assertThat(r.get(4)).isEqualTo(r.get(1));

        JsonNode one =
                lines(post("/dht/find_providers?limit=1&records=true", body)).getFirst();
        JsonNode single = ServedNode.json(served.get("/dht/find_providers/b3:known?limit=1"));
        assertThat(one.get("providers")).isEqualTo(single.get("providers"));
        assertThat(one.get("records")).hasSize(1);
    }

    @Test
    void a_slow_reader_of_finds_stops_the_reading_too() throws Exception {
        String hex = "b3:" + "7".repeat(64);
        served.provide("{\"cid\":\"%s\",\"node\":\"%s\"}".formatted(hex, "x".repeat(500)));
        byte[] block = "{\"cid\":\"%s\"}\n".formatted(hex).repeat(5_000).getBytes(StandardCharsets.US_ASCII);
        try (BatchClient client = new BatchClient(served.port(), "/dht/find_providers", 4096)) {
            client.pump(block, 12);
            double[] before = {-1};
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> {
                        double now = finds();
                        boolean still = now > 0 && now == before[0];
                        before[0] = now;
                        return still;
                    });
            assertThat(finds()).isLessThan(40_000);
            assertThat(client.results(60_000)).hasSize(60_000);
            assertThat(client.result()).isNull();
        }
    }

    private double finds() {
        return served.metrics
                .scrape()
                .lines()
                .filter(l -> l.startsWith("dht_lookups_total "))
                .mapToDouble(l -> Double.parseDouble(l.substring(l.indexOf(' ') + 1)))
                .sum();
    }
}
