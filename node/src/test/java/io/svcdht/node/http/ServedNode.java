package io.svcdht.node.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.node.Patience;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.config.NodeConfig.LogFormat;
import io.svcdht.node.config.NodeConfig.LogLevel;
import io.svcdht.node.config.NodeConfig.Profile;
import io.svcdht.node.config.NodeConfig.Sync;
import io.svcdht.node.config.Role;
import io.svcdht.node.metrics.Metrics;
import io.svcdht.node.runtime.NodeRuntime;
import io.svcdht.storage.model.DiskReserve;
import io.vertx.core.Vertx;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real node behind a real socket, and a client of it. */
final class ServedNode implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    final NodeRuntime node;
    final Metrics metrics = new Metrics();
    final Vertx vertx;
    final ApiServer server;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Patience.LIMIT).build();

    private ServedNode(NodeConfig config, UnaryOperator<ApiServer.Options> change) throws Exception {
        node = NodeRuntime.start(config, metrics);
        metrics.bind(node::status);
        vertx = VertxFactory.create(metrics, 2);
        ApiServer.Options options = new ApiServer.Options(
                new HostPort("127.0.0.1", 0), new Access.Open(), HttpLimits.STANDARD, 2, List.of());
        server = ApiServer.start(vertx, node, metrics, change.apply(options))
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    /** In memory, ready. */
    static ServedNode amnesic() throws Exception {
        return amnesic(o -> o);
    }

    static ServedNode amnesic(UnaryOperator<ApiServer.Options> change) throws Exception {
        return new ServedNode(config(null), change).ready();
    }

    /** In memory, ready, with what callers may cost. */
    static ServedNode limited(NetworkConfig.Connections limits) throws Exception {
        NetworkConfig network = NetworkConfig.onLoopback().withConnections(limits);
        return new ServedNode(config(null, network), o -> o).ready();
    }

    /** With a journal in the directory, ready. */
    static ServedNode at(Path directory) throws Exception {
        return new ServedNode(config(directory), o -> o).ready();
    }

    /** In memory, ready, with tokens, and {@code /routing/v1} for whoever asks. */
    static ServedNode publicRouting(UnaryOperator<ApiServer.Options> change) throws Exception {
        return new ServedNode(config(null, NetworkConfig.onLoopback(), true), change).ready();
    }

    static NodeConfig config(@Nullable Path directory) {
        return config(directory, NetworkConfig.onLoopback());
    }

    private static NodeConfig config(@Nullable Path directory, NetworkConfig network) {
        return config(directory, network, false);
    }

    private static NodeConfig config(@Nullable Path directory, NetworkConfig network, boolean publicRouting) {
        return new NodeConfig(
                Profile.MACRONODE,
                directory == null,
                new HostPort("127.0.0.1", 0),
                List.of("node.example"),
                Optional.empty(),
                publicRouting,
                false,
                true,
                directory == null ? Path.of("unused") : directory,
                Optional.empty(),
                Sync.GROUP,
                NodeConfig.StateStore.HEAP,
                DiskReserve.none(),
                NodeConfig.OnDamage.REFUSE,
                600,
                172_800,
                1_000_000,
                1000,
                0,
                NodeConfig.Keeping.DEFAULT,
                network,
                LogFormat.TEXT,
                LogLevel.INFO);
    }

    private ServedNode ready() {
        Awaitility.await().atMost(Patience.LIMIT).until(() -> node.status().ready());
        return this;
    }

    int port() {
        return server.bound().getFirst().port();
    }

    long position() {
        return node.status().journalPosition();
    }

    HttpResponse<String> send(String method, String path, @Nullable String json, String... headers) throws Exception {
        return client.send(request(method, path, json, headers), BodyHandlers.ofString());
    }

    /** The status alone, of an answer that may not end. */
    int status(String method, String path, @Nullable String json, String... headers) throws Exception {
        HttpResponse<InputStream> answer =
                client.send(request(method, path, json, headers), BodyHandlers.ofInputStream());
        answer.body().close();
        return answer.statusCode();
    }

    private HttpRequest request(String method, String path, @Nullable String json, String... headers) {
        HttpRequest.Builder b = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Patience.LIMIT)
                .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
        if (json != null) {
            b.setHeader("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            b.setHeader(headers[i], headers[i + 1]);
        }
        return b.build();
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, null, headers);
    }

    HttpResponse<String> provide(String json, String... headers) throws Exception {
        return send("POST", "/dht/provide", json, headers);
    }

    static JsonNode json(HttpResponse<String> r) throws Exception {
        return MAPPER.readTree(r.body());
    }

    RawHttp raw() throws Exception {
        return new RawHttp(port());
    }

    static String token(Role role) {
        return "token-of-" + role.text();
    }

    @Override
    public void close() {
        server.stop()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        node.close();
    }
}
