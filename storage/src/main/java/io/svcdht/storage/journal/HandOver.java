package io.svcdht.storage.journal;

import io.svcdht.storage.event.JournalEntry;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands entries to a consumer on another thread, all of them and in order, so that reading and checking a journal goes
 * on while what was read is folded in. The reader is some thousand entries ahead at most. A few entries are handed over
 * on the reader's own thread.
 *
 * <p>For one thread, which calls {@link #finish} when there are no more: only then has the consumer had them all, and
 * what it wrote is to be seen by the caller.
 */
public final class HandOver implements Consumer<JournalEntry>, AutoCloseable {
    /** Entries that change threads together; waking a thread for each of them would cost more than the work. */
    static final int PORTION = 512;

    private static final int PORTIONS_AHEAD = 8;
    /** Entries told ahead: what they are about, some five cache lines each, fits the fastest caches. */
    private static final int FORESEEN = 64;

    private static final long LOOK_MILLIS = 100;
    private static final JournalEntry[] END = {};

    private final Consumer<JournalEntry> consumer;
    private final BlockingQueue<JournalEntry[]> portions;
    private JournalEntry[] open = new JournalEntry[PORTION];
    private int filled;
    private @Nullable Thread thread;
    private volatile @Nullable Throwable failure;

    /** @param consumer called by one thread at a time */
    public HandOver(Consumer<JournalEntry> consumer) {
        this(consumer, PORTIONS_AHEAD * PORTION);
    }

    /** @param ahead so many entries the reader may be ahead at most: for a consumer that takes many and then works on them */
    public HandOver(Consumer<JournalEntry> consumer, int ahead) {
        this.consumer = consumer;
        this.portions = new ArrayBlockingQueue<>(ahead / PORTION);
    }

    /**
     * @throws RuntimeException or Error, what the consumer threw for an earlier entry; it is given no more then
     * @throws JournalUnavailable if the thread is interrupted
     */
    @Override
    public void accept(JournalEntry entry) {
        open[filled++] = entry;
        if (filled == PORTION) {
            put(open);
            open = new JournalEntry[PORTION];
            filled = 0;
        }
    }

    /**
     * Waits until the consumer has had everything.
     *
     * @throws RuntimeException or Error, what the consumer threw
     * @throws JournalUnavailable if the thread is interrupted while much is still to be handed over
     */
    public void finish() {
        JournalEntry[] rest = Arrays.copyOf(open, filled);
        filled = 0;
        if (thread == null) {
            handOver(rest);
            return;
        }
        if (rest.length > 0) {
            put(rest);
        }
        put(END);
        join(thread);
        thread = null;
        rethrow();
    }

    private void put(JournalEntry[] portion) {
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("journal-fold").start(this::run);
        }
        try {
            do {
                rethrow();
            } while (!portions.offer(portion, LOOK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JournalUnavailable("reading the journal was interrupted", e);
        }
    }

    private void run() {
        try {
            for (JournalEntry[] portion = portions.take(); portion.length > 0; portion = portions.take()) {
                handOver(portion);
            }
        } catch (InterruptedException e) {
            // Nobody wants the rest.
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    private void handOver(JournalEntry[] portion) {
        for (int i = 0; i < portion.length; i++) {
            if (i % FORESEEN == 0 && consumer instanceof Foreseeing f) {
                f.foresee(Arrays.asList(portion).subList(i, Math.min(i + FORESEEN, portion.length)));
            }
            consumer.accept(portion[i]);
        }
    }

    private void rethrow() {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    /** Waits also while interrupted: a thread that folds into a file must not outlive it. */
    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the other thread, without interrupting it at a file. What was not finished may never be handed over. */
    @Override
    public void close() {
        Thread running = thread;
        thread = null;
        if (running != null) {
            portions.clear();
            portions.add(END);
            join(running);
        }
    }
}
