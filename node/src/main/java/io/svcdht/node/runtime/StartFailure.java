package io.svcdht.node.runtime;

import org.jspecify.annotations.Nullable;

/** A node that did not start: the sentence to show and the exit code of the process (contracts §3). */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public static final int BAD_CONFIGURATION = 2;
    public static final int CANNOT_BIND = 3;
    public static final int JOURNAL_DAMAGED = 5;

    private final int exitCode;

    public StartFailure(int exitCode, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
