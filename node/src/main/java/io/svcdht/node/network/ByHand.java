package io.svcdht.node.network;

import io.svcdht.node.Network.Pinged;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.peering.Call;
import io.svcdht.node.peering.Peering;
import io.svcdht.node.peering.PeeringAction;
import io.svcdht.node.peering.PeeringInput;
import io.svcdht.node.peering.Request;
import io.svcdht.storage.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What an operator asked for, and waits for: it is what the upkeep does anyway, only now. Who asks while it is under way
 * gets the same answer. For the event loop.
 */
// These futures complete by value and never fail; whoever holds them decides what follows.
@SuppressWarnings("FutureReturnValueIgnored")
final class ByHand {
    private final Peering peering;
    private final Consumer<PeeringAction> out;
    private final Map<NodeId, List<CompletableFuture<Pinged>>> pings = new HashMap<>();
    private final Map<Integer, List<CompletableFuture<Integer>>> refreshes = new HashMap<>();
    private boolean stopped;

    ByHand(Peering peering, Consumer<PeeringAction> out) {
        this.peering = peering;
        this.out = out;
    }

    void ping(NodeId id, long nowNanos, CompletableFuture<Pinged> answer) {
        Peer member = peering.table().find(id);
        if (stopped || member == null) {
            answer.complete(new Pinged(Pinged.Outcome.NO_CONTACT, 0));
            return;
        }
        pings.computeIfAbsent(id, i -> new ArrayList<>(1)).add(answer);
        peering.ping(member, nowNanos, out);
    }

    void refresh(int bucket, long nowNanos, CompletableFuture<Integer> answer) {
        if (stopped) {
            answer.complete(0);
            return;
        }
        refreshes.computeIfAbsent(bucket, b -> new ArrayList<>(1)).add(answer);
        peering.refresh(bucket, nowNanos, out);
    }

    /** A bucket was looked into; so many peers in its range answered. */
    void refreshed(int bucket, int heard) {
        List<CompletableFuture<Integer>> waiting = refreshes.remove(bucket);
        if (waiting != null) {
            waiting.forEach(f -> f.complete(heard));
        }
    }

    /** A call came to an end. */
    void ended(PeeringInput input, long nowNanos) {
        switch (input) {
            case PeeringInput.Answered a -> {
                boolean itself = a.proven().equals(a.call().to().id());
                ended(a.call(), itself ? Pinged.Outcome.ANSWERED : Pinged.Outcome.SOMEBODY_ELSE, nowNanos);
            }
            case PeeringInput.TimedOut(Call call) -> ended(call, Pinged.Outcome.SILENT, nowNanos);
            case PeeringInput.Unreachable(Call call) -> ended(call, Pinged.Outcome.UNREACHABLE, nowNanos);
            case PeeringInput.Join _,
                    PeeringInput.Find _,
                    PeeringInput.Locate _,
                    PeeringInput.Publish _,
                    PeeringInput.TellAll _,
                    PeeringInput.Reached _,
                    PeeringInput.TimePassed _ -> {
                // No call.
            }
        }
    }

    private void ended(Call call, Pinged.Outcome outcome, long nowNanos) {
        List<CompletableFuture<Pinged>> waiting =
                call.request() instanceof Request.Ping ? pings.remove(call.to().id()) : null;
        if (waiting != null) {
            Pinged pinged = new Pinged(outcome, nowNanos - call.sentAtNanos());
            waiting.forEach(f -> f.complete(pinged));
        }
    }

    /** Nothing comes any more. */
    void stop() {
        stopped = true;
        pings.values().forEach(all -> all.forEach(f -> f.complete(new Pinged(Pinged.Outcome.NO_CONTACT, 0))));
        refreshes.values().forEach(all -> all.forEach(f -> f.complete(0)));
    }
}
