package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import io.vertx.ext.web.Router;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in, and who does not. */
final class DoorsTest {
    @TempDir
    static Path dir;

    private static ServedNode open;
    private static ServedNode guarded;

    @BeforeAll
    static void start() throws Exception {
        open = ServedNode.amnesic();
        StringBuilder lines = new StringBuilder();
        for (Role role : Role.values()) {
            lines.append(TokenFile.line(role, ServedNode.token(role))).append('\n');
        }
        Path file = dir.resolve("tokens");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, lines);
        TokenFile tokens = TokenFile.read(file);
        guarded = ServedNode.amnesic(o -> {
            Router pages = Router.router(
                    io.vertx.core.Vertx.currentContext() == null
                            ? io.vertx.core.Vertx.vertx()
                            : io.vertx.core.Vertx.currentContext().owner());
            pages.route("/page").handler(rc -> rc.response().end("page"));
            return new ApiServer.Options(
                    o.bind(),
                    new Access.Tokens(() -> tokens),
                    o.limits(),
                    o.eventLoops(),
                    List.of(new ApiServer.Mount("/console", pages, Role.VIEWER, Role.OPERATOR)));
        });
    }

    @AfterAll
    static void stop() {
        open.close();
        guarded.close();
    }

    private static String host(String host) throws Exception {
        try (RawHttp raw = open.raw()) {
            return raw.send("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                    .answer();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "LOCALHOST:5301", "127.0.0.1", "127.0.0.1:1", "node.example", "node.example:80"})
    void our_own_names_get_in(String host) throws Exception {
        assertThat(host(host)).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "127.0.0.2",
                "[::1]",
                "0.0.0.0",
                "a b",
                "@",
                "2130706433"
            })
    void foreign_hosts_are_a_421(String host) throws Exception {
        assertThat(host(host)).startsWith("HTTP/1.1 421").contains("allowed_hosts");
    }

    @Test
    void the_absolute_form_names_a_host_too() throws Exception {
        try (RawHttp raw = open.raw()) {
            assertThat(raw.send("GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .answer())
                    .startsWith("HTTP/1.1 421");
        }
        try (RawHttp raw = open.raw()) {
            assertThat(raw.send("GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .answer())
                    .startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "http://127.0.0.1", "file://", "http://localhost:1"})
    void a_foreign_origin_is_a_403(String origin) throws Exception {
        BadInputTest.assertProblem(open.provide("{\"cid\":\"b3:x\"}", "Origin", origin), 403, "Forbidden", "Origin");
        assertThat(open.get("/dht/_debug/list", "Origin", origin).statusCode()).isEqualTo(403);
    }

    @Test
    void our_own_origin_gets_in() throws Exception {
        String origin = "http://127.0.0.1:" + open.port();
        assertThat(open.provide("{\"cid\":\"b3:x\"}", "Origin", origin).statusCode())
                .isEqualTo(200);
    }

    @Test
    void api_answers_415_for_text_plain() throws Exception {
        long before = open.position();
        for (String type : List.of(
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/json; charset=utf-16",
                "application/jsonx")) {
            BadInputTest.assertProblem(
                    open.provide("{\"cid\":\"b3:x\"}", "Content-Type", type),
                    415,
                    "UnsupportedMedia",
                    "application/json");
        }
        try (RawHttp raw = open.raw()) {
            assertThat(raw.send("POST /dht/provide HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
                            .answer())
                    .startsWith("HTTP/1.1 415");
        }
        assertThat(open.position()).isEqualTo(before);
        assertThat(open.provide("{\"cid\":\"b3:x\"}", "Content-Type", "Application/JSON; charset=\"UTF-8\"")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void every_route_asks_for_its_role() throws Exception {
        for (Route r : guarded.server.routes().all()) {
            for (int i = -1; i < Role.values().length; i++) {
                Role has = i < 0 ? null : Role.values()[i];
                int answer = call(r, has == null ? null : ServedNode.token(has));
                int expected = expected(r.role(), has);
                String what = r.method() + " " + r.path() + " as " + has;
                if (expected == 0) {
                    assertThat(answer).as(what).isNotIn(401, 403);
                } else {
                    assertThat(answer).as(what).isEqualTo(expected);
                }
            }
        }
    }

    private static int expected(@Nullable Role needed, @Nullable Role has) {
        if (needed == null) {
            return 0;
        }
        if (has == null) {
            return 401;
        }
        return has.covers(needed) ? 0 : 403;
    }

    private static int call(Route r, @Nullable String token) throws Exception {
        String path = r.path().replaceAll("\\{\\w+}", "b3:role");
        String body = r.bodySchema() == null ? null : "{\"cid\":\"b3:role\"}";
        return token == null
                ? guarded.status(r.method().name(), path, body, "Content-Type", r.bodyType())
                : guarded.status(
                        r.method().name(),
                        path,
                        body,
                        "Content-Type",
                        r.bodyType(),
                        "Authorization",
                        "Bearer " + token);
    }

    @Test
    void wrong_tokens_are_a_401_that_says_how() throws Exception {
        for (String header : List.of(
                "Bearer wrong", "Bearer ", "Basic dXNlcjpwdw==", "token-of-admin", "Bearer " + "x".repeat(5000))) {
            HttpResponse<String> r = guarded.get("/dht/provides", "Authorization", header);
            BadInputTest.assertProblem(r, 401, "Unauthorized", "Bearer");
            assertThat(r.headers().firstValue("www-authenticate")).isPresent();
        }
        assertThat(guarded.get("/dht/provides", "Authorization", "bearer " + ServedNode.token(Role.VIEWER))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void what_is_mounted_stands_behind_the_same_doors() throws Exception {
        assertThat(guarded.get("/console/page").statusCode()).isEqualTo(401);
        String viewer = "Bearer " + ServedNode.token(Role.VIEWER);
        assertThat(guarded.get("/console/page", "Authorization", viewer).body()).isEqualTo("page");
        assertThat(guarded.send("POST", "/console/page", "{}", "Authorization", viewer)
                        .statusCode())
                .isEqualTo(403);
        assertThat(guarded.get("/console/page", "Authorization", viewer, "Origin", "http://evil.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(guarded.get("/console/none", "Authorization", viewer).statusCode())
                .isEqualTo(404);
    }

    @Test
    void an_open_node_refuses_to_listen_beyond_loopback() {
        assertThat(ApiServer.start(
                                open.vertx, open.node, open.metrics, ApiServer.Options.open(new HostPort("0.0.0.0", 0)))
                        .cause())
                .hasMessageContaining("admin_token_file");
    }
}
