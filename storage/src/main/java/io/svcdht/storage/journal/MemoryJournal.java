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
 * truncated, and nothing survives the process.
 */
public final class MemoryJournal implements Journal {
    /** Events kept unless told otherwise. */
    public static final int EVENTS_DEFAULT = 65_536;

    private final AtomicReferenceArray<@Nullable JournalEntry> ring;
    private volatile long last;
    private volatile boolean closed;

    public MemoryJournal() {
        this(EVENTS_DEFAULT);
    }

    public MemoryJournal(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a ring of " + capacity + " events");
        }
        ring = new AtomicReferenceArray<>(capacity);
    }

    @Override
    public long append(long instantMillis, long cause, DhtEvent event) {
        if (closed) {
            throw new JournalUnavailable("the journal is closed");
        }
        long position = last + 1;
        ring.set(slot(position), new JournalEntry(position, instantMillis, cause, event));
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
        return Math.max(1, last - ring.length() + 1);
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

    private int slot(long position) {
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
            JournalEntry entry = ring.get(slot(next));
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
