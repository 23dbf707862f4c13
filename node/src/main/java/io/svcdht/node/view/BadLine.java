package io.svcdht.node.view;

/** A line that is no journal entry; the message begins with the line's number. */
public final class BadLine extends Exception {
    private static final long serialVersionUID = 1L;

    private final long line;

    public BadLine(long line, String sentence) {
        super("line %d: %s".formatted(line, sentence));
        this.line = line;
    }

    /** From 1. */
    public long line() {
        return line;
    }
}
