package io.svcdht.kafka;

import io.svcdht.node.Shipping.Trouble;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What was acknowledged since the start; read by metrics and pages while it grows. */
final class ShipCounts {
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong traces = new AtomicLong();
    private final AtomicLong cards = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong leaders = new AtomicLong();
    private final Map<Trouble, Long> failures = new EnumMap<>(Trouble.class);
    private volatile long position;

    void shippedUpTo(long found) {
        position = found;
    }

    void event(long at) {
        events.incrementAndGet();
        position = at;
    }

    void trace() {
        traces.incrementAndGet();
    }

    void card() {
        cards.incrementAndGet();
    }

    void lost(long more) {
        lost.addAndGet(more);
    }

    void leader() {
        leaders.incrementAndGet();
    }

    void failed(Trouble by) {
        synchronized (failures) {
            failures.merge(by, 1L, Long::sum);
        }
    }

    Map<Trouble, Long> failures() {
        synchronized (failures) {
            return Map.copyOf(failures);
        }
    }

    long leaders() {
        return leaders.get();
    }

    long position() {
        return position;
    }

    long events() {
        return events.get();
    }

    long traces() {
        return traces.get();
    }

    long cards() {
        return cards.get();
    }

    long lost() {
        return lost.get();
    }
}
