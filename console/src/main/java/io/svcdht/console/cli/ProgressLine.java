package io.svcdht.console.cli;

/** A line on the terminal that is written over and over, and gone at the end. Nothing at all in a pipe. */
final class ProgressLine implements AutoCloseable {
    private static final long INTERVAL_NANOS = 100_000_000;

    private final Io io;
    private long shownAtNanos = System.nanoTime() - INTERVAL_NANOS;
    private boolean dirty;

    ProgressLine(Io io) {
        this.io = io;
    }

    /** Shows the text unless another was shown just before. */
    synchronized void show(String text) {
        long now = System.nanoTime();
        if (io.terminal() && now - shownAtNanos >= INTERVAL_NANOS) {
            shownAtNanos = now;
            dirty = true;
            io.err().print("\r\033[K" + text);
            io.err().flush();
        }
    }

    /** Makes room for a message. */
    synchronized void clear() {
        if (dirty) {
            dirty = false;
            io.err().print("\r\033[K");
            io.err().flush();
        }
    }

    @Override
    public void close() {
        clear();
    }
}
