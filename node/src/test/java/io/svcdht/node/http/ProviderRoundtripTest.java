package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.node.Patience;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stands for the seed's test of this name: provide, find, list, expire, and look back at it. */
final class ProviderRoundtripTest {
    @TempDir
    Path dir;

    @Test
    void a_record_is_found_until_its_ttl_has_passed() throws Exception {
        try (ServedNode served = ServedNode.at(dir)) {
            Instant began = Instant.now();
            HttpResponse<String> r =
                    served.provide("{\"cid\":\"b3:short\",\"node\":\"local://tmp\",\"ttl_secs\":8,\"later\":[{}]}");
            assertThat(r.statusCode()).as(r.body()).isEqualTo(200);
            JsonNode provided = ServedNode.json(r);
            assertThat(provided.get("ok").asBoolean()).isTrue();
            assertThat(provided.get("ttl_secs_used").asInt()).isEqualTo(8);
            assertThat(provided.get("cid").asText()).isEqualTo("b3:short");
            long position = provided.get("position").asLong();
            Instant expires = Instant.parse(provided.get("expires_at").asText());
            assertThat(expires).isBetween(began.plusSeconds(7), Instant.now().plusSeconds(9));

            JsonNode found = ServedNode.json(served.get("/dht/find_providers/b3:short"));
            assertThat(found.get("providers").get(0).asText()).isEqualTo("local://tmp");
            assertThat(found.get("outcome").asText()).isEqualTo("found");
            JsonNode record = found.get("records").get(0);
            assertThat(record.get("publisher").asText())
                    .isEqualTo(served.node.id().text());
            assertThat(record.get("position").asLong()).isEqualTo(position);
            assertThat(record.get("secs_left").asInt()).isBetween(1, 8);

            JsonNode list = ServedNode.json(served.get("/dht/_debug/list"));
            assertThat(list.get(0).get("cid").asText()).isEqualTo("b3:short");
            assertThat(list.get(0).get("entries").get(0).get("node").asText()).isEqualTo("local://tmp");
            assertThat(list.get(0).get("entries").get(0).get("secs_left").asInt())
                    .isBetween(1, 8);

            Awaitility.await().atMost(Patience.LIMIT).until(() -> ServedNode.json(
                            served.get("/dht/find_providers/b3:short"))
                    .get("providers")
                    .isEmpty());
            Awaitility.await().atMost(Patience.LIMIT).until(() -> served.get("/journal/events?type=ProviderExpired")
                    .body()
                    .contains("ProviderExpired"));

            JsonNode then = ServedNode.json(served.get("/journal/state?at=" + position));
            assertThat(then.get("records").get(0).get("cid").asText()).isEqualTo("b3:short");
            JsonNode now = ServedNode.json(served.get("/journal/state"));
            assertThat(now.get("records")).isEmpty();
            JsonNode diff = ServedNode.json(served.get("/journal/diff?from=" + position));
            assertThat(diff.get("changes").get(0).get("change").asText()).isEqualTo("removed");
            assertThat(served.get("/metrics").body()).contains("dht_provides_total 1.0");
        }
    }

    @Test
    void self_is_found_under_this_nodes_id_and_withdrawn() throws Exception {
        try (ServedNode served = ServedNode.amnesic()) {
            String id = served.node.id().text();
            for (String node : new String[] {"", ",\"node\":\"self\"", ",\"node\":\"" + id + "\"", ",\"node\":null"}) {
                assertThat(served.provide("{\"cid\":\"b3:mine\"" + node + "}").statusCode())
                        .isEqualTo(200);
            }
            JsonNode found = ServedNode.json(served.get("/dht/find_providers/b3:mine"));
            assertThat(found.get("providers")).hasSize(1);
            assertThat(found.get("providers").get(0).asText()).isEqualTo(id);
            assertThat(found.get("records").get(0).get("ttl_secs").asInt()).isEqualTo(600);
            assertThat(ServedNode.json(served.get("/dht/provides")).get("provides"))
                    .hasSize(1);

            assertThat(served.send("DELETE", "/dht/provide?cid=b3:mine", null).statusCode())
                    .isEqualTo(200);
            assertThat(ServedNode.json(served.get("/dht/find_providers/b3:mine"))
                            .get("providers"))
                    .isEmpty();
            HttpResponse<String> again = served.send("DELETE", "/dht/provide?cid=b3:mine", null);
            assertThat(again.statusCode()).isEqualTo(404);
        }
    }

    @Test
    void parameters_are_kept_to_or_refused() throws Exception {
        try (ServedNode served = ServedNode.amnesic()) {
            String body = "{\"cid\":\"b3:mine\"}";
            String me = served.node.id().text();
            JsonNode waited = ServedNode.json(served.send("POST", "/dht/provide?wait=replicated", body));
            assertThat(waited.get("replicas").asInt()).isZero();
            assertThat(ServedNode.json(served.send("POST", "/dht/provide", body))
                            .has("replicas"))
                    .isFalse();
            for (String query : new String[] {
                "wait=soon",
                "trace",
                "wait=replicated&trace=maybe",
                "deadline_ms=0",
                "wait=replicated&deadline_ms=60001"
            }) {
                assertThat(served.send("POST", "/dht/provide?" + query, body).statusCode())
                        .as(query)
                        .isEqualTo(400);
            }
            JsonNode alone =
                    ServedNode.json(served.send("POST", "/dht/provide?wait=replicated&deadline_ms=50&trace", body));
            assertThat(alone.get("replicas").asInt()).isZero();
            assertThat(alone.has("lookup_id") || alone.has("trace")).isFalse();

            assertThat(served.get("/dht/find_providers/b3:mine?paths=2").statusCode())
                    .isEqualTo(200);
            assertThat(served.get("/dht/find_providers/b3:mine?paths=9").statusCode())
                    .isEqualTo(400);

            assertThat(served.get("/journal/events?type=ProviderAnnounced&peer=" + me)
                            .body()
                            .lines())
                    .hasSize(1);
            assertThat(served.get("/journal/events?peer=n3:" + "0".repeat(64)).body())
                    .isEmpty();
            assertThat(served.get("/journal/events?peer=somebody").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void a_find_that_asks_nobody_tells_so_where_that_is_wanted() throws Exception {
        try (ServedNode served = ServedNode.at(dir)) {
            assertThat(served.provide("{\"cid\":\"b3:mine\"}").statusCode()).isEqualTo(200);
            JsonNode plain = ServedNode.json(served.get("/dht/find_providers/b3:mine"));
            assertThat(plain.get("traced").asBoolean()).isFalse();
            assertThat(plain.has("trace")).isFalse();
            assertThat(served.get("/dht/lookups/" + plain.get("lookup_id").asText())
                            .statusCode())
                    .isEqualTo(404);

            JsonNode told = ServedNode.json(served.get("/dht/find_providers/b3:mine?trace"));
            assertThat(told.get("traced").asBoolean()).isTrue();
            JsonNode trace = told.get("trace");
            assertThat(trace.get("lookup_id")).isEqualTo(told.get("lookup_id"));
            assertThat(trace.get("asked_by").asText()).isEqualTo("http");
            assertThat(trace.get("text").asText()).isEqualTo("b3:mine");
            assertThat(trace.get("outcome").asText()).isEqualTo("found");
            assertThat(trace.get("legs")).isEmpty();
            assertThat(ServedNode.json(
                            served.get("/dht/lookups/" + told.get("lookup_id").asText())))
                    .isEqualTo(trace);
            assertThat(ServedNode.json(served.get("/dht/find_providers/b3:nobody?trace=true"))
                            .get("trace")
                            .get("outcome")
                            .asText())
                    .isEqualTo("not_found");
        }
    }

    @Test
    void lists_come_in_pages_and_as_a_stream() throws Exception {
        try (ServedNode served = ServedNode.amnesic()) {
            for (int i = 0; i < 25; i++) {
                served.provide("{\"cid\":\"b3:page-" + i + "\",\"node\":\"local://ü\"}");
            }
            String path = "/dht/_debug/list?limit=10";
            int seen = 0;
            int pages = 0;
            while (path != null) {
                HttpResponse<String> r = served.get(path);
                seen += ServedNode.json(r).size();
                pages++;
                path = r.headers()
                        .firstValue("link")
                        .map(l -> l.substring(1, l.indexOf('>')))
                        .orElse(null);
            }
            assertThat(seen).isEqualTo(25);
            assertThat(pages).isEqualTo(3);
            HttpResponse<String> all = served.get("/dht/_debug/list", "Accept", "application/x-ndjson");
            assertThat(all.body().lines()).hasSize(25).allMatch(l -> l.contains("\"node\":\"local://ü\""));
        }
    }
}
