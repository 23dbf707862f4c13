package io.svcdht.console.web;

import io.svcdht.console.view.Visit;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Where pages are made: on threads of their own, so that they never hold up the API, and in a bounded number, beyond
 * which the next reader is asked to come again. Pages of the past have two threads to themselves: rebuilding a state
 * may take seconds, and the live pages should not wait for it.
 */
final class Desks {
    private static final int THREADS = 2;
    private static final int UNDER_WAY_MAX = 16;

    private final Desk live;
    private final Desk past;

    Desks(Vertx vertx) {
        live = new Desk(vertx.createSharedWorkerExecutor("console", THREADS, 5, TimeUnit.SECONDS));
        past = new Desk(vertx.createSharedWorkerExecutor("console-past", THREADS, 15, TimeUnit.SECONDS));
    }

    /** Too many pages are being made. */
    static final class Busy extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Busy() {
            super("busy", null, false, false);
        }
    }

    private record Desk(WorkerExecutor executor, AtomicInteger underWay) {
        Desk(WorkerExecutor executor) {
            this(executor, new AtomicInteger());
        }
    }

    /**
     * Makes something at a desk and hands it over on the caller's event loop.
     *
     * @param failed is given a {@link Busy} at once where too much is under way
     */
    <T> void make(Visit visit, Callable<T> work, Consumer<T> done, Consumer<Throwable> failed) {
        boolean looksBack = visit.params().containsKey("at") || visit.params().containsKey("vs");
        make(looksBack, work, done, failed);
    }

    /** The same, where somebody else knows whether it is about the past. */
    <T> void make(boolean looksBack, Callable<T> work, Consumer<T> done, Consumer<Throwable> failed) {
        make(looksBack ? past : live, work, done, failed);
    }

    /** As above, of something that is about no moment. */
    <T> void make(Callable<T> work, Consumer<T> done, Consumer<Throwable> failed) {
        make(live, work, done, failed);
    }

    private static <T> void make(Desk desk, Callable<T> work, Consumer<T> done, Consumer<Throwable> failed) {
        if (desk.underWay.incrementAndGet() > UNDER_WAY_MAX) {
            desk.underWay.decrementAndGet();
            failed.accept(new Busy());
            return;
        }
        desk.executor.executeBlocking(work, false).onComplete(made -> {
            desk.underWay.decrementAndGet();
            if (made.succeeded()) {
                done.accept(Objects.requireNonNull(made.result()));
            } else {
                failed.accept(made.cause());
            }
        });
    }
}
