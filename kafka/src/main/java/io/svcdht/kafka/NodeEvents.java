package io.svcdht.kafka;

import io.svcdht.kafka.WriterRecord.Place;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.model.NodeId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One node's events in the partition where they are, among those of others; any thread. */
final class NodeEvents {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    /** One place of so many is remembered, so that a reader seeks near to where it wants to be. */
    static final int PLACE_EACH = 1_024;
    /** Below that, reading on is as fast as seeking. */
    private static final long NEAR = 20_000;

    private final ClientSettings settings;
    private final NodeId node;
    private final byte[] key;
    private final TopicPartition partition;
    private final NavigableMap<Long, Long> places = new ConcurrentSkipListMap<>();
    private volatile long first = 1;

    NodeEvents(ClientSettings settings, NodeId node, TopicPartition partition) {
        this.settings = settings;
        this.node = node;
        this.key = node.key().bytes();
        this.partition = partition;
    }

    TopicPartition partition() {
        return partition;
    }

    /** The first position that is kept, as far as is known: a broker forgets without saying so. */
    long first() {
        return first;
    }

    void first(long position) {
        first = position;
        places.headMap(position).clear();
    }

    /**
     * Looks at what the broker has forgotten meanwhile.
     *
     * @param behindLast the first position where none is kept at all
     */
    void lookForFirst(long behindLast) {
        try (Walk w = walk(0)) {
            Long found = w.positionAtOrBehind(w.first(), w.end());
            first(found == null ? behindLast : found);
        }
    }

    /** Remembers where an event is. */
    void place(long position, long offset) {
        if (position % PLACE_EACH == 0 || places.isEmpty()) {
            places.put(position, offset);
        }
    }

    /** A place at or before a position, as near as is known. */
    Optional<Place> near(long position) {
        Map.Entry<Long, Long> e = places.floorEntry(position);
        return e == null ? Optional.empty() : Optional.of(new Place(e.getKey(), e.getValue()));
    }

    /**
     * An event as it is on the topic.
     *
     * @param crc of the journal's frame; null where whoever wrote it did not keep the journal there
     */
    record Found(JournalEntry entry, @Nullable Integer crc, long offset) {}

    /** Opens a walk over this node's events from an offset on. */
    Walk walk(long offset) {
        // Whoever reads a journal does so on a thread of its own.
        Consumer<byte[], byte[]> consumer = OwnLoader.with(() -> new KafkaConsumer<>(settings.consumer()));
        consumer.assign(List.of(partition));
        consumer.seek(partition, offset);
        return new Walk(consumer);
    }

    /** Opens a walk that begins at or shortly before a position. */
    Walk walkTo(long position) {
        Optional<Place> near = near(position);
        if (near.isPresent()) {
            return walk(near.get().offset());
        }
        try (Walk w = walk(0)) {
            long low = w.first();
            long high = places.isEmpty() ? w.end() : places.firstEntry().getValue();
            while (high - low > NEAR) {
                long middle = low + (high - low) / 2;
                Long found = w.positionAtOrBehind(middle, high);
                if (found == null || found > position) {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            return walk(low);
        }
    }

    /** Walks forward. For one thread. */
    final class Walk implements AutoCloseable {
        private final Consumer<byte[], byte[]> consumer;
        private final Deque<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();

        private Walk(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        long first() {
            return consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        }

        /** Behind the last that was committed. */
        long end() {
            return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        }

        void seek(long offset) {
            fetched.clear();
            consumer.seek(partition, offset);
        }

        /** The position of this node's first event at or behind an offset; null where there is none before {@code end}. */
        @Nullable
        Long positionAtOrBehind(long offset, long end) {
            seek(offset);
            ConsumerRecord<byte[], byte[]> r = next(end);
            return r == null
                    ? null
                    : Messages.labels(r).map(Messages.Labels::position).orElse(null);
        }

        /**
         * The next message of this node, not looked into; null where there is none before {@code end}.
         *
         * @throws KafkaException if the end is not reached within a minute in which nothing comes
         */
        @Nullable
        ConsumerRecord<byte[], byte[]> next(long end) {
            long heard = System.nanoTime();
            while (true) {
                for (ConsumerRecord<byte[], byte[]> r = fetched.poll(); r != null; r = fetched.poll()) {
                    if (r.offset() >= end) {
                        return null;
                    }
                    if (Arrays.equals(r.key(), key) && Messages.labels(r).isPresent()) {
                        return r;
                    }
                }
                if (consumer.position(partition) >= end) {
                    return null;
                }
                consumer.poll(POLL).forEach(fetched::add);
                if (!fetched.isEmpty()) {
                    heard = System.nanoTime();
                } else if (System.nanoTime() - heard > PATIENCE_NANOS) {
                    throw new KafkaException("partition %s could not be read to %d".formatted(partition, end));
                }
            }
        }

        /** The event at a position, passing over what comes before it. It is there, so it is waited for. */
        Found at(long position) {
            while (true) {
                ConsumerRecord<byte[], byte[]> r = next(Long.MAX_VALUE);
                if (r == null) {
                    continue;
                }
                long found = Messages.labels(r).orElseThrow().position();
                if (found > position) {
                    throw new JournalDamaged(
                            partition.toString(), position, "position %d stands where it should".formatted(found));
                }
                if (found == position) {
                    return decoded(r);
                }
            }
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    Found decoded(ConsumerRecord<byte[], byte[]> r) {
        long position = Messages.labels(r).orElseThrow().position();
        try {
            byte[] crc = Messages.header(r.headers(), Messages.CRC, Integer.BYTES);
            return new Found(
                    EventCodec.decode(position, r.value(), 0, r.value().length),
                    crc == null ? null : ByteBuffer.wrap(crc).getInt(),
                    r.offset());
        } catch (MalformedEvent e) {
            throw new JournalDamaged(partition.toString(), position, String.valueOf(e.getMessage()));
        }
    }

    NodeId node() {
        return node;
    }
}
