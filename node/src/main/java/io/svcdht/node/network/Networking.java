package io.svcdht.node.network;

import io.svcdht.node.Discovery;
import io.svcdht.node.Network;
import io.svcdht.node.Network.Wanted;
import io.svcdht.node.NetworkMeter;
import io.svcdht.node.News;
import io.svcdht.node.Node;
import io.svcdht.node.Tracing;
import io.svcdht.node.asn.AsnFile;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.discovery.Discv5;
import io.svcdht.node.discovery.RecordJudge;
import io.svcdht.node.engine.Action;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.net.AddressPolicy;
import io.svcdht.node.net.DatagramTransport;
import io.svcdht.node.net.NetMeter;
import io.svcdht.node.net.PeerHandler;
import io.svcdht.node.net.PeerIdentity;
import io.svcdht.node.net.ShippedLibraries;
import io.svcdht.node.net.StreamTransport;
import io.svcdht.node.net.Transport;
import io.svcdht.node.peering.AnswerCache;
import io.svcdht.node.peering.Call;
import io.svcdht.node.peering.PeeringInput;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.wire.oap.Encoded;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts a node among others: opens its transport and keeps the two together until it is closed. */
public final class Networking {
    private static final int ANSWERS_MAX = 10_000;
    private static final long ANSWER_AGE_MILLIS_MAX = 60_000;
    private static final long MILLIS = 1_000;
    private static final List<Integer> VERSIONS = List.of(1);

    private final Context context;
    private final PeerNetwork network;
    private final Network shown;
    private final Transport transport;
    private final EclipseWatch watch;
    private final Cover cover;
    private final Discovering discovering;

    private Networking(
            Context context,
            PeerNetwork network,
            Network shown,
            Transport transport,
            EclipseWatch watch,
            Cover cover,
            Discovering discovering) {
        this.cover = cover;
        this.discovering = discovering;
        this.shown = shown;
        this.watch = watch;
        this.context = context;
        this.network = network;
        this.transport = transport;
    }

    /** Who counts, and who is told. */
    public record Meters(NetMeter transport, NetworkMeter network, News news, Tracing tracing) {
        public static final Meters NONE = new Meters(NetMeter.NONE, NetworkMeter.NONE, News.NONE);

        /** Nothing is traced. */
        public Meters(NetMeter transport, NetworkMeter network, News news) {
            this(transport, network, news, Tracing.OFF);
        }
    }

    /**
     * Starts to listen, and to look for others; the future fails if it cannot listen.
     *
     * @param workers sign and check records; a full one refuses, and what it refuses is answered as busy
     */
    public static Future<Networking> start(
            Vertx vertx, Node node, NodeIdentity identity, Meters meters, Executor workers) {
        return joined(vertx, node, identity, meters, counted(workers, meters.network()));
    }

    private static Executor counted(Executor workers, NetworkMeter meter) {
        meter.bind(() ->
                workers instanceof ThreadPoolExecutor pool ? pool.getQueue().size() : 0);
        return work -> {
            try {
                workers.execute(work);
            } catch (RejectedExecutionException e) {
                meter.shed();
                throw e;
            }
        };
    }

    private static Future<Networking> joined(
            Vertx vertx, Node node, NodeIdentity identity, Meters meters, Executor workers) {
        NetworkConfig config = node.config().network();
        Context context = ((VertxInternal) vertx).createEventLoopContext();
        Door door = new Door();
        EclipseWatch watch;
        try {
            watch = EclipseWatch.open(config.care());
        } catch (AsnFile.Refused e) {
            return Future.failedFuture(e);
        }
        List<PeerAddress> advertised = advertised(config);
        AddressPolicy policy = Settings.policy(config, advertised);
        Cover cover = new Cover(config, policy, advertised);
        StreamTransport.Options options = new StreamTransport.Options(
                PeerIdentity.of(identity),
                config.networkId(),
                "svc-dht/" + node.build().version(),
                cover.bind(),
                policy,
                true,
                // A library that is not shipped is unpacked to a file first, which amnesia forbids.
                !node.config().amnesia() || ShippedLibraries.boringSsl(),
                Settings.net(config, policy),
                meters.transport(),
                () -> node.routing().denied(),
                cover.proxy());
        Future<? extends Transport> listening = cover.datagrams()
                ? DatagramTransport.start(vertx, context, options, door)
                : StreamTransport.start(vertx, context, options, door);
        return listening.map(transport -> {
            cover.begin(vertx, context, transport, identity.onionKey());
            Discovering discovering = new Discovering(
                    node,
                    context,
                    transport,
                    new RecordJudge(config.networkId(), identity.keys().ed25519(), options::admits));
            PeerNetwork network = new PeerNetwork(
                    vertx,
                    context,
                    node,
                    transport,
                    new SplittableRandom(new SecureRandom().nextLong())::nextLong,
                    meters.network(),
                    new Parts(
                            new Proofs(vertx, node, identity, transport, workers, meters.network()),
                            context,
                            node,
                            identity,
                            options::admits,
                            workers,
                            cover.addresses(transport),
                            watch,
                            discovering,
                            meters));
            discovering.leadsTo(network);
            Tracing tracing = meters.tracing();
            door.open(tracing.on() ? new TracedPeers(network, tracing) : network);
            context.runOnContext(v -> network.begin());
            Network shown = tracing.on() ? new TracedNetwork(network, tracing) : network;
            return new Networking(context, network, shown, transport, watch, cover, discovering);
        });
    }

    public Network network() {
        return shown;
    }

    /**
     * Takes up what a reload changed; reads the file of autonomous systems anew. Blocks.
     *
     * @throws AsnFile.Refused if the file will not do; the old one stays
     */
    public void reconfigure(NetworkConfig config) throws AsnFile.Refused {
        watch.read(config.care().asnFile());
        context.runOnContext(v -> network.judgeAnew());
    }

    /**
     * Looks for others by discv5 as well. Blocks.
     *
     * @throws IOException if it cannot listen
     * @throws IllegalArgumentException with a sentence, if a boot record will not do
     */
    public void discover(Discv5 by, NodeIdentity identity) throws IOException {
        discovering.start(by, identity, cover.addresses(transport));
    }

    /** Our own words, for others to hear. Any thread. */
    public void said(List<Action.Said> words) {
        network.said(words);
    }

    /** Ends all searches and connections. */
    public CompletableFuture<Void> close() {
        discovering.close();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        context.runOnContext(v -> {
            network.stop();
            cover.close();
            var _ = transport.close().thenRun(() -> closed.complete(null));
        });
        return closed;
    }

    private static List<PeerAddress> advertised(NetworkConfig config) {
        List<HostPort> told =
                config.advertise().isEmpty() ? config.bind().stream().toList() : config.advertise();
        // Port 0 is not known yet, and how far an address reaches does not depend on it.
        return told.stream()
                .map(a -> PeerAddress.parse(new HostPort(a.host(), Math.max(1, a.port())).toString()))
                .toList();
    }

    /** Answers peers who come before the network stands. */
    private static final class Door implements PeerHandler {
        private volatile @Nullable PeerHandler behind;

        void open(PeerHandler handler) {
            behind = handler;
        }

        @Override
        public CompletionStage<? extends Response> answer(Caller caller, Request request) {
            PeerHandler b = behind;
            return b != null
                    ? b.answer(caller, request)
                    : CompletableFuture.completedStage(
                            new Response.Refused(request.opcode(), WireCode.NotReady, "this node is starting"));
        }

        @Override
        public void reachable(NodeKeys keys, PeerAddress at) {
            PeerHandler b = behind;
            if (b != null) {
                b.reachable(keys, at);
            }
        }
    }

    /** What the network is put together from. */
    private record Parts(
            Proofs proofs,
            Context context,
            Node node,
            Predicate<PeerAddress> dialled,
            Executor workers,
            AnswerCache answers,
            JournalBudget budget,
            EclipseWatch watch,
            Discovery discovery,
            Supplier<Encoded> nodeRecord,
            long sequence,
            NetworkMeter meter,
            News news,
            Tracing tracing)
            implements Joints {
        Parts(
                Proofs proofs,
                Context context,
                Node node,
                NodeIdentity identity,
                Predicate<PeerAddress> dialled,
                Executor workers,
                List<PeerAddress> addresses,
                EclipseWatch watch,
                Discovery discovery,
                Meters meters) {
            this(
                    proofs,
                    context,
                    node,
                    identity,
                    dialled,
                    workers,
                    addresses,
                    watch,
                    discovery,
                    node.nowMillis(),
                    meters);
        }

        private Parts(
                Proofs proofs,
                Context context,
                Node node,
                NodeIdentity identity,
                Predicate<PeerAddress> dialled,
                Executor workers,
                List<PeerAddress> addresses,
                EclipseWatch watch,
                Discovery discovery,
                long sequence,
                Meters meters) {
            this(
                    proofs,
                    context,
                    node,
                    dialled,
                    workers,
                    new AnswerCache(
                            ANSWERS_MAX,
                            Math.min(
                                    ANSWER_AGE_MILLIS_MAX,
                                    node.config().network().care().repair() * MILLIS)),
                    new JournalBudget(node.config().network().connections().journalBytesPerSecond(), System.nanoTime()),
                    watch,
                    discovery,
                    new SignedOnce(identity, addresses, node.config().network().networkId(), sequence),
                    sequence,
                    meters.network(),
                    meters.news(),
                    meters.tracing());
        }

        @Override
        public Serving serving(RoutingTable table) {
            return new Serving(
                    node,
                    table,
                    proofs.words(),
                    proofs.fetch(),
                    workers,
                    budget,
                    answers,
                    nodeRecord,
                    sequence,
                    meter,
                    news);
        }

        @Override
        public Calls calls(
                Transport transport, Function<Call, @Nullable Wanted> lookups, Consumer<PeeringInput> report) {
            return new Calls(
                    context,
                    transport,
                    dialled,
                    watch,
                    node.id(),
                    () -> node.routing().denied(),
                    proofs.words(),
                    proofs.fetch(),
                    meter::turnedAway,
                    workers,
                    node::nowMillis,
                    lookups,
                    tracing,
                    node.config().network().legsMax(),
                    meter,
                    report);
        }
    }

    /** Our node record; a post-quantum signature takes milliseconds, so it is made when first asked for. */
    private static final class SignedOnce implements Supplier<Encoded> {
        private final NodeIdentity identity;
        private final List<PeerAddress> addresses;
        private final String networkId;
        private final long sequence;
        private @Nullable Encoded signed;

        SignedOnce(NodeIdentity identity, List<PeerAddress> addresses, String networkId, long sequence) {
            this.identity = identity;
            this.addresses = addresses;
            this.networkId = networkId;
            this.sequence = sequence;
        }

        @Override
        public synchronized Encoded get() {
            Encoded s = signed;
            if (s == null) {
                s = Encoded.of(identity.signed(addresses, networkId, VERSIONS, sequence)
                        .encode());
                signed = s;
            }
            return s;
        }
    }
}
