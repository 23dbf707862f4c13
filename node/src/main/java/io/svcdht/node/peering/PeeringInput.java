package io.svcdht.node.peering;

import io.svcdht.node.kad.Peer;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.List;

/** Everything that can make a node do something among others; requests of others go to {@link Peering#answer}. */
public sealed interface PeeringInput {
    /** The ticket of what nobody waits for; a lookup that nobody waits for has one of its own below this. */
    long NOBODY_WAITS = 0;

    /** Get to know the network through these. */
    record Join(List<Peer> seeds) implements PeeringInput {}

    /** Look for records. */
    record Find(long ticket, Key key, Limits limits) implements PeeringInput {}

    /** Look for the closest nodes. */
    record Locate(long ticket, Key key, Limits limits) implements PeeringInput {}

    /** Hand the word to the closest nodes; that it stays there is seen to by the way. */
    record Publish(long ticket, Word word) implements PeeringInput {}

    /** Our own words were said while nobody was known; there is somebody now. */
    record TellAll() implements PeeringInput {}

    /** A peer that called us was called back where it says it listens, and is there. */
    record Reached(Peer peer) implements PeeringInput {}

    /**
     * A call was answered.
     *
     * @param proven the id that whoever answered has proven in the handshake
     */
    record Answered(Call call, NodeId proven, Response response) implements PeeringInput {}

    /** A call's time-out passed. */
    record TimedOut(Call call) implements PeeringInput {}

    /** A call came to nothing before its time-out. */
    record Unreachable(Call call) implements PeeringInput {}

    /** It is later than {@link Peering#wakeAtNanos()}. */
    record TimePassed() implements PeeringInput {}
}
