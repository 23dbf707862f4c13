package io.svcdht.node.sim;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What happens when: a heap with four children a node over plain arrays. Equal times keep the order of entry. */
final class EventQueue {
    private long[] times = new long[1 << 12];
    private long[] numbers = new long[1 << 12];
    private @Nullable SimEvent[] events = new SimEvent[1 << 12];
    private int size;
    private long entered;

    void add(long atNanos, SimEvent event) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            numbers = Arrays.copyOf(numbers, size * 2);
            events = Arrays.copyOf(events, size * 2);
        }
        int at = size++;
        long number = entered++;
        while (at > 0) {
            int parent = (at - 1) >>> 2;
            // The newcomer has the highest number, so of equal times it is the later one.
            if (times[parent] <= atNanos) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        put(at, atNanos, number, event);
    }

    /** {@link Long#MAX_VALUE} if there is none. */
    long nextNanos() {
        return size == 0 ? Long.MAX_VALUE : times[0];
    }

    /** Takes the next event out; there must be one. */
    SimEvent take() {
        SimEvent first = events[0];
        if (first == null) {
            throw new IllegalStateException("the queue is empty");
        }
        size--;
        long time = times[size];
        long number = numbers[size];
        SimEvent last = events[size];
        events[size] = null;
        if (size > 0 && last != null) {
            sink(time, number, last);
        }
        return first;
    }

    private void sink(long time, long number, SimEvent event) {
        int at = 0;
        while (true) {
            int child = (at << 2) + 1;
            if (child >= size) {
                break;
            }
            int end = Math.min(child + 4, size);
            for (int other = child + 1; other < end; other++) {
                if (before(times[other], numbers[other], child)) {
                    child = other;
                }
            }
            if (before(time, number, child)) {
                break;
            }
            move(child, at);
            at = child;
        }
        put(at, time, number, event);
    }

    private boolean before(long time, long number, int than) {
        return time < times[than] || time == times[than] && number < numbers[than];
    }

    private void move(int from, int to) {
        times[to] = times[from];
        numbers[to] = numbers[from];
        events[to] = events[from];
    }

    private void put(int at, long time, long number, SimEvent event) {
        times[at] = time;
        numbers[at] = number;
        events[at] = event;
    }
}
