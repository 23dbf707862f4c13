package io.svcdht.console.cli;

/** What the process says when it ends. */
public final class ExitCode {
    public static final int OK = 0;
    /** Asked for something that is not there, or not all of it worked. */
    public static final int FAILED = 1;
    /** Bad configuration or usage, or a directory that is foreign or cannot be written. */
    public static final int USAGE = 2;
    /** An address or a data directory that another process holds. */
    public static final int CANNOT_BIND = 3;

    /** With {@code strict_ready}: nobody was met in time. */
    public static final int NOT_BOOTSTRAPPED = 4;

    public static final int JOURNAL_DAMAGED = 5;
    /** Ended by Ctrl-C, as shells count it. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
