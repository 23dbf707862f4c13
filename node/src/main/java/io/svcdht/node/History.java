package io.svcdht.node;

import io.svcdht.storage.checkpoint.Sidecars;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.StateDiff;
import io.svcdht.storage.replay.View;
import java.util.function.BiFunction;

/**
 * Views of the past, made apart from the serving state. Calls block while they fold: at most two at once, each with a
 * budget of 10 s of CPU.
 */
public interface History {
    /**
     * Looks at the state right after the event at {@code position}.
     *
     * @param look what to do with the view, which is not to be used afterwards; long work asks the budget now and then
     * @throws TooMuch if two views are being made already or this one costs too much
     * @throws io.svcdht.storage.journal.JournalTruncated if the past is not kept that far back
     * @throws io.svcdht.storage.checkpoint.CheckpointDamaged if its checkpoint turns out to be damaged on the way
     */
    <T> T at(long position, BiFunction<View, Budget, T> look);

    /**
     * The same with a view that is made for this alone, so that a checkpoint can be made of it.
     *
     * @see #at
     */
    <T> T alone(long position, BiFunction<View, Budget, T> look);

    /** What differs between the states at two positions, {@code from} ≤ {@code to}; errors as above. */
    StateDiff diff(long from, long to);

    /** What makes a search of events cheap. */
    Sidecars sidecars();

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
