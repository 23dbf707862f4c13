package io.svcdht.node.runtime;

import io.svcdht.node.History;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.checkpoint.Sidecars;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.replay.Moments;
import io.svcdht.storage.replay.Past;
import io.svcdht.storage.replay.Replay;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.StateDiff;
import io.svcdht.storage.replay.View;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Views of the past for those who ask, made on their own threads. The last one stays open for a while, so that the
 * next page of it costs next to nothing.
 */
final class JournalHistory implements History, AutoCloseable {
    private static final int VIEWS_MAX = 2;
    private static final long CPU_SECONDS_MAX = 10;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Supplier<JournalSource> journal;
    private final Checkpoints checkpoints;
    private final Semaphore views = new Semaphore(VIEWS_MAX);
    private final @Nullable Path segments;
    private volatile Sided sidecars;
    private @Nullable Kept kept;

    /** @param segments where sidecars are, null = nothing is kept */
    JournalHistory(Supplier<JournalSource> journal, Checkpoints checkpoints, @Nullable Path segments) {
        this.journal = journal;
        this.checkpoints = checkpoints;
        this.segments = segments;
        this.sidecars = new Sided(journal.get(), new Sidecars(segments, journal.get()));
    }

    private record Sided(JournalSource journal, Sidecars sidecars) {}

    /** Those of the journal as it is open now: another opening may have other last events. */
    @Override
    @SuppressWarnings("ReferenceEquality")
    public Sidecars sidecars() {
        JournalSource now = journal.get();
        Sided s = sidecars;
        if (s.journal() != now) {
            s = new Sided(now, new Sidecars(segments, now));
            sidecars = s;
        }
        return s.sidecars();
    }

    /** A view with those who look at it now; closed by the last of them once it was replaced. */
    private static final class Kept {
        private final JournalSource journal;
        private final long position;
        private final View view;
        private int users = 1;
        private boolean replaced;
        private long usedNanos = System.nanoTime();

        Kept(JournalSource journal, long position, View view) {
            this.journal = journal;
            this.position = position;
            this.view = view;
        }
    }

    @Override
    public <T> T at(long position, BiFunction<View, Budget, T> look) {
        return bounded(budget -> {
            Kept mine = taken(position, budget);
            try {
                return look.apply(mine.view, budget);
            } finally {
                given(mine);
            }
        });
    }

    /** The very journal counts: one that was opened again after a failure may have lost its last events. */
    @SuppressWarnings("ReferenceEquality")
    private Kept taken(long position, Budget budget) {
        JournalSource now = journal.get();
        synchronized (this) {
            Kept k = kept;
            if (k != null && k.position == position && k.journal == now) {
                k.users++;
                return k;
            }
        }
        Kept fresh = new Kept(now, position, past(now).at(position, budget));
        synchronized (this) {
            replace(fresh);
        }
        return fresh;
    }

    private synchronized void given(Kept mine) {
        mine.users--;
        mine.usedNanos = System.nanoTime();
        if (mine.replaced && mine.users == 0) {
            mine.view.close();
        }
    }

    private void replace(@Nullable Kept fresh) {
        Kept old = kept;
        kept = fresh;
        if (old != null) {
            old.replaced = true;
            if (old.users == 0) {
                old.view.close();
            }
        }
    }

    /** Lets the kept view go where nobody has looked at it for a minute. */
    synchronized void dropIdle() {
        if (kept != null && kept.users == 0 && System.nanoTime() - kept.usedNanos > IDLE_NANOS) {
            replace(null);
        }
    }

    @Override
    public synchronized void close() {
        replace(null);
    }

    private Past past(JournalSource source) {
        return new Past(source, checkpoints, Core::heapStore);
    }

    @Override
    public StateDiff diff(long from, long to) {
        return bounded(budget -> past(journal.get()).diff(from, to, budget));
    }

    @Override
    public long positionAt(long instantMillis) {
        return Moments.lastAtOrBefore(journal.get(), instantMillis);
    }

    private <T> T bounded(Function<Budget, T> view) {
        if (!views.tryAcquire()) {
            throw new TooMuch("%d views of the past are being made already; try again".formatted(VIEWS_MAX));
        }
        try {
            long until = THREADS.getCurrentThreadCpuTime() + TimeUnit.SECONDS.toNanos(CPU_SECONDS_MAX);
            return view.apply(() -> {
                if (THREADS.getCurrentThreadCpuTime() > until) {
                    throw new Replay.BudgetSpent(
                            "this view took %d s of CPU; use svc-dht journal on the files".formatted(CPU_SECONDS_MAX));
                }
            });
        } catch (Replay.BudgetSpent e) {
            throw new TooMuch(String.valueOf(e.getMessage()));
        } finally {
            views.release();
        }
    }
}
