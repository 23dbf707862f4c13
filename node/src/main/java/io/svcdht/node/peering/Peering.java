package io.svcdht.node.peering;

import io.svcdht.node.kad.Missed;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.lookup.HedgePolicy;
import io.svcdht.node.lookup.LookupSpec.Goal;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.node.peering.Call.Purpose.ForCheck;
import io.svcdht.node.peering.Call.Purpose.ForLeg;
import io.svcdht.node.peering.Call.Purpose.ForWords;
import io.svcdht.node.peering.Handover.Parcel;
import io.svcdht.node.peering.Response.Fate;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * One node among others: its table, its lookups and the upkeep of both, without I/O. Inputs and the time go in, actions
 * come out; the engine drives one of these, a simulation ten thousand.
 */
public final class Peering {
    /** How long one place crowded with ids makes this node look by more paths everywhere. */
    public static final long HOSTILE_NANOS = 600_000_000_000L;

    private final PeeringSettings settings;
    private final Records records;
    private final RoutingTable table;
    private final Timers timers = new Timers();
    private final Searches searches;
    private final ContactUpkeep contacts;
    private final Handover handover;
    private final Publishing publishing;
    private final Repair repair;
    private final LongSupplier dice;
    private long unaskedReplies;

    /**
     * @param records what this node holds
     * @param dice luck: any 64 bits
     */
    public Peering(NodeId self, PeeringSettings settings, Records records, LongSupplier dice) {
        this.settings = settings;
        this.records = records;
        this.dice = dice;
        this.table = new RoutingTable(self, settings.table());
        this.searches = new Searches(
                self, table, records, timers, settings.hedge(), settings.unmeasuredNanos(), settings.publish(), dice);
        this.contacts = new ContactUpkeep(table, searches, timers, settings, dice);
        HolderBook book = new HolderBook();
        this.handover = new Handover(book, timers, settings.publish().rpcTimeoutNanos());
        this.publishing = new Publishing(table, searches, records, handover, timers, settings);
        this.repair = new Repair(table, contacts, records, publishing, handover, book, timers, settings);
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
                repair.begin(Long.remainderUnsigned(dice.getAsLong(), Math.max(1, settings.repairNanos())), nowNanos);
            }
            case PeeringInput.Find(long ticket, Key key, Limits limits) ->
                search(ticket, key, Goal.RECORDS, limits, nowNanos, out);
            case PeeringInput.Locate(long ticket, Key key, Limits limits) ->
                search(ticket, key, Goal.CLOSEST_NODES, limits, nowNanos, out);
            case PeeringInput.Publish(long ticket, Word word) -> publishing.publish(ticket, word, nowNanos, out);
            case PeeringInput.TellAll t -> repair.tellAll(nowNanos);
            case PeeringInput.Reached(Peer peer) -> contacts.reached(peer, 0, nowNanos, out);
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

    private void search(long ticket, Key key, Goal goal, Limits limits, long nowNanos, Consumer<PeeringAction> out) {
        searches.start(
                ticket,
                key,
                goal,
                limits,
                List.of(),
                (search, result, now, o) -> o.accept(new PeeringAction.Found(ticket, result, search.lookup)),
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
            case ForWords(List<Parcel> parcels) -> {
                contacts.answered(call.to(), rtt, nowNanos, out);
                handover.answered(call.to(), parcels, a.response(), nowNanos, out);
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
            case ForWords(List<Parcel> parcels) -> {
                contacts.failed(call.to(), nowNanos, out);
                handover.failed(call.to(), parcels, out);
            }
        }
    }

    /** A peer asked us something, from where it can be reached. */
    public void asked(Peer from, long nowNanos, Consumer<PeeringAction> out) {
        contacts.asked(from, nowNanos, out);
    }

    /** From now on this node has nothing to do with these; who comes in their places is checked. */
    public void drop(Predicate<Peer> unwanted, long nowNanos, Consumer<PeeringAction> out) {
        for (Missed.Evicted change : table.drop(unwanted)) {
            out.accept(new PeeringAction.TableDropped(change));
            if (change.promoted() != null) {
                contacts.check(change.promoted(), nowNanos, out);
            }
        }
    }

    /** Looks into a bucket now, because somebody wants it. */
    public void refresh(int prefix, long nowNanos, Consumer<PeeringAction> out) {
        contacts.refresh(prefix, nowNanos, out);
    }

    /** Asks a member for a sign of life now, because somebody wants it. */
    public void ping(Peer member, long nowNanos, Consumer<PeeringAction> out) {
        contacts.check(member, nowNanos, out);
    }

    /** Whether ids near a key looked made for it a short while ago; then lookups take more paths. */
    public boolean hostile(long nowNanos) {
        return searches.hostile(nowNanos);
    }

    /** Words of our own that wait to be handed out, or are on their way. */
    public int unpublished() {
        return publishing.unpublished();
    }

    /** Answers another node's request. What is stored must be durable before the answer leaves. */
    public Response answer(NodeId from, Request request, long nowNanos) {
        return switch (request) {
            case Request.Ping ping -> new Response.Pong();
            case Request.FindNode(Key target) -> new Response.Contacts(closestFor(from, target));
            case Request.FindValue(Key key) -> values(from, key, nowNanos);
            case Request.Provide(List<Word> offered) -> take(offered, nowNanos);
        };
    }

    private Response values(NodeId from, Key key, long nowNanos) {
        List<ProviderRecord> held = records.of(key, nowNanos);
        return new Response.Values(held, held.isEmpty() ? closestFor(from, key) : List.of());
    }

    private Response take(List<Word> offered, long nowNanos) {
        List<Fate> fates = new ArrayList<>(offered.size());
        for (Word word : offered) {
            boolean held = word instanceof Word.Announced(ProviderRecord record)
                    && records.valid(record)
                    && records.offer(record, nowNanos);
            fates.add(held ? Fate.HELD : Fate.REFUSED);
        }
        return new Response.Taken(fates);
    }

    /** Whom to tell the asker of: the closest that answer, itself left out. */
    public List<Peer> closestFor(NodeId from, Key target) {
        return table.closestAnswering(target, settings.table().k(), from);
    }
}
