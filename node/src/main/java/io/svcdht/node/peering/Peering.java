package io.svcdht.node.peering;

import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.lookup.HedgePolicy;
import io.svcdht.node.lookup.LookupSpec.Goal;
import io.svcdht.node.peering.Call.Purpose.ForCheck;
import io.svcdht.node.peering.Call.Purpose.ForLeg;
import io.svcdht.node.peering.Call.Purpose.ForRecords;
import io.svcdht.node.peering.Call.Purpose.ForRepair;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One node among others: its table, its lookups and the upkeep of both, without I/O. Inputs and the time go in, actions
 * come out; the engine drives one of these, a simulation ten thousand.
 */
public final class Peering {
    private final Peer self;
    private final PeeringSettings settings;
    private final Records records;
    private final RoutingTable table;
    private final Timers timers = new Timers();
    private final Searches searches;
    private final ContactUpkeep contacts;
    private final ProviderUpkeep providers;
    private final LongSupplier dice;
    private long unaskedReplies;

    /**
     * @param records what this node holds
     * @param dice luck: any 64 bits
     */
    public Peering(Peer self, PeeringSettings settings, Records records, LongSupplier dice) {
        this.self = self;
        this.settings = settings;
        this.records = records;
        this.dice = dice;
        this.table = new RoutingTable(self.id(), settings.table());
        this.searches = new Searches(self.id(), table, records, timers, settings.hedge());
        this.contacts = new ContactUpkeep(table, searches, timers, settings, dice);
        this.providers = new ProviderUpkeep(table, searches, contacts, records, timers, settings);
    }

    public Peer self() {
        return self;
    }

    /** To look at, and to restore members into before the first step; changed by steps only. */
    public RoutingTable table() {
        return table;
    }

    /** When to step with {@link PeeringInput.TimePassed}; {@link Long#MAX_VALUE} = nothing is planned. */
    public long wakeAtNanos() {
        return timers.nextNanos();
    }

    /** Replies to calls that were over. */
    public long unaskedReplies() {
        return unaskedReplies;
    }

    /** From the next lookup on. */
    public void hedge(HedgePolicy hedge) {
        searches.hedge(hedge);
    }

    /** Takes one input; hands out what to do. */
    public void step(long nowNanos, PeeringInput input, Consumer<PeeringAction> out) {
        switch (input) {
            case PeeringInput.Join(List<Peer> seeds) -> {
                contacts.join(seeds, nowNanos, out);
                providers.begin(
                        Long.remainderUnsigned(dice.getAsLong(), Math.max(1, settings.repairNanos())), nowNanos);
            }
            case PeeringInput.Find f -> find(f, nowNanos, out);
            case PeeringInput.Publish(long ticket, ProviderRecord record) ->
                providers.publish(ticket, record, nowNanos, out);
            case PeeringInput.Answered a -> answered(a, nowNanos, out);
            case PeeringInput.TimedOut(Call call) -> failed(call, true, nowNanos, out);
            case PeeringInput.Unreachable(Call call) -> failed(call, false, nowNanos, out);
            case PeeringInput.TimePassed t -> {
                for (Timers.Task task = timers.due(nowNanos); task != null; task = timers.due(nowNanos)) {
                    task.run(nowNanos, out);
                }
            }
        }
    }

    private void find(PeeringInput.Find f, long nowNanos, Consumer<PeeringAction> out) {
        searches.start(
                f.key(),
                Goal.RECORDS,
                f.limits(),
                List.of(),
                (search, result, now, o) -> o.accept(new PeeringAction.Found(f.ticket(), result, search.lookup)),
                nowNanos,
                out);
    }

    private void answered(PeeringInput.Answered a, long nowNanos, Consumer<PeeringAction> out) {
        Call call = a.call();
        if (!call.close()) {
            unaskedReplies++;
            return;
        }
        if (!a.proven().equals(call.to().id())) {
            impostor(call, a, nowNanos, out);
            return;
        }
        long rtt = Math.max(1, nowNanos - call.sentAtNanos());
        switch (call.purpose()) {
            case ForLeg leg -> {
                searches.measured(call.to(), rtt);
                searches.answered(leg, a.proven(), a.response(), nowNanos, out);
                contacts.answered(call.to(), rtt, nowNanos, out);
            }
            case ForCheck check -> contacts.answered(call.to(), rtt, nowNanos, out);
            case ForRecords(Holders holders) -> {
                contacts.answered(call.to(), rtt, nowNanos, out);
                boolean accepted = a.response() instanceof Response.Accepted(int count) && count > 0;
                providers.ended(holders, call.to(), accepted, out);
            }
            case ForRepair(List<ProviderRecord> handed) -> {
                contacts.answered(call.to(), rtt, nowNanos, out);
                if (a.response() instanceof Response.Accepted(int count) && count == handed.size()) {
                    providers.repaired(call.to(), handed);
                }
            }
        }
    }

    /** Somebody else answers at that address: for the table the peer is not there. */
    private void impostor(Call call, PeeringInput.Answered a, long nowNanos, Consumer<PeeringAction> out) {
        if (call.purpose() instanceof ForLeg leg) {
            searches.answered(leg, a.proven(), a.response(), nowNanos, out);
            contacts.failed(call.to(), nowNanos, out);
        } else {
            lost(call, nowNanos, out);
        }
    }

    private void failed(Call call, boolean timedOut, long nowNanos, Consumer<PeeringAction> out) {
        if (call.close()) {
            if (call.purpose() instanceof ForLeg leg) {
                if (timedOut) {
                    searches.timedOut(leg, nowNanos, out);
                } else {
                    searches.unreachable(leg, nowNanos, out);
                }
                contacts.failed(call.to(), nowNanos, out);
            } else {
                lost(call, nowNanos, out);
            }
        }
    }

    private void lost(Call call, long nowNanos, Consumer<PeeringAction> out) {
        switch (call.purpose()) {
            case ForLeg leg -> throw new IllegalStateException("a leg's end is told to its lookup");
            case ForCheck check -> contacts.missed(call.to(), nowNanos, out);
            case ForRecords(Holders holders) -> {
                contacts.failed(call.to(), nowNanos, out);
                providers.ended(holders, call.to(), false, out);
            }
            case ForRepair repair -> contacts.failed(call.to(), nowNanos, out);
        }
    }

    /** Answers another node's request. What is stored must be durable before the answer leaves. */
    public Response answer(Peer from, Request request, long nowNanos, Consumer<PeeringAction> out) {
        Response response =
                switch (request) {
                    case Request.Ping ping -> new Response.Pong();
                    case Request.FindNode(var target) -> new Response.Contacts(closestFor(from, target));
                    case Request.FindValue(var key) -> values(from, key, nowNanos);
                    case Request.Provide(List<ProviderRecord> offered) -> accept(offered, nowNanos);
                };
        contacts.asked(from, nowNanos, out);
        return response;
    }

    private Response values(Peer from, Key key, long nowNanos) {
        List<ProviderRecord> held = records.of(key, nowNanos);
        return new Response.Values(held, held.isEmpty() ? closestFor(from, key) : List.of());
    }

    private Response accept(List<ProviderRecord> offered, long nowNanos) {
        int accepted = 0;
        for (ProviderRecord record : offered) {
            accepted += records.valid(record) && records.offer(record, nowNanos) ? 1 : 0;
        }
        return new Response.Accepted(accepted);
    }

    private List<Peer> closestFor(Peer from, Key target) {
        return table.closestAnswering(target, settings.table().k(), from.id());
    }
}
