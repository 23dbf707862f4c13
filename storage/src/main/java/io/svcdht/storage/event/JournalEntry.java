package io.svcdht.storage.event;

/**
 * One event where it stands in the journal.
 *
 * @param position 1, 2, 3 … without a gap
 * @param instantMillis when the node decided it, milliseconds since the epoch, UTC
 * @param cause position of the event this one follows from, 0 = none
 */
public record JournalEntry(long position, long instantMillis, long cause, DhtEvent event) {
    public JournalEntry {
        if (position < 1 || cause < 0 || cause >= position) {
            throw new IllegalArgumentException("position %d with cause %d".formatted(position, cause));
        }
    }
}
