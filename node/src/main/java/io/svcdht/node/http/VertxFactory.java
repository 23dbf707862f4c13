package io.svcdht.node.http;

import io.svcdht.node.metrics.Metrics;
import io.svcdht.node.net.ShippedLibraries;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.cluster.ClusterManager;

/** Makes the Vert.x of a node: it writes no file, and its own meters have no label a stranger could fill. */
public final class VertxFactory {
    static {
        // No route speaks WebSocket; without them Vert.x looks for no upgrade in every request.
        if (System.getProperty("vertx.disableWebsockets") == null) {
            System.setProperty("vertx.disableWebsockets", "true");
        }
    }

    /** Threads that make pages: each holds a page in memory. */
    private static final int WORKERS = 4;

    private VertxFactory() {}

    /**
     * To be called before any is made, where names are for a proxy to resolve: Vert.x's own resolver opens a datagram socket
     * to all the world as soon as anything connects, be it to a numerical address.
     */
    public static void withoutResolver() {
        System.setProperty("vertx.disableDnsResolver", "true");
    }

    /** As many event loops as suit this machine: the engine and the journal want the other half. */
    public static int eventLoops() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /** @param eventLoops threads that serve requests */
    public static Vertx create(Metrics metrics, int eventLoops) {
        return Vertx.builder()
                .with(options(eventLoops))
                .withMetrics(metrics.vertx())
                .build();
    }

    /**
     * The same, as a member of a cluster.
     *
     * @param bus how its event bus reaches the others
     */
    public static Future<Vertx> createClustered(
            Metrics metrics, int eventLoops, EventBusOptions bus, ClusterManager manager) {
        return Vertx.builder()
                .with(options(eventLoops).setEventBusOptions(bus))
                .withMetrics(metrics.vertx())
                .withClusterManager(manager)
                .buildClustered();
    }

    private static VertxOptions options(int eventLoops) {
        return new VertxOptions()
                .setEventLoopPoolSize(eventLoops)
                .setWorkerPoolSize(WORKERS)
                .setPreferNativeTransport(ShippedLibraries.epoll())
                .setMetricsOptions(new MetricsOptions().setEnabled(true))
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }
}
