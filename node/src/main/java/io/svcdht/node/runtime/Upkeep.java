package io.svcdht.node.runtime;

import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.engine.ReplyTo;
import io.svcdht.storage.checkpoint.CheckpointInfo;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Room;
import io.svcdht.storage.replay.Past;
import io.svcdht.storage.replay.Replay.BudgetSpent;
import io.svcdht.storage.replay.View;
import java.io.IOException;
import java.nio.file.Files;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does for its journal's sake, on a thread of its own that gives way to all others: checkpoints where they
 * are due, and where views of the past would have far to go; then what retention gives up. It reads the journal as any
 * viewer does and never touches the engine's thread; what it has done the engine writes down.
 */
final class Upkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final long ROUND_MILLIS = 500;
    private static final long ANSWER_SECONDS = 30;
    private static final long JOIN_MILLIS = 5_000;
    /** Intervals a checkpoint may lag before the newest position goes first, and those between are made up later. */
    private static final int LAG_INTERVALS = 4;
    /** After a checkpoint it rests this many times as long as that took. */
    private static final int REST = 2;

    private final Supplier<Core> core;
    private final Checkpoints checkpoints;
    private final Supplier<NodeConfig> config;
    private final NodeClock clock;
    private final JournalHistory history;
    private final JournalRetention retention;
    private final Thread thread;
    private volatile boolean stopping;
    private long takenMillis;
    private long restUntilNanos = System.nanoTime();
    private boolean told;

    /** The priority is a hint to a scheduler that may take it; the pauses of {@link Pace} are what gives way. */
    @SuppressWarnings("ThreadPriorityCheck")
    Upkeep(
            Supplier<Core> core,
            Checkpoints checkpoints,
            Supplier<NodeConfig> config,
            NodeClock clock,
            JournalHistory history) {
        this.core = core;
        this.checkpoints = checkpoints;
        this.config = config;
        this.clock = clock;
        this.history = history;
        this.retention = new JournalRetention(checkpoints, this::take, this::tell);
        this.takenMillis = clock.millis();
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("upkeep")
                .priority(Thread.MIN_PRIORITY)
                .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!stopping) {
            try {
                round();
            } catch (BudgetSpent | JournalTruncated e) {
                LOG.debug("Upkeep was cut short: {}", e.getMessage());
            } catch (JournalUnavailable e) {
                LOG.debug("Upkeep waits for the journal: {}", e.getMessage());
            } catch (IOException | RuntimeException | InternalError e) {
                // InternalError is how a mapped file shows a medium that is full or gone.
                tellOnce(e);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ROUND_MILLIS));
        }
    }

    /** Trouble is told when it begins, not each half second. */
    private void tellOnce(Throwable e) {
        if (!told) {
            LOG.warn("No checkpoint is being taken and nothing is pruned until this ends: {}", e.toString());
            told = true;
        }
    }

    /** One look at what is due; at most one checkpoint is taken. */
    void round() throws IOException {
        history.dropIdle();
        if (System.nanoTime() - restUntilNanos < 0) {
            return;
        }
        Core now = core.get();
        long position = due(now.journal());
        if (position > 0) {
            takeAndTell(position);
        }
        long first = now.journal().firstPosition();
        retention.round(now, config.get().keeping(), clock.millis());
        if (now.journal().firstPosition() > first) {
            history.sidecars().prune();
        }
        if (position == 0) {
            history.sidecars().makeNext(now.journal().durablePosition(), new Pace()::step);
        }
        told = false;
    }

    /** Where the next checkpoint is to be taken, 0 = nowhere yet. */
    private long due(JournalSource journal) {
        NavigableMap<Long, ?> taken = checkpoints.list();
        long last = taken.isEmpty() ? journal.firstPosition() - 1 : taken.lastKey();
        long end = wholeBlocks(journal.lastPosition());
        long interval =
                Math.max(Frames.BLOCK_EVENTS, wholeBlocks(config.get().keeping().checkpointEvents()));
        if (end - last >= interval) {
            return end - last > LAG_INTERVALS * interval ? end : wholeBlocks(last) + interval;
        }
        long waited = clock.millis() - takenMillis;
        if (end > last && waited >= config.get().keeping().checkpointSeconds() * 1000L) {
            return end;
        }
        return room() ? gap(taken, journal.firstPosition() - 1, interval) : 0;
    }

    /** Where a view would have more than the interval to fold, and half as much again. */
    private static long gap(NavigableMap<Long, ?> taken, long first, long interval) {
        long before = first;
        for (long position : taken.keySet()) {
            if (position - before > interval + interval / 2) {
                return wholeBlocks(before) + interval;
            }
            before = Math.max(before, position);
        }
        return 0;
    }

    /** Whether checkpoints that only make views cheap have not used up their quarter yet. */
    private boolean room() {
        return retention.bytesOfCheckpoints() < config.get().keeping().retentionBytes() / 4;
    }

    /** Positions at the end of a block need no open block beside them. */
    private static long wholeBlocks(long position) {
        return position - position % Frames.BLOCK_EVENTS;
    }

    private void takeAndTell(long position) throws IOException {
        long began = System.nanoTime();
        View taken = take(core.get().journal(), position);
        taken.close();
        long took = System.nanoTime() - began;
        restUntilNanos = System.nanoTime() + REST * took;
        takenMillis = clock.millis();
    }

    /** Takes a checkpoint and tells it; the view of it stays open for the caller. */
    View take(JournalSource journal, long position) throws IOException {
        requireRoom();
        awaitForced(position);
        Pace pace = new Pace();
        View view = new Past(journal, checkpoints, Begun::heapStore).at(position, pace::step);
        try {
            CheckpointInfo info = checkpoints.write(view.state(), view.seam(), pace::step);
            retention.taken(info);
            LOG.info("Checkpoint at position {}: {} records, {} bytes", position, info.records(), info.fileBytes());
            tell(new DhtEvent.CheckpointTaken(position, info.digest(), info.records(), info.fileBytes()));
            return view;
        } catch (IOException | RuntimeException e) {
            view.close();
            throw e;
        }
    }

    /** A checkpoint can wait; the reserve is for what the journal has to take. */
    private void requireRoom() throws IOException {
        switch (core.get().journal().roomBefore()) {
            case Room.Tight(String why) -> throw new IOException(why);
            case Room.Nothing(String why) -> throw new IOException(why);
            case Room.Enough e -> {}
        }
        long wanted = 2 * retention.bytesOfLargest() + (64L << 20);
        long usable = Files.getFileStore(
                        checkpoints.directory().toAbsolutePath().getParent())
                .getUsableSpace();
        if (usable < wanted) {
            throw new IOException("a checkpoint wants %d bytes free, and %d are".formatted(wanted, usable));
        }
    }

    /** Only what is on the medium goes into a checkpoint: it must not know more than the journal after a power cut. */
    private void awaitForced(long position) {
        if (position <= core.get().journal().durablePosition()) {
            return;
        }
        Outcome outcome = ask(Input.Force::new);
        if (!(outcome instanceof Outcome.Forced(long upTo)) || upTo < position) {
            throw new JournalUnavailable("the journal is not durable up to %d: %s".formatted(position, outcome));
        }
    }

    private void tell(DhtEvent.Upkeep event) {
        Outcome outcome = ask(replyTo -> new Input.Kept(event, replyTo));
        if (!(outcome instanceof Outcome.Done)) {
            throw new JournalUnavailable("%s could not be told: %s".formatted(event, outcome));
        }
    }

    private Outcome ask(Function<ReplyTo, Input> input) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        core.get().loop().submit(input.apply(answer::complete));
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BudgetSpent("interrupted");
        } catch (ExecutionException | TimeoutException e) {
            throw new JournalUnavailable("the engine did not answer: " + e, e);
        }
    }

    /** Works for as long as it waits, and gives up when the node stops. */
    private final class Pace {
        private static final long WORK_NANOS_MIN = 1_000_000;

        private long since = System.nanoTime();

        void step() {
            if (stopping) {
                throw new BudgetSpent("the node stops");
            }
            long worked = System.nanoTime() - since;
            if (worked >= WORK_NANOS_MIN) {
                LockSupport.parkNanos(worked);
                since = System.nanoTime();
            }
        }
    }

    /** Returns when nothing is under way any more. */
    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
