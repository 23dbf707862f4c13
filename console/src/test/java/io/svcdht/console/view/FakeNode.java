package io.svcdht.console.view;

import io.svcdht.node.BuildInfo;
import io.svcdht.node.History;
import io.svcdht.node.Network;
import io.svcdht.node.Node;
import io.svcdht.node.Shipping;
import io.svcdht.node.config.LiveSettings;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.config.NodeConfig.LogFormat;
import io.svcdht.node.config.NodeConfig.LogLevel;
import io.svcdht.node.config.NodeConfig.Profile;
import io.svcdht.node.config.NodeConfig.Sync;
import io.svcdht.node.config.Role;
import io.svcdht.node.engine.Input;
import io.svcdht.node.recent.Recent;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.checkpoint.Sidecars;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.DiskReserve;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.replay.Moments;
import io.svcdht.storage.replay.Past;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.StateDiff;
import io.svcdht.storage.replay.View;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.ProviderView;
import io.svcdht.storage.state.RootView;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import io.svcdht.storage.trace.MemoryTraces;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A node that stands still: its journal and state hold what a test appended, at the time the test says. */
public final class FakeNode implements Node {
    public static final long NOW = 1_764_000_000_000L;

    private final MemoryJournal journal;
    private final Sidecars sidecars;
    private final MemoryTraces traces = new MemoryTraces();
    private final State state = new State(new HeapStore());
    private final NodeId id;
    private boolean amnesia;
    private Sync sync = Sync.GROUP;
    private Readiness readiness = Readiness.READY;
    private String reason = "alone: no seeds are configured and nobody was heard of";
    private int queueDepth;
    private long maxRecords = 1_000_000;
    private boolean lenientIds = true;
    private boolean readOnly;
    private Recent recent;
    private LiveSettings settings;
    private Network network;
    private Shipping.Status shipping = Shipping.OFF.status();
    private Consumer<Input> onSubmit = input -> {
        throw new UnsupportedOperationException("pages only read");
    };

    public FakeNode() {
        this(1024);
    }

    /** @param events the journal keeps */
    public FakeNode(int events) {
        this(events, new NodeId(Key.of(Blake3.hash(new byte[] {1}))));
    }

    public FakeNode(int events, NodeId id) {
        this.id = id;
        journal = new MemoryJournal(events);
        sidecars = new Sidecars(null, journal);
    }

    public FakeNode amnesia() {
        amnesia = true;
        return this;
    }

    public FakeNode sync(Sync other) {
        sync = other;
        return this;
    }

    public FakeNode turned(Readiness to, String why) {
        readiness = to;
        reason = why;
        return this;
    }

    public FakeNode shipping(Shipping.Status now) {
        shipping = now;
        return this;
    }

    @Override
    public Shipping shipping() {
        return new Shipping() {
            @Override
            public Shipping.Status status() {
                return shipping;
            }

            @Override
            public void close() {}
        };
    }

    public FakeNode queueDepth(int depth) {
        queueDepth = depth;
        return this;
    }

    public FakeNode maxRecords(long max) {
        maxRecords = max;
        return this;
    }

    /** With some records of its own. */
    public FakeNode filled() {
        for (int i = 0; i < 30; i++) {
            announced(NOW - 60_000 + i * 1000L, cid(i), "local://shelf/" + i, 600 + i);
        }
        return this;
    }

    public FakeNode readOnly() {
        readOnly = true;
        return this;
    }

    /** What the engine does with an input. */
    public void onSubmit(Consumer<Input> engine) {
        onSubmit = engine;
    }

    public FakeNode strictIds() {
        lenientIds = false;
        return this;
    }

    /** With what was sampled of it. */
    public FakeNode recent(Recent samples) {
        recent = samples;
        return this;
    }

    /** With settings that change; from now on they are the node's. */
    public FakeNode settings(LiveSettings live) {
        settings = live;
        return this;
    }

    /** Among others. */
    public FakeNode network(Network others) {
        network = others;
        return this;
    }

    @Override
    public Optional<LiveSettings> settings() {
        return Optional.ofNullable(settings);
    }

    @Override
    public Optional<Network> network() {
        return Optional.ofNullable(network);
    }

    @Override
    public Optional<Recent> recent() {
        return Optional.ofNullable(recent);
    }

    @Override
    public MemoryTraces traces() {
        return traces;
    }

    /** What a reader of one page asks, as admin. */
    public Visit visit(String path, Map<String, String> params, BooleanSupplier spent) {
        return new Visit(
                this,
                new Notebook(),
                "127.0.0.1:5301",
                path,
                params,
                new Visit.Caller(Role.ADMIN, "", false, false),
                spent);
    }

    public MemoryJournal memory() {
        return journal;
    }

    /** Appends and folds, as the engine does. */
    public long happened(long at, long cause, DhtEvent event) {
        long position = journal.append(at, cause, event);
        Fold.apply(state, position, at, cause, event);
        return position;
    }

    public long announced(ContentId cid, String locator, int ttlSeconds) {
        return announced(NOW, cid, locator, ttlSeconds);
    }

    public long announced(long at, ContentId cid, String locator, int ttlSeconds) {
        return happened(
                at, 0, new DhtEvent.ProviderAnnounced(new ProviderRecord(cid, id, locator, List.of(), ttlSeconds, at)));
    }

    public static ContentId cid(int n) {
        return ContentId.of(Key.of(Blake3.hash(ByteBuffer.allocate(4).putInt(n).array())));
    }

    @Override
    public NodeId id() {
        return id;
    }

    @Override
    public NodeConfig config() {
        return settings != null ? settings.inForce().config() : fixed();
    }

    private NodeConfig fixed() {
        return new NodeConfig(
                amnesia ? Profile.MICRONODE : Profile.MACRONODE,
                amnesia,
                new HostPort("127.0.0.1", 5301),
                List.of(),
                Optional.empty(),
                false,
                readOnly,
                lenientIds,
                Path.of("data"),
                Optional.empty(),
                sync,
                NodeConfig.StateStore.HEAP,
                DiskReserve.none(),
                NodeConfig.OnDamage.REFUSE,
                600,
                172_800,
                maxRecords,
                1000,
                0,
                NodeConfig.Keeping.DEFAULT,
                NetworkConfig.onLoopback(),
                LogFormat.TEXT,
                LogLevel.INFO);
    }

    @Override
    public void submit(Input input) {
        onSubmit.accept(input);
    }

    @Override
    public ProviderView providers() {
        return state.providers();
    }

    @Override
    public long nowMillis() {
        return NOW;
    }

    @Override
    public Node.Status status() {
        return new Node.Status(
                readiness,
                reason,
                NOW - 93_784_000,
                3,
                journal.lastPosition(),
                journal.lastPosition(),
                amnesia ? 0 : journal.lastPosition() * 93,
                state.providers().records(),
                state.providers().tombstones(),
                state.providers().contentIds(),
                queueDepth,
                16_384);
    }

    @Override
    public JournalSource journal() {
        return journal;
    }

    @Override
    public Backed backup(java.nio.file.Path directory) throws java.io.IOException, BackupRefused {
        throw new IllegalStateException("no backups here");
    }

    @Override
    public RootView roots() {
        return state.roots();
    }

    @Override
    public Routing routing() {
        return state.routing();
    }

    /** Views folded from the beginning, as of a node without checkpoints. */
    @Override
    public History history() {
        Past past = new Past(journal, Checkpoints.none(), HeapStore::new);
        return new History() {
            @Override
            public <T> T at(long position, BiFunction<View, Budget, T> look) {
                try (View view = past.at(position, Budget.UNLIMITED)) {
                    return look.apply(view, Budget.UNLIMITED);
                }
            }

            @Override
            public <T> T alone(long position, BiFunction<View, Budget, T> look) {
                return at(position, look);
            }

            @Override
            public StateDiff diff(long from, long to) {
                return past.diff(from, to, Budget.UNLIMITED);
            }

            @Override
            public Sidecars sidecars() {
                return sidecars;
            }

            @Override
            public long positionAt(long instantMillis) {
                return Moments.lastAtOrBefore(journal, instantMillis);
            }
        };
    }

    @Override
    public BuildInfo build() {
        return new BuildInfo("0.1.0", "753b7c8", "2026-01-31T12:00:00Z");
    }
}
