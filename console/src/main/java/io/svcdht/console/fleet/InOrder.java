package io.svcdht.console.fleet;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * One node's events on their way into an index: what a broken connection made come late is waited for, so that no hole
 * is taken for final that is filled a moment later.
 */
final class InOrder {
    private final NavigableMap<Long, byte[]> waiting = new TreeMap<>();
    /** 0 = whatever comes first. */
    private long next;

    private long sinceNanos;
    private long bytes;

    /** @param last position that is there already, 0 = none */
    InOrder(long last) {
        this.next = last == 0 ? 0 : last + 1;
    }

    /** Takes an event on. */
    @FunctionalInterface
    interface Into {
        void event(long position, byte[] bytes);
    }

    /** Passes on what is next; what lies behind a hole waits. */
    void offer(long position, byte[] event, long nowNanos, Into into) {
        if (next == 0) {
            next = position;
        }
        if (position > next) {
            if (waiting.isEmpty()) {
                sinceNanos = nowNanos;
            }
            if (waiting.putIfAbsent(position, event) == null) {
                bytes += event.length;
            }
            return;
        }
        into.event(position, event);
        if (position == next) {
            next++;
            run(into);
            sinceNanos = nowNanos;
        }
    }

    private void run(Into into) {
        for (Map.Entry<Long, byte[]> e = waiting.firstEntry();
                e != null && e.getKey() <= next;
                e = waiting.firstEntry()) {
            waiting.pollFirstEntry();
            bytes -= e.getValue().length;
            if (e.getKey() == next) {
                into.event(next, e.getValue());
                next++;
            }
        }
    }

    /** Takes the first hole for final: nothing that is missing there will come. */
    void giveUp(long nowNanos, Into into) {
        if (!waiting.isEmpty()) {
            next = waiting.firstKey();
            run(into);
            sinceNanos = nowNanos;
        }
    }

    /** Whether something waits. */
    boolean waits() {
        return !waiting.isEmpty();
    }

    /** When the hole became the first there is. */
    long sinceNanos() {
        return sinceNanos;
    }

    /** What waits takes. */
    long bytes() {
        return bytes;
    }
}
