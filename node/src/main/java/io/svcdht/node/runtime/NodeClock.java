package io.svcdht.node.runtime;

import java.lang.management.ManagementFactory;

/**
 * The node's time: the wall clock when the node started plus the monotonic clock since, so that a step of the wall
 * clock expires nothing.
 */
final class NodeClock {
    private final long startWallMillis = System.currentTimeMillis();
    private final long startNanos = System.nanoTime();
    private long knownDriftMillis;

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
        return startWallMillis + (System.nanoTime() - startNanos) / 1_000_000;
    }

    /** By how much the wall clock has stepped since the last call, 0 where it is less than the given bound. */
    long stepOverMillis(long bound) {
        long drift = System.currentTimeMillis() - millis();
        long step = drift - knownDriftMillis;
        if (Math.abs(step) <= bound) {
            return 0;
        }
        knownDriftMillis = drift;
        return step;
    }
}
