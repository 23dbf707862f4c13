package io.svcdht.node.network;

import static org.awaitility.Awaitility.await;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochRandomGenerator;
import io.svcdht.node.Network;
import io.svcdht.node.Network.Found;
import io.svcdht.node.Network.Wanted;
import io.svcdht.node.NetworkMeter;
import io.svcdht.node.News;
import io.svcdht.node.Patience;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.net.NetMeter;
import io.svcdht.node.runtime.Meter;
import io.svcdht.node.runtime.NodeRuntime;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.DiskReserve;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Whole nodes of one process, over real sockets on loopback. */
final class LocalNet implements AutoCloseable {
    private static final long PATIENCE_SECONDS = Patience.LIMIT.toSeconds();

    private static final TimeBasedEpochRandomGenerator LOOKUP_IDS = Generators.timeBasedEpochRandomGenerator();

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final AtomicBoolean busy = new AtomicBoolean();
    private final List<Member> members = new ArrayList<>();
    private UnaryOperator<NetworkConfig> change;
    private News news = News.NONE;
    private NetworkMeter meter = NetworkMeter.NONE;
    private Consumer<NodeIdentity> joining = who -> {};

    /** One node. */
    record Member(NodeRuntime node, Networking networking) implements AutoCloseable {
        Network network() {
            return networking.network();
        }

        HostPort address() {
            PeerAddress at = network().listens().orElseThrow();
            return new HostPort("127.0.0.1", at.port());
        }

        /** Again where the node is not ready, as a machine that is short of processors makes it for a while. */
        Outcome.Provided provide(ContentId cid) {
            return (Outcome.Provided) await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .until(
                            () -> provided(cid),
                            o -> !(o instanceof Outcome.Refused r && r.code() == ErrorCode.NotReady));
        }

        private Outcome provided(ContentId cid) {
            CompletableFuture<Outcome> outcome = new CompletableFuture<>();
            node.submit(new Input.Provide(cid, "", List.of(), 600, outcome::complete));
            return get(outcome);
        }

        Outcome withdraw(ContentId cid) {
            CompletableFuture<Outcome> outcome = new CompletableFuture<>();
            node.submit(new Input.Withdraw(cid, "", outcome::complete));
            return get(outcome);
        }

        Outcome ban(Banned what) {
            CompletableFuture<Outcome> outcome = new CompletableFuture<>();
            node.submit(new Input.Ban(what, "a test", outcome::complete));
            return get(outcome);
        }

        Outcome unban(Banned what) {
            CompletableFuture<Outcome> outcome = new CompletableFuture<>();
            node.submit(new Input.Unban(what, outcome::complete));
            return get(outcome);
        }

        /** Whom its routing table has. */
        List<NodeId> contacts() {
            return get(network().contacts().toCompletableFuture()).stream()
                    .map(s -> s.peer().id())
                    .toList();
        }

        int replicas(long position) {
            return get(network().replicas(position, OptionalInt.empty()).toCompletableFuture())
                    .holders();
        }

        Found find(ContentId cid) {
            return get(network()
                    .find(new Wanted(
                            cid.key(), cid.text(), LOOKUP_IDS.generate(), OptionalInt.of(60_000), OptionalInt.empty()))
                    .toCompletableFuture());
        }

        boolean holds(ContentId cid) {
            return node.providers().holdersOf(cid.key()).records().stream().anyMatch(r -> r.aliveAt(node.nowMillis()));
        }

        /** All that is in its journal. */
        List<JournalEntry> events() {
            List<JournalEntry> all = new ArrayList<>();
            try (JournalReader reader = node.journal().readAll()) {
                for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                    all.add(e);
                }
            }
            return all;
        }

        @Override
        public void close() {
            networking.close().join();
            node.close();
        }
    }

    /** @param change of what a node of the net is told */
    LocalNet(UnaryOperator<NetworkConfig> change) {
        this.change = change;
    }

    /**
     * Waits long, for on a busy machine silence says nothing, and looks after nothing by itself. A record is held by the
     * closest node alone.
     */
    static NetworkConfig patient(NetworkConfig c) {
        return c.withSearch(new NetworkConfig.Search(
                        3, 1, 20, 1, 6, 1, 60_000, 60_000, 60_000, OptionalInt.empty(), 25, 30_000, 30_000))
                .withConnections(
                        new NetworkConfig.Connections(30_000, 60_000, 256, 512, 10_000, 10_000, 100_000, 1 << 24))
                .withCare(new NetworkConfig.Care(OptionalInt.empty(), 3_600, 3_600, 3_600, 40));
    }

    static <T> T get(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Who is told by those that join from now on. */
    void tell(News to) {
        news = to;
    }

    /** Who counts for those that join from now on. */
    void measure(NetworkMeter by) {
        meter = by;
    }

    /** Who is shown the keys of those that join from now on, before they call anybody. */
    void introduce(Consumer<NodeIdentity> to) {
        joining = to;
    }

    /** What those that join from now on are told. */
    void change(UnaryOperator<NetworkConfig> next) {
        change = next;
    }

    /** One more, which knows the first of them. */
    Member join() {
        return join(
                null, members.isEmpty() ? List.of() : List.of(members.getFirst().address()));
    }

    /** @param directory null = amnesia */
    Member join(@Nullable Path directory, List<HostPort> seeds) {
        try {
            NetworkConfig network = change.apply(NetworkConfig.onLoopback().withSeeds(seeds));
            NodeRuntime node = NodeRuntime.start(config(directory, network), Meter.NONE, true);
            joining.accept(node.identity());
            Networking.Meters meters = new Networking.Meters(NetMeter.NONE, meter, news);
            Networking networking = Networking.start(vertx, node, node.identity(), meters, this::onWorker)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .join();
            node.join(networking.network(), networking::said);
            Member member = new Member(node, networking);
            members.add(member);
            return member;
        } catch (StartFailure e) {
            throw new AssertionError(e);
        }
    }

    private void onWorker(Runnable work) {
        // What comes to workers that have too much to do waits, here for ever.
        if (!busy.get()) {
            workers.execute(work);
        }
    }

    /** From now on those who sign and check records get to nothing more. */
    void keepWorkersBusy() {
        busy.set(true);
    }

    List<Member> members() {
        return members;
    }

    void leave(Member member) {
        members.remove(member);
        member.close();
    }

    private static NodeConfig config(@Nullable Path directory, NetworkConfig network) {
        return new NodeConfig(
                NodeConfig.Profile.MACRONODE,
                directory == null,
                new HostPort("127.0.0.1", 0),
                List.of(),
                Optional.empty(),
                false,
                false,
                true,
                directory == null ? Path.of("unused") : directory,
                Optional.empty(),
                NodeConfig.Sync.GROUP,
                NodeConfig.StateStore.HEAP,
                DiskReserve.none(),
                NodeConfig.OnDamage.REFUSE,
                600,
                172_800,
                100_000,
                1_000,
                0,
                NodeConfig.Keeping.DEFAULT,
                network,
                NodeConfig.LogFormat.TEXT,
                NodeConfig.LogLevel.INFO);
    }

    @Override
    public void close() {
        members.forEach(Member::close);
        workers.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
