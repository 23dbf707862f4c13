package io.svcdht.storage.journal;

/** The events a reader was about to read are no longer kept. */
public final class JournalTruncated extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long firstRetained;

    public JournalTruncated(long wanted, long firstRetained) {
        super("position %d is no longer kept; the first retained is %d".formatted(wanted, firstRetained));
        this.firstRetained = firstRetained;
    }

    public long firstRetained() {
        return firstRetained;
    }
}
