package io.svcdht.node.http;

import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * News between those who publish, who never wait, and one reader who may be slow: so many are kept, and what came while
 * there was no room is counted and told where it is missing.
 */
final class Backlog {
    private final int max;
    private final ArrayDeque<Item> items = new ArrayDeque<>();
    /** One permit for each item. */
    private final Semaphore there = new Semaphore(0);
    /** What came behind the last item and found no room. */
    private long missed;

    /** What the reader gets. */
    sealed interface Item {
        /** @param json one line */
        record News(String address, String json) implements Item {}

        /** So many are missing here. */
        record Gap(long missed) implements Item {}
    }

    Backlog(int max) {
        this.max = max;
    }

    /** Any thread. */
    synchronized void add(String address, String json) {
        if (items.size() >= max) {
            missed++;
            return;
        }
        if (missed > 0) {
            put(new Item.Gap(missed));
            missed = 0;
        }
        put(new Item.News(address, json));
    }

    private void put(Item item) {
        items.add(item);
        there.release();
    }

    /** The next, waited for at most so long; null = nothing came. */
    @Nullable
    Item poll(long millis) throws InterruptedException {
        boolean any = there.tryAcquire(millis, TimeUnit.MILLISECONDS);
        synchronized (this) {
            if (any) {
                return items.poll();
            }
            if (missed == 0 || !items.isEmpty()) {
                return null;
            }
            Item gap = new Item.Gap(missed);
            missed = 0;
            return gap;
        }
    }
}
