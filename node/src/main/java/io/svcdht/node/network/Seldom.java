package io.svcdht.node.network;

import java.util.concurrent.atomic.AtomicLong;

/** Lets something be said once a minute, however often it happens. Any thread. */
final class Seldom {
    private static final long PAUSE_NANOS = 60_000_000_000L;

    private final AtomicLong saidNanos = new AtomicLong(Long.MIN_VALUE);

    boolean now(long nowNanos) {
        long said = saidNanos.get();
        return (said == Long.MIN_VALUE || nowNanos - said >= PAUSE_NANOS) && saidNanos.compareAndSet(said, nowNanos);
    }
}
