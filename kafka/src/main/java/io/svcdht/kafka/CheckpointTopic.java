package io.svcdht.kafka;

import io.svcdht.kafka.WriterRecord.Head;
import io.svcdht.kafka.WriterRecord.Place;
import io.svcdht.storage.checkpoint.CheckpointDamaged;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's checkpoints on their topic, cut into chunks. They are sent by a thread of its own; the journal then tells
 * where they are, in a transaction of its own, so that one which is not whole is never found.
 */
final class CheckpointTopic implements AutoCloseable {
    static final int CHUNK_BYTES = 512 << 10;
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointTopic.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long SILENCE_NANOS = 30_000_000_000L;

    private final ClientSettings settings;
    private final TopicSetup.Ready topic;
    private final NodeId node;
    private final Checkpoints here;
    private final int partition;
    private final ExecutorService sender = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("checkpoints to kafka").factory());
    private final AtomicReference<@Nullable Head> uploaded = new AtomicReference<>();
    private volatile @Nullable Head newest;

    CheckpointTopic(ClientSettings settings, TopicSetup.Ready topic, NodeId node, Checkpoints here) {
        this.settings = settings;
        this.topic = topic;
        this.node = node;
        this.here = here;
        this.partition = Messages.partitionOf(node.key().bytes(), topic.partitions());
    }

    private byte[] key(long position, int chunk) {
        return key(node, position, chunk);
    }

    private static byte[] key(NodeId node, long position, int chunk) {
        return ByteBuffer.allocate(Key.BYTES + Long.BYTES + Integer.BYTES)
                .put(node.key().bytes())
                .putLong(position)
                .putInt(chunk)
                .array();
    }

    /** A checkpoint was taken here; it is sent when there is time. */
    void taken(long position, NodeEvents events) {
        try {
            sender.execute(() -> send(position, events));
        } catch (RejectedExecutionException e) {
            LOG.debug("Checkpoint {} is not sent, the journal is closing", position);
        }
    }

    private void send(long position, NodeEvents events) {
        Thread.currentThread().setContextClassLoader(CheckpointTopic.class.getClassLoader());
        Path file = here.pathOf(position);
        Optional<Place> near = events.near(position);
        if (!Files.exists(file) || near.isEmpty()) {
            LOG.debug("Checkpoint {} is gone already, or begins before all that is known", position);
            return;
        }
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings.producer(topic.batchBytesMax()));
                InputStream in = Files.newInputStream(file)) {
            Head head = send(position, near.get(), producer, in);
            uploaded.set(head);
            LOG.info("Checkpoint at position {} is on topic {}, {} bytes", position, topic.name(), head.bytes());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | ExecutionException | KafkaException e) {
            LOG.warn(
                    "Checkpoint at position {} could not be sent to Kafka, the next one will do: {}",
                    position,
                    e.toString());
        }
    }

    private Head send(long position, Place near, KafkaProducer<byte[], byte[]> producer, InputStream in)
            throws IOException, InterruptedException, ExecutionException {
        Blake3 hash = new Blake3();
        long bytes = 0;
        int chunks = 0;
        Future<RecordMetadata> firstSent = null;
        Future<RecordMetadata> lastSent = null;
        for (byte[] chunk = in.readNBytes(CHUNK_BYTES); chunk.length > 0; chunk = in.readNBytes(CHUNK_BYTES)) {
            hash.update(chunk);
            bytes += chunk.length;
            lastSent = producer.send(new ProducerRecord<>(topic.name(), partition, key(position, chunks), chunk));
            if (firstSent == null) {
                firstSent = lastSent;
            }
            chunks++;
        }
        if (firstSent == null || lastSent == null) {
            throw new IOException("the file of checkpoint %d is empty".formatted(position));
        }
        producer.flush();
        // Sent in order by one producer: when the last is there, all are.
        lastSent.get();
        long first = firstSent.get().offset();
        return new Head(position, bytes, chunks, Key.of(hash.finish()).hex(), partition, first, near);
    }

    /** One that is whole on the topic and was not told yet. */
    Optional<Head> uploaded() {
        return Optional.ofNullable(uploaded.get());
    }

    /** It was told; the one before it is of no use any more. */
    void told(Head head) {
        uploaded.compareAndSet(head, null);
        Head before = newest;
        newest = head;
        if (before != null && before.position() != head.position()) {
            try {
                sender.execute(() -> takeBack(before));
            } catch (RejectedExecutionException e) {
                LOG.debug("Checkpoint {} stays on its topic, the journal is closing", before.position());
            }
        }
    }

    private void takeBack(Head old) {
        Thread.currentThread().setContextClassLoader(CheckpointTopic.class.getClassLoader());
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings.producer(topic.batchBytesMax()))) {
            for (int i = 0; i < old.chunks(); i++) {
                var _ = producer.send(
                        new ProducerRecord<>(topic.name(), old.partition(), key(old.position(), i), null));
            }
            producer.flush();
        } catch (KafkaException e) {
            LOG.debug("Checkpoint {} stays on its topic: {}", old.position(), e.toString());
        }
    }

    /**
     * Puts the newest one of the topic among those that are here, where it is newer than all of them. One that is not
     * whole is told and passed over: the journal will do.
     *
     * @param told the newest that a writer told, null = none
     */
    void fetch(@Nullable Head told) {
        newest = told;
        if (told == null || !here.list().isEmpty() && here.list().lastKey() >= told.position()) {
            return;
        }
        try {
            here.takeOver(file -> fetch(settings, topic.name(), node, told, file));
            LOG.info("Checkpoint at position {} was fetched from topic {}", told.position(), topic.name());
        } catch (IOException | CheckpointDamaged | KafkaException e) {
            LOG.warn("Checkpoint at position {} cannot be had from Kafka: {}", told.position(), e.toString());
        }
    }

    /**
     * Fetches a checkpoint.
     *
     * @throws IOException if it is not whole any more
     * @throws KafkaException if Kafka does not answer
     */
    static void fetch(ClientSettings settings, String topic, NodeId node, Head head, Path file) throws IOException {
        TopicPartition from = new TopicPartition(topic, head.partition());
        Blake3 hash = new Blake3();
        try (KafkaConsumer<byte[], byte[]> consumer = OwnLoader.with(() -> new KafkaConsumer<>(settings.consumer()));
                OutputStream out = Files.newOutputStream(file)) {
            consumer.assign(List.of(from));
            consumer.seek(from, head.firstOffset());
            long end = consumer.endOffsets(List.of(from)).getOrDefault(from, 0L);
            int chunk = 0;
            long heard = System.nanoTime();
            while (chunk < head.chunks()) {
                for (ConsumerRecord<byte[], byte[]> r : consumer.poll(POLL)) {
                    heard = System.nanoTime();
                    if (chunk < head.chunks()
                            && Arrays.equals(r.key(), key(node, head.position(), chunk))
                            && r.value() != null) {
                        out.write(r.value());
                        hash.update(r.value());
                        chunk++;
                    }
                }
                if (consumer.position(from) >= end && chunk < head.chunks()
                        || System.nanoTime() - heard > SILENCE_NANOS) {
                    throw new IOException("%d of %d chunks are there".formatted(chunk, head.chunks()));
                }
            }
        }
        if (!Key.of(hash.finish()).hex().equals(head.blake3())) {
            throw new IOException("its chunks are not what was sent");
        }
    }

    @Override
    public void close() {
        sender.shutdownNow();
    }
}
