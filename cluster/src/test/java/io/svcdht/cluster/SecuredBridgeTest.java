package io.svcdht.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.node.bus.Bridge;
import io.svcdht.node.bus.BridgeLimits;
import io.svcdht.node.bus.BusTls;
import io.svcdht.node.config.BusConfig.Tls;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import io.svcdht.node.http.Access;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bridge with TLS, by a client of Vert.x. */
class SecuredBridgeTest {
    private static final BridgeLimits PATIENT = new BridgeLimits(64, 4_096, 600_000, 64, 1 << 16);

    @TempDir
    Path dir;

    private static <T> T get(io.vertx.core.Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void only_who_shows_a_certificate_of_the_authority_gets_as_far_as_the_token() throws Exception {
        Tls tls = Certificates.in(dir);
        Path file = Files.writeString(dir.resolve("tokens"), TokenFile.line(Role.VIEWER, "see") + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        TokenFile tokens = TokenFile.read(file);
        Vertx vertx = Vertx.vertx();
        try {
            Bridge bridge = get(Bridge.start(
                    vertx,
                    new Bridge.Options(
                            new HostPort("127.0.0.1", 0), new Access.Tokens(() -> tokens), Optional.of(tls), PATIENT),
                    code -> {}));
            int port = bridge.bound().port();
            NetSocket known = get(vertx.createNetClient(BusTls.client(new NetClientOptions(), tls))
                    .connect(port, "127.0.0.1"));
            CompletableFuture<Buffer> answer = new CompletableFuture<>();
            known.handler(answer::complete);
            Buffer hello =
                    new JsonObject().put("type", "auth").put("token", "see").toBuffer();
            get(known.write(Buffer.buffer().appendInt(hello.length()).appendBuffer(hello)));
            Buffer frame = answer.get(60, TimeUnit.SECONDS);
            assertThat(new JsonObject(frame.getBuffer(4, frame.length())).getString("role"))
                    .isEqualTo("viewer");

            assertThatThrownBy(() -> TwoProcessesTest.knock(port)).isInstanceOf(SSLException.class);
            Tls strange = Certificates.in(Files.createDirectory(dir.resolve("strange")));
            assertThatThrownBy(() -> get(vertx.createNetClient(BusTls.client(new NetClientOptions(), strange))
                            .connect(port, "127.0.0.1")))
                    .cause()
                    .isInstanceOf(SSLException.class);
        } finally {
            get(vertx.close());
        }
    }
}
