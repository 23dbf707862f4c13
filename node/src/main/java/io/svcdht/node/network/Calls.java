package io.svcdht.node.network;

import io.svcdht.node.Network.Wanted;
import io.svcdht.node.NetworkMeter;
import io.svcdht.node.Tracing;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.lookup.Leg;
import io.svcdht.node.net.Failure;
import io.svcdht.node.net.Reply;
import io.svcdht.node.net.Transport;
import io.svcdht.node.peering.Call;
import io.svcdht.node.peering.PeeringInput;
import io.svcdht.node.peering.Response;
import io.svcdht.node.peering.Response.Fate;
import io.svcdht.node.recent.Refusals.Way;
import io.svcdht.node.recent.Refusals.What;
import io.svcdht.node.trust.Outcome;
import io.svcdht.node.trust.Vouched;
import io.svcdht.node.wire.oap.Opcode;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Request.Head;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a call of peering out over the transport, and hands back what came of it on the network's event loop. Records
 * of an answer are checked on a worker before peering sees them.
 */
// These futures complete by value and never fail; what is chained to them is the end of the chain.
@SuppressWarnings("FutureReturnValueIgnored")
final class Calls {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
    /** Records asked of one peer. */
    private static final int RECORDS_WANTED = 100;

    private static final long MILLI = 1_000_000L;

    private final Context context;
    private final Transport transport;
    private final Predicate<PeerAddress> dialled;
    private final EclipseWatch watch;
    private final NodeId self;
    private final Supplier<DenyList> denied;
    private final Words words;
    private final RootFetch fetch;
    private final Consumer<WireCode> turnedAway;
    private final Seldom told = new Seldom();
    private final Executor workers;
    private final LongSupplier clock;
    private final Function<Call, @Nullable Wanted> lookups;
    private final Tracing tracing;
    private final Consumer<PeeringInput> report;
    private final Legs legs;
    private final NetworkMeter meter;

    /**
     * @param dialled which addresses of what a peer tells may be called
     * @param clock the node's, milliseconds since the epoch
     * @param lookups what a call is part of, if of a lookup
     * @param turnedAway told of each word of ours that a peer refused
     * @param legsMax requests of lookups under way at once
     */
    Calls(
            Context context,
            Transport transport,
            Predicate<PeerAddress> dialled,
            EclipseWatch watch,
            NodeId self,
            Supplier<DenyList> denied,
            Words words,
            RootFetch fetch,
            Consumer<WireCode> turnedAway,
            Executor workers,
            LongSupplier clock,
            Function<Call, @Nullable Wanted> lookups,
            Tracing tracing,
            int legsMax,
            NetworkMeter meter,
            Consumer<PeeringInput> report) {
        this.context = context;
        this.transport = transport;
        this.dialled = dialled;
        this.watch = watch;
        this.self = self;
        this.denied = denied;
        this.words = words;
        this.fetch = fetch;
        this.turnedAway = turnedAway;
        this.workers = workers;
        this.clock = clock;
        this.lookups = lookups;
        this.tracing = tracing;
        this.report = report;
        this.meter = meter;
        // Told in another turn: whoever asks is in the middle of a step.
        this.legs = new Legs(legsMax, this::go, call -> {
            meter.dropped("legs");
            onLoop(() -> report.accept(new PeeringInput.Unreachable(call)));
        });
        meter.queue("legs", legs::waiting);
    }

    void send(Call call) {
        if (isLeg(call)) {
            legs.ask(call);
        } else {
            go(call);
        }
    }

    private static boolean isLeg(Call call) {
        return switch (call.request()) {
            case io.svcdht.node.peering.Request.FindNode f -> true;
            case io.svcdht.node.peering.Request.FindValue f -> true;
            case io.svcdht.node.peering.Request.Ping p -> false;
            case io.svcdht.node.peering.Request.Provide p -> false;
        };
    }

    private void go(Call call) {
        int timeout = (int) Math.max(1, call.timeoutNanos() / MILLI);
        Wanted wanted = lookups.apply(call);
        // A collector is told of what somebody asked for.
        Tracing.Span leg = wanted == null || wanted.trace() == null || !tracing.on() ? null : leg(wanted, call);
        Head head = new Head(
                clock.getAsLong(),
                Math.min(call.hop(), Head.HOP_MAX),
                Math.min(timeout, Head.BUDGET_MILLIS_MAX),
                wanted == null ? Head.NO_LOOKUP : wanted.lookupId(),
                leg == null ? null : leg.context());
        switch (call.request()) {
            case io.svcdht.node.peering.Request.Ping ping -> ask(call, new Request.Ping(head), timeout, leg);
            case io.svcdht.node.peering.Request.FindNode(Key target) ->
                ask(call, new Request.FindNode(head, target), timeout, leg);
            case io.svcdht.node.peering.Request.FindValue(Key key) ->
                ask(call, new Request.FindValue(head, key, RECORDS_WANTED), timeout, leg);
            case io.svcdht.node.peering.Request.Provide(var said) ->
                on(
                        workers,
                        call,
                        () -> words.encode(said),
                        (Words.Bundle b) -> ask(call, new Request.Provide(head, b.records(), b.roots()), timeout, leg));
        }
    }

    private Tracing.Span leg(Wanted wanted, Call call) {
        String name =
                switch (call.request()) {
                    case io.svcdht.node.peering.Request.Ping p -> Opcode.PING.name();
                    case io.svcdht.node.peering.Request.FindNode f -> Opcode.FIND_NODE.name();
                    case io.svcdht.node.peering.Request.FindValue f -> Opcode.FIND_VALUE.name();
                    case io.svcdht.node.peering.Request.Provide p -> Opcode.PROVIDE.name();
                };
        return tracing.begin(Tracing.Kind.CLIENT, name, wanted.trace())
                .note("dht.peer", call.to().id().text())
                .note("dht.hop", call.hop());
    }

    private static void ended(Tracing.Span leg, Reply reply) {
        switch (reply) {
            case Reply.Answered a
            when a.response() instanceof io.svcdht.node.wire.oap.Response.Refused r ->
                leg.note("dht.code", r.code().name()).end(true);
            case Reply.Answered a -> leg.end(false);
            case Reply.Failed(Failure why) -> leg.note("dht.code", why.name()).end(true);
        }
    }

    private void ask(Call call, Request request, int timeoutMillis, Tracing.@Nullable Span leg) {
        transport
                .ask(call.to().contact(), request, timeoutMillis)
                .thenAccept(reply -> onLoop(() -> {
                    if (isLeg(call)) {
                        legs.ended();
                    }
                    if (leg != null) {
                        ended(leg, reply);
                    }
                    switch (reply) {
                        case Reply.Answered a -> {
                            call.came(way(a));
                            answered(call, a);
                        }
                        case Reply.Failed(Failure why) ->
                            report.accept(
                                    ranOut(why) ? new PeeringInput.TimedOut(call) : new PeeringInput.Unreachable(call));
                    }
                }));
    }

    private static Leg.Way way(Reply.Answered a) {
        if (a.datagram()) {
            return a.warm() ? Leg.Way.DATAGRAM : Leg.Way.FIRST_DATAGRAM;
        }
        return a.warm() ? Leg.Way.STREAM : Leg.Way.NEW_STREAM;
    }

    private static boolean ranOut(Failure why) {
        return why == Failure.Timeout || why == Failure.DialTimeout;
    }

    private void answered(Call call, Reply.Answered a) {
        NodeId proven = a.peer().id();
        if (!call.open()) {
            // The lookup has what it wanted: the second and third answer are not worth the time to check them.
            report.accept(new PeeringInput.Answered(call, proven, new Response.Refused()));
            return;
        }
        if (a.response() instanceof io.svcdht.node.wire.oap.Response.Found found
                && !found.records().isEmpty()
                && call.request() instanceof io.svcdht.node.peering.Request.FindValue(Key key)) {
            List<Peer> contacts = contacts(found.contacts());
            // Two turns of other threads, behind whatever they have to do, take longer than it takes to check a few.
            Executor by = words.areQuick(found.records(), clock.getAsLong()) ? Runnable::run : workers;
            on(
                    by,
                    call,
                    // Another answer may have been checked while this one waited for its turn.
                    () -> call.open()
                            ? proved(call, key, found)
                            : CompletableFuture.completedStage(Words.Found.NOTHING),
                    (Words.Found f) -> report.accept(
                            new PeeringInput.Answered(call, proven, new Response.Values(f.good(), contacts))));
            return;
        }
        report.accept(new PeeringInput.Answered(call, proven, response(call, a.response())));
    }

    /** What holds; a root that did not come with the records is asked for once. */
    private CompletionStage<Words.Found> proved(Call call, Key key, io.svcdht.node.wire.oap.Response.Found found) {
        Words.Found first = words.found(key, found.records(), found.roots(), clock.getAsLong());
        for (Outcome.Refused<Vouched> r : first.refused()) {
            meter.refused(
                    Way.ANSWERED,
                    call.to().id(),
                    r.why().reason(),
                    () -> new What(r.detail(), ContentId.canonical(key), ""));
        }
        if (first.passedOver()) {
            checkLater(found);
        }
        if (first.lacking().isEmpty()) {
            return CompletableFuture.completedStage(first);
        }
        return fetch.complete(call.to().contact(), first.lacking(), found.roots())
                .thenApplyAsync(all -> words.found(key, found.records(), all, clock.getAsLong()), workers);
    }

    /** Nobody waits for it; the next find of what these roots hold has them checked. */
    private void checkLater(io.svcdht.node.wire.oap.Response.Found found) {
        try {
            workers.execute(() -> words.check(found.records(), found.roots(), clock.getAsLong()));
        } catch (RejectedExecutionException e) {
            // Too much to do as it is.
        }
    }

    private Response response(Call call, io.svcdht.node.wire.oap.Response answer) {
        return switch (answer) {
            case io.svcdht.node.wire.oap.Response.Pong pong -> new Response.Pong();
            case io.svcdht.node.wire.oap.Response.Nodes nodes -> new Response.Contacts(contacts(nodes.contacts()));
            case io.svcdht.node.wire.oap.Response.Found found ->
                new Response.Values(List.of(), contacts(found.contacts()));
            case io.svcdht.node.wire.oap.Response.Provided provided ->
                new Response.Taken(provided.results().stream()
                        .map(r -> fate(call, r.code(), r.reason()))
                        .toList());
            case io.svcdht.node.wire.oap.Response.Refused refused -> new Response.Refused();
            case io.svcdht.node.wire.oap.Response.NodeRecord r -> new Response.Refused();
            case io.svcdht.node.wire.oap.Response.Root r -> new Response.Refused();
        };
    }

    private Fate fate(Call call, WireCode code, String reason) {
        Fate fate = fate(code);
        if (fate == Fate.REFUSED) {
            turnedAway.accept(code);
            meter.refused(Way.THERE, call.to().id(), code.reason(), () -> new What(reason));
            if (code == WireCode.BadSignature && told.now(System.nanoTime())) {
                LOG.warn(
                        "{} does not take our record as it is signed: {}",
                        call.to().id(),
                        reason);
            }
        }
        return fate;
    }

    private static Fate fate(WireCode code) {
        return switch (code) {
            case Ok -> Fate.HELD;
            case QuotaExceeded, NotReady, Busy, Timeout -> Fate.LATER;
            case BadVersion, FrameTooLarge, BadSignature, StaleRecord -> Fate.REFUSED;
        };
    }

    /** Whom one may call: of what a peer tells, only addresses that may be dialled, nobody banned, and not ourselves. */
    private List<Peer> contacts(List<Contact> told) {
        List<Peer> peers = new ArrayList<>(told.size());
        for (Contact c : told) {
            List<PeerAddress> addresses = c.addrs().stream().filter(dialled).toList();
            if (!addresses.isEmpty()
                    && !c.id().equals(self)
                    && !denied.get().refuses(c)
                    && !words.refuses(c.keys(), clock.getAsLong())) {
                // Whose the address is we find out ourselves: who tells us may have its reasons.
                peers.add(Peer.of(watch.judged(c.at(addresses, 0))));
            }
        }
        return peers;
    }

    private <T> void on(Executor by, Call call, Supplier<CompletionStage<T>> work, Consumer<T> then) {
        try {
            CompletableFuture.supplyAsync(work, by)
                    .thenCompose(stage -> stage)
                    .whenComplete((result, e) -> onLoop(() -> {
                        if (e == null) {
                            then.accept(result);
                        } else {
                            report.accept(new PeeringInput.Unreachable(call));
                        }
                    }));
        } catch (RejectedExecutionException e) {
            onLoop(() -> report.accept(new PeeringInput.Unreachable(call)));
        }
    }

    private void onLoop(Runnable work) {
        context.runOnContext(v -> work.run());
    }
}
