package io.svcdht.node.runtime;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a failed part again, after a pause that doubles from 200 ms to 30 s with ± 20 % of jitter, so that parts
 * that failed together do not come back together. A part that then runs for a minute starts over at the first pause.
 */
final class Supervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final long PAUSE_MILLIS_FIRST = 200;
    private static final long PAUSE_MILLIS_MAX = 30_000;
    private static final long STEADY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final long STOP_SECONDS = 5;

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("supervisor").factory());
    private final Meter meter;

    Supervisor(Meter meter) {
        this.meter = meter;
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Something that can be started again. */
    @FunctionalInterface
    interface Part {
        /** Starts afresh; an exception means that it failed again. */
        void start() throws Exception;
    }

    /** One part under supervision. */
    Watch watch(String task, Part part) {
        return new Watch(task, part);
    }

    /** Returns when no part is being started any more, so that what is running now is all there will be. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("A part is still being started after {} s", STOP_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The memory of one part's failures. */
    final class Watch {
        private final String task;
        private final Part part;
        private int failures;
        private long lastStartNanos = System.nanoTime();

        private Watch(String task, Part part) {
            this.task = task;
            this.part = part;
        }

        /** To be told when the part has failed; from any thread. */
        synchronized void failed(Throwable why) {
            if (System.nanoTime() - lastStartNanos > STEADY_NANOS) {
                failures = 0;
            }
            long pause = Math.min(PAUSE_MILLIS_MAX, PAUSE_MILLIS_FIRST << Math.min(failures, 20));
            failures++;
            long jittered = (long) (pause * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
            LOG.error("{} failed ({}); starting it again in {} ms", task, why.toString(), jittered);
            try {
                var _ = executor.schedule(this::restart, jittered, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.info("{} stays down: the node is stopping", task);
            }
        }

        private void restart() {
            synchronized (this) {
                lastStartNanos = System.nanoTime();
            }
            meter.restarted(task);
            try {
                part.start();
                LOG.info("{} is up again", task);
            } catch (Exception | Error e) {
                // An Error too: InternalError is how a full disk shows itself under a mapped file.
                failed(e);
            }
        }
    }
}
