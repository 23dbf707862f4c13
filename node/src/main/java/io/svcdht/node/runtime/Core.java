package io.svcdht.node.runtime;

import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.engine.Action;
import io.svcdht.node.engine.Engine;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Limits;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.chronicle.ChronicleJournal;
import io.svcdht.storage.chronicle.IntactJournal;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.journal.Prunable;
import io.svcdht.storage.model.DiskReserve;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.State;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Journal, state and engine of one run: what is thrown away and rebuilt together when the journal fails. */
final class Core {
    private static final Logger LOG = LoggerFactory.getLogger(Core.class);

    private final MeteredJournal journal;
    private final State state;
    private final EngineLoop loop;
    private final Optional<Prunable> prunable;

    private Core(MeteredJournal journal, State state, EngineLoop loop, Optional<Prunable> prunable) {
        this.journal = journal;
        this.state = state;
        this.loop = loop;
        this.prunable = prunable;
    }

    /** What outlives a run's core. */
    record Surroundings(
            @Nullable DataDirectory directory,
            NodeClock clock,
            Meter meter,
            String version,
            boolean networked,
            Consumer<Action.TurnReadiness> onReadiness,
            Consumer<List<Action.Said>> onSaid,
            Consumer<Throwable> onFailure) {}

    /** A journal that was opened and replayed, before anybody writes to it. */
    record Replayed(Journal journal, State state, Optional<Prunable> prunable) {
        void close() {
            journal.close();
            state.close();
        }
    }

    /**
     * Opens the journal, or makes a ring in memory where there is no directory.
     *
     * @param self whose journal it is, asked where the journal is not in the directory
     * @throws io.svcdht.storage.journal.JournalDamaged if it does not hold what was written
     * @throws JournalUnavailable if it cannot be written
     */
    static Replayed replay(
            @Nullable DataDirectory directory,
            Supplier<NodeConfig> config,
            Checkpoints checkpoints,
            Supplier<NodeId> self,
            Meter meter) {
        if (directory == null) {
            return new Replayed(new MemoryJournal(), new State(Begun.heapStore()), Optional.empty());
        }
        long began = System.nanoTime();
        Replayed replayed = config.get().kafka().journal() == KafkaConfig.Store.KAFKA
                ? DistantJournal.replay(directory, config.get(), checkpoints, self.get())
                : replay(
                        directory,
                        () -> config.get().diskReserve(),
                        () -> Begun.of(directory, checkpoints, config.get()));
        meter.replayed(System.nanoTime() - began);
        return replayed;
    }

    /** @param beginnings asked again where the first knew of events that the journal has lost */
    static Replayed replay(DataDirectory directory, Supplier<DiskReserve> reserve, Supplier<Begun> beginnings) {
        Begun begun = beginnings.get();
        ChronicleJournal journal = open(directory, reserve, begun);
        if (begun.isAheadOf(journal)) {
            journal.close();
            begun.discard();
            begun = beginnings.get();
            journal = open(directory, reserve, begun);
        }
        return new Replayed(journal, begun.state(), Optional.of(journal));
    }

    private static ChronicleJournal open(DataDirectory directory, Supplier<DiskReserve> reserve, Begun begun) {
        try {
            return ChronicleJournal.open(directory, reserve, begun::at, begun);
        } catch (RuntimeException | Error e) {
            begun.state().close();
            throw e;
        }
    }

    /** What is intact of a damaged journal, only to be read. */
    static Replayed intact(DataDirectory directory, Checkpoints checkpoints, JournalDamaged damage) {
        Begun begun = Begun.onHeap(checkpoints);
        Journal journal = IntactJournal.open(directory, damage, begun::at, begun);
        return new Replayed(journal, begun.state(), Optional.empty());
    }

    /** Appends NodeStarted where there is room for it, makes it durable and starts the engine's thread. */
    static Core start(Replayed replayed, NodeId self, NodeConfig config, Surroundings around) {
        try {
            return started(replayed, self, config, around);
        } catch (RuntimeException | Error e) {
            replayed.close();
            throw e;
        }
    }

    private static Core started(Replayed replayed, NodeId self, NodeConfig config, Surroundings around) {
        MeteredJournal journal = new MeteredJournal(replayed.journal(), around.meter());
        Engine engine = new Engine(self, journal, replayed.state(), limits(config));
        long before = journal.lastPosition();
        long now = around.clock().millis();
        engine.step(
                now,
                new Input.Start(
                        journal.epoch(), around.version(), around.clock().beganAtMillis(), around.networked()),
                action -> {});
        if (journal.lastPosition() > before) {
            firstForce(journal, around.directory());
        } else if (before == 0) {
            throw new JournalUnavailable("the journal has no room for its first event");
        }
        EngineLoop loop = new EngineLoop(
                engine,
                journal,
                around.clock(),
                config.sync(),
                around.meter(),
                around.onReadiness(),
                around.onSaid(),
                around.onFailure());
        loop.start();
        return new Core(journal, replayed.state(), loop, replayed.prunable());
    }

    private static void firstForce(Journal journal, @Nullable DataDirectory directory) {
        try {
            journal.durable(journal.lastPosition()).toCompletableFuture().join();
            if (directory != null) {
                directory.firstEventDurable();
            }
        } catch (CompletionException | IOException e) {
            throw new JournalUnavailable("the journal could not be made durable: " + e.getMessage(), e);
        }
    }

    /** A clean stop leaves all of it on the medium, whatever the sync policy. */
    void forceLast() {
        try {
            journal.durable(journal.lastPosition()).toCompletableFuture().join();
        } catch (CompletionException e) {
            LOG.error("The last events could not be forced to the medium: {}", String.valueOf(e.getMessage()));
        }
    }

    static Limits limits(NodeConfig config) {
        return new Limits(config.maxRecords(), config.maxProvidersPerCid(), config.digestMarkEvents());
    }

    void close() {
        journal.close();
        state.close();
    }

    MeteredJournal journal() {
        return journal;
    }

    /** The journal's files, where it is kept in files. */
    Optional<Prunable> prunable() {
        return prunable;
    }

    State state() {
        return state;
    }

    EngineLoop loop() {
        return loop;
    }
}
