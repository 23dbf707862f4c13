package io.svcdht.node.wire.oap;

import io.svcdht.node.wire.TraceContext;
import io.svcdht.storage.model.Key;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A question to a peer. The correlation id is the transport's and not in here. */
public sealed interface Request extends Message {
    Head head();

    /**
     * What every request carries.
     *
     * @param tsMillis the asker's clock, milliseconds since the epoch; to be shown, not to be trusted
     * @param hop depth of the path to the peer asked, own contacts = 1, at most {@value #HOP_MAX}
     * @param budgetMillis how long an answer is of use, 0 … {@value #BUDGET_MILLIS_MAX}
     * @param lookupId of the lookup it is a leg of, {@link #NO_LOOKUP} if of none
     * @param trace the span it is for, of an asker who traces; null = of none
     */
    record Head(
            long tsMillis,
            int hop,
            int budgetMillis,
            UUID lookupId,
            @Nullable TraceContext trace) {
        public static final int HOP_MAX = 255;
        public static final int BUDGET_MILLIS_MAX = 600_000;
        public static final UUID NO_LOOKUP = new UUID(0, 0);

        /** Not traced. */
        public Head(long tsMillis, int hop, int budgetMillis, UUID lookupId) {
            this(tsMillis, hop, budgetMillis, lookupId, null);
        }

        public Head {
            if (tsMillis < 0 || hop < 0 || hop > HOP_MAX || budgetMillis < 0 || budgetMillis > BUDGET_MILLIS_MAX) {
                throw new IllegalArgumentException(
                        "ts %d, hop %d, budget %d ms".formatted(tsMillis, hop, budgetMillis));
            }
        }
    }

    /** Are you there? */
    record Ping(Head head) implements Request {
        @Override
        public Opcode opcode() {
            return Opcode.PING;
        }
    }

    /** Who is near it? */
    record FindNode(Head head, Key target) implements Request {
        @Override
        public Opcode opcode() {
            return Opcode.FIND_NODE;
        }
    }

    /**
     * Who can provide it?
     *
     * @param limit most records wanted, 1 … {@value Message#RECORDS_MAX}
     */
    record FindValue(Head head, Key key, int limit) implements Request {
        public FindValue {
            if (limit < 1 || limit > RECORDS_MAX) {
                throw new IllegalArgumentException("a limit of %d is outside 1…%d".formatted(limit, RECORDS_MAX));
            }
        }

        @Override
        public Opcode opcode() {
            return Opcode.FIND_VALUE;
        }
    }

    /**
     * Keep these.
     *
     * @param records signed provider records or withdrawals, each a CBOR map
     * @param roots signatures by the root the records' paths lead to, each a CBOR array
     */
    record Provide(Head head, List<Encoded> records, Map<Key, Encoded> roots) implements Request {
        public Provide {
            records = List.copyOf(records);
            roots = Map.copyOf(roots);
            if (records.isEmpty() || records.size() > RECORDS_MAX || roots.size() > ROOTS_MAX) {
                throw new IllegalArgumentException("%d records with %d roots; 1…%d and at most %d go"
                        .formatted(records.size(), roots.size(), RECORDS_MAX, ROOTS_MAX));
            }
        }

        @Override
        public Opcode opcode() {
            return Opcode.PROVIDE;
        }
    }

    /** Who are you? */
    record NodeRecord(Head head) implements Request {
        @Override
        public Opcode opcode() {
            return Opcode.NODE_RECORD;
        }
    }

    /** Who signed that root? */
    record GetRoot(Head head, Key root) implements Request {
        @Override
        public Opcode opcode() {
            return Opcode.GET_ROOT;
        }
    }
}
