package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.node.lookup.SampleLookups;
import io.svcdht.storage.trace.LookupRecord;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lookups as HTTP shows them, from the trace journal of a real node. */
final class LookupRoutesTest {
    @TempDir
    static Path dir;

    private static final List<LookupRecord> KEPT = new ArrayList<>();
    private static ServedNode served;

    @BeforeAll
    static void start() throws Exception {
        served = ServedNode.at(dir);
        long at = served.node.nowMillis();
        for (int i = 0; i < 30; i += 3) {
            KEPT.add(SampleLookups.found(SampleLookups.id(at, i), at));
            KEPT.add(SampleLookups.notFound(SampleLookups.id(at, i + 1), at));
            KEPT.add(SampleLookups.deadline(SampleLookups.id(at, i + 2), at));
        }
        KEPT.forEach(served.node.traces()::keep);
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    private static List<String> newestFirst(int every, int from) {
        List<String> ids = new ArrayList<>();
        for (int i = from; i < KEPT.size(); i += every) {
            ids.add(KEPT.get(i).id().toString());
        }
        Collections.reverse(ids);
        return ids;
    }

    private static JsonNode get(String path) throws Exception {
        HttpResponse<String> response = served.get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return ServedNode.json(response);
    }

    @Test
    void a_lookup_is_told_leg_by_leg() throws Exception {
        LookupRecord kept = KEPT.getFirst();
        JsonNode json = get("/dht/lookups/" + kept.id());
        assertThat(json.path("lookup_id").asText()).isEqualTo(kept.id().toString());
        assertThat(json.path("op").asText()).isEqualTo("find");
        assertThat(json.path("target").asText()).isEqualTo("b3:" + "0".repeat(64));
        assertThat(json.path("outcome").asText()).isEqualTo("found");
        assertThat(json.path("hops").asInt()).isEqualTo(2);
        assertThat(json.path("messages").asInt()).isEqualTo(6);
        assertThat(json.path("hedges").asInt()).isEqualTo(1);
        assertThat(json.path("took_ms").asDouble()).isEqualTo(130);
        assertThat(json.path("deadline_ms").asDouble()).isEqualTo(2_000);
        assertThat(json.path("legs").findValuesAsText("leg")).containsExactly("1.1", "1.2", "1.3", "2.1", "2.2", "1.4");
        assertThat(json.path("legs").findValuesAsText("why"))
                .containsExactly("start", "start", "start", "refill", "after_failure", "hedge");
        assertThat(json.path("legs").findValuesAsText("outcome"))
                .containsExactly("cancelled", "answered", "timed_out", "found", "cancelled", "cancelled");
        JsonNode winner = json.path("legs").get(3);
        assertThat(winner.path("via").asText()).isEqualTo("1.2");
        assertThat(winner.path("sent_ms").asDouble()).isEqualTo(30);
        assertThat(winner.path("took_ms").asDouble()).isEqualTo(100);
        assertThat(json.path("legs").get(0).has("via")).isFalse();
        assertThat(json.path("legs").get(0).path("overdue").asBoolean()).isTrue();
    }

    @Test
    void pages_are_walked_by_their_link() throws Exception {
        List<String> ids = new ArrayList<>();
        String url = "/dht/lookups?limit=7";
        while (url != null) {
            HttpResponse<String> response = served.get(url);
            JsonNode page = ServedNode.json(response);
            ids.addAll(page.path("lookups").findValuesAsText("lookup_id"));
            String link = response.headers().firstValue("link").orElse(null);
            assertThat(page.path("complete").asBoolean()).isEqualTo(link == null);
            url = link == null ? null : link.substring(1, link.indexOf('>'));
        }
        assertThat(ids).isEqualTo(newestFirst(1, 0));
    }

    @Test
    void a_filter_goes_along_from_page_to_page() throws Exception {
        HttpResponse<String> first = served.get("/dht/lookups?outcome=deadline&min_ms=2000&limit=4");
        String link = first.headers().firstValue("link").orElseThrow();
        JsonNode second = get(link.substring(1, link.indexOf('>')));
        List<String> ids =
                new ArrayList<>(ServedNode.json(first).path("lookups").findValuesAsText("lookup_id"));
        ids.addAll(second.path("lookups").findValuesAsText("lookup_id"));
        assertThat(ids).isEqualTo(newestFirst(3, 2).subList(0, 8));
        assertThat(get("/dht/lookups?min_ms=100&outcome=not_found").path("lookups"))
                .isEmpty();
        assertThat(get("/dht/lookups?target=b3:" + "0".repeat(64) + "&limit=1000")
                        .path("lookups"))
                .hasSize(30);
        assertThat(get("/dht/lookups?target=n3:" + "0".repeat(64)).path("lookups"))
                .hasSize(30);
        JsonNode other = get("/dht/lookups?target=b3:something-else");
        assertThat(other.path("lookups")).isEmpty();
        assertThat(other.path("scanned").asInt()).isEqualTo(30);
        assertThat(other.path("complete").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/dht/lookups?outcome=lost, 400, outcome must be one of found",
        "/dht/lookups?min_ms=-1, 400, min_ms",
        "/dht/lookups?limit=1001, 400, limit",
        "/dht/lookups?before=1-1-1-1-1, 400, a lookup id is a UUID",
        "/dht/lookups/nonsense, 400, a lookup id is a UUID",
        "/dht/lookups/019ab697-e800-7abc-8000-000000000001, 404, no trace of lookup",
    })
    void what_makes_no_sense_is_said(String path, int status, String sentence) throws Exception {
        HttpResponse<String> response = served.get(path);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains(sentence);
    }
}
