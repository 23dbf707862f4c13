package io.svcdht.node.network;

import io.svcdht.node.kad.Peer;
import io.svcdht.node.net.AddressPolicy;
import io.svcdht.node.net.Failure;
import io.svcdht.node.net.Reply;
import io.svcdht.node.net.Transport;
import io.svcdht.node.peering.Call;
import io.svcdht.node.peering.PeeringInput;
import io.svcdht.node.peering.Response;
import io.svcdht.node.peering.Response.Fate;
import io.svcdht.node.wire.oap.Encoded;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Request.Head;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.ProviderRecord;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Carries a call of peering out over the transport, and hands back what came of it on the network's event loop. Records
 * of an answer are checked on a worker before peering sees them.
 */
// These futures complete by value and never fail; what is chained to them is the end of the chain.
@SuppressWarnings("FutureReturnValueIgnored")
final class Calls {
    /** Records asked of one peer. */
    private static final int RECORDS_WANTED = 100;

    private static final long MILLI = 1_000_000L;

    private final Context context;
    private final Transport transport;
    private final AddressPolicy policy;
    private final NodeId self;
    private final Supplier<DenyList> denied;
    private final Words words;
    private final Executor workers;
    private final LongSupplier clock;
    private final LongFunction<UUID> lookupIds;
    private final Consumer<PeeringInput> report;
    private final Legs legs;

    /**
     * @param clock the node's, milliseconds since the epoch
     * @param lookupIds by ticket
     * @param legsMax requests of lookups under way at once
     */
    Calls(
            Context context,
            Transport transport,
            AddressPolicy policy,
            NodeId self,
            Supplier<DenyList> denied,
            Words words,
            Executor workers,
            LongSupplier clock,
            LongFunction<UUID> lookupIds,
            int legsMax,
            Consumer<PeeringInput> report) {
        this.context = context;
        this.transport = transport;
        this.policy = policy;
        this.self = self;
        this.denied = denied;
        this.words = words;
        this.workers = workers;
        this.clock = clock;
        this.lookupIds = lookupIds;
        this.report = report;
        // Told in another turn: whoever asks is in the middle of a step.
        this.legs =
                new Legs(legsMax, this::go, call -> onLoop(() -> report.accept(new PeeringInput.Unreachable(call))));
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
        Head head = new Head(
                clock.getAsLong(),
                Math.min(call.hop(), Head.HOP_MAX),
                Math.min(timeout, Head.BUDGET_MILLIS_MAX),
                lookupIds.apply(call.ticket()));
        switch (call.request()) {
            case io.svcdht.node.peering.Request.Ping ping -> ask(call, new Request.Ping(head), timeout);
            case io.svcdht.node.peering.Request.FindNode(Key target) ->
                ask(call, new Request.FindNode(head, target), timeout);
            case io.svcdht.node.peering.Request.FindValue(Key key) ->
                ask(call, new Request.FindValue(head, key, RECORDS_WANTED), timeout);
            case io.svcdht.node.peering.Request.Provide(var said) ->
                onWorker(
                        call,
                        () -> words.encode(said),
                        (List<Encoded> encoded) -> ask(call, new Request.Provide(head, encoded, Map.of()), timeout));
        }
    }

    private void ask(Call call, Request request, int timeoutMillis) {
        transport
                .ask(call.to().contact(), request, timeoutMillis)
                .thenAccept(reply -> onLoop(() -> {
                    if (isLeg(call)) {
                        legs.ended();
                    }
                    switch (reply) {
                        case Reply.Answered a -> answered(call, a);
                        case Reply.Failed(Failure why) ->
                            report.accept(
                                    ranOut(why) ? new PeeringInput.TimedOut(call) : new PeeringInput.Unreachable(call));
                    }
                }));
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
            onWorker(
                    call,
                    // Another answer may have been checked while this one waited for its turn.
                    () -> call.open() ? words.found(key, found.records(), clock.getAsLong()) : List.of(),
                    (List<ProviderRecord> good) -> report.accept(
                            new PeeringInput.Answered(call, proven, new Response.Values(good, contacts))));
            return;
        }
        report.accept(new PeeringInput.Answered(call, proven, response(a.response())));
    }

    private Response response(io.svcdht.node.wire.oap.Response answer) {
        return switch (answer) {
            case io.svcdht.node.wire.oap.Response.Pong pong -> new Response.Pong();
            case io.svcdht.node.wire.oap.Response.Nodes nodes -> new Response.Contacts(contacts(nodes.contacts()));
            case io.svcdht.node.wire.oap.Response.Found found ->
                new Response.Values(List.of(), contacts(found.contacts()));
            case io.svcdht.node.wire.oap.Response.Provided provided ->
                new Response.Taken(
                        provided.results().stream().map(r -> fate(r.code())).toList());
            case io.svcdht.node.wire.oap.Response.Refused refused -> new Response.Refused();
            case io.svcdht.node.wire.oap.Response.NodeRecord r -> new Response.Refused();
            case io.svcdht.node.wire.oap.Response.Root r -> new Response.Refused();
        };
    }

    private static Fate fate(WireCode code) {
        return switch (code) {
            case Ok -> Fate.HELD;
            case QuotaExceeded, NotReady, Busy, Timeout -> Fate.LATER;
            case BadVersion, FrameTooLarge, BadSignature, StaleRecord -> Fate.REFUSED;
        };
    }

    /** Whom one may call: of what a peer tells, only addresses the policy admits, nobody banned, and not ourselves. */
    private List<Peer> contacts(List<Contact> told) {
        List<Peer> peers = new ArrayList<>(told.size());
        for (Contact c : told) {
            List<PeerAddress> addresses =
                    c.addrs().stream().filter(policy::admits).toList();
            if (!addresses.isEmpty() && !c.id().equals(self) && !denied.get().refuses(c)) {
                peers.add(Peer.of(addresses.size() == c.addrs().size() ? c : c.at(addresses, c.asn())));
            }
        }
        return peers;
    }

    private <T> void onWorker(Call call, Supplier<T> work, Consumer<T> then) {
        try {
            CompletableFuture.supplyAsync(work, workers)
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
