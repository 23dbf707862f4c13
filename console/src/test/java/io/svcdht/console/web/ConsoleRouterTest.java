package io.svcdht.console.web;

import static io.svcdht.console.view.FakeNode.NOW;
import static io.svcdht.console.view.FakeNode.cid;
import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.view.FakeNode;
import io.svcdht.node.Node;
import io.svcdht.node.config.NodeConfig.Sync;
import io.svcdht.storage.event.DhtEvent.ConfigChanged;
import io.svcdht.storage.event.DhtEvent.NodeStarted;
import io.svcdht.storage.event.DhtEvent.ProviderExpired;
import io.svcdht.storage.event.DhtEvent.ProviderRefreshed;
import io.svcdht.storage.event.DhtEvent.ProviderWithdrawn;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.event.DhtEvent.ReadinessChanged;
import io.svcdht.storage.model.ContentId;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsoleRouterTest {
    private static final int PAGE_BYTES_GZIPPED_MAX = 60_000;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private int port;

    @AfterEach
    void close() {
        client.close();
        vertx.close().await();
    }

    @Test
    void empty_node_says_how_to_announce_something() throws Exception {
        FakeNode node = new FakeNode();
        node.happened(NOW, 0, new NodeStarted(node.id(), 1, "0.1.0"));
        String html = page(node);
        assertThat(html)
                .contains("Nothing is announced at this node.")
                .contains("curl http://127.0.0.1:" + port + "/dht/provide -H")
                .contains("svc-dht provide --files DIR")
                .contains("NodeStarted")
                .contains("the last 1 of 1")
                .doesNotContain("<rect");
    }

    @Test
    void strict_node_shows_a_content_id_it_would_take() throws Exception {
        assertThat(page(new FakeNode().strictIds()))
                .contains("b3:ea8f163db38682925e4491c5e58d4bb3506ef8c14eb78a86e908c5624a67200f")
                .contains("Nothing has happened yet.");
    }

    @Test
    void filled_node_shows_figures_picture_table_and_the_last_twenty_events() throws Exception {
        FakeNode node = new FakeNode();
        long first = 0;
        for (int i = 0; i < 300; i++) {
            first = Math.max(first, node.announced(cid(i), "local://shelf/" + i, 600 + i));
        }
        node.happened(NOW, first, new ProviderRefreshed(cid(299).key(), 1200, NOW));
        node.happened(NOW, 1, new ProviderWithdrawn(cid(0).key(), NOW + 1, NOW + 900_000));
        node.happened(NOW, 2, new ProviderExpired(cid(1).key()));
        node.happened(NOW, 0, new ConfigChanged("log_level", "info", "debug", "SIGHUP"));
        node.happened(NOW, 0, new ReadinessChanged(Readiness.READY, "alone"));
        String html = page(node);
        assertThat(html)
                .contains(">298<")
                .contains("All 298 records looked at.")
                .contains("The same as a table")
                .contains("ConfigChanged")
                .contains("log_level")
                .contains("info → debug · SIGHUP")
                .contains("href=\"./journal/305\"")
                .contains("the last 20 of 305");
        assertThat(Pattern.compile("<rect ").matcher(html).results()).hasSize(48);
        assertThat(Pattern.compile("<td class=\"m mut\">").matcher(html).results())
                .hasSize(20);
        assertThat(gzipped(html)).isLessThan(PAGE_BYTES_GZIPPED_MAX);
    }

    @Test
    void amnesia_is_said_in_the_bar() throws Exception {
        FakeNode node = new FakeNode().amnesia();
        for (int i = 0; i < 2_000; i++) {
            node.announced(cid(i % 50), "a" + i, 600);
        }
        assertThat(page(node))
                .contains("Amnesia: nothing is written to disk")
                .contains("events before 977 are no longer kept")
                .doesNotContain("Journal on");
    }

    @Test
    void degraded_node_says_what_is_wrong() throws Exception {
        FakeNode node = new FakeNode()
                .sync(Sync.NONE)
                .queueDepth(12_000)
                .maxRecords(1)
                .turned(Readiness.DEGRADED, "the journal takes no writes: disk full");
        node.announced(cid(1), "a", 600);
        assertThat(page(node))
                .contains("tag bad")
                .contains("Answering finds, refusing writes: the journal takes no writes: disk full.")
                .contains("Writes are refused")
                .contains("12,000 requests wait for the engine")
                .contains("1 of 1 records")
                .contains("sync=none");
        assertThat(page(new FakeNode().turned(Readiness.BOOTING, "starting")))
                .contains("Not taking writes yet: starting.")
                .contains("This node takes no writes now");
    }

    @Test
    void texts_of_strangers_stay_texts() throws Exception {
        String hostile = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'${7*7}[[${8*8}]]\u202Egpj";
        FakeNode node = new FakeNode().turned(Readiness.READY, hostile);
        node.announced(new ContentId(hostile, cid(1).key()), hostile, 600);
        node.happened(NOW, 0, new ConfigChanged(hostile, hostile, hostile, hostile));
        String html = page(node);
        assertThat(html)
                .doesNotContain("<script")
                .doesNotContain("<img")
                .doesNotContain("onerror=alert(2)>'49")
                .contains("&lt;script&gt;")
                .contains("${7*7}");
        assertThat(Pattern.compile("(?s)<bdi[^>]*>[^<]*\u202E[^<]*</bdi>")
                        .matcher(html)
                        .find())
                .as("a text that turns direction is held apart")
                .isTrue();
    }

    @Test
    void a_long_locator_neither_breaks_nor_widens_the_page() throws Exception {
        FakeNode node = new FakeNode();
        for (int i = 0; i < 30; i++) {
            node.announced(new ContentId("x".repeat(512), cid(i).key()), "😀".repeat(128) + "y".repeat(300), 600);
        }
        assertThat(gzipped(page(node))).isLessThan(PAGE_BYTES_GZIPPED_MAX);
    }

    @Test
    void nothing_may_run_or_frame_the_page() throws Exception {
        HttpResponse<String> r = get(new FakeNode(), "/console/");
        assertThat(r.headers().firstValue("content-security-policy"))
                .hasValue(
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                                + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        assertThat(r.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(r.headers().firstValue("referrer-policy")).hasValue("no-referrer");
        assertThat(r.headers().firstValue("cache-control")).hasValue("no-store");
        assertThat(r.body())
                .doesNotContain(" style=")
                .doesNotContain("http-equiv")
                .doesNotContain("<script");
    }

    @Test
    void every_link_is_relative_and_every_asset_is_there() throws Exception {
        FakeNode node = new FakeNode();
        node.announced(cid(1), "a", 600);
        String html = page(node);
        List<String> links = Pattern.compile("(?:href|src)=\"([^\"]*)\"")
                .matcher(html)
                .results()
                .map((MatchResult m) -> m.group(1))
                .toList();
        assertThat(links).isNotEmpty().allMatch(l -> l.matches("(\\./|\\.\\./|#).*"));
        List<String> assets = new ArrayList<>(links);
        assets.removeIf(l -> !l.startsWith("./assets/"));
        assertThat(assets).hasSize(2);
        for (String asset : assets) {
            HttpResponse<String> r = request("GET", "/console/" + asset.substring(2));
            assertThat(r.statusCode()).isEqualTo(200);
            assertThat(r.headers().firstValue("cache-control")).hasValue("public, max-age=31536000, immutable");
            assertThat(r.headers().firstValue("content-security-policy")).isPresent();
        }
    }

    @Test
    void the_path_without_slash_leads_to_the_one_with() throws Exception {
        HttpResponse<String> r = get(new FakeNode(), "/console");
        assertThat(r.statusCode()).isEqualTo(308);
        assertThat(r.headers().firstValue("location")).hasValue("console/");
        assertThat(request("HEAD", "/console/").statusCode()).isEqualTo(200);
        assertThat(request("GET", "/console/assets/console.00000000.css").statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_closed_journal_costs_the_events_not_the_page() throws Exception {
        FakeNode node = new FakeNode();
        node.announced(cid(1), "a", 600);
        assertThat(page(new BrokenJournal(node)))
                .contains("The journal cannot be read now: closed")
                .contains(">1<");
    }

    private String page(Node node) throws Exception {
        HttpResponse<String> r = get(node, "/console/");
        assertThat(r.statusCode()).as(r.body()).isEqualTo(200);
        assertThat(r.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
        return r.body();
    }

    private HttpResponse<String> get(Node node, String path) throws Exception {
        Router root = Router.router(vertx);
        root.route("/console/*").subRouter(ConsoleRouter.create(vertx, node));
        HttpServer server = vertx.createHttpServer()
                .requestHandler(root)
                .listen(0, "127.0.0.1")
                .await();
        port = server.actualPort();
        return request("GET", path);
    }

    private HttpResponse<String> request(String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private static int gzipped(String html) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(html.getBytes(StandardCharsets.UTF_8));
        }
        return out.size();
    }
}
