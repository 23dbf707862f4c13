package io.svcdht.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.svcdht.console.Collector.Received;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes and a collector: a find that crosses both is one trace. */
class TracingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("svcdht.patience.seconds", 120));
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";

    private final List<ServingNode> nodes = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private Collector collector;

    @AfterEach
    void close() {
        nodes.forEach(ServingNode::close);
        client.close();
        if (collector != null) {
            collector.close();
        }
    }

    private ServingNode start(String... more) throws Exception {
        String[] args = Stream.concat(
                        Stream.of(
                                "--amnesia",
                                "--admin-bind=127.0.0.1:0",
                                "--peer-bind=127.0.0.1:0",
                                "--replicas=1",
                                "--lookup-deadline-ms=20000",
                                "--absence-deadline-ms=20000",
                                "--min-leg-budget-ms=10000",
                                "--rpc-timeout-ms=20000",
                                "--dial-timeout-ms=20000"),
                        Arrays.stream(more))
                .toArray(String[]::new);
        ServingNode node = ServingNode.start((Loaded) ConfigLoader.load(Flags.parse(List.of(args)), Map.of()));
        nodes.add(node);
        return node;
    }

    private HttpResponse<String> send(ServingNode node, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://" + node.addresses().getFirst() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private void provide(ServingNode node, String cid) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + node.addresses().getFirst() + "/dht/provide"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"cid\":\"%s\",\"node\":\"local://here\"}".formatted(cid)))
                .build();
        HttpResponse<String> r = client.send(request, BodyHandlers.ofString());
        assertThat(r.statusCode()).as(r.body()).isEqualTo(200);
    }

    private static void ready(ServingNode... all) {
        await().atMost(PATIENCE).until(() -> Arrays.stream(all)
                .allMatch(n ->
                        n.ready() && n.node().network().orElseThrow().standing().live() > 0));
    }

    @Test
    void a_find_that_crosses_two_nodes_is_one_trace() throws Exception {
        collector = new Collector();
        ServingNode holder = start("--otlp-endpoint=" + collector.url());
        // A lookup asks those of its table; whoever holds it has it from the one that says so, or says so itself.
        ServingNode asker = start("--otlp-endpoint=" + collector.url() + "/", "--seeds=" + holder.peerAddress());
        ready(holder, asker);

        HttpResponse<String> r =
                send(asker, "/dht/find_providers/b3:nobody", "traceparent", "00-" + TRACE + "-" + CALLER + "-01");
        assertThat(r.statusCode()).as(r.body()).isEqualTo(200);
        assertThat(r.body()).contains("\"source\":\"network\"");

        String route = "GET /dht/find_providers/{cid}";
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(collector.find(TRACE, route, SpanKind.SPAN_KIND_SERVER)).isPresent();
            assertThat(collector.find(TRACE, "find", SpanKind.SPAN_KIND_INTERNAL))
                    .isPresent();
            assertThat(collector.find(TRACE, "FIND_VALUE", SpanKind.SPAN_KIND_CLIENT))
                    .isPresent();
            assertThat(collector.find(TRACE, "FIND_VALUE", SpanKind.SPAN_KIND_SERVER))
                    .isPresent();
        });
        Received request =
                collector.find(TRACE, route, SpanKind.SPAN_KIND_SERVER).orElseThrow();
        Received lookup =
                collector.find(TRACE, "find", SpanKind.SPAN_KIND_INTERNAL).orElseThrow();
        Received leg =
                collector.find(TRACE, "FIND_VALUE", SpanKind.SPAN_KIND_CLIENT).orElseThrow();
        Received served =
                collector.find(TRACE, "FIND_VALUE", SpanKind.SPAN_KIND_SERVER).orElseThrow();

        assertThat(request.parent()).isEqualTo(CALLER);
        assertThat(lookup.parent()).isEqualTo(request.id());
        assertThat(leg.parent()).isEqualTo(lookup.id());
        assertThat(served.parent()).isEqualTo(leg.id());
        assertThat(request.service()).isEqualTo("svc-dht");
        assertThat(request.attribute("http.response.status_code")).isEqualTo("200");
        assertThat(lookup.attribute("dht.outcome")).isEqualTo("not_found");
        assertThat(r.body()).contains(lookup.attribute("dht.lookup_id"));
        assertThat(leg.node()).isEqualTo(asker.node().id().text());
        assertThat(leg.attribute("dht.peer")).isEqualTo(holder.node().id().text());
        assertThat(served.node()).isEqualTo(holder.node().id().text());
        assertThat(served.attribute("dht.peer")).isEqualTo(asker.node().id().text());
    }

    @Test
    void histograms_tell_a_trace_and_what_is_not_sampled_is_not_told() throws Exception {
        collector = new Collector();
        ServingNode node = start("--otlp-endpoint=" + collector.url(), "--otlp-sample-pct=0");
        await().atMost(PATIENCE).until(node::ready);
        provide(node, "b3:here");

        String open = "application/openmetrics-text";
        for (int i = 0; i < 5; i++) {
            assertThat(send(node, "/dht/find_providers/b3:here").statusCode()).isEqualTo(200);
        }
        assertThat(send(node, "/metrics", "Accept", open).body()).doesNotContain("trace_id=");
        // A histogram takes a new exemplar only so often.
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(send(node, "/dht/find_providers/b3:here", "traceparent", "00-" + TRACE + "-" + CALLER + "-01")
                            .statusCode())
                    .isEqualTo(200);
            HttpResponse<String> metrics = send(node, "/metrics", "Accept", open);
            assertThat(metrics.headers().firstValue("content-type").orElse("")).startsWith(open);
            assertThat(metrics.body()).contains("# EOF");
            for (String histogram : List.of("dht_lookup_latency_seconds_bucket", "request_latency_seconds_bucket")) {
                assertThat(metrics.body().lines())
                        .as(histogram)
                        .anyMatch(l -> l.startsWith(histogram) && l.contains("trace_id=\"" + TRACE + "\""));
            }
        });
        await().atMost(PATIENCE).until(() -> collector
                .find(TRACE, "GET /dht/find_providers/{cid}", SpanKind.SPAN_KIND_SERVER)
                .isPresent());
        assertThat(collector.spans()).allSatisfy(s -> assertThat(s.traceId()).isEqualTo(TRACE));
        assertThat(send(node, "/metrics").body()).doesNotContain(TRACE);
    }

    @Test
    void a_collector_that_refuses_or_is_away_costs_spans_and_nothing_else() throws Exception {
        collector = new Collector();
        collector.answers(503);
        ServingNode node = start("--otlp-endpoint=" + collector.url());
        await().atMost(PATIENCE).until(node::ready);
        provide(node, "b3:here");
        String dropped = "queue_dropped_total{queue=\"otlp\"}";
        await().atMost(PATIENCE)
                .until(() -> send(node, "/metrics").body().lines().anyMatch(l -> l.startsWith(dropped)));
        collector.close();
        for (int i = 0; i < 20; i++) {
            assertThat(send(node, "/dht/find_providers/b3:here").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void without_a_collector_nothing_is_traced() throws Exception {
        ServingNode holder = start();
        ServingNode asker = start("--seeds=" + holder.peerAddress());
        ready(holder, asker);
        HttpResponse<String> r =
                send(asker, "/dht/find_providers/b3:nobody", "traceparent", "00-" + TRACE + "-" + CALLER + "-01");
        assertThat(r.body()).contains("\"source\":\"network\"");
        assertThat(send(asker, "/metrics", "Accept", "application/openmetrics-text")
                        .headers()
                        .firstValue("content-type"))
                .contains("text/plain; version=0.0.4; charset=utf-8");
    }
}
