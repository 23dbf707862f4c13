package io.svcdht.console;

import io.svcdht.console.cli.RunCommand;
import io.svcdht.console.web.ConsoleRouter;
import io.svcdht.node.Node;
import io.svcdht.node.config.ConfigReload;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.config.TokenFile;
import io.svcdht.node.engine.Input;
import io.svcdht.node.http.Access;
import io.svcdht.node.http.ApiServer;
import io.svcdht.node.http.HttpLimits;
import io.svcdht.node.http.VertxFactory;
import io.svcdht.node.metrics.Metrics;
import io.svcdht.node.runtime.NodeRuntime;
import io.svcdht.node.runtime.StartFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.BindException;
import java.net.SocketException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node with its HTTP API open: what {@code run} starts. */
public final class ServingNode implements RunCommand.Running {
    private static final Logger LOG = LoggerFactory.getLogger(ServingNode.class);
    private static final long BIND_SECONDS = 30;
    private static final long DRAIN_SECONDS = 2;
    private static final long CLOSE_SECONDS = 1;

    private final NodeRuntime node;
    private final Vertx vertx;
    private final ApiServer api;
    private final @Nullable Tokens tokens;

    /** The tokens in force; every request asks, a reload replaces them. */
    private static final class Tokens {
        private final Path path;
        private volatile TokenFile file;

        Tokens(Path path) throws TokenFile.Refused {
            this.path = path;
            this.file = TokenFile.read(path);
        }

        void readAgain() throws TokenFile.Refused {
            file = TokenFile.read(path);
        }
    }

    private ServingNode(NodeRuntime node, Vertx vertx, ApiServer api, @Nullable Tokens tokens) {
        this.node = node;
        this.vertx = vertx;
        this.api = api;
        this.tokens = tokens;
    }

    /**
     * Starts the node and opens its doors.
     *
     * @throws StartFailure with the exit code and a sentence
     */
    public static ServingNode start(Loaded settings) throws StartFailure {
        NodeConfig config = settings.config();
        Metrics metrics = new Metrics();
        // Vert.x is class loading, the node is keys and journal: side by side they take as long as one.
        CompletableFuture<Vertx> vertx =
                CompletableFuture.supplyAsync(() -> VertxFactory.create(metrics, VertxFactory.eventLoops()));
        NodeRuntime node;
        try {
            node = NodeRuntime.start(config, metrics);
        } catch (StartFailure e) {
            vertx.join().close();
            throw e;
        }
        metrics.bind(node::status);
        try {
            Tokens tokens = tokens(config);
            Access access = tokens == null ? new Access.Open() : new Access.Tokens(() -> tokens.file);
            ApiServer api = open(vertx.join(), node, metrics, config.adminBind(), access);
            ServingNode serving = new ServingNode(node, vertx.join(), api, tokens);
            LOG.info("Serving node {} at {}", node.id(), serving.addresses());
            return serving;
        } catch (StartFailure e) {
            node.close();
            vertx.join().close();
            throw e;
        }
    }

    private static @Nullable Tokens tokens(NodeConfig config) throws StartFailure {
        if (config.adminTokenFile().isEmpty()) {
            return null;
        }
        try {
            return new Tokens(config.adminTokenFile().get());
        } catch (TokenFile.Refused e) {
            throw new StartFailure(StartFailure.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    private static ApiServer open(Vertx vertx, Node node, Metrics metrics, HostPort bind, Access access)
            throws StartFailure {
        ApiServer.Mount console =
                ApiServer.Mount.guardedByItself("/console", ConsoleRouter.create(vertx, node, access));
        ApiServer.Options options =
                new ApiServer.Options(bind, access, HttpLimits.STANDARD, VertxFactory.eventLoops(), List.of(console));
        try {
            return wait(ApiServer.start(vertx, node, metrics, options), BIND_SECONDS);
        } catch (CompletionException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            int code =
                    switch (why) {
                        case BindException x -> StartFailure.CANNOT_BIND;
                        case SocketException x -> StartFailure.CANNOT_BIND;
                        case UnresolvedAddressException x -> StartFailure.CANNOT_BIND;
                        default -> StartFailure.BAD_CONFIGURATION;
                    };
            throw new StartFailure(code, "cannot listen at admin_bind = %s: %s".formatted(bind, why.getMessage()), why);
        }
    }

    /** Where the API listens, with the real ports. */
    public List<HostPort> addresses() {
        return api.bound();
    }

    @Override
    public void reconfigure(NodeConfig config, List<ConfigReload.Change> changes) {
        if (tokens != null) {
            try {
                tokens.readAgain();
            } catch (TokenFile.Refused e) {
                LOG.error("Tokens not reloaded, the old ones stay: {}", e.getMessage());
            }
        }
        node.reconfigure(
                config,
                changes.stream()
                        .map(c -> new Input.Reconfigure.Change(
                                c.key(), c.from(), c.to(), c.source().toString()))
                        .toList());
    }

    @Override
    public boolean endsAtOnce() {
        if (Boolean.getBoolean("svcdht.train")) {
            Training.walk(node, addresses().getFirst());
            return true;
        }
        return false;
    }

    /** No new requests, an answer for those under way, then the journal's last event. */
    @Override
    public void close() {
        quietly("HTTP", api.stop(), DRAIN_SECONDS);
        node.close();
        quietly("Vert.x", vertx.close(), CLOSE_SECONDS);
    }

    private static void quietly(String what, Future<?> future, long seconds) {
        try {
            wait(future, seconds);
        } catch (CompletionException e) {
            LOG.warn("{} did not close in time: {}", what, String.valueOf(e.getCause()));
        }
    }

    private static <T> T wait(Future<T> future, long seconds) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(seconds, TimeUnit.SECONDS)
                .join();
    }
}
