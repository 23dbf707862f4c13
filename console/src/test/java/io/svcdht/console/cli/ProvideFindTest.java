package io.svcdht.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.svcdht.console.ServingNode;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProvideFindTest {
    private static ServingNode node;
    private static String api = "";

    @TempDir
    Path dir;

    private final Terminal terminal = new Terminal();

    @BeforeAll
    static void start() throws Exception {
        node = ServingNode.start((Loaded) ConfigLoader.load(
                Flags.parse(List.of("--amnesia", "--admin-bind=127.0.0.1:0", "--peer-bind=127.0.0.1:0")), Map.of()));
        api = "--api=http://" + node.addresses().getFirst();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void what_was_provided_is_found() throws Exception {
        assertThat(terminal.run("provide", "b3:short", "--node=local://tmp", "--ttl=60", "--addr=10.0.0.1:1", api))
                .isZero();
        assertThat(terminal.out()).startsWith("b3:short announced for 60 s, until ");
        assertThat(terminal.run("find", "b3:short", api)).isZero();
        assertThat(terminal.out()).isEqualTo("local://tmp\n");
        assertThat(terminal.run("find", "b3:short", "--json", api)).isZero();
        assertThat(json(terminal.out()).get("outcome").asText()).isEqualTo("found");
    }

    @Test
    void odd_ids_survive_the_path_of_a_url() {
        for (String cid : List.of("a b/c?d#e%2F", "ä😀", "a+b", "..")) {
            assertThat(terminal.run("provide", cid, "--node=x", api)).as(cid).isZero();
            assertThat(terminal.run("find", cid, api)).as(cid).isZero();
        }
    }

    @Test
    void nobody_is_1() {
        assertThat(terminal.run("find", "b3:nobody", api)).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.out()).isEmpty();
        assertThat(terminal.err()).isEqualTo("svc-dht: nobody provides b3:nobody\n");
    }

    @Test
    void a_refusal_is_told_in_the_nodes_words() {
        assertThat(terminal.run("provide", "x", "--ttl=0", api)).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.err()).startsWith("svc-dht: 400 BadRequest: ").contains("172800");
    }

    @Test
    void a_tree_is_announced_and_its_files_are_found() throws Exception {
        Path tree =
                Files.createDirectories(dir.resolve("tree/deep/er")).getParent().getParent();
        for (int i = 0; i < 300; i++) {
            Files.writeString(tree.resolve(i % 3 == 0 ? "deep/er/f" + i : "f" + i), "content " + i);
        }
        Files.createSymbolicLink(tree.resolve("link"), tree.resolve("f1"));
        Files.createSymbolicLink(tree.resolve("loop"), tree);
        assertThat(terminal.run("provide", "--files", tree.toString(), "--connections=8", api))
                .isZero();
        assertThat(terminal.out()).startsWith("300 files announced, 0 failed, ");
        assertThat(terminal.err()).isEmpty();
        assertThat(terminal.run("find", "--file", tree.resolve("deep/er/f3").toString(), api))
                .isZero();
        assertThat(terminal.out()).startsWith("n3:");
        Path other = Files.writeString(dir.resolve("other"), "never announced");
        assertThat(terminal.run("find", "--file", other.toString(), api)).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void json_has_a_line_a_file_and_one_at_the_end() throws Exception {
        for (int i = 0; i < 5; i++) {
            Files.writeString(dir.resolve("f" + i), "json " + i);
        }
        assertThat(terminal.run("provide", "--files", dir.toString(), "--json", api))
                .isZero();
        List<String> lines = terminal.out().lines().toList();
        assertThat(lines).hasSize(6);
        assertThat(json(lines.getFirst()).get("cid").asText()).startsWith("b3:");
        assertThat(json(lines.getLast()).get("announced").asInt()).isEqualTo(5);
    }

    @Test
    void a_terminal_sees_a_bar() throws Exception {
        Files.write(dir.resolve("large"), new byte[160 << 20]);
        Terminal watched = new Terminal(Map.of(), true);
        assertThat(watched.run("provide", "--files", dir.toString(), api)).isZero();
        assertThat(watched.err())
                .contains("\r\033[K")
                .contains("0/1 files")
                .contains("/160.0 MiB")
                .contains(" left");
        assertThat(watched.err()).endsWith("\r\033[K");
    }

    /** Two requests at most are under way; of three one is refused, one refused for most of its lines; none is lost. */
    @Test
    void a_busy_node_is_waited_out_on_few_connections() throws Exception {
        Set<String> announced = ConcurrentHashMap.newKeySet();
        AtomicInteger requests = new AtomicInteger();
        AtomicInteger under = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (Stub stub = new Stub(body -> {
            most.accumulateAndGet(under.incrementAndGet(), Math::max);
            try {
                int n = requests.incrementAndGet();
                if (n % 3 == 0) {
                    return "429 {\"code\":\"QuotaHit\",\"detail\":\"slow down\"}";
                }
                boolean partly = n % 3 == 1;
                AtomicInteger lines = new AtomicInteger();
                return eachLine(body, cid -> {
                    if (partly && lines.incrementAndGet() > 1) {
                        return "{\"ok\":false,\"code\":\"JournalUnavailable\",\"detail\":\"booting\"}";
                    }
                    assertThat(announced.add(cid)).as("announced once").isTrue();
                    return "{\"ok\":true,\"position\":1}";
                });
            } finally {
                under.decrementAndGet();
            }
        })) {
            for (int i = 0; i < 10; i++) {
                Files.writeString(dir.resolve("f" + i), "busy " + i);
            }
            assertThat(terminal.run("provide", "--files", dir.toString(), "--connections=2", stub.api()))
                    .isZero();
        }
        assertThat(announced).hasSize(10);
        assertThat(most.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void failures_are_listed_and_end_with_1() throws Exception {
        Files.writeString(dir.resolve("good"), "good");
        Files.writeString(dir.resolve("bad"), "bad");
        String bad = FileHash.of(dir.resolve("bad"), n -> {}).cid().text();
        try (Stub stub = new Stub(body -> eachLine(
                body,
                cid -> cid.equals(bad)
                        ? "{\"ok\":false,\"code\":\"BadRequest\",\"detail\":\"not \\u001b[31mthis\"}"
                        : "{\"ok\":true,\"position\":1}"))) {
            assertThat(terminal.run("provide", "--files", dir.toString(), stub.api()))
                    .isEqualTo(ExitCode.FAILED);
        }
        assertThat(terminal.err()).isEqualTo("svc-dht: %s: BadRequest: not [31mthis\n".formatted(dir.resolve("bad")));
        assertThat(terminal.out()).startsWith("1 files announced, 1 failed");
    }

    @Test
    void a_full_node_ends_the_walk() throws Exception {
        for (int i = 0; i < 500; i++) {
            Files.writeString(dir.resolve("f" + i), "full " + i);
        }
        AtomicInteger requests = new AtomicInteger();
        try (Stub stub = new Stub(body -> {
            requests.incrementAndGet();
            return "503 {\"code\":\"CapReached\",\"detail\":\"max_records is 5\"}";
        })) {
            assertThat(terminal.run("provide", "--files", dir.toString(), "--connections=2", stub.api()))
                    .isEqualTo(ExitCode.FAILED);
        }
        assertThat(requests.get()).isLessThan(10);
        assertThat(terminal.err()).contains("given up: 503 CapReached: max_records is 5; run the same command again");
    }

    @Test
    void no_node_is_told_with_its_address() {
        String nowhere = "http://127.0.0.1:1";
        assertThat(terminal.run("find", "x", "--api=" + nowhere)).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.err()).contains("no node answers at " + nowhere);
        assertThat(terminal.run("provide", "x", "--retry-secs=0", "--api=" + nowhere))
                .isEqualTo(ExitCode.FAILED);
        assertThat(terminal.err()).contains("no node answers at " + nowhere);
    }

    @Test
    void the_token_of_a_file_is_sent() throws Exception {
        Path token = Files.writeString(dir.resolve("token"), "secret\n");
        AtomicInteger right = new AtomicInteger();
        try (Stub stub = new Stub(body -> "200 {\"providers\":[\"p\"]}", "Bearer secret", right)) {
            assertThat(terminal.run("find", "x", "--token-file=" + token, stub.api()))
                    .isZero();
        }
        assertThat(right.get()).isEqualTo(1);
        assertThat(terminal.run("find", "x", "--token-file=" + dir.resolve("none"), api))
                .isEqualTo(ExitCode.USAGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "provide",
                "provide x --files .",
                "provide --files does-not-exist",
                "provide x --ttl=soon",
                "provide --files . --connections=0",
                "provide x --api=ftp://x",
                "provide x --api=nonsense",
                "find",
                "find x --file y",
                "find --file does-not-exist"
            })
    void wrong_usage_ends_with_2(String line) {
        assertThat(terminal.run(line.split(" ", -1))).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).isNotBlank();
    }

    /** What a batch is answered with. */
    private static String eachLine(String body, UnaryOperator<String> byCid) throws IOException {
        StringBuilder out = new StringBuilder("200 ");
        for (String line : body.lines().toList()) {
            out.append(byCid.apply(json(line).get("cid").asText())).append('\n');
        }
        return out.toString();
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    /** What a request's body is answered with: status, space, body. */
    private interface Answers {
        String to(String body) throws IOException;
    }

    /** A node as one wants it. */
    private static final class Stub implements AutoCloseable {
        private final HttpServer server;

        Stub(Answers answers) throws IOException {
            this(answers, "", new AtomicInteger());
        }

        Stub(Answers answers, String authorization, AtomicInteger authorized) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", exchange -> {
                try (exchange) {
                    if (authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                        authorized.incrementAndGet();
                    }
                    String answer =
                            answers.to(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                    byte[] bytes = answer.substring(4).getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), bytes.length);
                    exchange.getResponseBody().write(bytes);
                }
            });
            server.start();
        }

        String api() {
            return "--api=http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
