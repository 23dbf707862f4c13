package io.svcdht.node.kad;

import org.jspecify.annotations.Nullable;

/** What follows from a ping that was not answered. */
public sealed interface Missed {
    /** Ping it again in a while: {@value KBucket#PINGS_MAX} in a row decide. */
    record AskAgain(Peer peer, int failures, long delayNanos) implements Missed {}

    /**
     * It is no member any more.
     *
     * @param promoted who came from the replacement cache into its place; should be pinged, for it was heard of a while
     *     ago
     */
    record Evicted(Peer peer, @Nullable Peer promoted) implements Missed {}

    /** It is no member, so nothing follows. */
    record Stranger() implements Missed {}
}
