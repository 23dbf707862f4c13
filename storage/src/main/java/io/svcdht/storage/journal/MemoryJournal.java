package io.svcdht.storage.journal;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.Key;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The journal of amnesia mode: a ring of the latest events in memory. Nothing touches a disk; what left the ring is
 * truncated, and nothing survives the process. The ring grows as it fills.
 */
public final class MemoryJournal implements Journal {
    /** Events kept unless told otherwise. */
    public static final int EVENTS_DEFAULT = 65_536;

    private static final int EVENTS_FIRST = 256;

    private final int capacity;
    /** Read after {@link #last}: a ring that has the last entry was there before it. */
    private volatile AtomicReferenceArray<@Nullable JournalEntry> ring;

    private volatile long last;
    private volatile boolean closed;

    public MemoryJournal() {
        this(EVENTS_DEFAULT);
    }

    public MemoryJournal(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a ring of " + capacity + " events");
        }
        this.capacity = capacity;
        ring = new AtomicReferenceArray<>(Math.min(capacity, EVENTS_FIRST));
    }

    @Override
    public long append(long instantMillis, long cause, DhtEvent event) {
        if (closed) {
            throw new JournalUnavailable("the journal is closed");
        }
        long position = last + 1;
        AtomicReferenceArray<@Nullable JournalEntry> r = ring;
        if (position > r.length() && r.length() < capacity) {
            r = grown(r);
            ring = r;
        }
        r.set(slot(r, position), new JournalEntry(position, instantMillis, cause, event));
        last = position;
        return position;
    }

    /** Memory is as durable as amnesia gets: completes at once. */
    @Override
    public CompletionStage<Long> durable(long position) {
        return CompletableFuture.completedFuture(last);
    }

    @Override
    public long epoch() {
        return 1;
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public long firstPosition() {
        return Math.max(1, last - capacity + 1);
    }

    @Override
    public long lastPosition() {
        return last;
    }

    @Override
    public Read read(long from) {
        long first = firstPosition();
        if (from < first) {
            return new Read.Truncated(first);
        }
        if (from > last + 1) {
            throw new IllegalArgumentException("position %d lies beyond the last, %d".formatted(from, last));
        }
        return new Read.From(new RingReader(from));
    }

    /** A ring has no frames to check; the position is all of a seam that counts. */
    @Override
    public Read readBehind(Seam seam) {
        return read(seam.position() + 1);
    }

    @Override
    public void close() {
        closed = true;
    }

    /** The same entries with twice the room; until a ring has its capacity nothing has left it. */
    private AtomicReferenceArray<@Nullable JournalEntry> grown(AtomicReferenceArray<@Nullable JournalEntry> small) {
        AtomicReferenceArray<@Nullable JournalEntry> large =
                new AtomicReferenceArray<>((int) Math.min(capacity, 2L * small.length()));
        for (long p = 1; p <= small.length(); p++) {
            large.set(slot(large, p), small.get(slot(small, p)));
        }
        return large;
    }

    private static int slot(AtomicReferenceArray<?> ring, long position) {
        return (int) (position % ring.length());
    }

    private final class RingReader implements JournalReader {
        private long next;

        RingReader(long from) {
            next = from;
        }

        @Override
        public @Nullable JournalEntry next() {
            if (next > last) {
                return null;
            }
            AtomicReferenceArray<@Nullable JournalEntry> r = ring;
            JournalEntry entry = r.get(slot(r, next));
            if (entry == null || entry.position() != next) {
                throw new JournalTruncated(next, firstPosition());
            }
            next++;
            return entry;
        }

        @Override
        public Seam seam() {
            return new Seam(next - 1, 0, new Key(0, 0, 0, 0), new byte[0], 0);
        }

        @Override
        public void close() {
            next = Long.MAX_VALUE;
        }
    }
}
