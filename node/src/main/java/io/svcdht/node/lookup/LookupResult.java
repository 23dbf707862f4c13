package io.svcdht.node.lookup;

import io.svcdht.node.kad.Peer;
import io.svcdht.storage.model.ProviderRecord;
import java.util.List;

/**
 * How a lookup ended.
 *
 * @param records what was found, one per identity, best first
 * @param closest the closest peers that answered, closest first, at most k
 * @param hops depth of the path to the peer that returned the first record; without one, of the deepest that answered
 * @param messages requests sent
 * @param hedges those among them that were sent because another was slow
 */
public record LookupResult(
        Outcome outcome,
        List<ProviderRecord> records,
        List<Peer> closest,
        int hops,
        int messages,
        int hedges,
        long tookNanos) {
    /** Kept apart, for they mean different things to whoever asked. */
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

    /** The same of two searches for one thing, of which the other was over before or came to nothing. */
    public LookupResult with(LookupResult other) {
        return new LookupResult(
                outcome,
                records,
                closest,
                hops,
                messages + other.messages,
                hedges + other.hedges,
                tookNanos + other.tookNanos);
    }
}
