package io.svcdht.storage.trace;

import io.svcdht.storage.model.Key;
import java.util.List;
import java.util.UUID;

/**
 * One lookup over the network, from its start to its end.
 *
 * @param id a UUIDv7, whose time is about that of the start
 * @param startedAtMillis by the node's clock, since the epoch
 * @param asker who wanted it
 * @param text the content id as it was asked for; empty where only a key was
 * @param hops depth of the path to the peer that returned the first record; without one, of the deepest that answered
 * @param messages requests sent: as many as there are legs
 * @param hedges those among them that were sent because another was slow
 * @param known peers it knew of in the end, asked or not
 * @param deadlineNanos when it would have been given up, since the start
 * @param legs in the order in which they were sent
 */
public record LookupRecord(
        UUID id,
        long startedAtMillis,
        Operation operation,
        Asker asker,
        Key target,
        String text,
        Outcome outcome,
        int hops,
        int messages,
        int hedges,
        int known,
        long tookNanos,
        long deadlineNanos,
        List<LegRecord> legs) {
    /** For what it was looked. Ordinals are on disk: append only. */
    public enum Operation {
        FIND,
        PROVIDE,
        REFRESH,
        FIND_NODE
    }

    /** Who wanted it. Ordinals are on disk: append only. */
    public enum Asker {
        /** Nobody said, or the trace is older than this. */
        UNTOLD(true),
        /** A find of its own over HTTP. */
        HTTP(true),
        /** A line of a batch of finds. */
        BATCH(true),
        /** A client of the Delegated Routing API. */
        DELEGATED_ROUTING(true),
        /** A request on the event bus. */
        BUS(true),
        /** An operator, on the console. */
        CONSOLE(true),
        /** A record of this node's own that was just announced. */
        PROVIDE(false),
        /** One that was taken back. */
        WITHDRAWAL(false),
        /** The walk that renews what this node announces. */
        REPUBLISH(false),
        /** The routing table, which wants to know who is there. */
        UPKEEP(false);

        private final boolean waits;

        Asker(boolean waits) {
            this.waits = waits;
        }

        /** Whether somebody waits for the lookup's answer. */
        public boolean waits() {
            return waits;
        }
    }

    /** How it ended. Ordinals are on disk: append only. */
    public enum Outcome {
        /** Records were found. */
        FOUND,
        /** The k closest nodes answered, or failed, and none has it: it is not there. */
        NOT_FOUND,
        /** The k closest nodes answered; none was asked for records. */
        CONVERGED,
        /** Time ran out; whether it is there is not known. */
        DEADLINE,
        /** Closer nodes are known, but too deep; whether it is there is not known. */
        HOP_BUDGET,
        /** Nobody to ask, or nobody answered. */
        NO_PEERS
    }

    /** More legs than a lookup sends. */
    static final int LEGS_MAX = 4_096;

    private static final long NANOS_PER_MILLI = 1_000_000L;

    public LookupRecord {
        legs = List.copyOf(legs);
        if (id.version() != 7) {
            throw new IllegalArgumentException("lookup id %s is of version %d, not 7".formatted(id, id.version()));
        }
        if (startedAtMillis < 0 || tookNanos < 0 || deadlineNanos < 0 || finishedAt(startedAtMillis, tookNanos) < 0) {
            throw new IllegalArgumentException("lookup %s began at %d ms, took %d ns of %d"
                    .formatted(id, startedAtMillis, tookNanos, deadlineNanos));
        }
        if (hops < 0 || hedges < 0 || known < 0 || messages != legs.size() || messages > LEGS_MAX) {
            throw new IllegalArgumentException("lookup %s with %d hops, %d messages, %d legs, %d hedges, %d known"
                    .formatted(id, hops, messages, legs.size(), hedges, known));
        }
        for (int i = 0; i < legs.size(); i++) {
            LegRecord leg = legs.get(i);
            if (leg.via() >= i || leg.endedNanos() < 0 || leg.endedNanos() > tookNanos) {
                throw new IllegalArgumentException(
                        "leg %d of lookup %s was heard of via leg %d and ended at %d of %d ns"
                                .formatted(i, id, leg.via(), leg.endedNanos(), tookNanos));
            }
        }
    }

    /** What people call a leg: its hop, and which one it was of those that were sent at that hop, as in 3.1. */
    public String legName(int index) {
        int hop = legs.get(index).hop();
        int nth = 0;
        for (int i = 0; i <= index; i++) {
            nth += legs.get(i).hop() == hop ? 1 : 0;
        }
        return hop + "." + nth;
    }

    /** By the node's clock, milliseconds since the epoch. */
    public long finishedAtMillis() {
        return finishedAt(startedAtMillis, tookNanos);
    }

    /** What 48 bits cannot hold is negative. */
    private static long finishedAt(long startedAtMillis, long tookNanos) {
        long at = startedAtMillis + tookNanos / NANOS_PER_MILLI;
        return at >>> 48 == 0 ? at : -1;
    }

    /** The time a UUIDv7 carries, milliseconds since the epoch (RFC 9562, section 5.7). */
    public static long millisOf(UUID id) {
        return id.getMostSignificantBits() >>> 16;
    }
}
