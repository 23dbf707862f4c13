package io.svcdht.console;

import io.svcdht.console.cli.RunCommand;
import io.svcdht.console.web.ConsoleRouter;
import io.svcdht.node.Discovery;
import io.svcdht.node.Network;
import io.svcdht.node.News;
import io.svcdht.node.Node;
import io.svcdht.node.Tracing;
import io.svcdht.node.asn.AsnFile;
import io.svcdht.node.config.ConfigReload;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.config.LiveSettings;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.config.Telemetry;
import io.svcdht.node.config.TokenFile;
import io.svcdht.node.discovery.Discv5;
import io.svcdht.node.engine.Input;
import io.svcdht.node.extra.OptionalJars;
import io.svcdht.node.http.Access;
import io.svcdht.node.http.ApiServer;
import io.svcdht.node.http.BusNews;
import io.svcdht.node.http.HttpLimits;
import io.svcdht.node.http.VertxFactory;
import io.svcdht.node.metrics.Metrics;
import io.svcdht.node.metrics.NetworkMeters;
import io.svcdht.node.metrics.PeerMeters;
import io.svcdht.node.metrics.Recorder;
import io.svcdht.node.network.Networking;
import io.svcdht.node.otel.OtlpTracing;
import io.svcdht.node.recent.Recent;
import io.svcdht.node.runtime.NodeRuntime;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.node.shipping.JournalShipping;
import io.svcdht.node.shipping.NodeCargo;
import io.svcdht.node.trust.Passphrase;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
    private final ApiServer api;
    private final @Nullable Tokens tokens;
    private final Networking networking;
    private final Housing housing;
    private final @Nullable OpenBus bus;
    private final Tracing tracing;
    private final long sampling;

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

    private ServingNode(
            NodeRuntime node,
            ApiServer api,
            @Nullable Tokens tokens,
            Networking networking,
            Housing housing,
            @Nullable OpenBus bus,
            Tracing tracing,
            long sampling) {
        this.node = node;
        this.api = api;
        this.tokens = tokens;
        this.networking = networking;
        this.housing = housing;
        this.bus = bus;
        this.tracing = tracing;
        this.sampling = sampling;
    }

    /**
     * Starts the node and opens its doors.
     *
     * @throws StartFailure with the exit code and a sentence
     */
    public static ServingNode start(Loaded settings) throws StartFailure {
        return start(LiveSettings.of(settings));
    }

    /** The same with settings that change while it runs. */
    public static ServingNode start(LiveSettings settings) throws StartFailure {
        return start(settings, Optional::empty);
    }

    /**
     * The same.
     *
     * @param person asked for the passphrase of keys that are sealed, where no file tells it
     */
    public static ServingNode start(LiveSettings settings, Supplier<Optional<Passphrase>> person) throws StartFailure {
        Metrics metrics = settings.inForce().config().telemetry().endpoint().isPresent()
                ? Metrics.withExemplars()
                : new Metrics();
        // Vert.x is class loading, the node is keys and journal: side by side they take as long as one.
        return start(
                settings,
                metrics,
                CompletableFuture.supplyAsync(
                        () -> housed(metrics, settings.inForce().config())),
                person);
    }

    private static Housing housed(Metrics metrics, NodeConfig config) {
        if (config.network().hiding().proxy().isPresent()) {
            VertxFactory.withoutResolver();
        }
        try {
            return new Housing(OpenBus.vertx(metrics, config.bus()), false);
        } catch (StartFailure e) {
            throw new CompletionException(e);
        }
    }

    private static Housing join(CompletableFuture<Housing> house) throws StartFailure {
        try {
            return house.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StartFailure failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** The same on threads that are there already. */
    static ServingNode start(Loaded settings, Housing housing) throws StartFailure {
        return start(
                LiveSettings.of(settings), new Metrics(), CompletableFuture.completedFuture(housing), Optional::empty);
    }

    private static ServingNode start(
            LiveSettings settings,
            Metrics metrics,
            CompletableFuture<Housing> house,
            Supplier<Optional<Passphrase>> person)
            throws StartFailure {
        NodeConfig config = settings.inForce().config();
        NodeRuntime node;
        try {
            node = NodeRuntime.start(config, metrics, true, person);
        } catch (StartFailure e) {
            join(house).leave();
            throw e;
        }
        metrics.bind(node::status);
        metrics.bindTraces(() -> node.traces().counts());
        metrics.bindShipping(() -> node.shipping().status());
        metrics.bindDiscovery(() ->
                node.network().map(Network::discovery).orElse(Discovery.OFF).status());
        Housing housing;
        try {
            housing = join(house);
        } catch (StartFailure e) {
            node.close();
            throw e;
        }
        Tracing tracing = housing.shared ? Tracing.OFF : tracing(node, metrics);
        metrics.queue("workers", () -> housing.workers.getQueue().size());
        try {
            Future<Networking> networking = Networking.start(
                    housing.vertx,
                    node,
                    node.identity(),
                    new Networking.Meters(
                            new PeerMeters(metrics),
                            new NetworkMeters(metrics),
                            housing.shared ? News.NONE : new BusNews(housing.vertx, node.id()),
                            tracing),
                    work -> {
                        try {
                            housing.workers.execute(work);
                        } catch (RejectedExecutionException e) {
                            metrics.dropped("workers");
                            throw e;
                        }
                    });
            Tokens tokens = tokens(config);
            Access access = tokens == null ? new Access.Open() : new Access.Tokens(() -> tokens.file);
            ApiServer api = open(housing.vertx, node, metrics, config.adminBind(), access, tracing);
            Networking joined = joined(networking, config);
            node.join(joined.network(), joined::said);
            ship(node, api.bound().getFirst());
            discover(node, joined);
            OpenBus bus = housing.shared ? null : OpenBus.open(housing.vertx, node, metrics, access);
            ServingNode serving = new ServingNode(
                    node, api, tokens, joined, housing, bus, tracing, sampled(metrics, node, housing, settings));
            settings.onChange(serving::reconfigure);
            LOG.info(
                    "Serving node {} at {}, peers at {}",
                    node.id(),
                    serving.addresses(),
                    joined.network().listens().map(PeerAddress::text).orElse("nowhere"));
            return serving;
        } catch (StartFailure e) {
            node.close();
            housing.leave();
            throw e;
        }
    }

    /** Lets samples be taken from now on; answers the timer that does it. */
    private static long sampled(Metrics metrics, NodeRuntime node, Housing housing, LiveSettings settings) {
        Recorder recorder = new Recorder(metrics, node, System.nanoTime());
        node.remember(recorder.recent(), settings);
        return housing.vertx.setPeriodic(
                TimeUnit.SECONDS.toMillis(Recent.EACH_SECONDS), id -> recorder.sample(System.nanoTime()));
    }

    private static void ship(NodeRuntime node, HostPort http) throws StartFailure {
        KafkaConfig kafka = node.config().kafka();
        if (kafka.ship() == KafkaConfig.Ship.NONE) {
            return;
        }
        try {
            node.ship(OptionalJars.find(JournalShipping.class, JournalShipping.MODULE, "kafka_ship")
                    .start(new NodeCargo(node, http.toString()), kafka));
        } catch (OptionalJars.Missing | IllegalArgumentException e) {
            throw new StartFailure(StartFailure.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    private static void discover(NodeRuntime node, Networking joined) throws StartFailure {
        if (!node.config().discovery().discv5()) {
            return;
        }
        try {
            joined.discover(
                    OptionalJars.findApart(
                            Discv5.class,
                            Discv5.MODULE,
                            "discv5",
                            List.of("io.svcdht.node.", "io.svcdht.storage.", "org.slf4j.", "org.jspecify.")),
                    node.identity());
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.CANNOT_BIND,
                    "cannot listen at discv5_bind = %s: %s"
                            .formatted(node.config().discovery().bind(), e.getMessage()),
                    e);
        } catch (OptionalJars.Missing | IllegalArgumentException e) {
            throw new StartFailure(StartFailure.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    private static Networking joined(Future<Networking> networking, NodeConfig config) throws StartFailure {
        try {
            return wait(networking, BIND_SECONDS);
        } catch (CompletionException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            if (why instanceof AsnFile.Refused refused) {
                throw new StartFailure(StartFailure.BAD_CONFIGURATION, "asn_file: " + refused.getMessage(), refused);
            }
            throw new StartFailure(
                    StartFailure.CANNOT_BIND,
                    "cannot listen at peer_bind = %s: %s; is another node running? Give it another port"
                            .formatted(
                                    config.network()
                                            .bind()
                                            .map(HostPort::toString)
                                            .orElse("none"),
                                    why.getMessage()),
                    why);
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

    private static Tracing tracing(NodeRuntime node, Metrics metrics) {
        Telemetry telemetry = node.config().telemetry();
        return telemetry.endpoint().isEmpty()
                ? Tracing.OFF
                : OtlpTracing.start(
                        telemetry.endpoint().get(),
                        telemetry,
                        node.id().text(),
                        node.build().version(),
                        () -> metrics.dropped("otlp"));
    }

    private static ApiServer open(
            Vertx vertx, Node node, Metrics metrics, HostPort bind, Access access, Tracing tracing)
            throws StartFailure {
        ApiServer.Mount console =
                ApiServer.Mount.guardedByItself("/console", ConsoleRouter.create(vertx, node, access));
        ApiServer.Options options = new ApiServer.Options(
                bind, access, HttpLimits.STANDARD, VertxFactory.eventLoops(), List.of(console), tracing);
        try {
            return wait(ApiServer.start(vertx, node, metrics, options), BIND_SECONDS);
        } catch (CompletionException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            int code =
                    switch (why) {
                        // The JDK's sockets fail with a BindException, those by epoll with an error of their own.
                        case IOException x -> StartFailure.CANNOT_BIND;
                        case UnresolvedAddressException x -> StartFailure.CANNOT_BIND;
                        default -> StartFailure.BAD_CONFIGURATION;
                    };
            throw new StartFailure(code, "cannot listen at admin_bind = %s: %s".formatted(bind, why.getMessage()), why);
        }
    }

    @Override
    public boolean ready() {
        return node.status().ready();
    }

    Node node() {
        return node;
    }

    /** Where peers reach it; a client is reached nowhere. */
    String peerAddress() {
        return networking.network().listens().map(PeerAddress::text).orElse("nowhere");
    }

    /** Where the API listens, with the real ports. */
    public List<HostPort> addresses() {
        return api.bound();
    }

    /** Where the event bus can be reached over TCP, with the real port. */
    public Optional<HostPort> bridge() {
        return bus == null ? Optional.empty() : bus.bridge();
    }

    /** Puts changed settings in force and into the journal. */
    void reconfigure(NodeConfig config, List<ConfigReload.Change> changes) {
        if (tokens != null) {
            try {
                tokens.readAgain();
            } catch (TokenFile.Refused e) {
                LOG.error("Tokens not reloaded, the old ones stay: {}", e.getMessage());
            }
        }
        try {
            networking.reconfigure(config.network());
        } catch (AsnFile.Refused e) {
            LOG.error("asn_file not reloaded, the old one stays: {}", e.getMessage());
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
        housing.vertx.cancelTimer(sampling);
        if (bus != null) {
            bus.close();
        }
        quietly("HTTP", api.stop(), DRAIN_SECONDS);
        quietly("Peers", Future.fromCompletionStage(networking.close()), CLOSE_SECONDS);
        if (tracing instanceof OtlpTracing otlp) {
            otlp.close();
        }
        node.close();
        housing.leave();
    }

    static void quietly(String what, Future<?> future, long seconds) {
        try {
            wait(future, seconds);
        } catch (CompletionException e) {
            LOG.warn("{} did not close in time: {}", what, String.valueOf(e.getCause()));
        }
    }

    static <T> T wait(Future<T> future, long seconds) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(seconds, TimeUnit.SECONDS)
                .join();
    }
}
