package io.svcdht.console;

import io.svcdht.node.bus.Bridge;
import io.svcdht.node.bus.BridgeLimits;
import io.svcdht.node.bus.ClusterMaker;
import io.svcdht.node.bus.ClusteredBus;
import io.svcdht.node.config.BusConfig;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.extra.OptionalJars;
import io.svcdht.node.http.Access;
import io.svcdht.node.http.BusDoor;
import io.svcdht.node.http.VertxFactory;
import io.svcdht.node.metrics.Metrics;
import io.svcdht.node.runtime.NodeRuntime;
import io.svcdht.node.runtime.StartFailure;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event bus of a node in a process of its own, and what of it is open to others. */
final class OpenBus {
    private static final Logger LOG = LoggerFactory.getLogger(OpenBus.class);
    private static final long BIND_SECONDS = 30;
    /** Members that are listed and do not answer are waited for. */
    private static final long JOIN_SECONDS = 120;

    private static final long CLOSE_SECONDS = 1;

    private final @Nullable Bridge bridge;

    private OpenBus(@Nullable Bridge bridge) {
        this.bridge = bridge;
    }

    /** What the node is to live on: a Vert.x of its own, or one of a cluster. */
    static Vertx vertx(Metrics metrics, BusConfig bus) throws StartFailure {
        if (bus.cluster().isEmpty()) {
            return VertxFactory.create(metrics, VertxFactory.eventLoops());
        }
        try {
            Vertx joined = ServingNode.wait(
                    VertxFactory.createClustered(
                            metrics,
                            VertxFactory.eventLoops(),
                            ClusteredBus.options(bus),
                            OptionalJars.find(ClusterMaker.class, "cluster", "bus_cluster")
                                    .make(bus)),
                    JOIN_SECONDS);
            LOG.info("The event bus is clustered, at {}", bus.cluster().get());
            return joined;
        } catch (OptionalJars.Missing e) {
            throw new StartFailure(StartFailure.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        } catch (CompletionException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            throw new StartFailure(
                    StartFailure.CANNOT_BIND,
                    "the cluster at bus_cluster = %s could not be joined: %s"
                            .formatted(bus.cluster().get(), why),
                    why);
        }
    }

    /** Takes requests from now on; over TCP too, where the settings say so. */
    static OpenBus open(Vertx vertx, NodeRuntime node, Metrics metrics, Access access) throws StartFailure {
        BusDoor.open(vertx, node);
        NodeConfig config = node.config();
        if (config.bus().bridge().isEmpty() || !(access instanceof Access.Tokens tokens)) {
            return new OpenBus(null);
        }
        Bridge.Options options = new Bridge.Options(
                config.bus().bridge().get(), tokens, config.bus().tls(), BridgeLimits.STANDARD);
        try {
            Bridge bridge = ServingNode.wait(Bridge.start(vertx, options, metrics::rejected), BIND_SECONDS);
            LOG.info("The event bus is bridged at {}", bridge.bound());
            return new OpenBus(bridge);
        } catch (CompletionException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            throw new StartFailure(
                    StartFailure.CANNOT_BIND,
                    "cannot listen at bus_bridge = %s: %s".formatted(options.bind(), why.getMessage()),
                    why);
        }
    }

    /** Where the bridge listens, with the real port. */
    Optional<HostPort> bridge() {
        return Optional.ofNullable(bridge).map(Bridge::bound);
    }

    void close() {
        if (bridge != null) {
            ServingNode.quietly("Bridge", bridge.stop(), CLOSE_SECONDS);
        }
    }
}
