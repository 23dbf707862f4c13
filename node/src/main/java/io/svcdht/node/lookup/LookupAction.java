package io.svcdht.node.lookup;

/** What a lookup wants done. */
public sealed interface LookupAction {
    /** Ask the leg's peer, and report its answer, its time-out or its failure. */
    record Ask(Leg leg) implements LookupAction {}

    /** The leg's answer is of no use any more. */
    record Cancel(Leg leg) implements LookupAction {}

    /** The lookup is over; nothing it is told from now on matters. */
    record Finish(LookupResult result) implements LookupAction {}
}
