package io.svcdht.node.engine;

import io.svcdht.node.error.ErrorCode;
import java.util.List;

/** What became of a request. */
public sealed interface Outcome {
    /** The record is journaled and holds until {@code expiresAtMillis}. */
    record Provided(long position, int ttlSeconds, long expiresAtMillis) implements Outcome {}

    /** Another publisher's word is kept; {@code position} is where the journal has it. */
    record Held(long position) implements Outcome {}

    /** One outcome for each record of a batch, in its order: {@link Provided}, {@link Held} or {@link Refused}. */
    record Each(List<Outcome> outcomes) implements Outcome {}

    /** Our record is taken back. */
    record Withdrawn(long position) implements Outcome {}

    /** Done, with nothing to tell. */
    record Done(long position) implements Outcome {}

    /** All events up to the position outlive a power cut. */
    record Forced(long position) implements Outcome {}

    /** Nothing was changed. */
    record Refused(ErrorCode code, String detail) implements Outcome {}
}
