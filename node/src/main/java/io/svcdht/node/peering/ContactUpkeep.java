package io.svcdht.node.peering;

import io.svcdht.node.kad.Distance;
import io.svcdht.node.kad.Heard;
import io.svcdht.node.kad.Missed;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.lookup.LookupSpec.Goal;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.node.peering.Call.Purpose.ForCheck;
import io.svcdht.storage.model.Key;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Keeps the routing table true: checks members in turn, follows up what fails, looks into buckets nobody looked into,
 * and tries lost members again.
 *
 * <p>One failure makes it check {@value #BURST} more at once. While few are dead that costs little; when a sixth or more
 * of all members die together, each failure finds more than one other, and the whole table is checked within seconds.
 * Lost members that return are treated the same way, so that the end of a partition spreads as fast.
 */
final class ContactUpkeep {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    /** How many others are checked because one failed, or returned. */
    static final int BURST = 6;
    /** A failure makes nobody suspect who was heard just before. */
    private static final long BURST_SILENT_NANOS = 5 * SECOND;
    /** Every so many checks a lost member is tried as well. */
    private static final int LOST_EVERY = 3;
    /** The first ping after another request failed. */
    private static final long FIRST_PING_NANOS = SECOND;

    private static final long PING_TIMEOUT_NANOS_MIN = 250 * MILLI;
    private static final long PING_TIMEOUT_NANOS_MAX = 1_500 * MILLI;
    /** Peers that have to answer when a bucket is only looked into. */
    private static final int REFRESH_K = 4;

    private static final long REFRESH_STEP_NANOS = 200 * MILLI;
    private static final long NEIGHBOURHOOD_NANOS_MIN = 30 * SECOND;
    /** This many failures in a row with no answer in between: it is us who are cut off. */
    static final int CUT_OFF_FAILURES = 24;

    private final Key self;
    private final RoutingTable table;
    private final Searches searches;
    private final Timers timers;
    private final PeeringSettings settings;
    private final LongSupplier dice;

    private boolean begun;
    private int failuresInARow;
    private int refreshed;
    private long neighbourhoodAtNanos = Long.MIN_VALUE;
    private int checks;

    ContactUpkeep(RoutingTable table, Searches searches, Timers timers, PeeringSettings settings, LongSupplier dice) {
        this.self = table.self();
        this.table = table;
        this.searches = searches;
        this.timers = timers;
        this.settings = settings;
        this.dice = dice;
    }

    /** Looks for ourselves through the seeds, then into every bucket; goes on checking from the first time on. */
    void join(List<Peer> seeds, long nowNanos, Consumer<PeeringAction> out) {
        searches.start(
                Errand.UPKEEP,
                self,
                Goal.CLOSEST_NODES,
                settings.publish(),
                seeds,
                (search, result, now, o) -> refreshAll(now),
                nowNanos,
                out);
        if (!begun) {
            begun = true;
            timers.at(nowNanos + phase(settings.checkNanos()), this::checkOne);
            timers.at(nowNanos + phase(settings.refreshNanos()), this::refreshNext);
        }
    }

    private void refreshAll(long nowNanos) {
        int depth = table.depth();
        for (int prefix = 0; prefix < depth; prefix++) {
            int bucket = prefix;
            timers.at(nowNanos + prefix * REFRESH_STEP_NANOS, (now, out) -> refresh(bucket, now, out));
        }
    }

    private long phase(long periodNanos) {
        return Long.remainderUnsigned(dice.getAsLong(), periodNanos);
    }

    /**
     * A peer answered a call of ours. It may have done so over a connection that it made, so its answer does not prove
     * the address we have of it: a member keeps its own.
     */
    void answered(Peer peer, long rttNanos, long nowNanos, Consumer<PeeringAction> out) {
        Peer member = table.find(peer.id());
        reached(member == null ? peer : member, rttNanos, nowNanos, out);
    }

    /** A peer answered where it was called. */
    void reached(Peer peer, long rttNanos, long nowNanos, Consumer<PeeringAction> out) {
        failuresInARow = 0;
        heard(peer, table.heard(peer, true, rttNanos, nowNanos), nowNanos, out);
    }

    /** A peer asked us something. Whether it can be reached there as well has to be seen. */
    void asked(Peer peer, long nowNanos, Consumer<PeeringAction> out) {
        Heard heard = table.heard(peer, false, 0, nowNanos);
        if (heard instanceof Heard.Inserted) {
            check(peer, nowNanos, out);
        }
        heard(peer, heard, nowNanos, out);
    }

    private void heard(Peer peer, Heard heard, long nowNanos, Consumer<PeeringAction> out) {
        switch (heard) {
            case Heard.Inserted inserted -> out.accept(new PeeringAction.TableGained(inserted));
            case Heard.Replaced replaced -> out.accept(new PeeringAction.TableGained(replaced));
            case Heard.Pending(Peer ping) -> check(ping, nowNanos, out);
            case Heard.Refreshed refreshed -> {
                return;
            }
            case Heard.Refused(Heard.Reason why) -> {
                if (why == Heard.Reason.ASN_CAP || why == Heard.Reason.NETWORK_CAP) {
                    out.accept(new PeeringAction.TableRefused(peer));
                }
            }
        }
        if (table.lostCount() > 0 && table.returned(peer)) {
            for (int i = 0; i < BURST; i++) {
                checkLost(nowNanos, out);
            }
            lookAround(nowNanos, out);
        }
    }

    /** A call other than a check failed. */
    void failed(Peer peer, long nowNanos, Consumer<PeeringAction> out) {
        failuresInARow++;
        if (table.suspect(peer.id())) {
            timers.at(nowNanos + FIRST_PING_NANOS, (now, o) -> check(peer, now, o));
            burst(nowNanos, out);
        }
    }

    /** A check was not answered. */
    void missed(Peer peer, long nowNanos, Consumer<PeeringAction> out) {
        failuresInARow++;
        if (failuresInARow >= CUT_OFF_FAILURES) {
            // Nobody at all answers. Evicting everybody would make the way back longer than the absence.
            timers.at(nowNanos + settings.checkNanos(), (now, o) -> check(peer, now, o));
            return;
        }
        switch (table.missed(peer.id(), nowNanos)) {
            case Missed.AskAgain(Peer again, int failures, long delay) -> {
                timers.at(nowNanos + delay, (now, o) -> check(again, now, o));
                if (failures == 1) {
                    burst(nowNanos, out);
                }
            }
            case Missed.Evicted evicted -> {
                out.accept(new PeeringAction.TableLost(evicted));
                if (evicted.promoted() != null) {
                    check(evicted.promoted(), nowNanos, out);
                }
            }
            case Missed.Stranger stranger -> {}
        }
    }

    private void burst(long nowNanos, Consumer<PeeringAction> out) {
        for (int i = 0; i < BURST; i++) {
            Peer next = table.nextToCheck(BURST_SILENT_NANOS, nowNanos);
            if (next == null) {
                return;
            }
            check(next, nowNanos, out);
        }
    }

    void check(Peer peer, long nowNanos, Consumer<PeeringAction> out) {
        // Whoever gives a request more time than usual means pings, too.
        long longest = Math.max(PING_TIMEOUT_NANOS_MAX, settings.publish().rpcTimeoutNanos());
        long timeout = Math.clamp(4 * searches.p95Nanos(peer), PING_TIMEOUT_NANOS_MIN, longest);
        out.accept(new PeeringAction.Send(new Call(peer, new Request.Ping(), new ForCheck(), nowNanos, timeout)));
    }

    private void checkOne(long nowNanos, Consumer<PeeringAction> out) {
        Peer next = table.nextToCheck(settings.checkNanos(), nowNanos);
        if (next != null) {
            check(next, nowNanos, out);
        }
        checks++;
        if (checks % LOST_EVERY == 0) {
            checkLost(nowNanos, out);
        }
        timers.at(nowNanos + settings.checkNanos(), this::checkOne);
    }

    private void checkLost(long nowNanos, Consumer<PeeringAction> out) {
        Peer lost = table.nextLost(nowNanos);
        if (lost != null) {
            check(lost, nowNanos, out);
        }
    }

    /** One bucket after the other, so that each has its turn once in the refresh time. */
    private void refreshNext(long nowNanos, Consumer<PeeringAction> out) {
        int depth = Math.max(1, table.depth());
        refreshed = (refreshed + 1) % (depth + 1);
        if (refreshed == depth) {
            lookAround(nowNanos, out);
        } else if (!searches.lookedWithin(refreshed, settings.refreshNanos(), nowNanos)) {
            refresh(refreshed, nowNanos, out);
        }
        timers.at(nowNanos + settings.refreshNanos() / (depth + 1), this::refreshNext);
    }

    /** Looks into a bucket. */
    void refresh(int prefix, long nowNanos, Consumer<PeeringAction> out) {
        Key random = new Key(dice.getAsLong(), dice.getAsLong(), dice.getAsLong(), dice.getAsLong());
        Limits narrow = settings.publish().withK(REFRESH_K);
        searches.start(
                Errand.UPKEEP,
                Distance.inBucket(self, prefix, random),
                Goal.CLOSEST_NODES,
                narrow,
                List.of(),
                (search, result, now, o) ->
                        o.accept(new PeeringAction.BucketRefreshed(prefix, (int) result.closest().stream()
                                .filter(p -> Distance.commonPrefix(self, p.key()) == prefix)
                                .count())),
                nowNanos,
                out);
    }

    /** Looks for ourselves: who is near us has changed. */
    private void lookAround(long nowNanos, Consumer<PeeringAction> out) {
        if (neighbourhoodAtNanos != Long.MIN_VALUE && nowNanos - neighbourhoodAtNanos < NEIGHBOURHOOD_NANOS_MIN) {
            return;
        }
        neighbourhoodAtNanos = nowNanos;
        searches.start(
                Errand.UPKEEP,
                self,
                Goal.CLOSEST_NODES,
                settings.publish(),
                List.of(),
                (search, result, now, o) -> {},
                nowNanos,
                out);
    }
}
