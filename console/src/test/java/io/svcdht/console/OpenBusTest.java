package io.svcdht.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import io.svcdht.node.runtime.StartFailure;
import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bus of a whole node, as settings open it. */
class OpenBusTest {
    @TempDir
    Path dir;

    private Loaded settings(String... args) throws IOException {
        Path tokens = Files.writeString(dir.resolve("tokens"), TokenFile.line(Role.OPERATOR, "op") + "\n");
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-------"));
        List<String> all = Stream.concat(
                        Stream.of(
                                "--amnesia",
                                "--admin-bind=127.0.0.1:0",
                                "--peer-bind=127.0.0.1:0",
                                "--admin-token-file=" + tokens),
                        Stream.of(args))
                .toList();
        return (Loaded) ConfigLoader.load(Flags.parse(all), Map.of());
    }

    private static void send(DataOutputStream out, JsonObject frame) throws IOException {
        byte[] body = frame.encode().getBytes(StandardCharsets.UTF_8);
        out.writeInt(body.length);
        out.write(body);
        out.flush();
    }

    private static JsonObject next(DataInputStream in) throws IOException {
        return new JsonObject(new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
    }

    @Test
    void what_is_provided_over_the_bridge_is_heard_there_and_says_by_whom() throws Exception {
        try (ServingNode node = ServingNode.start(settings("--bus-bridge=127.0.0.1:0"))) {
            await().atMost(Duration.ofMinutes(1)).until(node::ready);
            try (Socket socket = greeted(node)) {
                heard(node, socket);
            }
        }
    }

    /** On a machine that is busy the greeting may come too late for the bridge: once more, then. */
    private static Socket greeted(ServingNode node) throws IOException {
        for (int left = 20; ; left--) {
            Socket socket = new Socket(
                    InetAddress.getLoopbackAddress(),
                    node.bridge().orElseThrow().port());
            socket.setSoTimeout(60_000);
            try {
                send(
                        new DataOutputStream(socket.getOutputStream()),
                        new JsonObject().put("type", "auth").put("token", "op"));
                JsonObject answer = next(new DataInputStream(socket.getInputStream()));
                if (answer.getString("type").equals("auth")) {
                    assertThat(answer.getString("role")).isEqualTo("operator");
                    return socket;
                }
                assertThat(answer.getString("message")).contains("in time");
                assertThat(left).isPositive();
            } catch (IOException e) {
                if (left == 0) {
                    throw e;
                }
            }
            socket.close();
        }
    }

    private static void heard(ServingNode node, Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        send(out, new JsonObject().put("type", "register").put("address", "svc-dht.provider.accepted"));
        send(
                out,
                new JsonObject()
                        .put("type", "send")
                        .put("address", "ron.dht.provide")
                        .put("replyAddress", "r")
                        .put("body", new JsonObject().put("cid", "b3:bridged")));
        JsonObject one = next(in);
        JsonObject other = next(in);
        boolean answeredFirst = one.getString("address").equals("r");
        JsonObject answer = answeredFirst ? one : other;
        JsonObject heard = answeredFirst ? other : one;
        assertThat(answer.getJsonObject("body").getBoolean("ok")).isTrue();
        assertThat(heard.getString("address")).isEqualTo("svc-dht.provider.accepted");
        assertThat(heard.getJsonObject("body").getString("cid")).isEqualTo("b3:bridged");
        assertThat(heard.getJsonObject("body").getString("by"))
                .isEqualTo(node.node().id().text());
    }

    @Test
    void a_bridge_where_another_listens_is_no_start() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Loaded settings = settings("--bus-bridge=127.0.0.1:" + taken.getLocalPort());
            assertThatExceptionOfType(StartFailure.class)
                    .isThrownBy(() -> ServingNode.start(settings).close())
                    .satisfies(e -> {
                        assertThat(e.exitCode()).isEqualTo(StartFailure.CANNOT_BIND);
                        assertThat(e).hasMessageContaining("bus_bridge");
                    });
        }
    }

    @Test
    void a_cluster_without_its_jars_says_where_they_belong() throws Exception {
        Loaded settings = settings("--bus-cluster=127.0.0.1:7");
        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> ServingNode.start(settings).close())
                .satisfies(e -> {
                    assertThat(e.exitCode()).isEqualTo(StartFailure.BAD_CONFIGURATION);
                    assertThat(e).hasMessageContaining("bus_cluster needs the cluster module");
                });
    }
}
