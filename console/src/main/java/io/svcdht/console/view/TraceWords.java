package io.svcdht.console.view;

import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;
import java.util.Locale;

/** How pages speak of lookups and their legs. */
final class TraceWords {
    private TraceWords() {}

    /** To the microsecond below 10 ms, where it matters: 1.482 ms, 38.2 ms, 1,204 ms. */
    static String millis(long nanos) {
        double ms = nanos / 1e6;
        return String.format(Locale.ROOT, ms < 10 ? "%,.3f ms" : ms < 1_000 ? "%,.1f ms" : "%,.0f ms", ms);
    }

    static String operation(LookupRecord.Operation operation) {
        return switch (operation) {
            case FIND -> "find";
            case PROVIDE -> "provide";
            case REFRESH -> "bucket refresh";
            case FIND_NODE -> "find node";
        };
    }

    /** Who wanted it; empty where nobody said. */
    static String asker(LookupRecord.Asker asker) {
        return switch (asker) {
            case UNTOLD -> "";
            case HTTP -> "HTTP API";
            case BATCH -> "a batch";
            case DELEGATED_ROUTING -> "delegated routing";
            case BUS -> "event bus";
            case CONSOLE -> "console";
            case PROVIDE -> "an announcement";
            case WITHDRAWAL -> "a withdrawal";
            case REPUBLISH -> "renewal";
            case UPKEEP -> "routing table";
        };
    }

    static String outcome(LookupRecord.Outcome outcome) {
        return switch (outcome) {
            case FOUND -> "found";
            case NOT_FOUND -> "not found";
            case CONVERGED -> "converged";
            case DEADLINE -> "out of time";
            case HOP_BUDGET -> "out of hops";
            case NO_PEERS -> "no peers";
        };
    }

    /** What the outcome means, as a sentence. */
    static String meaning(LookupRecord.Outcome outcome) {
        return switch (outcome) {
            case FOUND -> "records came back";
            case NOT_FOUND -> "the closest nodes answered, and none has it";
            case CONVERGED -> "the closest nodes answered";
            case DEADLINE -> "whether it is there is not known";
            case HOP_BUDGET -> "closer nodes are known, but too deep";
            case NO_PEERS -> "nobody to ask, or nobody answered";
        };
    }

    /** Class of the outcome's colour. */
    static String tone(LookupRecord.Outcome outcome) {
        return switch (outcome) {
            case FOUND, CONVERGED -> "add";
            case NOT_FOUND -> "mut";
            case DEADLINE, HOP_BUDGET -> "chg";
            case NO_PEERS -> "del";
        };
    }

    static String why(LegRecord.Why why) {
        return switch (why) {
            case START -> "among the closest of our own table at the start";
            case REFILL -> "an answer freed a slot";
            case AFTER_FAILURE -> "a leg failed and freed its slot";
            case HEDGE -> "hedge: a slow leg gave its slot away";
        };
    }

    static String outcome(LegRecord leg) {
        String words =
                leg.outcome() == LegRecord.Outcome.CANCELLED ? "cancelled · lookup was over" : end(leg.outcome());
        return (leg.why() == LegRecord.Why.HEDGE ? "hedge · " : "") + words + (leg.overdue() ? " · slow" : "");
    }

    static String end(LegRecord.Outcome outcome) {
        return switch (outcome) {
            case ANSWERED -> "answered";
            case FOUND -> "brought records";
            case TIMED_OUT -> "timed out";
            case UNREACHABLE -> "not reachable, or refused";
            case WRONG_ID -> "somebody else answered";
            case CANCELLED -> "cancelled";
        };
    }

    /** What carried the answer; empty if there was none. */
    static String way(LegRecord.Way way) {
        return switch (way) {
            case UNTOLD -> "";
            case NEW_STREAM -> "new stream";
            case STREAM -> "stream";
            case FIRST_DATAGRAM -> "first datagram";
            case DATAGRAM -> "datagram";
        };
    }

    /** Class of a leg's words. */
    static String tone(LegRecord leg) {
        return switch (leg.outcome()) {
            case FOUND -> "to";
            case ANSWERED -> leg.why() == LegRecord.Why.HEDGE ? "th" : "t";
            case TIMED_OUT, UNREACHABLE, WRONG_ID -> "tb";
            case CANCELLED -> "";
        };
    }

    /** Class of a leg's bar. */
    static String fill(LegRecord leg) {
        return switch (leg.outcome()) {
            case FOUND, ANSWERED -> leg.why() == LegRecord.Why.HEDGE ? "w-hedge" : "f-bar";
            case TIMED_OUT, UNREACHABLE, WRONG_ID -> "w-bad";
            case CANCELLED -> "w-gone";
        };
    }

    /** Whether anything was learnt from it. */
    static boolean useful(LegRecord leg) {
        return switch (leg.outcome()) {
            case FOUND, ANSWERED -> true;
            case TIMED_OUT, UNREACHABLE, WRONG_ID, CANCELLED -> false;
        };
    }
}
