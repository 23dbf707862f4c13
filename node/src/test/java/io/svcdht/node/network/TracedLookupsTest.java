package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.svcdht.node.Patience;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.http.ApiServer;
import io.svcdht.node.http.VertxFactory;
import io.svcdht.node.metrics.Metrics;
import io.svcdht.node.network.LocalNet.Member;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.LookupRecord.Asker;
import io.svcdht.storage.trace.LookupRecord.Operation;
import io.svcdht.storage.trace.TraceLog;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every lookup over the network leaves a trace that says who wanted it: real nodes, one of them behind HTTP. */
final class TracedLookupsTest {
    private static final Duration PATIENCE = Patience.LIMIT;
    /** BLAKE3 of nothing, as clients of IPFS write it. */
    private static final String CID = "bafkr4ifpcne3t5pzugtkaqcn5i3nzskjtpfslsnnyejlpte2spfoihzsmi";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    private static LocalNet net;
    private static Member node;
    private static Member other;
    private static Vertx vertx;
    private static ApiServer server;

    @BeforeAll
    static void start() {
        net = new LocalNet(c -> LocalNet.patient(c).withReplicas(2));
        node = net.join();
        other = net.join();
        for (Member m : net.members()) {
            await().atMost(PATIENCE)
                    .until(() ->
                            m.node().status().ready() && m.network().standing().contacts() == 1);
        }
        Metrics metrics = new Metrics();
        vertx = VertxFactory.create(metrics, 1);
        server = LocalNet.get(
                ApiServer.start(vertx, node.node(), metrics, ApiServer.Options.open(new HostPort("127.0.0.1", 0)))
                        .toCompletionStage()
                        .toCompletableFuture());
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        net.close();
    }

    private static JsonNode json(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> r = CLIENT.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
        assertThat(r.statusCode()).as(r.body()).isEqualTo(200);
        return new JsonMapper().readTree(r.body());
    }

    private static HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.bound().getFirst().port() + path));
    }

    private static List<LookupRecord> traces(Member of, Operation operation) {
        return of.node().traces().page(TraceLog.Filter.ALL.of(operation), 1_000).lookups();
    }

    private static LookupRecord about(Member of, Operation operation, String text) {
        return traces(of, operation).stream()
                .filter(l -> l.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no trace of " + text));
    }

    @Test
    void an_announcement_leaves_the_trace_of_who_is_to_hold_it() {
        ContentId cid = ContentId.parse("announced", true);
        assertThat(other.replicas(other.provide(cid).position())).isPositive();
        LookupRecord told = about(other, Operation.PROVIDE, "announced");
        assertThat(told.asker()).isEqualTo(Asker.PROVIDE);
        assertThat(told.target()).isEqualTo(cid.key());
        assertThat(told.outcome()).isEqualTo(LookupRecord.Outcome.CONVERGED);
        assertThat(told.legs())
                .extracting(l -> l.peer())
                .containsExactly(node.node().id());

        other.withdraw(cid);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(traces(other, Operation.PROVIDE))
                .anyMatch(l -> l.asker() == Asker.WITHDRAWAL && l.text().equals("announced")));
    }

    @Test
    void the_routing_table_leaves_traces_of_its_own() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(traces(other, Operation.REFRESH))
                .isNotEmpty()
                .allMatch(l -> l.asker() == Asker.UPKEEP && !l.legs().isEmpty()));
    }

    @Test
    void a_provide_shows_how_its_holders_were_looked_for() throws Exception {
        JsonNode provided = json(at("/dht/provide?wait=replicated&deadline_ms=60000&trace")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"cid\":\"b3:traced\"}")));
        assertThat(provided.path("replicas").asInt()).isPositive();
        JsonNode trace = provided.path("trace");
        assertThat(trace.path("op").asText()).isEqualTo("provide");
        assertThat(trace.path("asked_by").asText()).isEqualTo("provide");
        assertThat(trace.path("text").asText()).isEqualTo("b3:traced");
        assertThat(trace.path("legs")).isNotEmpty();
        String id = provided.path("lookup_id").asText();
        assertThat(trace.path("lookup_id").asText()).isEqualTo(id);
        assertThat(json(at("/dht/lookups/" + id))).isEqualTo(trace);
    }

    @Test
    void a_find_shows_how_it_went_where_that_is_wanted() throws Exception {
        JsonNode found = json(at("/dht/find_providers/b3:nobody-has-it?trace&deadline_ms=60000"));
        assertThat(found.path("source").asText()).isEqualTo("network");
        JsonNode trace = found.path("trace");
        assertThat(trace.path("legs").size()).isEqualTo(found.path("messages").asInt());
        assertThat(trace.path("asked_by").asText()).isEqualTo("http");
        assertThat(json(at("/dht/lookups/" + found.path("lookup_id").asText()))).isEqualTo(trace);
        assertThat(json(at("/dht/find_providers/b3:nor-this?deadline_ms=60000")).has("trace"))
                .isFalse();
    }

    @Test
    void clients_of_ipfs_leave_traces_too() throws Exception {
        json(at("/routing/v1/providers/" + CID));
        json(at("/routing/v1/dht/closest/peers/" + CID));
        for (Operation operation : new Operation[] {Operation.FIND, Operation.FIND_NODE}) {
            LookupRecord told = about(node, operation, CID);
            assertThat(told.asker()).isEqualTo(Asker.DELEGATED_ROUTING);
            assertThat(told.legs()).isNotEmpty();
        }
        JsonNode listed = json(at("/dht/lookups?op=find_node"));
        assertThat(listed.path("lookups"))
                .isNotEmpty()
                .allMatch(l -> l.path("op").asText().equals("find_node"));
        assertThat(listed.path("lookups").findValuesAsText("asked_by")).contains("delegated_routing");
    }
}
