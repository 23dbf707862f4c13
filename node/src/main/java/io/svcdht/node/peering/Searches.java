package io.svcdht.node.peering;

import io.svcdht.node.kad.Crowding;
import io.svcdht.node.kad.Distance;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.lookup.HedgePolicy;
import io.svcdht.node.lookup.Leg;
import io.svcdht.node.lookup.Lookup;
import io.svcdht.node.lookup.LookupAction.Ask;
import io.svcdht.node.lookup.LookupAction.Cancel;
import io.svcdht.node.lookup.LookupAction.Finish;
import io.svcdht.node.lookup.LookupEvent;
import io.svcdht.node.lookup.LookupResult;
import io.svcdht.node.lookup.LookupResult.Outcome;
import io.svcdht.node.lookup.LookupSpec;
import io.svcdht.node.lookup.LookupSpec.Goal;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.node.lookup.RoundTrips;
import io.svcdht.node.lookup.RttWindow;
import io.svcdht.node.peering.Call.Purpose.ForLeg;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Runs lookups: turns legs into calls, calls' ends into events, and wakes a lookup when it wants to. */
final class Searches implements RoundTrips {
    /** So many paths at least while the network looks hostile, with one slot each. */
    static final int PATHS_HOSTILE = 4;
    /** With less time left one does not look again. */
    private static final long AGAIN_NANOS_MIN = 100_000_000L;

    private final NodeId self;
    private final RoutingTable table;
    private final Records records;
    private final Timers timers;
    private final RttWindow strangers;
    /** When a bucket was last looked into, by prefix. */
    private long[] lookedAtNanos = new long[0];

    private final Suspicion suspicion = new Suspicion();
    private final Limits wide;
    private final LongSupplier dice;
    private HedgePolicy hedge;
    private long ownTickets = PeeringInput.NOBODY_WAITS;

    /**
     * @param unmeasuredNanos what a stranger's answer is taken to take until some were measured
     * @param wide limits of a search that tells how dense a place is
     * @param dice where to look for comparison
     */
    Searches(
            NodeId self,
            RoutingTable table,
            Records records,
            Timers timers,
            HedgePolicy hedge,
            long unmeasuredNanos,
            Limits wide,
            LongSupplier dice) {
        this.strangers = new RttWindow(unmeasuredNanos);
        this.wide = wide;
        this.dice = dice;
        this.self = self;
        this.table = table;
        this.records = records;
        this.timers = timers;
        this.hedge = hedge;
    }

    void hedge(HedgePolicy newHedge) {
        hedge = newHedge;
    }

    /**
     * Looks for something that nobody waits for.
     *
     * @param more whom to ask beside the closest of the table, for a start without one
     */
    void start(
            Errand errand,
            Key target,
            Goal goal,
            Limits limits,
            List<Peer> more,
            Search.End end,
            long nowNanos,
            Consumer<PeeringAction> out) {
        start(--ownTickets, target, goal, limits, more, told(errand, end), nowNanos, out);
    }

    /** @param ticket who asks */
    void start(
            long ticket,
            Key target,
            Goal goal,
            Limits limits,
            List<Peer> more,
            Search.End end,
            long nowNanos,
            Consumer<PeeringAction> out) {
        List<Peer> start = table.closest(target, limits.k());
        if (!more.isEmpty()) {
            start = new ArrayList<>(start);
            start.addAll(more);
        }
        looked(Distance.commonPrefix(table.self(), target), nowNanos);
        begin(ticket, target, goal, careful(limits, nowNanos), start, end, nowNanos, out);
    }

    private static Search.End told(Errand errand, Search.End end) {
        return (search, result, now, out) -> {
            out.accept(new PeeringAction.Looked(search.ticket, errand, search.lookup));
            end.ended(search, result, now, out);
        };
    }

    private void begin(
            long ticket,
            Key target,
            Goal goal,
            Limits limits,
            List<Peer> start,
            Search.End end,
            long nowNanos,
            Consumer<PeeringAction> out) {
        LookupSpec spec = new LookupSpec(target, goal, limits, hedge);
        Search search = new Search(new Lookup(spec, self, start, this, nowNanos), ticket, end);
        tell(search, new LookupEvent.Started(), nowNanos, out);
    }

    /** Whether a place was crowded a short while ago. */
    boolean hostile(long nowNanos) {
        return suspicion.hostile(nowNanos);
    }

    private Limits careful(Limits limits, long nowNanos) {
        return hostile(nowNanos) && limits.paths() < PATHS_HOSTILE ? limits.withPaths(PATHS_HOSTILE, 1) : limits;
    }

    /** Looks at where the search ended; what was not found in a crowded place is looked for once more, by more paths. */
    private void finished(Search search, LookupResult result, long nowNanos, Consumer<PeeringAction> out) {
        Key target = search.lookup.target();
        boolean suspected = suspicion.suspects(target, result.closest(), all(result), nowNanos);
        Limits limits = search.lookup.limits();
        long left = limits.deadlineNanos() - result.tookNanos();
        if (suspected && result.outcome() == Outcome.NOT_FOUND && left > AGAIN_NANOS_MIN) {
            begin(
                    search.ticket,
                    target,
                    search.lookup.goal(),
                    limits.withPaths(Math.max(PATHS_HOSTILE, limits.paths()), 1).withDeadline(left),
                    table.closest(target, limits.k()),
                    (again, ended, now, o) -> endedAgain(search, result, again, ended, now, o),
                    nowNanos,
                    out);
        } else {
            search.end.ended(search, result, nowNanos, out);
        }
        for (int i = 0; suspected && i < Suspicion.OTHERS; i++) {
            Key other = new Key(dice.getAsLong(), dice.getAsLong(), dice.getAsLong(), dice.getAsLong());
            begin(
                    --ownTickets,
                    other,
                    Goal.CLOSEST_NODES,
                    wide,
                    table.closest(other, wide.k()),
                    told(Errand.UPKEEP, this::lookedElsewhere),
                    nowNanos,
                    out);
        }
    }

    /** What the first search found out stands where the second did not come to its end. */
    private static void endedAgain(
            Search first,
            LookupResult before,
            Search again,
            LookupResult ended,
            long nowNanos,
            Consumer<PeeringAction> out) {
        if (ended.outcome() == Outcome.FOUND || ended.outcome() == Outcome.NOT_FOUND) {
            first.end.ended(again, ended.with(before), nowNanos, out);
        } else {
            first.end.ended(first, before.with(ended), nowNanos, out);
        }
    }

    private void lookedElsewhere(Search search, LookupResult result, long nowNanos, Consumer<PeeringAction> out) {
        Crowding.Place place = suspicion.other(search.lookup.target(), result.closest(), all(result), nowNanos);
        if (place.crowded()) {
            out.accept(new PeeringAction.Crowded(suspicion.suspect(), place));
        }
    }

    private static boolean all(LookupResult result) {
        return result.outcome() == Outcome.NOT_FOUND || result.outcome() == Outcome.CONVERGED;
    }

    /** What an answer of this peer takes at most, mostly: its own, or that of recent strangers. */
    @Override
    public long p95Nanos(Peer peer) {
        long own = table.rttP95Nanos(peer.id());
        return own > 0 ? own : strangers.p95Nanos();
    }

    @Override
    public long slowNanos(Peer peer) {
        long own = table.rttSlowNanos(peer.id());
        return own > 0 ? own : strangers.slowNanos();
    }

    private void looked(int prefix, long nowNanos) {
        if (prefix >= lookedAtNanos.length) {
            int before = lookedAtNanos.length;
            lookedAtNanos = Arrays.copyOf(lookedAtNanos, Math.max(prefix + 1, 24));
            Arrays.fill(lookedAtNanos, before, lookedAtNanos.length, Long.MIN_VALUE);
        }
        lookedAtNanos[prefix] = nowNanos;
    }

    /** Whether a lookup went into the bucket within this time. */
    boolean lookedWithin(int prefix, long nanos, long nowNanos) {
        return prefix < lookedAtNanos.length
                && lookedAtNanos[prefix] != Long.MIN_VALUE
                && nowNanos - lookedAtNanos[prefix] < nanos;
    }

    /** How long a stranger took. Members keep their own count. */
    void measured(Peer peer, long rttNanos) {
        if (!table.contains(peer.id())) {
            strangers.add(rttNanos);
        }
    }

    void answered(ForLeg of, NodeId proven, Response response, long nowNanos, Consumer<PeeringAction> out) {
        LookupEvent event =
                switch (response) {
                    case Response.Contacts(List<Peer> contacts) ->
                        new LookupEvent.Answered(of.leg(), proven, contacts, List.of());
                    case Response.Values(List<ProviderRecord> found, List<Peer> contacts) ->
                        new LookupEvent.Answered(of.leg(), proven, contacts, valid(found, of.search()));
                    case Response.Pong pong -> new LookupEvent.Unreachable(of.leg());
                    case Response.Taken taken -> new LookupEvent.Unreachable(of.leg());
                    case Response.Refused refused -> new LookupEvent.Unreachable(of.leg());
                };
        tell(of.search(), event, nowNanos, out);
    }

    /** What was asked for and is signed; the rest is a lie, and one does not act on lies. */
    private List<ProviderRecord> valid(List<ProviderRecord> found, Search search) {
        if (found.isEmpty()) {
            return found;
        }
        Key key = search.lookup.target();
        return found.stream()
                .filter(r -> r.cid().key().equals(key) && records.valid(r))
                .toList();
    }

    void timedOut(ForLeg of, long nowNanos, Consumer<PeeringAction> out) {
        tell(of.search(), new LookupEvent.TimedOut(of.leg()), nowNanos, out);
    }

    void unreachable(ForLeg of, long nowNanos, Consumer<PeeringAction> out) {
        tell(of.search(), new LookupEvent.Unreachable(of.leg()), nowNanos, out);
    }

    private void tell(Search search, LookupEvent event, long nowNanos, Consumer<PeeringAction> out) {
        search.lookup.on(event, nowNanos, action -> {
            switch (action) {
                case Ask(Leg leg) -> ask(search, leg, nowNanos, out);
                case Cancel(Leg leg) -> {
                    Call call = search.callOf(leg);
                    call.close();
                    out.accept(new PeeringAction.Cancel(call, leg.why() == Leg.Why.HEDGE));
                }
                case Finish(var result) -> finished(search, result, nowNanos, out);
            }
        });
        arm(search);
    }

    private void ask(Search search, Leg leg, long nowNanos, Consumer<PeeringAction> out) {
        Key target = search.lookup.target();
        Request request =
                switch (search.lookup.goal()) {
                    case CLOSEST_NODES -> new Request.FindNode(target);
                    case RECORDS -> new Request.FindValue(target);
                };
        Call call = new Call(leg.peer(), request, new ForLeg(search, leg), nowNanos, leg.timeoutNanos());
        search.sent(call);
        out.accept(new PeeringAction.Send(call));
    }

    private void arm(Search search) {
        if (search.lookup.result() != null) {
            return;
        }
        long wake = search.lookup.wakeAtNanos();
        if (wake < search.armedAtNanos) {
            search.armedAtNanos = wake;
            timers.at(wake, (now, out) -> {
                if (search.armedAtNanos <= now) {
                    search.armedAtNanos = Long.MAX_VALUE;
                    tell(search, new LookupEvent.TimePassed(), now, out);
                }
            });
        }
    }
}
