package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.node.Patience;
import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import io.svcdht.node.multiaddr.PeerId;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Delegated Routing V1 on a real node. */
final class DelegatedRoutesTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String LINES = "application/x-ndjson";

    /** BLAKE3 of nothing: the same key in three spellings. */
    private static final String BLAKE3 = "b3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";

    private static final String BLAKE3_CID = "bafkr4ifpcne3t5pzugtkaqcn5i3nzskjtpfslsnnyejlpte2spfoihzsmi";
    private static final String SHA2_V0 = "QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR";
    private static final String SHA2_V1 = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";
    private static final String PEER = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
    /** With more holders than a socket takes at once. */
    private static final String MANY = "bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

    @TempDir
    static Path dir;

    private static ServedNode served;

    @BeforeAll
    static void start() throws Exception {
        served = ServedNode.amnesic();
        provide(
                BLAKE3,
                "",
                "[\"/ip4/192.0.2.7/tcp/4001\",\"/ip6/2001:db8::7/udp/4001/quic-v1\",\"junk\",\"transport-bitswap\"]");
        provide(BLAKE3, "/dns4/peer.example/tcp/443/wss/p2p/" + PEER, "[]");
        provide(BLAKE3, "local://shelf-\\\"3\\\"", "[]");
        provide(BLAKE3, "https://mirror.example/", "[\"transport-ipfs-gateway-http\"]");
        provide(SHA2_V0, "", "[]");
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    private static void provide(String cid, String node, String addrs) throws Exception {
        assertThat(served.provide("{\"cid\":\"%s\",\"node\":%s,\"addrs\":%s}"
                                .formatted(cid, node.isEmpty() ? "null" : "\"" + node + "\"", addrs))
                        .statusCode())
                .isEqualTo(200);
    }

    private static String self() {
        return PeerId.of(served.node.keys().orElseThrow().ed25519()).text();
    }

    private static HttpResponse<String> providers(String cid, String query, String... headers) throws Exception {
        return served.get("/routing/v1/providers/" + URLEncoder.encode(cid, StandardCharsets.UTF_8) + query, headers);
    }

    /** Who is in an answer: of a peer its id, of a locator its text. */
    private static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.forEach(r -> names.add(r.path("ID").asText(r.path("Locator").asText())));
        return names;
    }

    private static List<JsonNode> lines(HttpResponse<String> r) {
        return r.body().lines().map(DelegatedRoutesTest::read).toList();
    }

    private static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }

    private static String header(HttpResponse<String> r, String name) {
        return r.headers().firstValue(name).orElse("none");
    }

    // --- answers -----------------------------------------------------------------------------------------------------

    @Test
    void a_peer_is_told_in_the_words_of_ipfs() throws Exception {
        HttpResponse<String> r = providers(BLAKE3_CID, "");
        assertThat(header(r, "content-type")).isEqualTo("application/json");
        JsonNode list = ServedNode.json(r).get("Providers");
        assertThat(names(list)).containsExactly(self(), PEER, "local://shelf-\"3\"", "https://mirror.example/");
        assertThat(list.get(0))
                .isEqualTo(read("{\"Schema\":\"peer\",\"ID\":\"" + self()
                        + "\",\"Addrs\":[\"/ip4/192.0.2.7/tcp/4001\",\"/ip6/2001:db8::7/udp/4001/quic-v1\"],"
                        + "\"Protocols\":[\"transport-bitswap\"]}"));
        assertThat(list.get(1).get("Addrs")).isEqualTo(read("[\"/dns4/peer.example/tcp/443/wss\"]"));
        assertThat(list.get(2))
                .isEqualTo(
                        read("{\"Schema\":\"svc-dht-locator\",\"Locator\":\"local://shelf-\\\"3\\\"\",\"Publisher\":\""
                                + served.node.id().text() + "\",\"Addrs\":[],\"Protocols\":[]}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                BLAKE3,
                BLAKE3_CID,
                "f01551e20af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
                "k2cx9itzeu74l5kemlq1z7rtb8bppmrnmjan0zguq3hcdxqy8npn1so2"
            })
    void a_blake3_cid_is_the_same_key_in_any_base(String cid) throws Exception {
        assertThat(ServedNode.json(providers(cid, "")).get("Providers")).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SHA2_V0,
                SHA2_V1,
                "mAXASIMPEcz7Ir/0Gz56f9Q/8a80uyFphcABLtwlmnDHelDka",
                "🚀🪐⭐💻😅❓💎🌈🌸🌚💰💍🌒😵🐶💁🤐🌎👼🙃🙅☺🌚😞🤤⭐🚀😃✈🌕😚🍻💜🐷⚽✌😊"
            })
    void version_0_and_1_are_the_same_content(String cid) throws Exception {
        assertThat(names(ServedNode.json(providers(cid, "")).get("Providers"))).containsExactly(self());
    }

    @Test
    void lines_are_for_those_who_name_them() throws Exception {
        HttpResponse<String> r = providers(BLAKE3_CID, "", "Accept", "application/x-ndjson, application/json;q=0.8");
        assertThat(header(r, "content-type")).isEqualTo(LINES);
        assertThat(lines(r))
                .hasSize(4)
                .first()
                .isEqualTo(read(ServedNode.json(providers(BLAKE3_CID, ""))
                        .get("Providers")
                        .get(0)
                        .toString()));
        for (String accept : List.of(
                "*/*",
                "application/*",
                "application/json, application/x-ndjson;q=0.5",
                "application/json, application/x-ndjson, application/problem+json")) {
            assertThat(header(providers(BLAKE3_CID, "", "Accept", accept), "content-type"))
                    .as(accept)
                    .isEqualTo("application/json");
        }
        for (String accept : List.of("application/x-ndjson, application/json", "*/*, application/x-ndjson")) {
            assertThat(header(providers(BLAKE3_CID, "", "Accept", accept), "content-type"))
                    .as(accept)
                    .isEqualTo(LINES);
        }
    }

    @Test
    void nobody_is_an_empty_list() throws Exception {
        String nobody = "b3:" + "00".repeat(32);
        HttpResponse<String> json = providers(nobody, "");
        assertThat(json.statusCode()).isEqualTo(200);
        assertThat(json.body()).isEqualTo("{\"Providers\":[]}");
        HttpResponse<String> lines = providers(nobody, "", "Accept", LINES);
        assertThat(lines.statusCode()).isEqualTo(200);
        assertThat(lines.body()).isEmpty();
        assertThat(header(lines, "content-type")).isEqualTo(LINES);
    }

    @Test
    void caches_are_told_how_long_it_holds() throws Exception {
        String stale = ", stale-while-revalidate=172800, stale-if-error=172800";
        HttpResponse<String> found = providers(BLAKE3, "");
        assertThat(header(found, "cache-control")).isEqualTo("public, max-age=300" + stale);
        assertThat(header(found, "vary")).isEqualTo("Accept");
        assertThat(header(found, "last-modified")).matches("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
        assertThat(header(providers("b3:" + "00".repeat(32), ""), "cache-control"))
                .isEqualTo("public, max-age=15" + stale);
        assertThat(header(providers("nonsense", ""), "cache-control")).isEqualTo("none");
    }

    // --- filters -----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // addresses: two peers have some, two places have none
                "?filter-addrs=tcp                          | SELF:1 PEER:1",
                "?filter-addrs=TCP                          | SELF:1 PEER:1",
                "?filter-addrs=quic-v1                      | SELF:1",
                "?filter-addrs=quic-v1,wss                  | SELF:1 PEER:1",
                "?filter-addrs=quic-v1%2Cwss                | SELF:1 PEER:1",
                "?filter-addrs=!ip6                         | SELF:1 PEER:1",
                "?filter-addrs=!tcp,!udp                    | ",
                "?filter-addrs=ip4,!tcp                     | ",
                "?filter-addrs=unknown                      | local:0 https:0",
                "?filter-addrs=unknown,wss                  | PEER:1 local:0 https:0",
                "?filter-addrs=webtransport                 | ",
                "?filter-addrs=                             | SELF:2 PEER:1 local:0 https:0",
                // protocols: two are told, two are not
                "?filter-protocols=transport-bitswap        | SELF:2",
                "?filter-protocols=Transport-BITSWAP        | SELF:2",
                "?filter-protocols=unknown                  | PEER:1 local:0",
                "?filter-protocols=unknown,transport-bitswap| SELF:2 PEER:1 local:0",
                "?filter-protocols=!transport-bitswap       | PEER:1 local:0 https:0",
                "?filter-protocols=!unknown                 | SELF:2 https:0",
                "?filter-protocols=transport-bitswap,!transport-bitswap | ",
                "?filter-protocols=transport-bitswap&filter-addrs=quic-v1 | SELF:1",
                "?filter-protocols=unknown&filter-addrs=quic-v1 | "
            })
    void filters_keep_what_the_caller_can_use(String query, String expected) throws Exception {
        JsonNode list = ServedNode.json(providers(BLAKE3, query)).get("Providers");
        List<String> shown = new ArrayList<>();
        list.forEach(r -> {
            String name = r.path("ID").asText(r.path("Locator").asText());
            String shortName = name.equals(self()) ? "SELF" : name.equals(PEER) ? "PEER" : name.replaceAll(":.*", "");
            shown.add(shortName + ":" + r.get("Addrs").size());
        });
        assertThat(String.join(" ", shown)).isEqualTo(expected == null ? "" : expected);
        assertThat(lines(providers(BLAKE3, query, "Accept", LINES))).hasSize(shown.size());
    }

    @Test
    void the_limit_counts_what_the_filter_left() throws Exception {
        String cid = "b3:" + "11".repeat(32);
        String udp = "[\"/ip4/192.0.2.1/udp/1/quic-v1\"]";
        for (int i = 0; i < 130; i++) {
            provide(cid, "local://" + i, i < 15 ? "[\"/ip4/192.0.2.1/tcp/1\"]" : udp);
        }
        assertThat(ServedNode.json(providers(cid, "")).get("Providers")).hasSize(100);
        List<String> left =
                names(ServedNode.json(providers(cid, "?filter-addrs=udp")).get("Providers"));
        assertThat(left).hasSize(100).startsWith("local://15");
        assertThat(lines(providers(cid, "", "Accept", LINES))).hasSize(130);
        assertThat(lines(providers(cid, "?filter-addrs=udp", "Accept", LINES))).hasSize(115);
    }

    /** The head and the first line do not wait until the rest is made. */
    @Test
    void the_first_of_many_is_sent_by_itself() throws Exception {
        String cid = "b3:" + "22".repeat(32);
        for (int i = 0; i < 130; i++) {
            provide(cid, "local://" + i, "[]");
        }
        try (RawHttp raw = served.raw()) {
            raw.send("GET /routing/v1/providers/" + cid + " HTTP/1.1\r\nHost: localhost\r\nAccept: " + LINES
                    + "\r\nConnection: close\r\n\r\n");
            String answer = raw.toEnd();
            String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
            int head = body.indexOf("\r\n");
            int length = Integer.parseInt(body.substring(0, head), 16);
            assertThat(body.substring(head + 2, head + 2 + length))
                    .startsWith("{")
                    .endsWith("}\n")
                    .containsOnlyOnce("\n");
            assertThat(answer.split("svc-dht-locator", -1)).hasSize(131);
        }
    }

    /** A thousand lines, more than any socket takes at once: where the node stops, the end is missing. */
    @Test
    void an_answer_that_breaks_off_does_not_look_whole() throws Exception {
        ServedNode node = ServedNode.amnesic(o -> new ApiServer.Options(
                o.bind(), o.access(), HttpLimits.STANDARD.withDrainMillis(100), o.eventLoops(), o.mounts()));
        try (RawHttp raw = new RawHttp(node.port(), 4096)) {
            String addr = "\"/dns4/" + "x".repeat(240) + "/tcp/1\"";
            String addrs = String.join(",", Collections.nCopies(16, addr));
            StringBuilder batch = new StringBuilder();
            for (int i = 0; i < 1000; i++) {
                batch.append("{\"cid\":\"%s\",\"node\":\"local://%d\",\"addrs\":[%s]}\n".formatted(MANY, i, addrs));
            }
            assertThat(node.send("POST", "/dht/provide/batch", batch.toString(), "Content-Type", LINES)
                            .body())
                    .doesNotContain("\"ok\":false");
            raw.send("GET /routing/v1/providers/" + MANY + " HTTP/1.1\r\nHost: localhost\r\nAccept: " + LINES
                    + "\r\n\r\n");
            int first = raw.socket.getInputStream().read();
            // Nothing is read while the node waits for the answer to end, so that it cannot.
            node.server
                    .stop()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
            String rest = raw.toEnd();
            assertThat((char) first + rest.substring(0, rest.indexOf("\r\n\r\n")))
                    .startsWith("HTTP/1.1 200")
                    .contains("transfer-encoding: chunked");
            assertThat(rest.endsWith("0\r\n\r\n")).as("looks whole").isFalse();
        } finally {
            node.close();
        }
    }

    // --- peers -------------------------------------------------------------------------------------------------------

    @Test
    void a_peer_that_is_this_node_is_found_in_both_spellings() throws Exception {
        String cid = "f0172"
                + HexFormat.of().formatHex(PeerId.parse(self()).orElseThrow().multihash());
        for (String id : List.of(self(), cid)) {
            JsonNode peers =
                    ServedNode.json(served.get("/routing/v1/peers/" + id)).get("Peers");
            assertThat(names(peers)).containsExactly(self());
        }
        assertThat(served.get("/routing/v1/peers/" + PEER).body()).isEqualTo("{\"Peers\":[]}");
        assertThat(served.get("/routing/v1/peers/" + PEER, "Accept", LINES).body())
                .isEmpty();
        assertThat(served.get("/routing/v1/peers/" + self() + "?filter-addrs=webtransport")
                        .body())
                .isEqualTo("{\"Peers\":[]}");
    }

    @Test
    void closest_peers_of_a_node_without_others_are_nobody() throws Exception {
        for (String key : List.of(SHA2_V1, PEER, self(), BLAKE3)) {
            assertThat(served.get("/routing/v1/dht/closest/peers/" + key).body())
                    .isEqualTo("{\"Peers\":[]}");
        }
    }

    // --- bad input ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "b3:short",
                "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzd",
                "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzd1",
                "QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMn0",
                "z",
                "?"
            })
    void what_is_no_cid_is_a_400(String cid) throws Exception {
        BadInputTest.assertProblem(providers(cid, ""), 400, "BadRequest", "no CID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bafkqaaybaibq", "k51qzi5uqu5dhdmyb9bd18pypu2wp5lpv2xnskfmrqa4lb5knqryrotb05e7or"})
    void content_in_the_place_of_a_hash_is_a_400(String cid) throws Exception {
        BadInputTest.assertProblem(providers(cid, ""), 400, "BadRequest", "identity hash");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", ";;;", "application/x-ndjson;q=0", "image/png, garbage"})
    void an_accept_that_takes_neither_form_is_a_406(String accept) throws Exception {
        BadInputTest.assertProblem(
                providers(BLAKE3, "", "Accept", accept), 406, "UnsupportedMedia", "application/json");
    }

    @Test
    void endless_input_is_refused_before_it_costs_anything() throws Exception {
        BadInputTest.assertProblem(providers("b" + "a".repeat(4000), ""), 400, "BadRequest", "no CID");
        assertThat(providers("b" + "a".repeat(1 << 20), "").statusCode()).isEqualTo(414);
        BadInputTest.assertProblem(
                providers(BLAKE3, "?filter-addrs=" + ",".repeat(10_000)), 400, "BadRequest", "filter-addrs");
        assertThat(providers(BLAKE3, "?filter-addrs=" + "tcp,".repeat(10_000)).statusCode())
                .isEqualTo(414);
        BadInputTest.assertProblem(
                providers(BLAKE3, "?filter-protocols=" + "x".repeat(64)), 400, "BadRequest", "63 characters");
        assertThat(providers(BLAKE3, "?filter-protocols=" + "x".repeat(63)).statusCode())
                .isEqualTo(200);
        BadInputTest.assertProblem(served.get("/routing/v1/peers/" + BLAKE3_CID), 400, "BadRequest", "no peer id");
        BadInputTest.assertProblem(served.get("/routing/v1/dht/closest/peers/nobody"), 400, "BadRequest", "neither");
    }

    // --- doors -------------------------------------------------------------------------------------------------------

    @Test
    void pages_of_any_site_may_ask_here_and_nowhere_else() throws Exception {
        String[] foreign = {"Origin", "https://app.example"};
        HttpResponse<String> r = providers(BLAKE3, "", foreign);
        assertThat(r.statusCode()).isEqualTo(200);
        assertThat(header(r, "access-control-allow-origin")).isEqualTo("*");
        assertThat(header(providers("nonsense", "", foreign), "access-control-allow-origin"))
                .isEqualTo("*");
        HttpResponse<String> preflight = served.send("OPTIONS", "/routing/v1/providers/" + BLAKE3, null, foreign);
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(header(preflight, "access-control-allow-methods")).isEqualTo("GET, OPTIONS");

        HttpResponse<String> elsewhere = served.get("/dht/find_providers/" + BLAKE3, foreign);
        assertThat(elsewhere.statusCode()).isEqualTo(403);
        assertThat(header(elsewhere, "access-control-allow-origin")).isEqualTo("none");
        assertThat(served.send("POST", "/routing/v1/providers/" + BLAKE3, "{}", foreign)
                        .statusCode())
                .isEqualTo(403);
        assertThat(served.send("OPTIONS", "/dht/provide", null, foreign).statusCode())
                .isEqualTo(403);
    }

    @Test
    void without_public_routing_a_token_is_asked_for() throws Exception {
        Path file = dir.resolve("tokens");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, TokenFile.line(Role.VIEWER, ServedNode.token(Role.VIEWER)));
        TokenFile tokens = TokenFile.read(file);
        try (ServedNode closed = ServedNode.amnesic(o -> guarded(o, tokens));
                ServedNode open = ServedNode.publicRouting(o -> guarded(o, tokens))) {
            String path = "/routing/v1/providers/" + BLAKE3;
            assertThat(closed.get(path).statusCode()).isEqualTo(401);
            HttpResponse<String> mine = closed.get(path, "Authorization", "Bearer " + ServedNode.token(Role.VIEWER));
            assertThat(mine.statusCode()).isEqualTo(200);
            assertThat(header(mine, "cache-control")).startsWith("private, ");
            HttpResponse<String> anybodys = open.get(path);
            assertThat(anybodys.statusCode()).isEqualTo(200);
            assertThat(header(anybodys, "cache-control")).startsWith("public, ");
            assertThat(open.get("/dht/provides").statusCode()).isEqualTo(401);
        }
    }

    private static ApiServer.Options guarded(ApiServer.Options o, TokenFile tokens) {
        return new ApiServer.Options(o.bind(), new Access.Tokens(() -> tokens), o.limits(), o.eventLoops(), o.mounts());
    }
}
