package io.svcdht.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The console of a fleet over a recorded incident of twenty nodes, opened offline and walked, also in Chromium. */
class FleetWalkTest {
    private static final int EACH_KIND_MAX = 3;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path temp;

    private static OpenIncident incident;
    private static HttpClient client;
    private static String lookup;
    private static String node;
    private static String cid;
    private static String middle;

    @BeforeAll
    static void open() throws Exception {
        incident = new OpenIncident();
        client = HttpClient.newHttpClient();
        lookup = json("lookups?outcome=found")
                .path("lookups")
                .path(0)
                .path("lookup_id")
                .asText();
        node = json("").path("nodes").path(3).path("node").asText();
        cid = json("keyspace").path("scarce").path(0).path("cid").asText();
        long last = json("").path("at_millis").asLong();
        middle = java.time.Instant.ofEpochMilli(last - 10_000).toString();
        assertThat(List.of(lookup, node, cid)).doesNotContain("");
    }

    @AfterAll
    static void close() {
        if (client != null) {
            client.close();
        }
        if (incident != null) {
            incident.close();
        }
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(incident.base() + path)).build(), BodyHandlers.ofString());
    }

    private static JsonNode json(String path) throws IOException, InterruptedException {
        HttpResponse<String> r = get(path + (path.contains("?") ? "&" : "?") + "format=json");
        assertThat(r.statusCode()).as(r.body()).isEqualTo(200);
        return JSON.readTree(r.body());
    }

    private static Map<String, Integer> places() {
        Map<String, Integer> places = new LinkedHashMap<>();
        for (FleetPageRoute page : FleetPageRoute.ALL) {
            places.put(
                    page.path()
                            .substring(1)
                            .replace("node/:id", "node/" + node)
                            .replace("lookups/:id", "lookups/" + lookup)
                            .replace(":cid", cid),
                    200);
        }
        places.put("?at=" + middle, 200);
        places.put("keyspace?at=" + middle, 200);
        places.put("content/" + cid + "?at=" + middle, 200);
        places.put("changes?vs=" + middle, 200);
        places.put("lookups?outcome=not_found&min_ms=1", 200);
        places.put("lookups?op=walk", 400);
        places.put("nodes/" + node.substring(3) + "/", 200);
        places.put("nodes/" + node.substring(3) + "/journal", 200);
        places.put("nodes/" + node.substring(3) + "/providers?at=" + middle, 200);
        places.put("nothing", 404);
        places.put("nodes/" + "0".repeat(64) + "/", 404);
        places.put("?at=2999-01-01T00:00:00Z", ErrorStatus.FUTURE);
        places.put("?at=seq:5", 400);
        return places;
    }

    private static final class ErrorStatus {
        static final int FUTURE = io.svcdht.node.error.ErrorCode.FuturePosition.httpStatus();

        private ErrorStatus() {}
    }

    @Test
    void pages_say_what_the_nodes_recorded() throws Exception {
        JsonNode nodes = json("").path("nodes");
        assertThat(nodes).hasSize(20);
        assertThat(nodes)
                .filteredOn(n -> n.path("state").asText().equals("stopped"))
                .hasSize(3);
        assertThat(nodes)
                .allMatch(n ->
                        n.path("records").asLong() > 0 && n.path("states_known").asBoolean());
        JsonNode space = json("keyspace");
        assertThat(space.path("wanted").asInt())
                .as("as the nodes' settings say")
                .isEqualTo(5);
        assertThat(space.path("loads")).hasSize(17);
        JsonNode finds = json("lookups?op=find").path("lookups");
        assertThat(finds).isNotEmpty().allMatch(l -> l.path("op").asText().equals("find"));
        assertThat(json("lookups?op=refresh").path("lookups"))
                .allMatch(l -> l.path("op").asText().equals("refresh"));
        JsonNode stitched = json("lookups/" + lookup);
        assertThat(stitched.path("lanes").size()).isGreaterThan(1);
        // Whoever brought the records had them, by its own journal.
        assertThat(stitched.path("lanes"))
                .anyMatch(l -> l.path("answered").asText().contains("found")
                        && l.path("held_then").asInt() > 0);
        JsonNode before = json("?at=" + middle).path("nodes");
        assertThat(before)
                .anyMatch(n ->
                        n.path("position").asLong() < n.path("last_position").asLong());
        assertThat(json("changes?vs=" + middle).path("nodes")).hasSize(20);
        JsonNode lanes = json("content/" + cid).path("lanes");
        assertThat(lanes).isNotEmpty();
        assertThat(get("node/" + node).body()).contains("(left out)").doesNotContain("127.0.0.1:0");
    }

    @Test
    void a_nodes_own_pages_agree_with_the_fleets() throws Exception {
        for (JsonNode n : json("").path("nodes")) {
            String id = n.path("node").asText();
            JsonNode own = JSON.readTree(
                    get("nodes/" + id.substring(3) + "/overview.json").body());
            assertThat(own.path("node").asText()).isEqualTo(id);
            assertThat(own.path("position").asLong())
                    .isEqualTo(n.path("position").asLong());
        }
    }

    @Test
    void every_link_leads_to_a_page() throws Exception {
        URI base = URI.create(incident.base());
        Set<String> seen = new LinkedHashSet<>();
        Map<String, Integer> kinds = new TreeMap<>();
        ArrayDeque<String> open = new ArrayDeque<>(places().entrySet().stream()
                .filter(e -> e.getValue() == 200)
                .map(Map.Entry::getKey)
                .toList());
        while (!open.isEmpty()) {
            String path = open.poll();
            String kind = path.replaceFirst("\\?.*", "")
                    .replaceFirst("^nodes/[0-9a-f]{64}/", "N/")
                    .replaceFirst("/[^/]+$", "/*");
            if (!seen.add(path) || kinds.merge(kind, 1, Integer::sum) > EACH_KIND_MAX) {
                continue;
            }
            HttpResponse<String> r = get(path);
            assertThat(r.statusCode()).as("%s: %s", path, r.body()).isIn(200, 303);
            if (r.headers().firstValue("content-type").orElse("").startsWith("text/html")) {
                assertThat(r.body()).as(path).startsWith("<!doctype html>").doesNotContain(" style=");
                for (String link : Served.links(r.body())) {
                    if (!link.startsWith("#")) {
                        assertThat(link).as("on " + path).startsWith(".");
                        URI to = base.resolve(path).resolve(link);
                        open.add(to.toString().substring(base.toString().length()));
                    }
                }
            }
        }
        assertThat(kinds).containsKeys("", "content/*", "lookups/*", "node/*", "keyspace", "changes", "N/*");
    }

    @Test
    void nobody_writes_and_no_other_site_gets_in() throws Exception {
        URI home = URI.create(incident.base());
        HttpResponse<String> post = client.send(
                HttpRequest.newBuilder(home)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        assertThat(post.statusCode()).isEqualTo(405);
        HttpResponse<String> other = client.send(
                HttpRequest.newBuilder(home)
                        .header("Origin", "http://evil.example")
                        .build(),
                BodyHandlers.ofString());
        assertThat(other.statusCode()).isEqualTo(403);
        try (java.net.Socket socket = new java.net.Socket(home.getHost(), home.getPort())) {
            socket.getOutputStream()
                    .write("GET /console/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 421");
        }
        assertThat(get("").headers().firstValue("content-security-policy").orElse(""))
                .startsWith("default-src 'none'");
    }

    @ParameterizedTest
    @CsvSource({"false,true,1280", "true,true,1280", "false,false,400", "true,true,400"})
    void nothing_to_complain_about_in_a_browser(boolean dark, boolean script, int width) throws Exception {
        Map<String, List<String>> found = new LinkedHashMap<>();
        try (Browser browser = Browser.startOrSkip(temp.resolve("profile-%s-%s-%d".formatted(dark, script, width)));
                Tab tab = browser.open(new Tab.Look(dark, script, width))) {
            places().forEach((place, status) -> {
                if (!place.startsWith("nodes/")) {
                    List<String> wrong = wrong(tab, place, status);
                    if (!wrong.isEmpty()) {
                        found.put(place.isEmpty() ? "nodes" : place, wrong);
                    }
                }
            });
        }
        assertThat(found).isEmpty();
    }

    private static List<String> wrong(Tab tab, String place, int status) {
        String url = incident.base() + place;
        tab.go(url);
        assertThat(tab.text("h1")).as(url).isNotEmpty();
        List<String> wrong = new ArrayList<>(tab.hindrances());
        for (String c : tab.complaints()) {
            if (status == 200 || !c.startsWith("network:") || !c.endsWith(url)) {
                wrong.add(c);
            }
        }
        if (tab.eval("document.documentElement.scrollWidth > document.documentElement.clientWidth")
                .asBoolean()) {
            wrong.add("wider than the window");
        }
        return wrong;
    }

    /** By the links a reader follows: from the nodes to a record with too few holders, and to a node's own journal. */
    @Test
    void an_operator_finds_out_what_became_of_a_record() throws Exception {
        try (Browser browser = Browser.startOrSkip(temp.resolve("operator"));
                Tab tab = browser.open(new Tab.Look(false, true, 1280))) {
            tab.go(incident.base());
            assertThat(tab.text("#att")).isEqualTo("Needs attention");
            tab.click("nav.side a[data-key=b]");
            assertThat(tab.text("h1")).isEqualTo("Key space");
            tab.click("section[aria-labelledby=scarce] td a");
            assertThat(tab.text("h1")).startsWith("b3:");
            tab.click("section[aria-labelledby=events] td.num a");
            assertThat(tab.url()).contains("/nodes/").contains("/journal/");
            assertThat(tab.complaints()).isEmpty();
        }
    }
}
