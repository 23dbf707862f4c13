package io.svcdht.node.peering;

import io.svcdht.node.lookup.Leg;
import io.svcdht.node.lookup.Lookup;
import io.svcdht.node.lookup.LookupResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A lookup that runs, with the calls of its legs. */
final class Search {
    /** What to do with its end. */
    @FunctionalInterface
    interface End {
        void ended(Search search, LookupResult result, long nowNanos, Consumer<PeeringAction> out);
    }

    final Lookup lookup;
    final End end;
    /** Who asked for it, below {@link PeeringInput#NOBODY_WAITS} = nobody. */
    final long ticket;
    /** When the next timer for it goes off, {@link Long#MAX_VALUE} = there is none. */
    long armedAtNanos = Long.MAX_VALUE;

    private final List<Call> calls = new ArrayList<>(8);

    Search(Lookup lookup, long ticket, End end) {
        this.lookup = lookup;
        this.end = end;
        this.ticket = ticket;
    }

    void sent(Call call) {
        calls.add(call);
    }

    Call callOf(Leg leg) {
        for (Call call : calls) {
            if (call.purpose() instanceof Call.Purpose.ForLeg(var _, Leg of) && of == leg) {
                return call;
            }
        }
        throw new IllegalStateException(
                "no call was made for the leg to " + leg.peer().id());
    }
}
