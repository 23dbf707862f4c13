package io.svcdht.node.http;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all batches of a server share: the more there are, the smaller a portion each hands to the engine at once, so
 * that neither their number nor their lines make a single request wait for long.
 */
final class Batches {
    private static final int PORTION_LINES_MAX = 1024;
    private static final int PORTION_LINES_MIN = 64;
    private static final int PORTION_LINES_ALL = 4096;
    private static final int PORTION_BYTES_MAX = 256 << 10;
    private static final int PORTION_BYTES_MIN = 16 << 10;
    private static final int PORTION_BYTES_ALL = 1 << 20;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger lines = new AtomicInteger();

    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    /** Batches under way. */
    int open() {
        return open.get();
    }

    /** Lines that were read, and whose results have not been handed to a connection. */
    int linesInFlight() {
        return lines.get();
    }

    void inFlight(int more) {
        lines.addAndGet(more);
    }

    int portionLines() {
        return Math.clamp(PORTION_LINES_ALL / Math.max(1, open.get()), PORTION_LINES_MIN, PORTION_LINES_MAX);
    }

    int portionBytes() {
        return Math.clamp(PORTION_BYTES_ALL / Math.max(1, open.get()), PORTION_BYTES_MIN, PORTION_BYTES_MAX);
    }
}
