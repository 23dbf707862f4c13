package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Stands for the seed's test of this name: every door answers with what it promises. */
final class ApiSmokeTest {
    private static ServedNode served;

    @BeforeAll
    static void start() throws Exception {
        served = ServedNode.amnesic();
    }

    @AfterAll
    static void stop() throws Exception {
        served.close();
    }

    @Test
    void health_and_readiness_speak_the_seeds_words() throws Exception {
        assertThat(served.get("/healthz").body()).isEqualTo("ok");
        HttpResponse<String> ready = served.get("/readyz");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body()).isEqualTo("ready");
    }

    @Test
    void version_tells_what_runs_and_where() throws Exception {
        JsonNode version = ServedNode.json(served.get("/version"));
        assertThat(version.get("service").asText()).isEqualTo("svc-dht");
        assertThat(version.has("git")).isTrue();
        assertThat(version.has("built")).isTrue();
        assertThat(version.get("addresses").get(0).asText()).isEqualTo("http://127.0.0.1:" + served.port());
        assertThat(version.get("features").get(0).asText()).isEqualTo("amnesia");
    }

    @Test
    void metrics_hold_the_seeds_names_and_vertx_own() throws Exception {
        served.get("/dht/find_providers/b3:nobody");
        String metrics = served.get("/metrics").body();
        assertThat(metrics)
                .contains("dht_lookups_total ")
                .contains("dht_provides_total ")
                .contains("dht_lookup_latency_seconds_bucket{le=\"0.05\"}")
                .contains("dht_lookup_hops_bucket{le=\"1.0\"}")
                .contains("journal_events_total{type=\"NodeStarted\"} 1.0")
                .contains("journal_position ")
                .contains("provider_records{state=\"live\"}")
                .contains("http_requests_total{method=\"GET\",route=\"/dht/find_providers/{cid}\",status=\"200\"}")
                .contains("request_latency_seconds_bucket{method=\"GET\",route=\"/dht/find_providers/{cid}\"")
                .contains("vertx_http_server_");
    }

    @Test
    void a_find_of_nothing_proves_absence() throws Exception {
        JsonNode found = ServedNode.json(served.get("/dht/find_providers/b3:nothing"));
        assertThat(found.get("providers")).isEmpty();
        assertThat(found.get("outcome").asText()).isEqualTo("not_found");
        assertThat(found.get("source").asText()).isEqualTo("local");
        assertThat(found.get("hops").asInt()).isEqualTo(1);
        assertThat(found.get("lookup_id").asText()).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-.*");
    }

    @Test
    void an_unknown_path_is_a_problem_one_can_act_on() throws Exception {
        HttpResponse<String> r = served.get("/nothing/here");
        assertThat(r.statusCode()).isEqualTo(404);
        assertThat(r.headers().firstValue("content-type")).contains("application/problem+json");
        JsonNode problem = ServedNode.json(r);
        assertThat(problem.get("code").asText()).isEqualTo("NotFound");
        assertThat(problem.get("status").asInt()).isEqualTo(404);
        assertThat(problem.get("detail").asText()).contains("/openapi.json");
        assertThat(problem.get("corr_id").asText()).isNotEmpty();
    }

    @Test
    void a_wrong_method_is_told_the_right_ones() throws Exception {
        HttpResponse<String> r = served.send("PUT", "/dht/provide", "{}");
        assertThat(r.statusCode()).isEqualTo(405);
        assertThat(r.headers().firstValue("allow")).contains("DELETE, POST");
        assertThat(served.send("POST", "/dht/find_providers/x", "{}").statusCode())
                .isEqualTo(405);
    }

    @Test
    void amnesia_has_events_but_no_past() throws Exception {
        assertThat(served.get("/journal/events").body()).contains("NodeStarted");
        HttpResponse<String> r = served.get("/journal/state?at=1");
        assertThat(r.statusCode()).isEqualTo(409);
        assertThat(ServedNode.json(r).get("code").asText()).isEqualTo("AmnesiaMode");
    }
}
