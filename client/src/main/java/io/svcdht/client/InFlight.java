package io.svcdht.client;

import java.util.ArrayDeque;
import java.util.Queue;

/** Lets so many requests go at once; whoever comes later goes when another is through, in order. */
final class InFlight {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int free;

    InFlight(int max) {
        free = max;
    }

    /** Runs it now or later; it must {@link #leave} exactly once. */
    void enter(Runnable request) {
        synchronized (this) {
            if (free == 0) {
                waiting.add(request);
                return;
            }
            free--;
        }
        request.run();
    }

    void leave() {
        Runnable next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        next.run();
    }
}
