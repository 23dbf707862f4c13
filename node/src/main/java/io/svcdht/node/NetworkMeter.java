package io.svcdht.node;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.lookup.LookupResult;
import io.svcdht.node.recent.Refusals;
import io.svcdht.node.trust.PqCounts;
import io.svcdht.node.trust.RefusalCounts;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.NodeId;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** What a network counts. Cheap, and callable from any thread. */
public interface NetworkMeter {
    /** What a search was for; a closed set, for it labels metrics. */
    enum Search {
        FIND,
        FIND_NODE
    }

    /** What happened to the routing table. */
    enum RouteUpdate {
        ADDED,
        REPLACED,
        EVICTED
    }

    /** A search over the network ended. */
    void searched(Search search, int hops, int hedges);

    /** A search over the network ended so, wherever it was asked for. */
    default void ended(Search search, LookupResult.Outcome outcome) {}

    /** A hedge was given up because its answer is of no use any more. */
    void hedgeCancelled();

    /** A word of our own was handed out: to somebody, or to nobody. */
    void published(boolean reachedAny);

    void routed(RouteUpdate update);

    /** A record that a peer wanted held was not taken. */
    void rejected(ErrorCode why);

    /**
     * Who that was, beside what is counted.
     *
     * @param reason from a closed set
     * @param what asked for now and then
     */
    default void refused(Refusals.Way way, NodeId who, String reason, Supplier<Refusals.What> what) {}

    /** A word of ours was refused by who was to hold it. */
    void turnedAway(WireCode code);

    /** Records were not looked at, for as many waited for a worker as may. */
    void shed();

    /** From now on the number of those that wait is asked for at every scrape. */
    void bind(IntSupplier checksWaiting);

    /** From now on these are asked for at every scrape. */
    void bind(PqCounts signed, RefusalCounts refused);

    /** Something was turned away as a queue was full. */
    default void dropped(String queue) {}

    /** From now on the depth of a queue is asked for at every scrape. */
    default void queue(String name, IntSupplier depth) {}

    /** From now on the standing is asked for at every scrape. */
    void bind(Supplier<Network.Standing> standing);

    /** Counts nothing. */
    NetworkMeter NONE = new NetworkMeter() {
        @Override
        public void searched(Search search, int hops, int hedges) {}

        @Override
        public void hedgeCancelled() {}

        @Override
        public void published(boolean reachedAny) {}

        @Override
        public void routed(RouteUpdate update) {}

        @Override
        public void rejected(ErrorCode why) {}

        @Override
        public void shed() {}

        @Override
        public void bind(IntSupplier checksWaiting) {}

        @Override
        public void turnedAway(WireCode code) {}

        @Override
        public void bind(PqCounts signed, RefusalCounts refused) {}

        @Override
        public void bind(Supplier<Network.Standing> standing) {}
    };
}
