package io.svcdht.node.network;

import io.svcdht.node.Network.Wanted;
import io.svcdht.node.lookup.Leg;
import io.svcdht.node.lookup.LookupResult;
import io.svcdht.node.lookup.LookupTrace;
import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;
import java.util.List;
import java.util.UUID;

/**
 * Turns a lookup's own account into the one that is kept. The two are apart so that the machine may change without what
 * is on disk.
 */
public final class LookupRecords {
    private LookupRecords() {}

    /** The same of what was wanted. */
    static LookupRecord of(Wanted wanted, long startedAtMillis, LookupRecord.Operation operation, LookupTrace trace) {
        return of(wanted.lookupId(), startedAtMillis, operation, wanted.asker(), wanted.text(), trace);
    }

    /**
     * @param id a UUIDv7 of the lookup's start
     * @param startedAtMillis by the node's clock
     * @param asker who wanted it
     * @param text the content id as it was asked for, empty where only a key was
     * @param trace of a lookup that is over
     * @throws IllegalArgumentException if it still goes on
     */
    public static LookupRecord of(
            UUID id,
            long startedAtMillis,
            LookupRecord.Operation operation,
            LookupRecord.Asker asker,
            String text,
            LookupTrace trace) {
        LookupResult result = trace.result();
        if (result == null) {
            throw new IllegalArgumentException("lookup %s still goes on".formatted(id));
        }
        List<LegRecord> legs = trace.legs().stream().map(LookupRecords::leg).toList();
        return new LookupRecord(
                id,
                startedAtMillis,
                operation,
                asker,
                trace.target(),
                text,
                outcome(result.outcome()),
                result.hops(),
                result.messages(),
                result.hedges(),
                trace.known(),
                result.tookNanos(),
                trace.deadlineNanos(),
                legs);
    }

    private static LegRecord leg(LookupTrace.LegTrace leg) {
        return new LegRecord(
                leg.peer(),
                leg.address(),
                leg.hop(),
                leg.path(),
                leg.via(),
                why(leg.why()),
                leg.heardOf(),
                leg.sent(),
                leg.waited(),
                leg.overdue(),
                outcome(leg.standing()),
                way(leg.way()));
    }

    private static LookupRecord.Outcome outcome(LookupResult.Outcome outcome) {
        return switch (outcome) {
            case FOUND -> LookupRecord.Outcome.FOUND;
            case NOT_FOUND -> LookupRecord.Outcome.NOT_FOUND;
            case CONVERGED -> LookupRecord.Outcome.CONVERGED;
            case DEADLINE -> LookupRecord.Outcome.DEADLINE;
            case HOP_BUDGET -> LookupRecord.Outcome.HOP_BUDGET;
            case NO_PEERS -> LookupRecord.Outcome.NO_PEERS;
        };
    }

    private static LegRecord.Why why(Leg.Why why) {
        return switch (why) {
            case START -> LegRecord.Why.START;
            case REFILL -> LegRecord.Why.REFILL;
            case AFTER_FAILURE -> LegRecord.Why.AFTER_FAILURE;
            case HEDGE -> LegRecord.Why.HEDGE;
        };
    }

    private static LegRecord.Way way(Leg.Way way) {
        return switch (way) {
            case UNTOLD -> LegRecord.Way.UNTOLD;
            case NEW_STREAM -> LegRecord.Way.NEW_STREAM;
            case STREAM -> LegRecord.Way.STREAM;
            case FIRST_DATAGRAM -> LegRecord.Way.FIRST_DATAGRAM;
            case DATAGRAM -> LegRecord.Way.DATAGRAM;
        };
    }

    private static LegRecord.Outcome outcome(Leg.Standing standing) {
        return switch (standing) {
            case ANSWERED -> LegRecord.Outcome.ANSWERED;
            case FOUND -> LegRecord.Outcome.FOUND;
            case TIMED_OUT -> LegRecord.Outcome.TIMED_OUT;
            case UNREACHABLE -> LegRecord.Outcome.UNREACHABLE;
            case WRONG_ID -> LegRecord.Outcome.WRONG_ID;
            case CANCELLED -> LegRecord.Outcome.CANCELLED;
            case QUEUED, IN_FLIGHT ->
                throw new IllegalArgumentException("a leg of a lookup that is over is " + standing);
        };
    }
}
