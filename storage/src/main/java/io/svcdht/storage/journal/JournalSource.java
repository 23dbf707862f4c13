package io.svcdht.storage.journal;

/** The reading side of a journal: what replay, tail, views of the past and the command line need. */
public interface JournalSource {
    /** Position of the first event still kept; 1 + {@link #lastPosition()} when there is none. */
    long firstPosition();

    /** Position of the last event a new reader would see, 0 = none yet. */
    long lastPosition();

    /**
     * Opens a reader whose first event is the one at {@code from}; {@code from} may be one past the last.
     *
     * @throws JournalDamaged if the place cannot be reached
     */
    Read read(long from);

    /**
     * Opens a reader behind a seam that an earlier walk over this journal left, so that nothing before it is read and
     * yet every check goes on.
     *
     * @throws JournalDamaged if the place cannot be reached
     * @throws IllegalArgumentException if the seam is not of this journal, or lies beyond its end
     */
    Read readBehind(Seam seam);

    /** Either a reader or the news that the events asked for are gone. */
    sealed interface Read {
        record From(JournalReader reader) implements Read {}

        /** Events before {@code firstRetained} were pruned, or left the ring. */
        record Truncated(long firstRetained) implements Read {}
    }

    /** A reader from the first retained event on. */
    default JournalReader readAll() {
        while (true) {
            if (read(firstPosition()) instanceof Read.From(JournalReader reader)) {
                return reader;
            }
        }
    }
}
