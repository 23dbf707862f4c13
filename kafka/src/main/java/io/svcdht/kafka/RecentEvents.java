package io.svcdht.kafka;

import io.svcdht.storage.event.JournalEntry;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A ring of the latest events: what readers see before it is committed, and need not fetch while it is recent. */
final class RecentEvents {
    private final AtomicReferenceArray<@Nullable Kept> ring;

    /** @param crc of the event's frame */
    record Kept(JournalEntry entry, int crc) {}

    RecentEvents(int capacity) {
        ring = new AtomicReferenceArray<>(capacity);
    }

    int capacity() {
        return ring.length();
    }

    void add(JournalEntry entry, int crc) {
        ring.set((int) (entry.position() % ring.length()), new Kept(entry, crc));
    }

    /** Null where it has left the ring, or never was in it. */
    @Nullable
    Kept get(long position) {
        Kept k = ring.get((int) (position % ring.length()));
        return k != null && k.entry().position() == position ? k : null;
    }
}
