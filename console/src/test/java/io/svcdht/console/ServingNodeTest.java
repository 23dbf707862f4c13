package io.svcdht.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import io.svcdht.node.runtime.StartFailure;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServingNodeTest {
    @TempDir
    Path dir;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void the_console_stands_beside_the_api() throws Exception {
        try (ServingNode node =
                ServingNode.start(settings("--amnesia", "--admin-bind=127.0.0.1:0", "--peer-bind=127.0.0.1:0"))) {
            assertThat(get(node, "/healthz", "")).isEqualTo(200);
            assertThat(get(node, "/console/", "")).isEqualTo(200);
        }
    }

    /** Storage, engine, doors and pages as they run in life: withdraw on a page, and see the moment before. */
    @Test
    void pages_of_a_node_on_disk_show_now_and_then_and_withdraw() throws Exception {
        Path file = tokens(TokenFile.line(Role.OPERATOR, "op"));
        try (ServingNode node = ServingNode.start(settings(
                "--data-dir=" + dir.resolve("data"),
                "--admin-bind=127.0.0.1:0",
                "--peer-bind=127.0.0.1:0",
                "--admin-token-file=" + file))) {
            String url = "http://" + node.addresses().getFirst();
            while (get(node, "/readyz", "") != 200) {
                Thread.onSpinWait();
            }
            send(url + "/dht/provide", "application/json", "{\"cid\":\"b3:page\",\"node\":\"local://shelf\"}");
            String list = page(url + "/console/providers");
            assertThat(list).contains("local://shelf").contains("this node");
            String content = "/console/providers/" + first(list, "providers/(b3:[0-9a-f]{64})");
            String position = first(list, "journal/(\\d+)");
            String csrf = first(page(url + content), "name=\"csrf\" value=\"([0-9a-f]+)\"");
            String form = "locator=local://shelf&reason=moved&csrf=" + csrf;
            assertThat(send(url + content + "/withdraw", "application/x-www-form-urlencoded", form))
                    .isEqualTo(303);
            assertThat(page(url + content)).contains("0 providers, 1 withdrawn");
            assertThat(page(url + content + "?at=seq:" + position)).contains("1 provider<");
            assertThat(page(url + "/console/audit")).contains("withdraw").contains("moved");
            assertThat(page(url + "/console/journal?vs=seq:" + position)).contains("withdrawn");
            for (String path :
                    List.of("", "?at=seq:1", "buckets", "buckets/3", "config", "journal/1", "providers.csv")) {
                assertThat(page(url + "/console/" + path)).as(path).isNotEmpty();
            }
        }
    }

    private String page(String url) throws Exception {
        HttpResponse<String> r = client.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Authorization", "Bearer op")
                        .build(),
                BodyHandlers.ofString());
        assertThat(r.statusCode()).as("%s: %s", url, r.body()).isEqualTo(200);
        return r.body();
    }

    private int send(String url, String type, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer op")
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    private static String first(String text, String pattern) {
        Matcher m = Pattern.compile(pattern).matcher(text);
        assertThat(m.find()).as(pattern).isTrue();
        return m.group(1);
    }

    @Test
    void a_reload_takes_other_tokens_and_keeps_the_old_ones_if_it_cannot() throws Exception {
        Path file = tokens(TokenFile.line(Role.ADMIN, "old"));
        Loaded settings = settings(
                "--amnesia", "--admin-bind=127.0.0.1:0", "--peer-bind=127.0.0.1:0", "--admin-token-file=" + file);
        try (ServingNode node = ServingNode.start(settings)) {
            assertThat(get(node, "/metrics", "")).isEqualTo(401);
            assertThat(get(node, "/metrics", "old")).isEqualTo(200);
            tokens(TokenFile.line(Role.ADMIN, "new"));
            assertThat(get(node, "/metrics", "new")).isEqualTo(401);
            node.reconfigure(settings.config(), List.of());
            assertThat(get(node, "/metrics", "new")).isEqualTo(200);
            assertThat(get(node, "/metrics", "old")).isEqualTo(401);
            tokens("nonsense");
            node.reconfigure(settings.config(), List.of());
            assertThat(get(node, "/metrics", "new")).isEqualTo(200);
        }
    }

    @Test
    void a_taken_port_ends_with_3_and_lets_the_directory_go() throws Exception {
        Path data = dir.resolve("data");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Loaded settings = settings(
                    "--data-dir=" + data, "--admin-bind=127.0.0.1:" + taken.getLocalPort(), "--peer-bind=127.0.0.1:0");
            assertThatExceptionOfType(StartFailure.class)
                    .isThrownBy(() -> ServingNode.start(settings))
                    .withMessageContaining("admin_bind = 127.0.0.1:" + taken.getLocalPort())
                    .satisfies(e -> assertThat(e.exitCode()).isEqualTo(StartFailure.CANNOT_BIND));
        }
        ServingNode.start(settings("--data-dir=" + data, "--admin-bind=127.0.0.1:0", "--peer-bind=127.0.0.1:0"))
                .close();
    }

    private int get(ServingNode node, String path, String token) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://" + node.addresses().getFirst() + path));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    private Path tokens(String text) throws Exception {
        Path file = Files.writeString(dir.resolve("tokens"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static Loaded settings(String... args) {
        return (Loaded) ConfigLoader.load(Flags.parse(List.of(args)), Map.of());
    }
}
