package io.svcdht.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.svcdht.console.cli.Terminal;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.LiveSettings;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.node.trust.Passphrase;
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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys as a running node uses them: sealed, and given up for others. */
class KeyLifeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int USAGE = 2;
    /** On a busy machine a late answer is no sign of a dead peer. */
    private static final List<String> BUDGET =
            List.of("--min-leg-budget-ms=10000", "--rpc-timeout-ms=20000", "--dial-timeout-ms=20000");

    private final Terminal terminal = new Terminal();
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    private String passphrase(String name, String text) throws Exception {
        Path file = directory.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file.toString();
    }

    private static ServingNode start(String... flags) throws StartFailure {
        List<String> all = new ArrayList<>(List.of("--admin-bind=127.0.0.1:0", "--peer-bind=127.0.0.1:0"));
        all.addAll(BUDGET);
        all.addAll(List.of(flags));
        ServingNode node = ServingNode.start((Loaded) ConfigLoader.load(Flags.parse(all), Map.of()));
        await().atMost(PATIENCE).until(node::ready);
        return node;
    }

    private static String url(ServingNode node) {
        return "http://" + node.addresses().getFirst();
    }

    private String local(ServingNode node, String cid) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create(url(node) + "/dht/find_providers/" + cid + "?local=true"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    private void provide(ServingNode node, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url(node) + "/dht/provide"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    @Test
    void a_node_with_sealed_keys_starts_with_the_passphrase_alone() throws Exception {
        String words = passphrase("words", "as nobody guesses");
        String data = "--data-dir=" + directory.resolve("data");
        String id;
        try (ServingNode node = start(data, "--key-passphrase-file=" + words)) {
            id = node.node().id().text();
        }
        Loaded asked = (Loaded) ConfigLoader.load(
                Flags.parse(List.of(data, "--admin-bind=127.0.0.1:0", "--peer-bind=127.0.0.1:0")), Map.of());
        assertThatThrownBy(() -> ServingNode.start(asked))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("is sealed");
        try (ServingNode node = ServingNode.start(
                LiveSettings.of(asked), () -> Optional.of(Passphrase.of("as nobody guesses".toCharArray())))) {
            assertThat(node.node().id().text()).isEqualTo(id);
        }
    }

    /** The procedure of the guide to keys, command by command. */
    @Test
    void a_change_of_keys_takes_everything_back_and_announces_it_anew() throws Exception {
        String list = directory.resolve("published.ndjson").toString();
        String words = passphrase("words", "as nobody guesses");
        String fresh = Files.createDirectory(
                        directory.resolve("new"),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
                .toString();
        try (ServingNode other = start("--amnesia", "--replicas=2")) {
            String seed = "--seeds=" + other.peerAddress();
            String before;
            try (ServingNode node = start("--data-dir=" + directory.resolve("old"), "--replicas=2", seed)) {
                before = node.node().id().text();
                provide(node, "{\"cid\":\"b3:one\",\"ttl_secs\":1200,\"addrs\":[\"tcp://a\"]}");
                provide(node, "{\"cid\":\"b3:two\",\"ttl_secs\":1200,\"node\":\"local://shelf\"}");
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(local(other, "b3:one")).contains(before, "tcp://a");
                    assertThat(local(other, "b3:two")).contains("local://shelf");
                });

                assertThat(terminal.run("keys", "retire", list, "--api=" + url(node)))
                        .as("%s", terminal.err())
                        .isZero();
                assertThat(terminal.out()).startsWith("2 records taken back, 0 failed");
                assertThat(terminal.err()).isEmpty();
                assertThat(local(other, "b3:one")).contains("not_found");
                assertThat(local(other, "b3:two")).contains("not_found");
                assertThat(terminal.run("keys", "retire", list, "--api=" + url(node)))
                        .isEqualTo(USAGE);
            }

            assertThat(terminal.run("keygen", "--out", fresh + "/node.key", "--passphrase-file", words))
                    .isZero();
            String after = terminal.out().strip();
            Files.writeString(
                    Path.of(list),
                    Files.readString(Path.of(list))
                            + "{\"cid\":\"b3:late\",\"addrs\":[],\"expires_at\":\"2020-01-01T00:00:00.000Z\"}\n");
            try (ServingNode node =
                    start("--data-dir=" + fresh, "--key-passphrase-file=" + words, "--replicas=2", seed)) {
                assertThat(node.node().id().text()).isEqualTo(after).isNotEqualTo(before);
                assertThat(terminal.run("keys", "announce", list, "--api=" + url(node)))
                        .as("%s", terminal.err())
                        .isZero();
                assertThat(terminal.out()).isEqualTo("2 records announced, 1 ran out meanwhile, 0 failed\n");
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(local(other, "b3:one"))
                            .contains(after, "tcp://a")
                            .doesNotContain(before);
                    assertThat(local(other, "b3:two")).contains("local://shelf", after);
                });
                assertThat(node.node().providers().publishedBy(node.node().id(), null, 10))
                        .allSatisfy(holders -> assertThat(
                                        holders.iterator().next().record().ttlSeconds())
                                .isBetween(1, 1200));
            }
        }
    }
}
