package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.node.lookup.SampleLookups;
import io.svcdht.node.multiaddr.PeerId;
import io.svcdht.storage.trace.LookupRecord;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the routes and their description against each other, and real answers against the schemas. */
final class OpenApiTest {
    @TempDir
    static Path dir;

    private static ServedNode served;
    private static JsonNode api;

    @BeforeAll
    static void start() throws Exception {
        served = ServedNode.at(dir);
        served.provide("{\"cid\":\"b3:api\",\"node\":\"local://a\",\"addrs\":[\"x\"]}");
        served.provide("{\"cid\":\"b3:api\"}");
        api = ServedNode.json(served.get("/openapi.json"));
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    @Test
    void the_router_and_the_description_name_the_same_calls() {
        Set<String> described = new TreeSet<>();
        api.get("paths").properties().forEach(path -> path.getValue()
                .fieldNames()
                .forEachRemaining(method -> described.add(
                        method.toUpperCase(Locale.ROOT) + " " + path.getKey().replaceAll("\\{\\w+}$", ":v"))));
        Set<String> routed = new TreeSet<>();
        for (ApiListener listener : served.server.listeners()) {
            Dispatch dispatch = listener.dispatch();
            assertThat(dispatch).isNotNull();
            dispatch.router().getRoutes().stream()
                    .filter(r -> r.methods() != null && r.getPath() != null)
                    .forEach(r -> r.methods().forEach(m -> routed.add(m.name() + " " + r.getPath())));
        }
        assertThat(described).isEqualTo(routed).hasSize(29);
    }

    @Test
    void every_reference_leads_somewhere() {
        api.findValuesAsText("$ref")
                .forEach(ref -> assertThat(api.at(ref.substring(1)).isMissingNode())
                        .as(ref)
                        .isFalse());
    }

    @Test
    void answers_look_as_described() throws Exception {
        check("Provided", served.provide("{\"cid\":\"b3:other\"}"));
        check("Found", served.get("/dht/find_providers/b3:api"));
        check("List", served.get("/dht/_debug/list"));
        check("Provides", served.get("/dht/provides"));
        long now = served.node.nowMillis();
        LookupRecord lookup = SampleLookups.found(SampleLookups.id(now, 1), now);
        served.node.traces().keep(lookup);
        check("Lookups", served.get("/dht/lookups"));
        check("Lookup", served.get("/dht/lookups/" + lookup.id()));
        check("State", served.get("/journal/state"));
        check("Diff", served.get("/journal/diff?from=1"));
        check("Refusals", served.get("/dht/refusals"));
        check("Version", served.get("/version"));
        check("Withdrawn", served.send("DELETE", "/dht/provide?cid=b3:other", null));
        String cid = "b3:" + "0a".repeat(32);
        served.provide("{\"cid\":\"" + cid + "\"}");
        served.provide("{\"cid\":\"" + cid + "\",\"node\":\"local://b\"}");
        check("RoutedProviders", served.get("/routing/v1/providers/" + cid));
        PeerId self = PeerId.of(served.node.keys().orElseThrow().ed25519());
        check("RoutedPeers", served.get("/routing/v1/peers/" + self.text()));
        check("Problem", served.get("/nowhere"));
        String ndjson = "application/x-ndjson";
        check(
                "ProvideResult",
                served.send("POST", "/dht/provide/batch", "{\"cid\":\"b3:api\"}", "Content-Type", ndjson));
        check("ProvideResult", served.send("POST", "/dht/provide/batch", "{}", "Content-Type", ndjson));
        String find = "/dht/find_providers?records=true";
        check("FindResult", served.send("POST", find, "{\"cid\":\"b3:api\"}", "Content-Type", ndjson));
        check("FindResult", served.send("POST", find, "{}", "Content-Type", ndjson));
        String line = served.get("/journal/events").body().lines().findFirst().orElseThrow();
        check("Event", new com.fasterxml.jackson.databind.ObjectMapper().readTree(line), "line");
    }

    private static void check(String schema, HttpResponse<String> r) throws Exception {
        check(schema, ServedNode.json(r), schema);
    }

    private static void check(String schema, JsonNode value, String where) {
        check(api.at("/components/schemas/" + schema), value, where);
    }

    /** As much of JSON Schema as the schemas use; here a property that is not described is a mistake as well. */
    private static void check(JsonNode schema, JsonNode value, String where) {
        if (schema.has("$ref")) {
            check(api.at(schema.get("$ref").asText().substring(1)), value, where);
            return;
        }
        if (schema.has("enum")) {
            assertThat(schema.get("enum")).as(where).contains(value);
        }
        if (schema.has("const")) {
            assertThat(value).as(where).isEqualTo(schema.get("const"));
        }
        if (schema.has("type")) {
            assertThat(schema.get("type").toString()).as(where).contains("\"" + typeOf(value) + "\"");
        }
        schema.path("required").forEach(name -> assertThat(value.has(name.asText()))
                .as(where + "." + name.asText())
                .isTrue());
        if (value.isObject() && schema.has("properties")) {
            value.properties().forEach(p -> {
                JsonNode of = schema.get("properties").get(p.getKey());
                boolean open = where.equals("line");
                assertThat(of != null || open).as(where + "." + p.getKey()).isTrue();
                if (of != null) {
                    check(of, p.getValue(), where + "." + p.getKey());
                }
            });
        }
        if (value.isArray() && schema.has("items")) {
            value.forEach(v -> check(schema.get("items"), v, where + "[]"));
        }
    }

    private static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NULL -> "null";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case BINARY, MISSING, POJO -> "nothing";
        };
    }
}
