package io.svcdht.node.runtime;

import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * The node's time: the wall clock when the node started plus the monotonic clock since, so that a step of the wall
 * clock expires nothing.
 */
final class NodeClock {
    private final LongSupplier wallMillis;
    private final LongSupplier nanos;
    private final long startWallMillis;
    private final long startNanos;
    private long knownDriftMillis;

    NodeClock() {
        this(System::currentTimeMillis, System::nanoTime);
    }

    /** @param nanos never goes back, and is of no moment in particular */
    NodeClock(LongSupplier wallMillis, LongSupplier nanos) {
        this.wallMillis = wallMillis;
        this.nanos = nanos;
        this.startWallMillis = wallMillis.getAsLong();
        this.startNanos = nanos.getAsLong();
    }

    /** When this clock was made. */
    long startedAtMillis() {
        return startWallMillis;
    }

    /** When the process began, on this clock. */
    long beganAtMillis() {
        return startWallMillis - ManagementFactory.getRuntimeMXBean().getUptime();
    }

    /** Milliseconds since the epoch; never goes back. */
    long millis() {
        return startWallMillis + (nanos.getAsLong() - startNanos) / 1_000_000;
    }

    /** By how much the wall clock has stepped since the last call, 0 where it is less than the given bound. */
    long stepOverMillis(long bound) {
        long drift = wallMillis.getAsLong() - millis();
        long step = drift - knownDriftMillis;
        if (Math.abs(step) <= bound) {
            return 0;
        }
        knownDriftMillis = drift;
        return step;
    }
}
