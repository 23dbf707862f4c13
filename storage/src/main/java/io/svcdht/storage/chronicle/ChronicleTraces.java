package io.svcdht.storage.chronicle;

import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.PingFailed;
import io.svcdht.storage.trace.TraceLimits;
import io.svcdht.storage.trace.TraceLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trace journal on disk: a Chronicle Queue of its own beside the journal, one file an hour. It is written by a
 * thread of its own behind a bounded queue and never forced; whatever happens to it, nobody else waits or fails.
 */
public final class ChronicleTraces implements TraceLog {
    /** Traces waiting to be written. */
    static final int QUEUE_CAPACITY = 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(ChronicleTraces.class);
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long CLOSE_MILLIS = 5_000;
    private static final long IDLE_MILLIS = 60_000;

    private final ArrayBlockingQueue<Told> waiting = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
    private final TraceWriter writer;
    private final TraceSearch search;
    private final Thread thread;
    private final AtomicLong skipped = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    /** Guarded by this, which is told when it grows. */
    private long handled;

    private volatile boolean closed;

    private ChronicleTraces(Path path, RollCycle rollCycle, Supplier<TraceLimits> limits, Clocks clocks) {
        TraceDirectory directory = new TraceDirectory(path, rollCycle, skipped);
        writer = new TraceWriter(directory, rollCycle, limits, clocks);
        search = new TraceSearch(writer::files, directory);
        thread = Thread.ofPlatform().daemon().name("traces").unstarted(this::run);
    }

    /** What waits to be written. */
    sealed interface Told {
        record Lookup(LookupRecord record) implements Told {}

        record Ping(PingFailed failed) implements Told {}

        /** Nothing comes behind it. */
        enum End implements Told {
            HERE
        }
    }

    /**
     * What time it is.
     *
     * @param millis by the node's clock, since the epoch
     * @param nanos monotonic
     */
    record Clocks(LongSupplier millis, LongSupplier nanos) {}

    /**
     * Takes over the directory, on a thread of its own. Fails never: where the directory cannot be written, traces are
     * dropped, and it is tried again now and then.
     *
     * @param limits asked again and again
     * @param nowMillis the node's clock
     */
    public static ChronicleTraces open(Path directory, Supplier<TraceLimits> limits, LongSupplier nowMillis) {
        return open(directory, RollCycles.FAST_HOURLY, limits, new Clocks(nowMillis, System::nanoTime));
    }

    static ChronicleTraces open(Path directory, RollCycle rollCycle, Supplier<TraceLimits> limits, Clocks clocks) {
        ChronicleTraces traces = new ChronicleTraces(directory, rollCycle, limits, clocks);
        traces.thread.start();
        return traces;
    }

    @Override
    public void keep(LookupRecord lookup) {
        offer(new Told.Lookup(lookup));
    }

    @Override
    public void keep(PingFailed ping) {
        offer(new Told.Ping(ping));
    }

    private void offer(Told trace) {
        // Counted before it can be handled: who waits for his own is not to be served for what another has told.
        accepted.incrementAndGet();
        if (closed || !waiting.offer(trace)) {
            accepted.decrementAndGet();
            refused.incrementAndGet();
        }
    }

    private void run() {
        List<Told> batch = new ArrayList<>();
        boolean ended = false;
        try {
            writer.begin();
            done(0);
            writer.lookBack();
            while (!ended) {
                Told first = waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    waiting.drainTo(batch);
                }
                ended = batch.remove(Told.End.HERE);
                batch.forEach(writer::write);
                writer.upkeep();
                done(batch.size());
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("The trace journal ends here until the next start; lookups are not held up by it", e);
        } finally {
            closed = true;
            writer.close();
            done(0);
        }
    }

    private synchronized void done(int more) {
        handled += more;
        notifyAll();
    }

    /** Waits until what was kept so far can be read, or for a moment. */
    private synchronized void settle() {
        long target = accepted.get();
        long until = System.nanoTime() + SETTLE_NANOS;
        try {
            while ((handled < Math.min(target, accepted.get()) || !writer.begun()) && thread.isAlive()) {
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0) {
                    return;
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Optional<LookupRecord> get(UUID id) {
        settle();
        return search.get(id);
    }

    @Override
    public Page page(Filter filter, int limit) {
        settle();
        return search.page(filter, limit);
    }

    @Override
    public List<PingFailed> failedPings(int limit) {
        settle();
        return search.failedPings(limit);
    }

    @Override
    public Counts counts() {
        settle();
        return new Counts(writer.kept(), writer.dropped() + refused.get(), skipped.get(), writer.bytes());
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (thread.isAlive() && waiting.offer(Told.End.HERE, CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                thread.join(CLOSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.error("The trace journal is still being written; it is left to the end of the process");
        }
    }
}
