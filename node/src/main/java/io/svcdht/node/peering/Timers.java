package io.svcdht.node.peering;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is to be done when, in order of time and then of entry. */
final class Timers {
    /** Something to do later. */
    @FunctionalInterface
    interface Task {
        void run(long nowNanos, Consumer<PeeringAction> out);
    }

    private record Timer(long atNanos, long number, Task task) {}

    private final PriorityQueue<Timer> queue = new PriorityQueue<>(
            4, Comparator.comparingLong((Timer t) -> t.atNanos).thenComparingLong(t -> t.number));
    private long numbers;

    void at(long nanos, Task task) {
        queue.add(new Timer(nanos, numbers++, task));
    }

    /** {@link Long#MAX_VALUE} if nothing is planned. */
    long nextNanos() {
        Timer first = queue.peek();
        return first == null ? Long.MAX_VALUE : first.atNanos;
    }

    /** The next task that is due, null if none is. */
    @Nullable
    Task due(long nowNanos) {
        Timer first = queue.peek();
        if (first == null || first.atNanos > nowNanos) {
            return null;
        }
        queue.remove();
        return first.task;
    }
}
