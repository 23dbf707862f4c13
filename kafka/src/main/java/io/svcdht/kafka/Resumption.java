package io.svcdht.kafka;

import io.svcdht.kafka.NodeCard.Mark;
import io.svcdht.node.Shipping.Trouble;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.model.NodeId;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out from the broker alone how far a node's journal got: its last card says where, and what stands behind that on
 * the topic says how much further. Nothing is remembered on the node's side, so nothing there can be wrong.
 */
final class Resumption {
    private static final Logger LOG = LoggerFactory.getLogger(Resumption.class);
    private static final Duration POLL = Duration.ofMillis(200);
    /** A broker that answers sends something within that. */
    private static final long SILENCE_NANOS = 30_000_000_000L;

    private final Consumer<byte[], byte[]> consumer;
    private final NodeId node;
    private final JournalSource journal;
    private final byte[] key;

    Resumption(Consumer<byte[], byte[]> consumer, NodeId node, JournalSource journal) {
        this.consumer = consumer;
        this.node = node;
        this.journal = journal;
        this.key = node.key().bytes();
    }

    /**
     * Where it goes on.
     *
     * @param position of the last event that is there, all before it among them; 0 = none
     * @param mark the same, with its place; null = none
     */
    record Found(
            long position,
            int partition,
            @Nullable Mark mark,
            @Nullable UUID traced) {}

    /**
     * Looks.
     *
     * @throws Refused if the topic has other events of this node than its journal
     */
    Found find(TopicSetup.Ready events, TopicSetup.Ready cards) {
        int home = Messages.partitionOf(key, events.partitions());
        NodeCard card = card(cards);
        Mark mark = card == null ? null : card.shipped();
        UUID traced = card == null ? null : card.traced();
        if (mark == null || mark.partition() >= events.partitions()) {
            return new Found(0, home, null, traced);
        }
        if (mark.partition() != home) {
            LOG.warn(
                    "Topic {} has another number of partitions than once; this node's events stay in partition {}",
                    events.name(),
                    mark.partition());
        }
        TopicPartition partition = new TopicPartition(events.name(), mark.partition());
        consumer.assign(List.of(partition));
        long first = first(partition);
        long end = end(partition);
        if (end <= mark.offset()) {
            LOG.warn("Topic {} has lost what was shipped; it is shipped again", events.name());
            return new Found(0, mark.partition(), null, traced);
        }
        return walk(partition, mark, Math.max(first, mark.offset()), end, traced);
    }

    /** What of lookups was shipped, of a node whose journal is on the topic without being shipped. */
    Found tracesOnly(TopicSetup.Ready cards) {
        NodeCard card = card(cards);
        return new Found(0, 0, null, card == null ? null : card.traced());
    }

    private Found walk(TopicPartition partition, Mark mark, long from, long end, @Nullable UUID traced) {
        Mark last = mark;
        byte[] bytes = null;
        boolean foundMark = from > mark.offset();
        consumer.seek(partition, from);
        long heard = System.nanoTime();
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> r : consumer.poll(POLL)) {
                heard = System.nanoTime();
                Optional<Messages.Labels> labels =
                        Messages.labels(r).filter(l -> l.node().equals(node));
                if (labels.isEmpty()) {
                    continue;
                }
                long position = labels.get().position();
                if (r.offset() == mark.offset() && position == mark.position()) {
                    foundMark = true;
                    bytes = r.value();
                } else if (follows(last.position(), position)) {
                    last = new Mark(position, mark.partition(), r.offset());
                    bytes = r.value();
                }
            }
            if (System.nanoTime() - heard > SILENCE_NANOS) {
                throw new KafkaException("partition %s could not be read to its end".formatted(partition));
            }
        }
        if (!foundMark) {
            LOG.warn("Topic {} is not the one that was shipped to; all is shipped again", partition.topic());
            return new Found(0, mark.partition(), null, traced);
        }
        requireSame(partition, last.position(), bytes);
        return new Found(last.position(), last.partition(), last, traced);
    }

    /** What was left out between is no hole where the journal itself has given it up. */
    private boolean follows(long last, long position) {
        return position == last + 1 || position > last && position <= journal.firstPosition();
    }

    /** A node's journal has one history: what is there must be what is here. */
    private void requireSame(TopicPartition partition, long position, byte @Nullable [] bytes) {
        if (position > journal.lastPosition()) {
            throw new Refused(
                    Trouble.HISTORY,
                    ("topic %s has events of this node up to position %d, but its journal ends at %d: another journal"
                                    + " was shipped under this node's id, or this one was set back; give another kafka_prefix")
                            .formatted(partition.topic(), position, journal.lastPosition()));
        }
        if (bytes == null || position < journal.firstPosition()) {
            return;
        }
        if (journal.read(position) instanceof JournalSource.Read.From(JournalReader reader)) {
            try (reader) {
                JournalEntry ours = reader.next();
                if (ours != null && !Arrays.equals(new Messages(node, 0).bytes(ours), bytes)) {
                    throw new Refused(
                            Trouble.HISTORY,
                            ("topic %s has another event of this node at position %d than its journal: two journals"
                                            + " were shipped under one id; give another kafka_prefix")
                                    .formatted(partition.topic(), position));
                }
            }
        }
    }

    private @Nullable NodeCard card(TopicSetup.Ready cards) {
        TopicPartition partition = new TopicPartition(cards.name(), Messages.partitionOf(key, cards.partitions()));
        consumer.assign(List.of(partition));
        long end = end(partition);
        consumer.seek(partition, first(partition));
        NodeCard card = null;
        long heard = System.nanoTime();
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> r : consumer.poll(POLL)) {
                heard = System.nanoTime();
                if (Arrays.equals(r.key(), key)) {
                    card = NodeCard.read(r.value()).orElse(card);
                }
            }
            if (System.nanoTime() - heard > SILENCE_NANOS) {
                throw new KafkaException("partition %s could not be read to its end".formatted(partition));
            }
        }
        return card;
    }

    private long first(TopicPartition partition) {
        return consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    }

    private long end(TopicPartition partition) {
        return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    }
}
