package io.svcdht.console;

import io.svcdht.node.http.VertxFactory;
import io.svcdht.node.metrics.Metrics;
import io.vertx.core.Vertx;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads a node lives on. */
final class Housing implements AutoCloseable {
    private static final long CLOSE_SECONDS = 1;
    private static final int CHECKS_WAITING_MAX = 1_024;

    final Vertx vertx;
    final ThreadPoolExecutor workers;
    final boolean shared;

    Housing(Vertx vertx, boolean shared) {
        this.vertx = vertx;
        this.workers = workers();
        this.shared = shared;
    }

    /** For many nodes; whoever made it closes it, when they are closed. */
    static Housing shared() {
        return new Housing(VertxFactory.create(new Metrics(), VertxFactory.eventLoops()), true);
    }

    void leave() {
        if (!shared) {
            close();
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
        ServingNode.quietly("Vert.x", vertx.close(), CLOSE_SECONDS);
    }

    /** Those who sign and check records: half the machine, and a queue that is full before it is old. */
    private static ThreadPoolExecutor workers() {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(CHECKS_WAITING_MAX),
                Thread.ofPlatform().daemon().name("records-", 0).factory());
    }
}
