package io.svcdht.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.node.trust.NodeIdentity;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Whatever two nodes go through, neither their logs, at the finest level, nor their errors tell what is not theirs. */
class NothingToldTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** On a busy machine a late answer is no sign of a dead peer. */
    private static final List<String> BUDGET =
            List.of("--min-leg-budget-ms=10000", "--rpc-timeout-ms=20000", "--dial-timeout-ms=20000");

    private static final String LOCATOR = "local://shelf-4711";
    private static final String ADDR = "tcp://places.example:4711";
    private static final String TOKEN = "token-of-the-operator-4711";
    private static final String PASSPHRASE = "passphrase 4711 of the keys";
    private static final List<String> SECRETS = List.of("shelf-4711", "places.example", TOKEN, PASSPHRASE);

    /** Keeps what is logged, with all that hangs on it. */
    private static final class Kept extends AppenderBase<ILoggingEvent> {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent e) {
            StringBuilder line = new StringBuilder(e.getLoggerName())
                    .append(' ')
                    .append(e.getFormattedMessage())
                    .append(' ')
                    .append(e.getMDCPropertyMap());
            for (IThrowableProxy t = e.getThrowableProxy(); t != null; t = t.getCause()) {
                line.append(' ').append(t.getClassName()).append(": ").append(t.getMessage());
            }
            lines.add(line.toString());
        }
    }

    @TempDir
    Path directory;

    private final Kept kept = new Kept();
    private final Logger ours = (Logger) LoggerFactory.getLogger("io.svcdht");
    private final Level level = ours.getEffectiveLevel();
    private final boolean additive = ours.isAdditive();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> errors = new ArrayList<>();

    @BeforeEach
    void listen() {
        kept.start();
        ours.addAppender(kept);
        ours.setLevel(Level.TRACE);
        ours.setAdditive(false);
    }

    @AfterEach
    void listenNoMore() {
        ours.detachAppender(kept);
        ours.setLevel(level);
        ours.setAdditive(additive);
    }

    private Path secret(String name, String text) throws Exception {
        Path file = directory.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private static ServingNode start(List<String> flags) throws StartFailure {
        List<String> all = new ArrayList<>(
                List.of("--admin-bind=127.0.0.1:0", "--peer-bind=127.0.0.1:0", "--replicas=2", "--log-level=trace"));
        all.addAll(BUDGET);
        all.addAll(flags);
        ServingNode node = ServingNode.start((Loaded) ConfigLoader.load(Flags.parse(all), Map.of()));
        await().atMost(PATIENCE).until(node::ready);
        return node;
    }

    private int send(ServingNode node, String method, String path, String token, String body) throws Exception {
        var response = client.send(
                HttpRequest.newBuilder(URI.create("http://" + node.addresses().getFirst() + path))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + token)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        if (response.statusCode() >= 400) {
            errors.add(response.body());
        }
        return response.statusCode();
    }

    @Test
    void neither_logs_nor_errors_tell_secrets_or_what_providers_said() throws Exception {
        Path tokens = secret("tokens", TokenFile.line(Role.OPERATOR, TOKEN) + "\n");
        Path passphrase = secret("passphrase", PASSPHRASE);
        Path wrong = secret("wrong", PASSPHRASE + "!");
        String data = "--data-dir=" + directory.resolve("data");
        String record = "{\"cid\":\"b3:told\",\"node\":\"%s\",\"addrs\":[\"%s\"]}".formatted(LOCATOR, ADDR);
        try (ServingNode other = start(List.of("--amnesia"))) {
            List<String> flags = List.of(
                    data,
                    "--seeds=" + other.peerAddress(),
                    "--admin-token-file=" + tokens,
                    "--key-passphrase-file=" + passphrase);
            try (ServingNode node = start(flags)) {
                assertThat(send(node, "POST", "/dht/provide?wait=replicated", TOKEN, record))
                        .isEqualTo(200);
                await().atMost(PATIENCE).until(() -> told(other));
                // Everything one can do wrong with it.
                assertThat(send(node, "POST", "/dht/provide", "no " + TOKEN, record))
                        .isEqualTo(401);
                assertThat(send(node, "POST", "/dht/provide", TOKEN, record + record))
                        .isEqualTo(400);
                assertThat(send(node, "POST", "/dht/provide", TOKEN, record.replace("\"cid\"", "\"cid")))
                        .isEqualTo(400);
                assertThat(send(node, "POST", "/dht/provide", TOKEN, record.replace("shelf", "\u202eshelf")))
                        .isEqualTo(400);
                assertThat(send(
                                node,
                                "POST",
                                "/dht/provide",
                                TOKEN,
                                record.replace("[\"", "[{\"x\":\"").replace("\"]", "\"}]")))
                        .isEqualTo(400);
                assertThat(send(node, "DELETE", "/dht/provide?cid=b3:other&node=" + LOCATOR, TOKEN, ""))
                        .isEqualTo(404);
                assertThat(send(node, "DELETE", "/dht/provide?wait=replicated&cid=b3:told&node=" + LOCATOR, TOKEN, ""))
                        .isEqualTo(200);
            }
            try (ServingNode again = start(flags)) {
                assertThat(again.ready()).isTrue();
            }
            try {
                start(List.of(data, "--key-passphrase-file=" + wrong)).close();
            } catch (StartFailure e) {
                errors.add(String.valueOf(e.getMessage()));
            }
        }
        assertThat(errors).hasSize(7);
        assertThat(kept.lines).as("something was logged").hasSizeGreaterThan(5);
        List<String> secrets = new ArrayList<>(SECRETS);
        Files.readString(directory.resolve("data").resolve(NodeIdentity.FILE))
                .lines()
                .filter(l -> l.length() == 64)
                .forEach(secrets::add);
        for (String secret : secrets) {
            assertThat(kept.lines).as("logs").noneMatch(l -> l.contains(secret));
            assertThat(errors).as("errors").noneMatch(l -> l.contains(secret));
        }
    }

    private boolean told(ServingNode node) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://"
                                        + node.addresses().getFirst() + "/dht/find_providers/b3:told?local=true"))
                                .build(),
                        BodyHandlers.ofString())
                .body()
                .contains("shelf-4711");
    }
}
