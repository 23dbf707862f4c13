package io.svcdht.node.runtime;

import io.svcdht.node.History;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.replay.Moments;
import io.svcdht.storage.replay.Replay;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.StateDiff;
import io.svcdht.storage.state.State;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Replays for viewers, on the viewer's own thread. */
final class JournalHistory implements History {
    private static final int VIEWS_MAX = 2;
    private static final long CPU_SECONDS_MAX = 10;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Supplier<JournalSource> journal;
    private final Semaphore views = new Semaphore(VIEWS_MAX);

    JournalHistory(Supplier<JournalSource> journal) {
        this.journal = journal;
    }

    @Override
    public State stateAt(long position) {
        return bounded(budget -> Replay.to(journal.get(), position, budget));
    }

    @Override
    public StateDiff diff(long from, long to) {
        return bounded(budget -> StateDiff.between(journal.get(), from, to, budget));
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
                            "this view took %d s of CPU; ask for an earlier moment, or use svc-dht journal"
                                    .formatted(CPU_SECONDS_MAX));
                }
            });
        } catch (Replay.BudgetSpent e) {
            throw new TooMuch(String.valueOf(e.getMessage()));
        } finally {
            views.release();
        }
    }
}
