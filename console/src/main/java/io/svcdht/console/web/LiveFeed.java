package io.svcdht.console.web;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Tells open pages how the figures stand now, as server-sent events: at most two a second, the same text for all,
 * made once however many watch and not at all while nobody does. Who is behind gets no queue: what it missed is left
 * out, and the next event it gets says how many that were.
 */
final class LiveFeed {
    private static final long EVERY_MILLIS = 500;
    private static final int WATCHERS_MAX = 200;
    /** Then the page asks again, and is asked again who it is. */
    private static final long STAY_NANOS = TimeUnit.MINUTES.toNanos(5);

    private static final long QUIET_TICKS_MAX = 30;
    /** Updates that a reader has not taken yet; the server's own queue takes dozens before it calls itself full. */
    private static final int WAITING_MAX = 2;

    private final Supplier<? extends Figures> now;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private long told = -1;
    private long toldSample;
    private long quietTicks;

    /** What is told of one moment. */
    interface Figures {
        /** Grows with what happens. */
        long position();

        /** Changes where pictures have to be made anew. */
        long sampledMillis();

        /** @param missed how many updates the reader did not get before this one */
        String json(long missed);
    }

    LiveFeed(Vertx vertx, Supplier<? extends Figures> now) {
        this.now = now;
        vertx.setPeriodic(EVERY_MILLIS, id -> tick());
    }

    private record Watcher(
            HttpServerResponse response, Context context, long untilNanos, AtomicLong missed, AtomicInteger waiting) {
        void write(String text) {
            waiting.incrementAndGet();
            response.write(text).onComplete(done -> waiting.decrementAndGet());
        }
    }

    /** Opens a stream; false = too many are open. */
    boolean watch(RoutingContext rc) {
        if (watchers.size() >= WATCHERS_MAX) {
            return false;
        }
        HttpServerResponse response = rc.response();
        response.putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .setChunked(true);
        Watcher watcher = new Watcher(
                response,
                rc.vertx().getOrCreateContext(),
                System.nanoTime() + STAY_NANOS,
                new AtomicLong(),
                new AtomicInteger());
        response.closeHandler(v -> watchers.remove(watcher));
        response.exceptionHandler(e -> watchers.remove(watcher));
        watcher.write("retry: 2000\n" + event(now.get(), 0));
        watchers.add(watcher);
        return true;
    }

    /** Open streams. */
    int watching() {
        return watchers.size();
    }

    private void tick() {
        if (watchers.isEmpty()) {
            return;
        }
        Figures figures = now.get();
        boolean quiet = figures.position() == told && figures.sampledMillis() == toldSample;
        quietTicks = quiet ? quietTicks + 1 : 0;
        if (quiet && quietTicks < QUIET_TICKS_MAX) {
            return;
        }
        quietTicks = 0;
        told = figures.position();
        toldSample = figures.sampledMillis();
        for (Watcher w : watchers) {
            w.context().runOnContext(v -> tell(w, figures));
        }
    }

    private void tell(Watcher w, Figures figures) {
        if (w.response().closed() || w.response().ended()) {
            watchers.remove(w);
        } else if (System.nanoTime() - w.untilNanos() > 0) {
            watchers.remove(w);
            w.response().end();
        } else if (w.waiting().get() >= WAITING_MAX) {
            w.missed().incrementAndGet();
        } else {
            w.write(event(figures, w.missed().getAndSet(0)));
        }
    }

    private static String event(Figures figures, long missed) {
        return "id: %d\ndata: %s\n\n".formatted(figures.position(), figures.json(missed));
    }
}
