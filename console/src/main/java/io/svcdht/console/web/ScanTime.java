package io.svcdht.console.web;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * How long a page's walks over records and events may take: so much of the processor's time, whatever else the machine
 * is doing, so that a page of a busy node shows no less. Begins when it is first asked, for a page may have waited for
 * its turn. For the one thread that makes the page.
 */
final class ScanTime implements BooleanSupplier {
    private static final long PAGE_MILLIS = 60;
    /** Where only the moment is asked for: who steps from event to event does not want to wait. */
    private static final long STEP_MILLIS = 12;
    /** A walk that waits for the disk takes no time of the processor. */
    private static final int WALL_FACTOR = 10;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long nanos;
    private boolean begun;
    private long cpuBegan;
    private long wallBegan;

    private ScanTime(long millis) {
        this.nanos = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** @param step whether the page is one of many that are turned over */
    static ScanTime of(boolean step) {
        return new ScanTime(step ? STEP_MILLIS : PAGE_MILLIS);
    }

    /** Whether it is spent. */
    @Override
    public boolean getAsBoolean() {
        long cpu = THREADS.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        if (!begun) {
            begun = true;
            cpuBegan = cpu;
            wallBegan = wall;
        }
        return cpu - cpuBegan >= nanos || wall - wallBegan >= WALL_FACTOR * nanos;
    }
}
