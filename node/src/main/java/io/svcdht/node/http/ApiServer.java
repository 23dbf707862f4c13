package io.svcdht.node.http;

import io.svcdht.node.Node;
import io.svcdht.node.Tracing;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.config.Role;
import io.svcdht.node.metrics.Metrics;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP API of a node: sockets, limits, doors and routes (contracts §2). Other parts hand in a router to mount and
 * inherit all of that.
 */
public final class ApiServer {
    /**
     * Somebody else's pages below a path.
     *
     * @param path such as {@code /console}, without a slash at the end
     * @param reads least role for GET and HEAD; null = the router asks for itself
     * @param writes least role for everything else, likewise
     */
    public record Mount(
            String path,
            Router router,
            @Nullable Role reads,
            @Nullable Role writes) {
        /** A router that knows other ways than tokens to tell who calls, and asks in every case. */
        public static Mount guardedByItself(String path, Router router) {
            return new Mount(path, router, null, null);
        }
    }

    /**
     * How to serve.
     *
     * @param bind where to listen; port 0 = any free one
     * @param eventLoops how many of Vert.x' event loops take connections
     */
    public record Options(
            HostPort bind, Access access, HttpLimits limits, int eventLoops, List<Mount> mounts, Tracing tracing) {
        public Options {
            mounts = List.copyOf(mounts);
        }

        /** Nothing is traced. */
        public Options(HostPort bind, Access access, HttpLimits limits, int eventLoops, List<Mount> mounts) {
            this(bind, access, limits, eventLoops, mounts, Tracing.OFF);
        }

        /** As the contract says, everyone is admin. */
        public static Options open(HostPort bind) {
            return new Options(bind, new Access.Open(), HttpLimits.STANDARD, VertxFactory.eventLoops(), List.of());
        }
    }

    private static final AtomicInteger FREE_PORTS = new AtomicInteger();

    private final Vertx vertx;
    private final Node node;
    private final Metrics metrics;
    private final Options options;
    private final Streams streams;
    private final HttpQuotas quotas;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> deployments = new CopyOnWriteArrayList<>();
    private final List<ApiListener> listeners = new CopyOnWriteArrayList<>();
    private final Routes routes = new Routes(this::addresses);
    private volatile List<HostPort> bound = List.of();

    private ApiServer(Vertx vertx, Node node, Metrics metrics, Options options) {
        this.vertx = vertx;
        this.node = node;
        this.metrics = metrics;
        this.options = options;
        this.streams = new Streams(options.limits().streamsMax());
        this.quotas = new HttpQuotas(node.config().network().connections(), metrics, System.nanoTime());
        metrics.queue("http_inflight", quotas::inflight);
        metrics.queue("http_batch_lines", streams.batches()::linesInFlight);
    }

    /**
     * Binds and serves. Fails with an {@link java.io.IOException} where the address is taken, and with
     * {@link IllegalArgumentException} where everybody could reach a node that asks nobody for a token.
     */
    public static Future<ApiServer> start(Vertx vertx, Node node, Metrics metrics, Options options) {
        if (options.access() instanceof Access.Open
                && !isLoopback(options.bind().host())) {
            return Future.failedFuture(new IllegalArgumentException(
                    "admin_bind %s is no loopback address; set admin_token_file, or bind to 127.0.0.1"
                            .formatted(options.bind())));
        }
        ApiServer server = new ApiServer(vertx, node, metrics, options);
        HostPort at = sharable(options.bind());
        return server.listen(at).compose(port -> {
            server.bound = List.of(new HostPort(options.bind().host(), port));
            List<Future<Integer>> others = new ArrayList<>();
            for (int i = 1; i < options.eventLoops(); i++) {
                others.add(server.listen(at));
            }
            return Future.all(others)
                    .recover(e -> server.stop().compose(v -> Future.failedFuture(e)))
                    .map(server);
        });
    }

    /** For Vert.x 0 is a free port for each listener; a negative number is one free port for all that name it. */
    private static HostPort sharable(HostPort bind) {
        return bind.port() == 0 ? new HostPort(bind.host(), -FREE_PORTS.incrementAndGet()) : bind;
    }

    private Future<Integer> listen(HostPort at) {
        ApiListener listener = new ApiListener(node, metrics, options, at, streams, quotas, connections, routes);
        listeners.add(listener);
        return vertx.deployVerticle(listener, new DeploymentOptions().setThreadingModel(ThreadingModel.EVENT_LOOP))
                .map(id -> {
                    deployments.add(id);
                    return listener.port();
                });
    }

    /** Where it listens, with the real port. */
    public List<HostPort> bound() {
        return bound;
    }

    private List<String> addresses() {
        // A wildcard is no address anybody could call.
        return bound.stream()
                .filter(a -> !isWildcard(a.host()))
                .map(a -> "http://" + a)
                .toList();
    }

    /** Open connections, for tests and gauges. */
    public int connections() {
        return connections.get();
    }

    /** Takes no new connections, lets requests under way finish, ends followers, and closes. */
    public Future<Void> stop() {
        streams.drain();
        List<Future<Void>> stops = deployments.stream()
                .map(id -> vertx.undeploy(id).otherwiseEmpty())
                .toList();
        return Future.all(stops).mapEmpty();
    }

    private static boolean isWildcard(String host) {
        return host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]") || host.equals("*");
    }

    static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** For tests that hold the routes against their description. */
    Routes routes() {
        return routes;
    }

    Batches batches() {
        return streams.batches();
    }

    List<ApiListener> listeners() {
        return listeners;
    }
}
