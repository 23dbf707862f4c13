package io.svcdht.storage.journal;

/** The journal takes no more events. */
public final class JournalUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JournalUnavailable(String message) {
        super(message);
    }

    public JournalUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
