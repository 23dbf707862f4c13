package io.svcdht.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call that came to nothing. */
public final class DhtException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The node refused; {@link #code} says what. Asking again would not help. */
        REFUSED,
        /** The time was up; the cause is what the last attempt came to. Whether a write happened is not known. */
        DEADLINE,
        /** An answer that makes no sense, or breaks off. */
        BAD_ANSWER,
        /** The client was closed. */
        CLOSED
    }

    private final Reason reason;
    private final int status;
    private final String code;
    private final int attempts;

    DhtException(Reason reason, int status, String code, int attempts, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.status = status;
        this.code = code;
        this.attempts = attempts;
    }

    static DhtException badAnswer(String what, @Nullable Throwable cause) {
        return new DhtException(Reason.BAD_ANSWER, 0, "", 1, what, cause);
    }

    static DhtException closed() {
        return new DhtException(Reason.CLOSED, 0, "", 0, "the client is closed", null);
    }

    public Reason reason() {
        return reason;
    }

    /** HTTP status of the answer, empty where there was none. */
    public Optional<Integer> status() {
        return status == 0 ? Optional.empty() : Optional.of(status);
    }

    /** One of the node's closed set of errors, such as {@code BadRequest}; empty where it told none. */
    public String code() {
        return code;
    }

    /** How often it was tried. */
    public int attempts() {
        return attempts;
    }
}
