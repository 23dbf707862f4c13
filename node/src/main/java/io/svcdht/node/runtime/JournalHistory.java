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
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Views of the past for those who ask, made on their own threads. The last ones stay open for a while, so that the
 * next page of a moment costs next to nothing, and the moment beside it no more than the events between: one of them
 * is moved there.
 */
public final class JournalHistory implements History, AutoCloseable {
    private static final int VIEWS_MAX = 2;
    private static final long CPU_SECONDS_MAX = 10;
    /** A and B. */
    private static final int KEPT_MAX = 2;
    /** Events; beyond it a checkpoint is likely to be nearer. */
    private static final long STRIDE_MAX = 20_000;

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Supplier<JournalSource> journal;
    private final Checkpoints checkpoints;
    private final Semaphore views = new Semaphore(VIEWS_MAX);
    private final @Nullable Path segments;
    private volatile Sided sidecars;
    /** Oldest first. */
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();

    /** @param segments where sidecars are, null = nothing is kept */
    public JournalHistory(Supplier<JournalSource> journal, Checkpoints checkpoints, @Nullable Path segments) {
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

    /** A view with those who look at it now; closed by the last of them once it was let go. */
    private static final class Kept {
        private final JournalSource journal;
        private final View view;
        private int users = 1;
        private boolean gone;
        private long usedNanos = System.nanoTime();

        Kept(JournalSource journal, View view) {
            this.journal = journal;
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

    /** The one of that moment, else the nearest that leads there, else a new one. */
    private Kept taken(long position, Budget budget) {
        JournalSource now = journal.get();
        Kept near;
        synchronized (this) {
            Kept same = kept(now, k -> k.view.state().position() == position);
            if (same != null) {
                same.users++;
                return same;
            }
            near = kept(now, k -> k.users == 0 && strides(k, position) <= STRIDE_MAX);
            // Nobody else may have it while it moves.
            kept.remove(near);
        }
        Kept mine = near == null ? new Kept(now, past(now).at(position, budget)) : moved(near, position, budget);
        synchronized (this) {
            mine.users = 1;
            kept.addLast(mine);
            while (kept.size() > KEPT_MAX) {
                letGo(kept.getFirst());
            }
        }
        return mine;
    }

    private static long strides(Kept k, long position) {
        return k.view.distance(position).orElse(Long.MAX_VALUE);
    }

    private static Kept moved(Kept kept, long position, Budget budget) {
        try {
            kept.view.move(kept.journal, position, budget);
            return kept;
        } catch (RuntimeException e) {
            kept.view.close();
            throw e;
        }
    }

    /**
     * The latest used first. The very journal counts: one that was opened again after a failure may have lost its last
     * events.
     */
    @SuppressWarnings("ReferenceEquality")
    private @Nullable Kept kept(JournalSource now, Predicate<Kept> wanted) {
        for (Kept k : kept.reversed()) {
            if (k.journal == now && wanted.test(k)) {
                return k;
            }
        }
        return null;
    }

    private synchronized void given(Kept mine) {
        mine.users--;
        mine.usedNanos = System.nanoTime();
        if (mine.gone && mine.users == 0) {
            mine.view.close();
        }
    }

    private void letGo(Kept old) {
        kept.remove(old);
        old.gone = true;
        if (old.users == 0) {
            old.view.close();
        }
    }

    /** Lets go of views that nobody has looked at for a minute. */
    public synchronized void dropIdle() {
        for (Kept k : List.copyOf(kept)) {
            if (k.users == 0 && System.nanoTime() - k.usedNanos > IDLE_NANOS) {
                letGo(k);
            }
        }
    }

    @Override
    public synchronized void close() {
        List.copyOf(kept).forEach(this::letGo);
    }

    private Past past(JournalSource source) {
        return new Past(source, checkpoints, Begun::heapStore);
    }

    @Override
    public <T> T alone(long position, BiFunction<View, Budget, T> look) {
        return bounded(budget -> {
            try (View view = past(journal.get()).at(position, budget)) {
                return look.apply(view, budget);
            }
        });
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
