package io.svcdht.kafka;

import io.svcdht.kafka.RecentEvents.Kept;
import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Seam;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Walks a journal on a topic: what is recent from memory, what is not from the brokers. A walk from a seam makes each
 * event's frame again and holds its checksum, which covers the event before as well, against the one that was written.
 */
final class KafkaJournalReader implements JournalReader {
    private final NodeEvents events;
    private final LongFunction<@Nullable Kept> recent;
    private final LongSupplier last;
    private final @Nullable Frames frames;
    private NodeEvents.@Nullable Walk walk;
    private long next;
    private long bytes;

    /** @param seam behind which it begins; null = in the middle, so that no seam can be told */
    KafkaJournalReader(
            NodeEvents events, LongFunction<@Nullable Kept> recent, LongSupplier last, long from, @Nullable Seam seam) {
        this.events = events;
        this.recent = recent;
        this.last = last;
        this.next = from;
        this.frames = seam == null ? null : Frames.at(seam);
        this.bytes = seam == null ? 0 : seam.journalBytes();
    }

    @Override
    public @Nullable JournalEntry next() {
        if (next > last.getAsLong()) {
            return null;
        }
        Kept k = recent.apply(next);
        if (k != null) {
            letGo();
            check(k.entry(), k.crc());
            next++;
            return k.entry();
        }
        NodeEvents.Found found = fetched(next);
        events.place(next, found.offset());
        check(found.entry(), found.crc());
        next++;
        return found.entry();
    }

    private NodeEvents.Found fetched(long position) {
        try {
            return walkedTo(position);
        } catch (OffsetOutOfRangeException e) {
            letGo();
            events.lookForFirst(last.getAsLong() + 1);
            if (position < events.first()) {
                throw new JournalTruncated(position, events.first());
            }
            return walkedTo(position);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            throw new JournalUnavailable("position %d could not be read: %s".formatted(position, e.getMessage()), e);
        }
    }

    private NodeEvents.Found walkedTo(long position) {
        NodeEvents.Walk w = walk;
        if (w == null) {
            w = events.walkTo(position);
            walk = w;
        }
        return w.at(position);
    }

    private void check(JournalEntry e, @Nullable Integer crc) {
        if (frames == null) {
            return;
        }
        ByteSink frame = frames.write(e.instantMillis(), e.cause(), e.event());
        if (frames.position() != e.position() || crc != null && crc != Frames.crcOf(frame.array())) {
            throw new JournalDamaged(
                    events.partition().toString(),
                    e.position(),
                    "CRC-32C of the frame is %08x, written was %s"
                            .formatted(Frames.crcOf(frame.array()), crc == null ? "none" : Integer.toHexString(crc)));
        }
        bytes += frame.length();
    }

    /** Where the walk stands; a writer takes over from here. */
    Frames frames() {
        if (frames == null) {
            throw new IllegalStateException("this walk did not begin at a seam");
        }
        return frames;
    }

    /** Bytes up to the last event read. */
    long bytes() {
        return bytes;
    }

    @Override
    public Seam seam() {
        return frames().seam(bytes);
    }

    private void letGo() {
        NodeEvents.Walk w = walk;
        walk = null;
        if (w != null) {
            w.close();
        }
    }

    @Override
    public void close() {
        letGo();
        next = Long.MAX_VALUE;
    }
}
