package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.node.Patience;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes in: an answer one can act on, the process unmoved, nothing written. */
final class BadInputTest {
    private static final int HEADER_MILLIS = 400;
    private static final int BODY_MILLIS = 400;

    private static ServedNode served;
    private long positionBefore;

    @BeforeAll
    static void start() throws Exception {
        served = ServedNode.amnesic(o -> new ApiServer.Options(
                o.bind(),
                o.access(),
                HttpLimits.STANDARD.withPatience(HEADER_MILLIS, BODY_MILLIS, 2).withConnectionsMax(64),
                o.eventLoops(),
                o.mounts()));
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    @BeforeEach
    void remember() {
        positionBefore = served.position();
    }

    @AfterEach
    void a_good_request_still_works_and_nothing_was_written() throws Exception {
        assertThat(served.position()).isEqualTo(positionBefore);
        assertThat(served.provide("{\"cid\":\"b3:good\"}").statusCode()).isEqualTo(200);
        Awaitility.await().atMost(Patience.LIMIT).until(() -> served.server.connections() <= 2);
    }

    static Stream<Arguments> bodies() {
        String deep = "[".repeat(40) + "]".repeat(40);
        return Stream.of(
                Arguments.of("", "the body must be a JSON object"),
                Arguments.of("{", "no valid JSON"),
                Arguments.of("{\"cid\":\"b3:a\"", "no valid JSON"),
                Arguments.of("{'cid':'b3:a'}", "no valid JSON"),
                Arguments.of("[]", "must be a JSON object"),
                Arguments.of("\"b3:a\"", "must be a JSON object"),
                Arguments.of("null", "must be a JSON object"),
                Arguments.of("{}", "cid is missing"),
                Arguments.of("{\"cid\":null}", "cid is missing"),
                Arguments.of("{\"cid\":7}", "cid must be a text"),
                Arguments.of("{\"cid\":[\"b3:a\"]}", "cid must be a text"),
                Arguments.of("{\"cid\":\"\"}", "cid is empty"),
                Arguments.of("{\"cid\":\"   \"}", "cid is empty"),
                Arguments.of("{\"cid\":\"" + "x".repeat(513) + "\"}", "at most 512"),
                Arguments.of("{\"cid\":\"a\\u0000b\"}", "printable"),
                Arguments.of("{\"cid\":\"a\\u001bb\"}", "printable"),
                Arguments.of("{\"cid\":\"a\\u202eb\"}", "printable"),
                Arguments.of("{\"cid\":\"a\\ud800b\"}", "printable"),
                Arguments.of("{\"cid\":\"a\nb\"}", "no valid JSON"),
                Arguments.of("{\"cid\":\"b3:" + "A".repeat(64) + "\"}", "lower-case"),
                Arguments.of("{\"cid\":\"b3:a\",\"cid\":\"b3:b\"}", "given twice"),
                Arguments.of("{\"cid\":\"b3:a\",\"x\":{\"y\":1,\"y\":2}}", "given twice"),
                Arguments.of("{\"cid\":\"b3:a\"} x", "valid JSON"),
                Arguments.of("{\"cid\":\"b3:a\"}{\"cid\":\"b3:b\"}", "exactly one"),
                Arguments.of("{\"cid\":\"b3:a\",\"x\":" + deep + "}", "nested deeper than 32"),
                Arguments.of("{\"cid\":\"b3:a\",\"x\":NaN}", "no valid JSON"),
                Arguments.of("{\"cid\":\"b3:a\",\"x\":" + "9".repeat(2000) + "}", "endless number"),
                Arguments.of("{\"cid\":\"b3:a\",\"node\":5}", "node must be a text"),
                Arguments.of("{\"cid\":\"b3:a\",\"node\":\"\"}", "node is empty"),
                Arguments.of("{\"cid\":\"b3:a\",\"node\":\"n3:" + "0".repeat(64) + "\"}", "another node's id"),
                Arguments.of("{\"cid\":\"b3:a\",\"addrs\":\"x\"}", "array of texts"),
                Arguments.of("{\"cid\":\"b3:a\",\"addrs\":[1]}", "must be a text"),
                Arguments.of("{\"cid\":\"b3:a\",\"addrs\":[" + "\"a\",".repeat(16) + "\"a\"]}", "more than 16"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void a_bad_body_is_a_400_that_says_why(String body, String why) throws Exception {
        assertProblem(served.provide(body), 400, "BadRequest", why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "1.5",
                "60.0",
                "6e1",
                "172801",
                "2147483648",
                "99999999999999999999999",
                "1e400",
                "\"60\"",
                "true",
                "[60]",
                "{}",
                "NaN",
                "Infinity",
                "060"
            })
    void a_bad_ttl_is_a_400_that_names_the_range(String ttl) throws Exception {
        HttpResponse<String> r = served.provide("{\"cid\":\"b3:a\",\"ttl_secs\":" + ttl + "}");
        boolean json = !List.of("NaN", "Infinity", "060").contains(ttl);
        assertProblem(r, 400, "BadRequest", json ? "from 1 to 172800" : "no valid JSON");
    }

    @Test
    void bad_utf8_is_a_400() throws Exception {
        for (String bytes :
                List.of("\u00ff", "\u00c0\u0080", "\u00ed\u00a0\u0080", "\u00e2\u0082", "\u00f5\u0080\u0080\u0080")) {
            String body = "{\"cid\":\"b3:" + bytes + "\"}";
            try (RawHttp raw = served.raw()) {
                String answer = raw.send(post(body.length(), "") + body).answer();
                assertThat(answer).startsWith("HTTP/1.1 400").contains("UTF-8");
            }
        }
    }

    @Test
    void utf16_is_a_400() throws Exception {
        byte[] body = "{\"cid\":\"b3:a\"}".getBytes(StandardCharsets.UTF_16);
        try (RawHttp raw = served.raw()) {
            assertThat(raw.send(post(body.length, "")).send(body).answer()).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void three_mebibytes_are_a_413_told_before_they_are_read() throws Exception {
        HttpResponse<String> r = served.provide("{\"cid\":\"b3:a\",\"x\":\"" + "x".repeat(3 << 20) + "\"}");
        assertProblem(r, 413, "OverSize", "1048576");
        try (RawHttp raw = served.raw()) {
            assertThat(raw.send(post(3 << 20, "")).answer()).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void three_mebibytes_in_chunks_are_a_413() throws Exception {
        try (RawHttp raw = served.raw()) {
            raw.send(post(0, "Transfer-Encoding: chunked\r\n").replace("Content-Length: 0\r\n", ""));
            String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
            for (int i = 0; i < 17; i++) {
                raw.send(chunk);
            }
            assertThat(raw.answer()).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void zip_bombs_are_a_413() throws Exception {
        for (int size : new int[] {200_000, 64 << 20}) {
            byte[] bomb = gzip(new byte[size]);
            try (RawHttp raw = served.raw()) {
                String answer = raw.send(post(bomb.length, "Content-Encoding: gzip\r\n"))
                        .send(bomb)
                        .answer();
                assertThat(answer).startsWith("HTTP/1.1 413").contains("inflated");
            }
        }
    }

    @Test
    void broken_gzip_and_other_encodings_are_refused() throws Exception {
        assertProblem(served.provide("{}", "Content-Encoding", "gzip"), 400, "BadRequest", "gzip");
        assertProblem(served.provide("{}", "Content-Encoding", "br"), 415, "UnsupportedMedia", "gzip");
    }

    @Test
    void a_slow_head_is_cut() throws Exception {
        try (RawHttp raw = served.raw()) {
            raw.send("GET /healthz HTTP/1.1\r\n");
            Thread drip = Thread.ofVirtual().start(() -> {
                try {
                    // Without an end, as far as this side is concerned.
                    for (int i = 0; true; i++) {
                        Thread.sleep(50);
                        raw.send("X-" + i + ": 1\r\n");
                    }
                } catch (Exception e) {
                    // The server has closed, as it should.
                }
            });
            String answer = raw.answer();
            assertThat(answer).startsWith("HTTP/1.1 408").contains("application/problem+json");
            drip.interrupt();
        }
    }

    @Test
    void a_slow_second_head_is_cut_as_well() throws Exception {
        try (RawHttp raw = served.raw()) {
            raw.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(raw.answer()).startsWith("HTTP/1.1 200");
            raw.send("GET /hea");
            assertThat(raw.toEnd()).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void a_slow_body_is_cut() throws Exception {
        try (RawHttp raw = served.raw()) {
            raw.send(post(1000, "") + "{\"cid\":");
            assertThat(raw.toEnd()).startsWith("HTTP/1.1 408").contains("slower than 1024");
        }
    }

    @Test
    void an_idle_connection_is_closed() throws Exception {
        try (RawHttp raw = served.raw()) {
            assertThat(raw.toEnd()).isEmpty();
        }
    }

    @Test
    void half_closed_connections_do_not_leak() throws Exception {
        for (int i = 0; i < 50; i++) {
            RawHttp raw = served.raw();
            raw.send(
                    i % 2 == 0
                            ? post(500, "") + "{"
                            : "GET /journal/events?follow=true HTTP/1.1\r\nHost: localhost\r\n\r\n");
            raw.socket.shutdownOutput();
        }
        Awaitility.await().atMost(Patience.LIMIT).until(() -> served.server.connections() == 0);
    }

    @Test
    void connections_beyond_the_limit_are_closed() throws Exception {
        RawHttp[] all = new RawHttp[80];
        int closed = 0;
        for (int i = 0; i < all.length; i++) {
            all[i] = served.raw();
            try {
                // At once: who says nothing is not kept for long.
                all[i].send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            } catch (java.io.IOException e) {
                // Closed already, as is seen below.
            }
        }
        for (RawHttp raw : all) {
            String answer;
            try {
                answer = raw.answer();
            } catch (java.io.IOException e) {
                answer = "";
            }
            closed += answer.isEmpty() ? 1 : 0;
        }
        for (RawHttp raw : all) {
            raw.close();
        }
        assertThat(closed).isBetween(16, 20);
        Awaitility.await().atMost(Patience.LIMIT).until(() -> served.server.connections() == 0);
    }

    @Test
    void heads_that_are_too_large_or_no_http_are_problems() throws Exception {
        String[] heads = {
            "GET /" + "x".repeat(17 << 10) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
            " 414 ",
            "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(17 << 10) + "\r\n\r\n",
            " 431 ",
            "GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n",
            " 400 ",
            "GET / HTTP/3.7\r\nHost: localhost\r\n\r\n",
            " 400 ",
            "GET / HTTP/1.1\r\n\r\n",
            " 400 ",
            "GET nothing HTTP/1.1\r\nHost: localhost\r\n\r\n",
            " 400 ",
            "POST /dht/provide HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
            " 400 ",
            "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n",
            " 400 ",
        };
        for (int i = 0; i < heads.length; i += 2) {
            try (RawHttp raw = served.raw()) {
                assertThat(raw.send(heads[i]).answer())
                        .as(heads[i].substring(0, Math.min(60, heads[i].length())))
                        .startsWith("HTTP/")
                        .contains(heads[i + 1])
                        .contains("application/problem+json");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dht/find_providers/%",
                "/dht/find_providers/%zz",
                "/dht/find_providers/%ff",
                "/dht/find_providers/%20",
                "/dht/find_providers/a%00b",
                "/dht/find_providers/a?limit=0",
                "/dht/find_providers/a?limit=x",
                "/dht/find_providers/a?limit=1001",
                "/dht/find_providers/a?limit=1&limit=2",
                "/dht/find_providers/a?deadline_ms=-1",
                "/dht/find_providers/a?local=maybe",
                "/dht/find_providers/a?limit=%zz",
                "/dht/_debug/list?after=x",
                "/dht/_debug/list?limit=0",
                "/journal/events?from=x",
                "/journal/events?from=99999999",
                "/journal/events?type=Nonsense",
                "/journal/events?limit=0",
                "/journal/events?from=99999999999999999999"
            })
    void a_bad_address_is_a_400(String path) throws Exception {
        try (RawHttp raw = served.raw()) {
            String answer = raw.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .answer();
            assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json");
        }
    }

    @Test
    void pipelined_requests_are_answered_in_order() throws Exception {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            all.append("GET /dht/find_providers/b3:pipe-").append(i).append(" HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        try (RawHttp raw = served.raw()) {
            raw.send(all.toString());
            for (int i = 0; i < 200; i++) {
                assertThat(raw.answer()).contains("\"cid\":\"b3:pipe-" + i + "\"");
            }
        }
    }

    private static String post(int length, String headers) {
        return "POST /dht/provide HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers
                + "Content-Length: " + length + "\r\n\r\n";
    }

    private static byte[] gzip(byte[] plain) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    static void assertProblem(HttpResponse<String> r, int status, String code, String why) throws Exception {
        assertThat(r.statusCode()).as(r.body()).isEqualTo(status);
        assertThat(r.headers().firstValue("content-type")).contains("application/problem+json");
        JsonNode problem = ServedNode.json(r);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("code").asText()).isEqualTo(code);
        assertThat(problem.get("detail").asText()).contains(why);
    }
}
