package io.svcdht.node.runtime;

import io.svcdht.node.config.NodeConfig.Sync;
import io.svcdht.node.engine.Action;
import io.svcdht.node.engine.Engine;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.engine.ReplyTo;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.journal.JournalUnavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that steps the engine. Whatever waits is taken as one group: all its events are appended, one force
 * covers them, then all its answers go out; while a force runs, the next group gathers by itself.
 *
 * <pre>
 * sync none     answer at once; the operating system writes when it likes
 * sync group    answer after a force shared by the group
 * sync always   answer each request after a force of its own
 * </pre>
 */
final class EngineLoop {
    static final int QUEUE_CAPACITY = 16_384;
    static final int GROUP_MAX = 4_096;
    /** Records behind one force at most: what a batch may keep others waiting for. */
    private static final int RECORDS_PER_FORCE_MAX = 4_096;

    /** A force that takes longer has met a medium that does not answer; writes are turned away until it does. */
    static final long STALL_MILLIS = 1_900;

    private static final long IDLE = Long.MIN_VALUE;
    private static final long TICK_MILLIS = 50;
    private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);

    private final Engine engine;
    private final MeteredJournal journal;
    private final NodeClock clock;
    private final Sync sync;
    private final Meter meter;
    private final Consumer<Action.TurnReadiness> onReadiness;
    private final Consumer<List<Action.Said>> onSaid;
    private final Consumer<Throwable> onFailure;
    private final ArrayBlockingQueue<Input> queue = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
    private final Thread thread;
    private final List<Action> actions = new ArrayList<>();
    private volatile @Nullable Throwable failure;
    private volatile boolean stopped;
    /** Since when the thread waits for its present force. */
    private volatile long forcingSinceMillis = IDLE;

    private long nextTickMillis;
    private int answered;

    /**
     * @param onReadiness told on the engine's thread
     * @param onSaid told of our own words once they are as durable as the policy promises, before who waits for them
     * @param onFailure told once, on the engine's thread, when the loop has ended by itself
     */
    EngineLoop(
            Engine engine,
            MeteredJournal journal,
            NodeClock clock,
            Sync sync,
            Meter meter,
            Consumer<Action.TurnReadiness> onReadiness,
            Consumer<List<Action.Said>> onSaid,
            Consumer<Throwable> onFailure) {
        this.engine = engine;
        this.journal = journal;
        this.clock = clock;
        this.sync = sync;
        this.meter = meter;
        this.onReadiness = onReadiness;
        this.onSaid = onSaid;
        this.onFailure = onFailure;
        this.thread = new Thread(this::run, "engine");
    }

    void start() {
        thread.start();
    }

    /** Queues the input, or answers it at once where that cannot be. */
    void submit(Input input) {
        if (failure != null || stopped) {
            refuse(input, ErrorCode.JournalUnavailable, "the engine is down; it is being restarted");
        } else if (stalled(input)) {
            meter.dropped("engine");
            refuse(input, ErrorCode.NotReady, "the journal has not answered for %d ms".formatted(STALL_MILLIS));
        } else if (!queue.offer(input)) {
            meter.dropped("engine");
            refuse(input, ErrorCode.QuotaHit, "%d requests are waiting already".formatted(QUEUE_CAPACITY));
        } else if (failure != null || stopped) {
            refuseWaiting();
        }
    }

    /** Whether it is a write that would only wait behind a medium that does not answer. */
    private boolean stalled(Input input) {
        long since = forcingSinceMillis;
        return since != IDLE
                && clock.millis() - since > STALL_MILLIS
                && switch (input) {
                    case Input.Provide p -> true;
                    case Input.ProvideBatch b -> true;
                    case Input.Hold h -> true;
                    case Input.Withdraw w -> true;
                    case Input.Start s -> false;
                    case Input.Surroundings s -> false;
                    case Input.Routed r -> false;
                    case Input.Replicated r -> false;
                    case Input.Ban b -> false;
                    case Input.Unban u -> false;
                    case Input.Stop s -> false;
                    case Input.Tick t -> false;
                    case Input.ClockStep c -> false;
                    case Input.Kept k -> false;
                    case Input.Force f -> false;
                    case Input.Reconfigure r -> false;
                };
    }

    int depth() {
        return queue.size();
    }

    /** Waits until a {@link Input.Stop} was carried out, or the loop failed. */
    boolean join(long millis) throws InterruptedException {
        thread.join(millis);
        return !thread.isAlive();
    }

    private void run() {
        List<Input> group = new ArrayList<>(GROUP_MAX);
        try {
            while (!stopped && failure == null) {
                await(group);
                takeGroup(group);
                group.clear();
            }
        } catch (RuntimeException | Error | InterruptedException e) {
            failure = e;
            for (Input unanswered : group.subList(answered, group.size())) {
                refuse(unanswered, ErrorCode.JournalUnavailable, "the engine failed: " + e.getMessage());
            }
            LOG.error("The engine stopped: {}", e.getMessage(), e);
        }
        refuseWaiting();
        if (failure != null) {
            onFailure.accept(failure);
        }
    }

    private void await(List<Input> group) throws InterruptedException {
        long wait = nextTickMillis - clock.millis();
        Input first = wait > 0 ? queue.poll(wait, TimeUnit.MILLISECONDS) : queue.poll();
        if (first != null) {
            group.add(first);
            queue.drainTo(group, GROUP_MAX - 1);
        }
    }

    private void takeGroup(List<Input> group) {
        answered = 0;
        long now = clock.millis();
        if (now >= nextTickMillis) {
            nextTickMillis = now + TICK_MILLIS;
            long step = clock.stepOverMillis(Engine.CLOCK_STEP_MILLIS);
            if (step != 0) {
                LOG.warn("The wall clock stepped by {} ms; expiry goes on by the monotonic clock", step);
                meter.clockStepped();
                engine.step(now, new Input.ClockStep(step), actions::add);
            }
            engine.step(now, new Input.Tick(), actions::add);
            release();
        }
        int records = 0;
        for (int i = 0; i < group.size(); i++) {
            Input input = group.get(i);
            engine.step(now, input, actions::add);
            stopped |= input instanceof Input.Stop;
            records += input.weight();
            if (sync == Sync.ALWAYS || records >= RECORDS_PER_FORCE_MAX) {
                answered = i + 1;
                records = 0;
                release();
            }
        }
        answered = group.size();
        release();
    }

    /** Makes durable what the actions rest on, as far as the policy asks, then carries them out. */
    private void release() {
        if (actions.isEmpty()) {
            return;
        }
        boolean mustForce = actions.stream().anyMatch(this::waitsForForce);
        // A journal that completes later keeps its answers waiting, not this thread.
        List<Action> waiting = List.copyOf(actions);
        actions.clear();
        if (mustForce) {
            forcingSinceMillis = clock.millis();
            CompletionStage<Long> durable = journal.durable(journal.lastPosition());
            forcingSinceMillis = IDLE;
            var _ = durable.whenComplete((upTo, e) -> released(waiting, e));
        } else {
            carryOut(waiting);
        }
        Throwable failed = failure;
        if (failed != null) {
            throw failed instanceof JournalUnavailable u
                    ? u
                    : new JournalUnavailable("the journal could not be forced: " + failed.getMessage(), failed);
        }
    }

    private void released(List<Action> waiting, @Nullable Throwable e) {
        if (e == null) {
            carryOut(waiting);
            return;
        }
        Throwable why = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        failure = why;
        for (Action a : waiting) {
            if (a instanceof Action.Reply(ReplyTo to, Outcome ignored)) {
                answer(to, new Outcome.Refused(ErrorCode.JournalUnavailable, String.valueOf(why.getMessage())));
            }
        }
    }

    private boolean waitsForForce(Action a) {
        return switch (a) {
            case Action.Reply(ReplyTo to, Outcome.Refused r) -> false;
            case Action.Reply(ReplyTo to, Outcome.Forced f) -> true;
            case Action.Reply r -> sync != Sync.NONE;
            case Action.TurnReadiness t -> false;
            case Action.Said s -> sync != Sync.NONE;
        };
    }

    private void carryOut(List<Action> released) {
        List<Action.Said> said = new ArrayList<>();
        for (Action a : released) {
            if (a instanceof Action.Said s) {
                said.add(s);
            }
        }
        if (!said.isEmpty()) {
            onSaid.accept(said);
        }
        for (Action a : released) {
            switch (a) {
                case Action.Reply(ReplyTo to, Outcome outcome) -> answer(to, outcome);
                case Action.TurnReadiness t -> onReadiness.accept(t);
                case Action.Said s -> {}
            }
        }
    }

    private void refuseWaiting() {
        for (Input i = queue.poll(); i != null; i = queue.poll()) {
            refuse(i, ErrorCode.JournalUnavailable, "the engine is down");
        }
    }

    private static void refuse(Input input, ErrorCode code, String detail) {
        ReplyTo to =
                switch (input) {
                    case Input.Provide p -> p.replyTo();
                    case Input.ProvideBatch b -> b.replyTo();
                    case Input.Withdraw w -> w.replyTo();
                    case Input.Stop s -> s.replyTo();
                    case Input.Reconfigure r -> r.replyTo();
                    case Input.Kept k -> k.replyTo();
                    case Input.Force f -> f.replyTo();
                    case Input.Hold h -> h.replyTo();
                    case Input.Ban b -> b.replyTo();
                    case Input.Unban u -> u.replyTo();
                    case Input.Routed r -> ReplyTo.nobody();
                    case Input.Replicated r -> ReplyTo.nobody();
                    case Input.Surroundings s -> ReplyTo.nobody();
                    case Input.Start s -> ReplyTo.nobody();
                    case Input.Tick t -> ReplyTo.nobody();
                    case Input.ClockStep c -> ReplyTo.nobody();
                };
        answer(to, new Outcome.Refused(code, detail));
    }

    /** One asker that fails must not keep the others from their answers. */
    private static void answer(ReplyTo to, Outcome outcome) {
        try {
            to.reply(outcome);
        } catch (RuntimeException e) {
            LOG.error("An answer could not be handed over: {}", outcome, e);
        }
    }
}
