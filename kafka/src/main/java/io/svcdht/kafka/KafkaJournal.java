package io.svcdht.kafka;

import io.svcdht.kafka.RecentEvents.Kept;
import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Room;
import io.svcdht.storage.journal.Seam;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal whose events are on a topic, and nowhere else but in memory while they are recent. A force is the commit of
 * a transaction, which only the last writer that opened the journal can make: Kafka tells every earlier one that it was
 * fenced. Readers see what is appended at once, and others what is committed.
 */
final class KafkaJournal implements Journal {
    /** A transaction must not stay open: others in its partition cannot be read past it. */
    private static final long OPEN_NANOS_MAX = 500_000_000L;

    /** Usual are some milliseconds; a change of leader takes seconds. */
    private static final long SLOW_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(KafkaJournal.class);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final Parts parts;
    private final Frames frames;
    private final RecentEvents recent;
    private final Messages messages;
    private final WriterRecord writer;
    private final LeaderWatch leader = new LeaderWatch();
    private final AtomicLong last = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile long durable;
    private volatile @Nullable Exception sendFailure;
    private @Nullable JournalUnavailable failure;
    private boolean open;
    private long openedNanos;

    /**
     * What it works with.
     *
     * @param producer transactional, and this journal's alone
     * @param control the topic of nodes, where the writer's record is
     */
    record Parts(
            Producer<byte[], byte[]> producer,
            NodeEvents events,
            ControlTopic control,
            CheckpointTopic checkpoints,
            int recentEvents) {}

    /** @param frames where the replay stopped */
    KafkaJournal(Parts parts, WriterRecord writer, Frames frames, long bytes) {
        this.parts = parts;
        this.writer = writer;
        this.frames = frames;
        this.recent = new RecentEvents(parts.recentEvents());
        this.messages = new Messages(parts.events().node(), writer.epoch());
        this.last.set(frames.position());
        this.durable = frames.position();
        this.bytes.set(bytes);
    }

    @Override
    public Room room(long instantMillis) {
        if (failure != null) {
            throw failure;
        }
        if (open && System.nanoTime() - openedNanos > OPEN_NANOS_MAX) {
            commit();
        }
        return Room.ENOUGH;
    }

    @Override
    public long append(long instantMillis, long cause, DhtEvent event) {
        if (failure != null) {
            throw failure;
        }
        long before = last.getPlain();
        if (cause < 0 || cause > before) {
            throw new IllegalArgumentException("cause %d of position %d".formatted(cause, before + 1));
        }
        try {
            begin();
            ByteSink frame = frames.write(instantMillis, cause, event);
            int crc = Frames.crcOf(frame.array());
            JournalEntry entry = new JournalEntry(frames.position(), instantMillis, cause, event);
            send(entry, crc);
            recent.add(entry, crc);
            bytes.setRelease(bytes.getPlain() + frame.length());
            last.setRelease(entry.position());
            if (event instanceof DhtEvent.CheckpointTaken taken) {
                parts.checkpoints().taken(taken.upTo(), parts.events());
            }
        } catch (KafkaException | IllegalStateException e) {
            throw failed("an event could not be appended", e);
        }
        // Readers of what is not committed find it in the ring alone.
        if (last.getPlain() - durable >= recent.capacity() / 2) {
            commit();
        }
        return last.getPlain();
    }

    private void begin() {
        if (!open) {
            parts.producer().beginTransaction();
            open = true;
            openedNanos = System.nanoTime();
        }
    }

    private void send(JournalEntry entry, int crc) {
        byte[] crcBytes = ByteBuffer.allocate(Integer.BYTES).putInt(crc).array();
        ProducerRecord<byte[], byte[]> r = messages.event(
                parts.events().partition().topic(),
                parts.events().partition().partition(),
                entry.position(),
                entry.instantMillis(),
                messages.bytes(entry),
                List.of(new RecordHeader(Messages.CRC, crcBytes)));
        long position = entry.position();
        var _ = parts.producer().send(r, (meta, e) -> {
            if (e != null) {
                sendFailure = e;
            } else if (meta.hasOffset()) {
                parts.events().place(position, meta.offset());
            }
        });
    }

    @Override
    public CompletionStage<Long> durable(long position) {
        if (position <= durable) {
            return CompletableFuture.completedFuture(durable);
        }
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        try {
            commit();
            return CompletableFuture.completedFuture(durable);
        } catch (JournalUnavailable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void commit() {
        if (!open) {
            return;
        }
        long upTo = last.getPlain();
        long began = System.nanoTime();
        try {
            Optional<WriterRecord.Head> uploaded = parts.checkpoints().uploaded();
            uploaded.ifPresent(this::tell);
            parts.producer().commitTransaction();
            uploaded.ifPresent(head -> parts.checkpoints().told(head));
            open = false;
            durable = upTo;
        } catch (KafkaException | IllegalStateException e) {
            throw failed("what was appended could not be committed", e);
        }
        tellWhereSlow((System.nanoTime() - began) / 1_000_000);
    }

    /** The client waits for a new leader by itself, and everybody here waits with it. */
    private void tellWhereSlow(long millis) {
        if (millis > SLOW_MILLIS) {
            LOG.warn("A commit of the journal on {} took {} ms", parts.events().partition(), millis);
        }
        if (millis > SLOW_MILLIS || !leader.hasLooked()) {
            try {
                leader.changed(
                        parts.events().partition().partition(),
                        parts.producer()
                                .partitionsFor(parts.events().partition().topic()));
            } catch (KafkaException e) {
                LOG.debug("Who leads {} is not known", parts.events().partition(), e);
            }
        }
    }

    private void tell(WriterRecord.Head checkpoint) {
        WriterRecord now = new WriterRecord(
                writer.epoch(), writer.instance(), writer.host(), System.currentTimeMillis(), checkpoint);
        // What fails here fails the commit.
        var _ = parts.producer().send(parts.control().record(now));
    }

    private JournalUnavailable failed(String what, Exception e) {
        Exception sent = sendFailure;
        Throwable why = isFenced(e) || sent == null ? e : sent;
        JournalUnavailable f = isFenced(why) || isFenced(e)
                ? new JournalUnavailable(
                        ("%s: another writer has opened the journal of node %s, or the transaction was given up by"
                                        + " Kafka; this one was fenced off and appends no more")
                                .formatted(what, parts.events().node()),
                        why)
                : new JournalUnavailable("%s: %s".formatted(what, why), why);
        failure = f;
        return f;
    }

    private static boolean isFenced(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof ProducerFencedException || t instanceof InvalidProducerEpochException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long epoch() {
        return writer.epoch();
    }

    @Override
    public long bytes() {
        return bytes.getAcquire();
    }

    @Override
    public long firstPosition() {
        return parts.events().first();
    }

    @Override
    public long lastPosition() {
        return last.getAcquire();
    }

    @Override
    public Read read(long from) {
        return read(from, null);
    }

    @Override
    public Read readBehind(Seam seam) {
        long at = seam.position();
        if (at > lastPosition()) {
            throw new IllegalArgumentException("position %d lies beyond the last, %d".formatted(at, lastPosition()));
        }
        if (at >= firstPosition() && !hasCrc(at, seam.crc())) {
            throw new IllegalArgumentException("the event at position %d is another one".formatted(at));
        }
        return read(at + 1, seam);
    }

    private boolean hasCrc(long position, int crc) {
        Kept k = recent.get(position);
        if (k != null) {
            return k.crc() == crc;
        }
        try (NodeEvents.Walk w = parts.events().walkTo(position)) {
            Integer found = w.at(position).crc();
            return found == null || found == crc;
        } catch (KafkaException e) {
            throw new JournalUnavailable("position %d could not be read: %s".formatted(position, e.getMessage()), e);
        }
    }

    private Read read(long from, @Nullable Seam seam) {
        if (from < firstPosition()) {
            return new Read.Truncated(firstPosition());
        }
        if (from > lastPosition() + 1) {
            throw new IllegalArgumentException("position %d lies beyond the last, %d".formatted(from, lastPosition()));
        }
        return new Read.From(new KafkaJournalReader(parts.events(), recent::get, last::getAcquire, from, seam));
    }

    /** Commits nothing: what nobody was promised may be lost. */
    @Override
    public void close() {
        if (failure == null) {
            failure = new JournalUnavailable("the journal is closed");
        }
        parts.checkpoints().close();
        parts.producer().close(CLOSE_WAIT);
    }
}
