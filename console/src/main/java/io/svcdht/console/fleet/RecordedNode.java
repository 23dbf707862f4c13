package io.svcdht.console.fleet;

import io.svcdht.node.BuildInfo;
import io.svcdht.node.History;
import io.svcdht.node.Node;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.engine.Input;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.replay.Past;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.View;
import io.svcdht.storage.state.ProviderView;
import io.svcdht.storage.state.RootView;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import io.svcdht.storage.trace.TraceLog;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A node of the fleet as its own pages see it: its journal as it was recorded, and nobody behind it who answers. */
public final class RecordedNode implements Node, AutoCloseable {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final FleetNode node;
    private final LongSupplier now;
    private final NodeConfig config;
    /** The state at the end of what is known; the one before it stays open for those who still read it. */
    private @Nullable View latest;

    private @Nullable View before;
    private long madeNanos;
    private long usedNanos;

    /** @param now the latest moment of the fleet, which may be later than what this node told last */
    public RecordedNode(FleetNode node, LongSupplier now) {
        this.node = node;
        this.now = now;
        this.config = readOnly();
    }

    /** The pages of what was recorded change nothing. */
    private static NodeConfig readOnly() {
        ConfigResult result = ConfigLoader.load(Flags.parse(List.of("--console-read-only")), Map.of());
        if (result instanceof Loaded loaded) {
            return loaded.config();
        }
        throw new IllegalStateException("the defaults do not hold: " + result);
    }

    private synchronized State state() {
        usedNanos = System.nanoTime();
        View view = latest;
        boolean stale = view == null
                || view.state().position() != node.log().lastPosition() && System.nanoTime() - madeNanos > FRESH_NANOS;
        if (!stale && view != null) {
            return view.state();
        }
        if (!node.hasStates()) {
            return new State(new HeapStore());
        }
        if (before != null) {
            before.close();
        }
        before = view;
        View fresh = past().at(node.log().lastPosition(), Budget.UNLIMITED);
        latest = fresh;
        madeNanos = System.nanoTime();
        return fresh.state();
    }

    private Past past() {
        return node.past();
    }

    @Override
    public NodeId id() {
        return node.id();
    }

    @Override
    public NodeConfig config() {
        return config;
    }

    @Override
    public void submit(Input input) {
        throw new IllegalStateException("what was recorded takes no input");
    }

    @Override
    public ProviderView providers() {
        return state().providers();
    }

    @Override
    public Routing routing() {
        return state().routing();
    }

    @Override
    public RootView roots() {
        return state().roots();
    }

    @Override
    public long nowMillis() {
        return Math.max(now.getAsLong(), node.log().lastMillis());
    }

    @Override
    public Status status() {
        FleetNode.Summary s = node.summary();
        ProviderView records = providers();
        long last = node.log().lastPosition();
        return new Status(
                switch (s.readiness()) {
                    case "ready" -> Readiness.READY;
                    case "degraded", "stopped" -> Readiness.DEGRADED;
                    default -> Readiness.BOOTING;
                },
                unknown().orElse(s.reason()),
                nowMillis(),
                s.epoch(),
                last,
                last,
                node.log().bytes(),
                records.records(),
                records.tombstones(),
                records.contentIds(),
                0,
                0);
    }

    @Override
    public Optional<String> unknown() {
        return node.hasStates()
                ? Optional.empty()
                : Optional.of(
                        ("what it holds is not known here: its events begin at position %,d, and what it held before"
                                        + " is in none of them")
                                .formatted(node.log().firstPosition()));
    }

    @Override
    public JournalSource journal() {
        return node.log();
    }

    @Override
    public History history() {
        return node.history();
    }

    @Override
    public TraceLog traces() {
        return node.traces();
    }

    @Override
    public Backed backup(Path directory) throws BackupRefused {
        throw new BackupRefused("what was recorded is a copy already");
    }

    @Override
    public boolean recorded() {
        return true;
    }

    @Override
    public BuildInfo build() {
        return new BuildInfo(
                node.card().version().isEmpty()
                        ? node.summary().version()
                        : node.card().version(),
                node.card().git(),
                "unknown");
    }

    /** Lets go of the state if nobody has looked at it for some minutes. */
    public synchronized void dropIdle() {
        if (System.nanoTime() - usedNanos > IDLE_NANOS) {
            close();
        }
    }

    @Override
    public synchronized void close() {
        if (before != null) {
            before.close();
        }
        if (latest != null) {
            latest.close();
        }
        before = null;
        latest = null;
    }
}
