package io.svcdht.console.cli;

import org.jspecify.annotations.Nullable;

/** Ends a command with an exit code and a sentence for people. */
final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CommandFailed(int exitCode, String sentence) {
        this(exitCode, sentence, null);
    }

    CommandFailed(int exitCode, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
