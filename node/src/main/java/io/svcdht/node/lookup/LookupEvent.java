package io.svcdht.node.lookup;

import io.svcdht.node.kad.Peer;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.List;

/** What a lookup is told. */
public sealed interface LookupEvent {
    /** Begin. */
    record Started() implements LookupEvent {}

    /**
     * The peer of a leg answered.
     *
     * @param proven the id that whoever answered has proven in the handshake
     * @param contacts whom it knows closer to the target, unchecked
     * @param records what it holds; only what was verified
     */
    record Answered(Leg leg, NodeId proven, List<Peer> contacts, List<ProviderRecord> records) implements LookupEvent {}

    /** A leg's time-out passed. */
    record TimedOut(Leg leg) implements LookupEvent {}

    /** A leg came to nothing before its time-out: connection refused, quota hit, broken frame. */
    record Unreachable(Leg leg) implements LookupEvent {}

    /** It is later than {@link Lookup#wakeAtNanos()}. */
    record TimePassed() implements LookupEvent {}
}
