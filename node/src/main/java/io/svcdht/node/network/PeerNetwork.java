package io.svcdht.node.network;

import io.svcdht.node.Discovery;
import io.svcdht.node.Network;
import io.svcdht.node.NetworkMeter;
import io.svcdht.node.NetworkMeter.RouteUpdate;
import io.svcdht.node.News;
import io.svcdht.node.Node;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.engine.Action;
import io.svcdht.node.engine.Input;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.kad.Heard;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.kad.Sighting;
import io.svcdht.node.lookup.Lookup;
import io.svcdht.node.lookup.LookupResult;
import io.svcdht.node.net.PeerHandler;
import io.svcdht.node.net.Transport;
import io.svcdht.node.net.Ways;
import io.svcdht.node.peering.Bootstrap;
import io.svcdht.node.peering.Peering;
import io.svcdht.node.peering.PeeringAction;
import io.svcdht.node.peering.PeeringInput;
import io.svcdht.node.peering.Readiness;
import io.svcdht.node.peering.TableJournal;
import io.svcdht.node.peering.Word;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.RoutingEvent;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.trace.LookupRecord.Operation;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * This node among others: peering's machines on one event loop, which is the transport's too. What peers say and what
 * time brings goes in as {@link PeeringInput}; requests go out over the transport, changes of the routing table to the
 * engine, which journals them.
 */
// These futures complete by value and never fail; what is chained to them is the end of the chain.
@SuppressWarnings("FutureReturnValueIgnored")
final class PeerNetwork implements Network, PeerHandler {
    private static final long MILLI = 1_000_000L;
    private static final long LOOK_MILLIS = 50;
    /** A node that is ready looks at its whole table less often: many may share a machine. */
    private static final long LOOK_READY_NANOS = 250 * MILLI;

    private static final long SWEEP_NANOS = 10_000 * MILLI;

    private final Vertx vertx;
    private final Context context;
    private final Node node;
    private final NetworkConfig config;
    private final Transport transport;
    private final NetworkMeter meter;
    private final Peering peering;
    private final TableJournal tableJournal;
    private final Bootstrap bootstrap;
    private final Readiness readiness;
    private final News news;
    private final Lookups lookups;
    private final SeedCalls seeds;
    private final ByHand byHand;
    private final HandedBook handed = new HandedBook();
    private final ReplicaNews replicaNews;
    private final EclipseWatch watch;
    private final Discovery discovery;
    private final Serving serving;
    private final Calls calls;
    private final ReplicaWaits replicaWaits = new ReplicaWaits();
    private final Alarm alarm;
    private long lookTimer = -1;
    private long sweptNanos;
    private long lookedNanos;
    private boolean tableChanged;
    /** Nobody is in the table; false at once when somebody comes. */
    private volatile boolean alone = true;

    private Input.@Nullable Surroundings told;
    private DenyList heeded = DenyList.NOTHING;
    private volatile Standing standing;
    private volatile boolean unsaid;
    private volatile boolean stopped;

    PeerNetwork(
            Vertx vertx,
            Context context,
            Node node,
            Transport transport,
            LongSupplier dice,
            NetworkMeter meter,
            Joints joints) {
        this.vertx = vertx;
        this.alarm = new Alarm(vertx, () -> step(new PeeringInput.TimePassed()));
        this.context = context;
        this.node = node;
        this.config = node.config().network();
        this.transport = transport;
        this.meter = meter;
        long now = System.nanoTime();
        int seedCount = config.seeds().size();
        this.peering = new Peering(node.id(), Settings.peering(config), new StoredRecords(node), dice);
        this.byHand = new ByHand(peering, this::carryOut);
        this.tableJournal = new TableJournal(peering.table());
        this.bootstrap = new Bootstrap(seedCount, dice, now);
        // Alone is who met nobody since the process began: what a start takes anyway is not waited for again.
        long began = now - ManagementFactory.getRuntimeMXBean().getUptime() * MILLI;
        this.readiness = new Readiness(seedCount, config.search().k(), began);
        this.news = joints.news();
        this.watch = joints.watch();
        this.discovery = joints.discovery();
        this.seeds = new SeedCalls(config, transport, context, bootstrap, readiness, watch, this::step);
        this.lookups = new Lookups(node, meter, news, joints.answers());
        this.replicaNews = new ReplicaNews(joints.budget());
        this.serving = joints.serving(peering.table());
        this.calls = joints.calls(transport, lookups::of, this::reported);
        this.standing = look(now);
        meter.bind(this::standing);
    }

    /** Calls those the journal remembers, then the seeds; for the event loop. */
    void begin() {
        for (Routing.Known k : node.routing().contacts()) {
            peering.table().restore(Peer.of(k.contact()));
        }
        judgeAnew();
        step(new PeeringInput.Join(List.of()));
        tick();
        lookTimer = vertx.setPeriodic(LOOK_MILLIS, t -> tick());
    }

    /** Whose addresses are has changed, or has to be found out; for the event loop. */
    void judgeAnew() {
        long now = System.nanoTime();
        peering.table()
                .judgeAnew(p -> Peer.of(watch.judged(p.contact())))
                .forEach(p -> tableJournal.gained(new Heard.Inserted(p), now));
        stepped();
    }

    /** Ends every search; for the event loop. */
    void stop() {
        stopped = true;
        byHand.stop();
        alarm.stop();
        vertx.cancelTimer(lookTimer);
        lookups.stop();
        replicaWaits.stop();
    }

    // --- peering -----------------------------------------------------------------------------------------------------

    private void step(PeeringInput input) {
        if (!stopped) {
            peering.step(System.nanoTime(), input, this::carryOut);
            stepped();
        }
    }

    /** What became of a call. */
    private void reported(PeeringInput input) {
        readiness.requestEnded(input instanceof PeeringInput.TimedOut, System.nanoTime());
        step(input);
        byHand.ended(input, System.nanoTime());
    }

    private void stepped() {
        List<RoutingEvent> events = tableJournal.take();
        if (!events.isEmpty()) {
            node.submit(new Input.Routed(events));
            tableChanged = true;
        }
        alarm.at(peering.wakeAtNanos());
    }

    private void carryOut(PeeringAction action) {
        switch (action) {
            case PeeringAction.Send(var call) -> calls.send(call);
            case PeeringAction.Cancel(var _, boolean hedge) -> {
                if (hedge) {
                    meter.hedgeCancelled();
                }
            }
            case PeeringAction.Found(long ticket, LookupResult result, Lookup lookup) ->
                lookups.ended(ticket, result, lookup);
            case PeeringAction.Looked looked -> lookups.ended(looked);
            case PeeringAction.Published p -> published(p.ticket(), p.word(), p.holders(), lookups.over(p.lookup()));
            case PeeringAction.Crowded(Key target, var place) -> watch.crowded(target, place, System.nanoTime());
            case PeeringAction.TableRefused r -> meter.rejected(ErrorCode.AsnCap);
            case PeeringAction.TableGained(var change) -> {
                alone = false;
                meter.routed(change instanceof Heard.Replaced ? RouteUpdate.REPLACED : RouteUpdate.ADDED);
                tableJournal.gained(change, System.nanoTime());
            }
            case PeeringAction.TableLost(var change) -> {
                meter.routed(change.promoted() == null ? RouteUpdate.EVICTED : RouteUpdate.REPLACED);
                tableJournal.lost(change);
            }
            case PeeringAction.TableDropped(var change) -> {
                meter.routed(change.promoted() == null ? RouteUpdate.EVICTED : RouteUpdate.REPLACED);
                tableJournal.dropped(change);
            }
            case PeeringAction.BucketRefreshed(int prefix, int heard) -> {
                tableJournal.bucketRefreshed(prefix, heard);
                byHand.refreshed(prefix, heard);
            }
        }
    }

    private void published(long ticket, Word word, int holders, @Nullable UUID lookup) {
        meter.published(holders > 0);
        Handed before = handed.note(word, holders, node.nowMillis());
        replicaNews.published(ticket, word, holders, before, System.nanoTime());
        if (ticket != PeeringInput.NOBODY_WAITS) {
            replicaWaits.told(ticket, new Replicas(holders, lookup));
        }
    }

    // --- time --------------------------------------------------------------------------------------------------------

    private void tick() {
        long now = System.nanoTime();
        heedBans(now);
        replicaNews.tell(node::submit);
        if (standing.ready() && !tableChanged && now - lookedNanos < LOOK_READY_NANOS) {
            return;
        }
        lookedNanos = now;
        Standing seen = look(now);
        standing = seen;
        alone = seen.contacts() == 0;
        int quorum = Math.min(Readiness.QUORUM_MAX, readiness.seeds());
        for (int seed : bootstrap.due(quorum, seen.contacts(), seen.live(), now)) {
            seeds.call(seed);
        }
        tell();
        if (unsaid && seen.live() > 0) {
            unsaid = false;
            step(new PeeringInput.TellAll());
        }
        if (tableChanged) {
            tableChanged = false;
            transport.keepWarm(peering.table().sightings(now).stream()
                    .map(s -> s.peer().id())
                    .toList());
        }
        if (now - sweptNanos > SWEEP_NANOS) {
            sweptNanos = now;
            tableJournal.sweep(now);
            stepped();
        }
    }

    /** What the transport and the answers ask about holds at once; here goes whom we know already. */
    private void heedBans(long nowNanos) {
        DenyList denied = node.routing().denied();
        if (denied != heeded) {
            heeded = denied;
            peering.drop(p -> denied.refuses(p.contact()), nowNanos, this::carryOut);
            transport.bansChanged();
            stepped();
        }
    }

    private Standing look(long nowNanos) {
        RoutingTable table = peering.table();
        int live = table.answering();
        long size = table.networkSize();
        Readiness.State state =
                readiness.state(new Readiness.Surroundings(live, size, table.filledBuckets()), nowNanos);
        told = told == null ? Told.of(state) : told;
        Input.Surroundings is = Told.of(state);
        if (!is.readiness().equals(told.readiness())) {
            told = is;
            node.submit(is);
            news.bootstrap(is);
        }
        return new Standing(
                is.readiness() == DhtEvent.Readiness.READY,
                is.reason(),
                live,
                table.size(),
                size,
                table.filledBuckets(),
                Readiness.expectedBuckets(size),
                readiness.seedsUp(),
                readiness.seeds(),
                transport.connections(),
                peering.unpublished(),
                IntStream.range(0, table.depth()).mapToObj(table::bucketSize).toList(),
                watch.guard(table, nowNanos));
    }

    /** A core that was started again knows nothing of it. */
    private void tell() {
        Input.Surroundings is = told;
        if (is != null && is.readiness() != node.status().readiness()) {
            node.submit(is);
        }
    }

    // --- others ------------------------------------------------------------------------------------------------------

    @Override
    public CompletionStage<? extends Response> answer(Caller caller, Request request) {
        long now = System.nanoTime();
        Peer known = peering.table().find(caller.keys().id());
        if (known != null) {
            peering.asked(known, now, this::carryOut);
            stepped();
        }
        return serving.answer(caller.keys(), request, now);
    }

    @Override
    public void reachable(NodeKeys keys, PeerAddress at) {
        if (serving.refuses(keys)) {
            return;
        }
        step(new PeeringInput.Reached(Peer.of(watch.judged(new Contact(keys, List.of(at), 0)))));
    }

    boolean knows(NodeId peer) {
        return peering.table().find(peer) != null;
    }

    /** Looks for the network through those there are, where those are few. */
    void lookAround() {
        if (peering.table().size() <= Readiness.QUORUM_MAX) {
            step(new PeeringInput.Join(List.of()));
        }
    }

    // --- our own -----------------------------------------------------------------------------------------------------

    /** Our own words, durable as far as the sync policy cares: from now on others may hear of them. Any thread. */
    void said(List<Action.Said> words) {
        for (Action.Said word : words) {
            if (word instanceof Action.Announce(ProviderRecord r, long position)) {
                news.accepted(r.cid(), r.publisher(), r.locator(), r.ttlSeconds(), position);
            }
        }
        if (alone) {
            // Nobody to tell. A lookup for each would take longer than the engine took.
            unsaid = true;
            return;
        }
        context.runOnContext(v -> words.forEach(word -> step(
                switch (word) {
                    case Action.Announce(ProviderRecord record, long position) ->
                        new PeeringInput.Publish(position, new Word.Announced(record));
                    case Action.TakeBack(var cid, String locator, long issuedAtMillis, long position) ->
                        new PeeringInput.Publish(position, new Word.Withdrawn(cid, locator, issuedAtMillis));
                })));
    }

    @Override
    public CompletionStage<Found> find(Wanted wanted) {
        return start(wanted, Operation.FIND);
    }

    @Override
    public CompletionStage<Found> locate(Wanted wanted) {
        return start(wanted, Operation.FIND_NODE);
    }

    private CompletionStage<Found> start(Wanted wanted, Operation operation) {
        CompletableFuture<Found> found = new CompletableFuture<>();
        boolean forRecords = operation == Operation.FIND;
        context.runOnContext(v -> {
            List<ProviderRecord> cached = forRecords ? lookups.remembered(wanted) : List.of();
            if (stopped) {
                found.complete(Found.NOTHING);
            } else if (!cached.isEmpty()) {
                found.complete(Found.cached(cached));
            } else {
                long ticket = lookups.begin(wanted, operation, found);
                var limits = Settings.wanted(config, wanted);
                step(
                        forRecords
                                ? new PeeringInput.Find(ticket, wanted.key(), limits)
                                : new PeeringInput.Locate(ticket, wanted.key(), limits));
            }
        });
        return found;
    }

    @Override
    public CompletionStage<Replicas> replicas(long position, OptionalInt deadlineMillis) {
        CompletableFuture<Replicas> holders = new CompletableFuture<>();
        context.runOnContext(v -> {
            int millis = deadlineMillis.orElse(config.search().provideMillis());
            boolean inVain = stopped || peering.table().size() == 0;
            replicaWaits.await(position, vertx, inVain ? 0 : millis, holders);
        });
        return holders;
    }

    @Override
    public Optional<Handed> handed(Key key, String locator) {
        return handed.of(key, locator);
    }

    @Override
    public CompletionStage<List<Sighting>> contacts() {
        CompletableFuture<List<Sighting>> all = new CompletableFuture<>();
        context.runOnContext(v -> all.complete(peering.table().sightings(System.nanoTime())));
        return all;
    }

    @Override
    public List<String> features() {
        return transport.features();
    }

    @Override
    public CompletionStage<Ways> ways(Collection<NodeId> peers, int others) {
        return transport.ways(peers, others);
    }

    @Override
    public CompletionStage<Integer> refresh(int bucket) {
        CompletableFuture<Integer> heard = new CompletableFuture<>();
        context.runOnContext(v -> {
            byHand.refresh(bucket, System.nanoTime(), heard);
            stepped();
        });
        return heard;
    }

    @Override
    public CompletionStage<Pinged> ping(NodeId contact) {
        CompletableFuture<Pinged> pinged = new CompletableFuture<>();
        context.runOnContext(v -> byHand.ping(contact, System.nanoTime(), pinged));
        return pinged;
    }

    @Override
    public Discovery discovery() {
        return discovery;
    }

    @Override
    public Optional<PeerAddress> listens() {
        return transport.listens();
    }

    @Override
    public Standing standing() {
        return standing;
    }
}
