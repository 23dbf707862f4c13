package io.svcdht.node.peering;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is to be done when, in order of time and then of entry: a heap over plain arrays. */
final class Timers {
    /** Something to do later. */
    @FunctionalInterface
    interface Task {
        void run(long nowNanos, Consumer<PeeringAction> out);
    }

    private long[] times = new long[4];
    private long[] numbers = new long[4];
    private @Nullable Task[] tasks = new Task[4];
    private int size;
    private long entered;

    void at(long nanos, Task task) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            numbers = Arrays.copyOf(numbers, size * 2);
            tasks = Arrays.copyOf(tasks, size * 2);
        }
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            // The newcomer was entered last, so of equal times it is the later one.
            if (times[parent] <= nanos) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        put(at, nanos, entered++, task);
    }

    /** {@link Long#MAX_VALUE} if nothing is planned. */
    long nextNanos() {
        return size == 0 ? Long.MAX_VALUE : times[0];
    }

    /** The next task that is due, null if none is. */
    @Nullable
    Task due(long nowNanos) {
        if (size == 0 || times[0] > nowNanos) {
            return null;
        }
        Task first = tasks[0];
        size--;
        Task last = tasks[size];
        tasks[size] = null;
        if (size > 0 && last != null) {
            sink(times[size], numbers[size], last);
        }
        return first;
    }

    private void sink(long time, long number, Task task) {
        int at = 0;
        for (int child = 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && before(times[child + 1], numbers[child + 1], child)) {
                child++;
            }
            if (before(time, number, child)) {
                break;
            }
            move(child, at);
            at = child;
        }
        put(at, time, number, task);
    }

    private boolean before(long time, long number, int than) {
        return time < times[than] || time == times[than] && number < numbers[than];
    }

    private void move(int from, int to) {
        times[to] = times[from];
        numbers[to] = numbers[from];
        tasks[to] = tasks[from];
    }

    private void put(int at, long time, long number, Task task) {
        times[at] = time;
        numbers[at] = number;
        tasks[at] = task;
    }
}
