package io.svcdht.node.peering;

import io.svcdht.node.kad.Crowding;
import io.svcdht.node.kad.Heard;
import io.svcdht.node.kad.Missed;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.lookup.Lookup;
import io.svcdht.node.lookup.LookupResult;
import io.svcdht.storage.model.Key;

/** What a node wants done, or noted. */
public sealed interface PeeringAction {
    /** Send the request, and hand the call back with its answer, time-out or failure. */
    record Send(Call call) implements PeeringAction {}

    /**
     * Nobody waits for this answer any more.
     *
     * @param hedge whether it was asked for because another was slow
     */
    record Cancel(Call call, boolean hedge) implements PeeringAction {}

    /** A find is over; the lookup can tell its trace. */
    record Found(long ticket, LookupResult result, Lookup lookup) implements PeeringAction {}

    /**
     * A lookup is over that this node began of its own accord.
     *
     * @param ticket the one its calls had, below {@link PeeringInput#NOBODY_WAITS}
     */
    record Looked(long ticket, Errand errand, Lookup lookup) implements PeeringAction {}

    /**
     * A publication reached so many holders, ourselves counted where we are one.
     *
     * @param lookup ticket of the lookup that told whom to hand it to, {@link PeeringInput#NOBODY_WAITS} = of none
     */
    record Published(long ticket, Word word, int holders, long lookup) implements PeeringAction {
        /** Handed to those that were known. */
        public Published(long ticket, Word word, int holders) {
            this(ticket, word, holders, PeeringInput.NOBODY_WAITS);
        }
    }

    /** A bucket was looked into; so many peers in its range answered. */
    record BucketRefreshed(int prefix, int heard) implements PeeringAction {}

    /** More ids lie beside the key than luck allows: somebody may have made theirs for it. */
    record Crowded(Key target, Crowding.Place place) implements PeeringAction {}

    /** The routing table did not take a peer, lest its network have more than its share of a bucket. */
    record TableRefused(Peer peer) implements PeeringAction {}

    /** The routing table took somebody in: to be journaled. */
    record TableGained(Heard change) implements PeeringAction {}

    /** The routing table gave somebody up: to be journaled. */
    record TableLost(Missed.Evicted change) implements PeeringAction {}

    /** The routing table let somebody go who is banned, which is journaled with the ban: only who came instead is news. */
    record TableDropped(Missed.Evicted change) implements PeeringAction {}
}
