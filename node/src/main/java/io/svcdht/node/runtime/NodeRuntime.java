package io.svcdht.node.runtime;

import io.svcdht.node.BuildInfo;
import io.svcdht.node.History;
import io.svcdht.node.Network;
import io.svcdht.node.Node;
import io.svcdht.node.Shipping;
import io.svcdht.node.config.LiveSettings;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.engine.Action;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.engine.ReplyTo;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.recent.Recent;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.trust.Passphrase;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.state.ProviderView;
import io.svcdht.storage.state.RootView;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.trace.TraceLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node without its doors: identity, journal, state and engine, wired and kept running. */
public final class NodeRuntime implements Node, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRuntime.class);
    private static final long STOP_MILLIS = 5_000;

    private volatile @Nullable DataDirectory directory;
    private final NodeId id;
    private final BuildInfo build;
    private final NodeClock clock;
    private final Meter meter;
    private final Supervisor supervisor;
    private final Supervisor.Watch engineWatch;
    private final Checkpoints checkpoints;
    private final JournalHistory history;
    private final Traces traces;
    private final @Nullable Upkeep upkeep;
    private final Semaphore backups = new Semaphore(1);
    private final Optional<Path> untouched;
    private final AtomicReference<NodeConfig> config;
    private final NodeIdentity identity;
    private final boolean networked;
    private volatile Consumer<List<Action.Said>> said = words -> {};
    private volatile Shipping shipping = Shipping.OFF;
    private volatile @Nullable Network network;
    private volatile @Nullable Recent recent;
    private volatile @Nullable LiveSettings settings;
    private volatile Core core;
    private volatile Turned turned = new Turned(Readiness.BOOTING, "starting");
    private volatile boolean stopping;
    /** Position that the journal had when its core was last started again. */
    private long restored;

    private record Turned(Readiness readiness, String reason) {}

    private NodeRuntime(
            @Nullable DataDirectory directory,
            Checkpoints checkpoints,
            NodeIdentity identity,
            Core.Replayed replayed,
            AtomicReference<NodeConfig> config,
            NodeClock clock,
            Meter meter,
            boolean networked) {
        this.directory = directory;
        this.identity = identity;
        this.networked = networked;
        this.id = identity.id();
        this.config = config;
        this.build = BuildInfo.load();
        this.untouched = untouchedJournal(config.get());
        this.clock = clock;
        this.meter = meter;
        this.supervisor = new Supervisor(meter);
        this.engineWatch = supervisor.watch("engine", this::restartCore);
        this.checkpoints = checkpoints;
        this.traces = new Traces(config::get, clock);
        this.core = Core.start(replayed, id, config.get(), around(directory));
        this.history = new JournalHistory(this::journal, checkpoints, directory == null ? null : directory.segments());
        this.upkeep = directory == null ? null : new Upkeep(() -> this.core, checkpoints, config::get, clock, history);
        traces.open(directory);
        if (upkeep != null) {
            upkeep.start();
        }
    }

    private Core.Surroundings around(@Nullable DataDirectory held) {
        return new Core.Surroundings(
                held,
                clock,
                meter,
                build.version(),
                networked,
                this::turnedReadiness,
                words -> said.accept(words),
                this::engineFailed);
    }

    /**
     * Takes the data directory, replays its journal and starts the engine. Returns while the node is still booting.
     *
     * @throws StartFailure with the exit code and a sentence that names the path
     */
    public static NodeRuntime start(NodeConfig config, Meter meter) throws StartFailure {
        return start(config, meter, false);
    }

    /**
     * The same.
     *
     * @param networked whether it will be told of its {@link Input.Surroundings} before it is ready
     */
    public static NodeRuntime start(NodeConfig config, Meter meter, boolean networked) throws StartFailure {
        return start(config, meter, networked, Optional::empty);
    }

    /**
     * The same.
     *
     * @param person asked for the passphrase of keys that are sealed, where no file tells it
     */
    public static NodeRuntime start(
            NodeConfig config, Meter meter, boolean networked, Supplier<Optional<Passphrase>> person)
            throws StartFailure {
        NodeClock clock = new NodeClock();
        AtomicReference<NodeConfig> inForce = new AtomicReference<>(config);
        DataDirectory directory = config.amnesia() ? null : takeDirectory(config);
        try {
            // Making keys is CPU, opening a queue is mostly class loading and disk: together they take as long as one.
            KeysAtStart found = KeysAtStart.look(directory, config, person);
            Checkpoints checkpoints = directory == null ? Checkpoints.none() : new Checkpoints(directory.checkpoints());
            Core.Replayed replayed = replay(directory, inForce, checkpoints, found::id, meter);
            NodeIdentity keys;
            try {
                keys = found.fitting(replayed.state().node());
            } catch (RuntimeException | StartFailure e) {
                replayed.close();
                throw e;
            }
            return new NodeRuntime(directory, checkpoints, keys, replayed, inForce, clock, meter, networked);
        } catch (JournalDamaged e) {
            throw release(
                    directory,
                    new StartFailure(StartFailure.JOURNAL_DAMAGED, DamageAdvice.refused(e, config.dataDir()), e));
        } catch (JournalUnavailable | IllegalArgumentException e) {
            throw release(
                    directory, new StartFailure(StartFailure.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e));
        } catch (StartFailure e) {
            throw release(directory, e);
        } catch (RuntimeException | InternalError e) {
            throw release(
                    directory,
                    new StartFailure(
                            StartFailure.BAD_CONFIGURATION,
                            "the node could not start on %s: %s".formatted(config.dataDir(), e),
                            e));
        }
    }

    private static Core.Replayed replay(
            @Nullable DataDirectory directory,
            AtomicReference<NodeConfig> config,
            Checkpoints checkpoints,
            Supplier<NodeId> self,
            Meter meter) {
        try {
            return Core.replay(directory, config::get, checkpoints, self, meter);
        } catch (JournalDamaged e) {
            if (directory == null || config.get().onDamage() != NodeConfig.OnDamage.READ_ONLY) {
                throw e;
            }
            LOG.error("{}", DamageAdvice.readOnly(e, directory.path()));
            return Core.intact(directory, checkpoints, e);
        }
    }

    private static Optional<Path> untouchedJournal(NodeConfig config) {
        if (!config.amnesia() || !Files.exists(config.dataDir().resolve("journal"))) {
            return Optional.empty();
        }
        LOG.warn(
                "Amnesia: the journal in data_dir = {} is left untouched, neither read nor written; start without"
                        + " amnesia to go on with it",
                config.dataDir());
        return Optional.of(config.dataDir());
    }

    private static DataDirectory takeDirectory(NodeConfig config) throws StartFailure {
        try {
            DataDirectory taken = DataDirectory.open(config.dataDir());
            ContainerLayer.warnOf(taken.path());
            return taken;
        } catch (DataDirectory.Refused e) {
            int code = e.why() == DataDirectory.Refused.Why.IN_USE
                    ? StartFailure.CANNOT_BIND
                    : StartFailure.BAD_CONFIGURATION;
            throw new StartFailure(code, String.valueOf(e.getMessage()), e);
        }
    }

    private static StartFailure release(@Nullable DataDirectory directory, StartFailure failure) {
        if (directory != null) {
            directory.close();
        }
        return failure;
    }

    private void turnedReadiness(Action.TurnReadiness t) {
        turned = new Turned(t.readiness(), t.reason());
        switch (t.readiness()) {
            case READY -> {
                if (t.reason().contains("alone")) {
                    LOG.warn("Ready, {}", t.reason());
                } else {
                    LOG.info("Ready, {}", t.reason());
                }
            }
            case DEGRADED -> LOG.error("Degraded, writes are refused and reads go on: {}", t.reason());
            case BOOTING -> LOG.info("Booting, {}", t.reason());
        }
    }

    private void engineFailed(Throwable why) {
        turned = new Turned(Readiness.DEGRADED, "the journal takes no writes: " + why.getMessage());
        if (!stopping) {
            engineWatch.failed(why);
        }
    }

    /**
     * Lets go of the volume first, and holds nothing of it while it is down: whoever has to unmount, check and mount it
     * anew can do so while this node goes on answering from memory.
     */
    private void restartCore() throws IOException, StartFailure {
        long promised = Math.max(core.journal().durablePosition(), restored);
        core.journal().close();
        traces.letGo();
        DataDirectory last = directory;
        if (last == null) {
            restartWith(null, promised);
            return;
        }
        last.close();
        if (!DataDirectory.begun(last.path())) {
            throw new IOException("%s is not there; is its volume mounted?".formatted(last.path()));
        }
        DataDirectory fresh = takeDirectory(config.get());
        try {
            restartWith(fresh, promised);
        } catch (IOException | RuntimeException | Error e) {
            fresh.close();
            throw e;
        }
    }

    private void restartWith(@Nullable DataDirectory held, long promised) throws IOException {
        Core.Replayed replayed = Core.replay(held, config::get, checkpoints, () -> id, meter);
        long last = replayed.journal().lastPosition();
        if (held != null && (last < promised || !id.equals(replayed.state().node()))) {
            replayed.close();
            throw new IOException(
                    "the journal that is there now ends at position %d, but %d was durable; is its volume mounted?"
                            .formatted(last, promised));
        }
        turned = new Turned(Readiness.BOOTING, "starting again");
        directory = held;
        traces.open(held);
        restored = last;
        core = Core.start(replayed, id, config.get(), around(held));
    }

    /**
     * Puts changed settings in force and into the journal.
     *
     * @param changes each setting that differs
     */
    public void reconfigure(NodeConfig next, List<Input.Reconfigure.Change> changes) {
        config.set(next);
        submit(new Input.Reconfigure(changes, Core.limits(next), ReplyTo.nobody()));
    }

    /** The keys this node is known by. */
    public NodeIdentity identity() {
        return identity;
    }

    /** From now on the network hears of our own words, and this node shows it. */
    public void join(Network joined, Consumer<List<Action.Said>> words) {
        network = joined;
        said = words;
    }

    /** From now on its journal is shipped, until the node closes. */
    public void ship(Shipping ships) {
        shipping = ships;
    }

    @Override
    public Shipping shipping() {
        return shipping;
    }

    /** From now on this node shows what was sampled of it, and how its settings change. */
    public void remember(Recent samples, LiveSettings live) {
        recent = samples;
        settings = live;
    }

    @Override
    public Optional<LiveSettings> settings() {
        return Optional.ofNullable(settings);
    }

    @Override
    public Optional<Recent> recent() {
        return Optional.ofNullable(recent);
    }

    @Override
    public Optional<Network> network() {
        return Optional.ofNullable(network);
    }

    @Override
    public long toldUpTo() {
        return config.get().sync() == NodeConfig.Sync.NONE
                ? Long.MAX_VALUE
                : core.journal().durablePosition();
    }

    @Override
    public Routing routing() {
        return core.state().routing();
    }

    @Override
    public RootView roots() {
        return core.state().roots();
    }

    @Override
    public NodeId id() {
        return id;
    }

    @Override
    public Optional<NodeKeys> keys() {
        return Optional.of(identity.keys());
    }

    @Override
    public NodeConfig config() {
        return config.get();
    }

    @Override
    public void submit(Input input) {
        core.loop().submit(input);
    }

    @Override
    public ProviderView providers() {
        return core.state().providers();
    }

    @Override
    public long nowMillis() {
        return clock.millis();
    }

    @Override
    public Status status() {
        Core c = core;
        Turned t = turned;
        ProviderView p = c.state().providers();
        return new Status(
                t.readiness(),
                t.reason(),
                clock.startedAtMillis(),
                c.journal().epoch(),
                c.journal().lastPosition(),
                c.journal().durablePosition(),
                c.journal().bytes(),
                p.records(),
                p.tombstones(),
                p.contentIds(),
                c.loop().depth(),
                EngineLoop.QUEUE_CAPACITY);
    }

    @Override
    public JournalSource journal() {
        return core.journal();
    }

    @Override
    public History history() {
        return history;
    }

    @Override
    public TraceLog traces() {
        return traces.log();
    }

    @Override
    public Backed backup(Path target) throws IOException, BackupRefused {
        DataDirectory held = directory;
        if (held == null) {
            throw new BackupRefused("this node keeps nothing");
        }
        if (!backups.tryAcquire()) {
            throw new History.TooMuch("another backup is being made; try again when it is done");
        }
        try {
            Backup.Copied copied = Backup.take(held.path(), target, position -> {});
            return new Backed(copied.firstPosition(), copied.position(), copied.digest(), copied.bytes());
        } catch (Backup.Refused e) {
            throw new BackupRefused(String.valueOf(e.getMessage()));
        } finally {
            backups.release();
        }
    }

    @Override
    public BuildInfo build() {
        return build;
    }

    @Override
    public Optional<Path> untouchedJournal() {
        return untouched;
    }

    /** Journals the stop, makes all durable, and lets the data directory go. */
    @Override
    public void close() {
        stopping = true;
        // First, so that no engine comes up behind the one that is stopped here.
        supervisor.close();
        shipping.close();
        if (upkeep != null) {
            upkeep.close();
        }
        history.close();
        traces.letGo();
        turned = new Turned(Readiness.BOOTING, "stopping");
        CompletableFuture<Outcome> stopped = new CompletableFuture<>();
        boolean ended = false;
        submit(new Input.Stop("asked to", stopped::complete));
        try {
            Outcome outcome = stopped.get(STOP_MILLIS, TimeUnit.MILLISECONDS);
            if (outcome instanceof Outcome.Refused(ErrorCode code, String detail)) {
                LOG.error("Stopped without journaling it: {}", detail);
            }
            ended = core.loop().join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
            LOG.error("The engine did not stop within {} ms", STOP_MILLIS);
        }
        if (!ended) {
            // Closing would take the mapped file from under a thread that still writes; the process is about to end.
            LOG.error("The engine is still at work; its journal is left to the end of the process");
            return;
        }
        core.forceLast();
        core.close();
        DataDirectory held = directory;
        if (held != null) {
            held.close();
        }
    }
}
