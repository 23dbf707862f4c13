package io.svcdht.storage.trace;

/**
 * The event types of the trace journal with the code each has on disk; the codes of the journal's own types are others
 * ({@link io.svcdht.storage.event.EventType}). A code is never reused.
 */
public enum TraceType {
    LookupFinished(96),
    LegFinished(97),
    PingFailed(98);

    private final int code;

    TraceType(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
