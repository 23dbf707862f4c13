package io.svcdht.node;

import io.svcdht.storage.replay.StateDiff;
import io.svcdht.storage.state.State;

/**
 * Views of the past, rebuilt apart from the serving state. Calls block while they replay: at most two at once, each
 * with a budget of 10 s of CPU.
 */
public interface History {
    /**
     * The state right after the event at {@code position}.
     *
     * @throws TooMuch if two views are being made already or this one costs too much
     * @throws io.svcdht.storage.journal.JournalTruncated if the past is not kept that far back
     */
    State stateAt(long position);

    /** What differs between the states at two positions, {@code from} ≤ {@code to}; errors as above. */
    StateDiff diff(long from, long to);

    /** Position of the last event at or before the instant. */
    long positionAt(long instantMillis);

    /** A view was refused or stopped; the message says which bound was reached. */
    final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public TooMuch(String message) {
            super(message);
        }
    }
}
