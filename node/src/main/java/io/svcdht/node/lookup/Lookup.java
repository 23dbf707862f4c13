package io.svcdht.node.lookup;

import io.svcdht.node.kad.Peer;
import io.svcdht.node.lookup.Leg.Standing;
import io.svcdht.node.lookup.Leg.Why;
import io.svcdht.node.lookup.LookupAction.Ask;
import io.svcdht.node.lookup.LookupAction.Cancel;
import io.svcdht.node.lookup.LookupAction.Finish;
import io.svcdht.node.lookup.LookupResult.Outcome;
import io.svcdht.node.lookup.LookupSpec.Goal;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One iterative search (Kademlia, section 2.3), without I/O: it is told what happened and says what to do.
 *
 * <p>There are no rounds. Each path has alpha slots; the moment one is free, the closest peer that was not asked yet is
 * asked. A leg that takes longer than such a peer should gives its slot to another and goes on waiting.
 *
 * <pre>
 * SEARCHING ── enough records ───────────────────────────────────▶ FOUND
 *     │ ────── the k closest have answered or failed ────────────▶ NOT_FOUND, CONVERGED
 *     │ ────── the same, but closer ones lie beyond the budget ──▶ HOP_BUDGET
 *     │ ────── time is up: any record at 300 ms, all at 2 s ─────▶ FOUND, DEADLINE
 *     └ ────── nobody answered ──────────────────────────────────▶ NO_PEERS
 * </pre>
 *
 * Legs that gave their slot away are awaited before anything is called absent; all that are in flight at the end are
 * cancelled.
 */
public final class Lookup {
    private final LookupSpec spec;
    private final Limits limits;
    private final NodeId self;
    private final RoundTrips roundTrips;
    private final Shortlist shortlist;
    private final List<Leg> sent = new ArrayList<>();
    private final List<ProviderRecord> records = new ArrayList<>(1);
    private final long startedAtNanos;

    private int foundAtHop;
    private int hedges;
    private @Nullable LookupResult result;

    /** @param start the closest peers of the own table, closest first */
    public Lookup(LookupSpec spec, NodeId self, List<Peer> start, RoundTrips roundTrips, long nowNanos) {
        this.spec = spec;
        this.limits = spec.limits();
        this.self = self;
        this.roundTrips = roundTrips;
        this.startedAtNanos = nowNanos;
        this.shortlist = new Shortlist(spec.target());
        for (int i = 0; i < start.size(); i++) {
            shortlist.add(start.get(i), null, i % limits.paths(), nowNanos);
        }
    }

    public Key target() {
        return spec.target();
    }

    public LookupSpec.Limits limits() {
        return limits;
    }

    public Goal goal() {
        return spec.goal();
    }

    /** Null while it goes on. */
    public @Nullable LookupResult result() {
        return result;
    }

    /** Takes one event; hands out what to do. */
    public void on(LookupEvent event, long nowNanos, Consumer<LookupAction> out) {
        if (result != null) {
            return;
        }
        switch (event) {
            case LookupEvent.Started s -> advance(Why.START, nowNanos, out);
            case LookupEvent.Answered a -> {
                if (a.leg().inFlight()) {
                    answered(a, nowNanos);
                    advance(Why.REFILL, nowNanos, out);
                }
            }
            case LookupEvent.TimedOut(Leg leg) -> failed(leg, Standing.TIMED_OUT, nowNanos, out);
            case LookupEvent.Unreachable(Leg leg) -> failed(leg, Standing.UNREACHABLE, nowNanos, out);
            case LookupEvent.TimePassed t -> advance(Why.HEDGE, nowNanos, out);
        }
    }

    private void failed(Leg leg, Standing how, long nowNanos, Consumer<LookupAction> out) {
        if (leg.inFlight()) {
            leg.end(how, nowNanos);
            advance(Why.AFTER_FAILURE, nowNanos, out);
        }
    }

    private void answered(LookupEvent.Answered a, long nowNanos) {
        Leg leg = a.leg();
        // Whoever made the handshake is not whom we asked: nothing it says counts, or anyone could stand anywhere.
        if (!a.proven().equals(leg.peer().id())) {
            leg.end(Standing.WRONG_ID, nowNanos);
            return;
        }
        boolean found = !a.records().isEmpty() && spec.goal() == Goal.RECORDS;
        leg.end(found ? Standing.FOUND : Standing.ANSWERED, nowNanos);
        if (found) {
            foundAtHop = records.isEmpty() ? leg.hop() : foundAtHop;
            a.records().forEach(this::keep);
        }
        int taken = Math.min(a.contacts().size(), limits.k());
        for (int i = 0; i < taken; i++) {
            Peer peer = a.contacts().get(i);
            if (!peer.id().equals(self)) {
                shortlist.add(peer, leg, leg.path(), nowNanos);
            }
        }
    }

    /** The latest word of each identity. */
    private void keep(ProviderRecord record) {
        for (int i = 0; i < records.size(); i++) {
            ProviderRecord known = records.get(i);
            if (known.publisher().equals(record.publisher()) && known.locator().equals(record.locator())) {
                if (record.issuedAtMillis() > known.issuedAtMillis()) {
                    records.set(i, record);
                }
                return;
            }
        }
        records.add(record);
    }

    private void advance(Why why, long nowNanos, Consumer<LookupAction> out) {
        long elapsed = nowNanos - startedAtNanos;
        if (records.size() >= limits.recordsWanted() || !records.isEmpty() && elapsed >= limits.firstNanos()) {
            finish(Outcome.FOUND, nowNanos, out);
            return;
        }
        if (elapsed >= limits.deadlineNanos()) {
            finish(records.isEmpty() ? Outcome.DEADLINE : Outcome.FOUND, nowNanos, out);
            return;
        }
        boolean open = false;
        for (int path = 0; path < limits.paths(); path++) {
            for (int free = freeSlots(path, nowNanos); free > 0; free--) {
                Leg next = next(path);
                if (next == null) {
                    break;
                }
                ask(next, why, nowNanos, out);
            }
            open |= searching(path);
        }
        if (!open) {
            finish(converged(), nowNanos, out);
        }
    }

    /** A leg holds one slot until it is slow; then it makes room for up to beta others, one after the other. */
    private int freeSlots(int path, long nowNanos) {
        int free = limits.alpha();
        for (Leg leg : sent) {
            if (leg.inFlight() && leg.path() == path) {
                while (leg.slotsGiven() < limits.beta() && leg.overdueAtNanos() <= nowNanos) {
                    leg.giveSlot();
                }
                free -= 1 - leg.slotsGiven();
            }
        }
        return free;
    }

    /** The closest of the path's k closest that was not asked and may be. */
    private @Nullable Leg next(int path) {
        int window = limits.k();
        for (int i = 0; i < shortlist.size() && window > 0; i++) {
            Leg leg = shortlist.get(i);
            if (leg.path() != path || leg.standing().failed()) {
                continue;
            }
            if (leg.standing() == Standing.QUEUED && leg.hop() <= limits.hopBudget()) {
                return leg;
            }
            window--;
        }
        return limits.paths() > 1 ? unaskedOfOurOwn(path) : null;
    }

    /**
     * A peer of the own table that the path has not asked. One liar may fill a path's k closest with its friends; before
     * such a path is given up, all whom we chose ourselves are heard.
     */
    private @Nullable Leg unaskedOfOurOwn(int path) {
        for (int i = 0; i < shortlist.size(); i++) {
            Leg leg = shortlist.get(i);
            if (leg.path() == path && leg.hop() == 1 && leg.standing() == Standing.QUEUED) {
                return leg;
            }
        }
        return null;
    }

    /** Whether any of the path's k closest may still bring something: it is in flight, overdue or not, or can be asked. */
    private boolean searching(int path) {
        int window = limits.k();
        for (int i = 0; i < shortlist.size() && window > 0; i++) {
            Leg leg = shortlist.get(i);
            if (leg.path() != path || leg.standing().failed()) {
                continue;
            }
            if (leg.inFlight() || leg.standing() == Standing.QUEUED && leg.hop() <= limits.hopBudget()) {
                return true;
            }
            window--;
        }
        return limits.paths() > 1 && unaskedOfOurOwn(path) != null;
    }

    private Outcome converged() {
        if (!records.isEmpty()) {
            return Outcome.FOUND;
        }
        boolean anyAnswered = false;
        boolean tooDeep = false;
        int window = limits.k();
        for (int i = 0; i < shortlist.size(); i++) {
            Leg leg = shortlist.get(i);
            anyAnswered |= leg.standing().answered();
            if (!leg.standing().failed() && window-- > 0) {
                tooDeep |= leg.standing() == Standing.QUEUED;
            }
        }
        if (!anyAnswered) {
            return Outcome.NO_PEERS;
        }
        if (tooDeep) {
            return Outcome.HOP_BUDGET;
        }
        return spec.goal() == Goal.RECORDS ? Outcome.NOT_FOUND : Outcome.CONVERGED;
    }

    private void ask(Leg leg, Why why, long nowNanos, Consumer<LookupAction> out) {
        long p95 = roundTrips.p95Nanos(leg.peer());
        long left = startedAtNanos + limits.deadlineNanos() - nowNanos;
        long slow = spec.hedge().afterNanos(roundTrips.slowNanos(leg.peer()));
        leg.send(sent.size(), why, limits.legTimeoutNanos(p95, left), slow, nowNanos);
        sent.add(leg);
        hedges += why == Why.HEDGE ? 1 : 0;
        out.accept(new Ask(leg));
    }

    private void finish(Outcome outcome, long nowNanos, Consumer<LookupAction> out) {
        int deepest = 0;
        for (Leg leg : sent) {
            if (leg.inFlight()) {
                leg.end(Standing.CANCELLED, nowNanos);
                out.accept(new Cancel(leg));
            } else if (leg.standing().answered()) {
                deepest = Math.max(deepest, leg.hop());
            }
        }
        LookupResult r = new LookupResult(
                outcome,
                List.copyOf(records),
                shortlist.answered(limits.k()),
                foundAtHop > 0 ? foundAtHop : deepest,
                sent.size(),
                hedges,
                nowNanos - startedAtNanos);
        result = r;
        out.accept(new Finish(r));
    }

    /** When to say {@link LookupEvent.TimePassed}, if nothing else happens before. */
    public long wakeAtNanos() {
        long wake = startedAtNanos + (records.isEmpty() ? limits.deadlineNanos() : limits.firstNanos());
        for (Leg leg : sent) {
            if (leg.inFlight() && leg.slotsGiven() < limits.beta()) {
                wake = Math.min(wake, leg.overdueAtNanos());
            }
        }
        return wake;
    }

    /** Told in full so far, or to its end. */
    public LookupTrace trace(long nowNanos) {
        List<LookupTrace.LegTrace> legs = new ArrayList<>(sent.size());
        for (Leg leg : sent) {
            legs.add(new LookupTrace.LegTrace(
                    leg.peer().id(),
                    leg.peer().contact().addr().text(),
                    leg.hop(),
                    leg.path(),
                    leg.viaIndex(),
                    leg.why(),
                    leg.queuedAtNanos() - startedAtNanos,
                    leg.sentAtNanos() - startedAtNanos,
                    (leg.inFlight() ? nowNanos : leg.endedAtNanos()) - leg.sentAtNanos(),
                    leg.overdue(),
                    leg.standing(),
                    leg.way()));
        }
        return new LookupTrace(
                spec.target(), spec.goal(), result, List.copyOf(legs), shortlist.size(), limits.deadlineNanos());
    }
}
