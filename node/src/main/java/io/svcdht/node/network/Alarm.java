package io.svcdht.node.network;

import io.vertx.core.Vertx;

/** Wakes somebody at the earliest moment that was asked for. Only for one event loop. */
final class Alarm {
    private static final long MILLI = 1_000_000L;

    private final Vertx vertx;
    private final Runnable woken;
    private long atNanos = Long.MAX_VALUE;
    private long timer = -1;

    Alarm(Vertx vertx, Runnable woken) {
        this.vertx = vertx;
        this.woken = woken;
    }

    /** Not later than then. */
    void at(long nanos) {
        if (nanos < atNanos) {
            vertx.cancelTimer(timer);
            atNanos = nanos;
            long millis = Math.max(1, (nanos - System.nanoTime() + MILLI - 1) / MILLI);
            timer = vertx.setTimer(millis, t -> {
                atNanos = Long.MAX_VALUE;
                woken.run();
            });
        }
    }

    void stop() {
        vertx.cancelTimer(timer);
    }
}
