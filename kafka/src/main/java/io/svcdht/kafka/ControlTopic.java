package io.svcdht.kafka;

import io.svcdht.node.config.KafkaConfig;
import io.svcdht.storage.model.NodeId;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Where it is told who writes one node's journal. */
record ControlTopic(ClientSettings settings, TopicSetup.Ready topic, NodeId node) {
    private static final Duration POLL = Duration.ofMillis(100);
    /** Transactions of others that hang are given up by Kafka before that. */
    private static final long SILENCE_NANOS = 60_000_000_000L;

    /** Who writes a node's journal, as one who only looks on is told. */
    static Optional<WriterRecord> writer(KafkaConfig config, NodeId node) throws InterruptedException {
        ClientSettings settings = new ClientSettings(config);
        try (TopicSetup setup = new TopicSetup(settings, config)) {
            return new ControlTopic(settings, setup.ready(Topic.NODES), node).writer();
        }
    }

    private TopicPartition partition() {
        return new TopicPartition(topic.name(), Messages.partitionOf(node.key().bytes(), topic.partitions()));
    }

    ProducerRecord<byte[], byte[]> record(WriterRecord writer) {
        return new ProducerRecord<>(topic.name(), partition().partition(), WriterRecord.key(node), writer.json(node));
    }

    /** The last word on who writes; empty = nobody yet. */
    Optional<WriterRecord> writer() {
        TopicPartition p = partition();
        byte[] key = WriterRecord.key(node);
        Optional<WriterRecord> last = Optional.empty();
        long end = endOfAll(settings, p);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumer())) {
            consumer.assign(List.of(p));
            consumer.seek(p, consumer.beginningOffsets(List.of(p)).getOrDefault(p, 0L));
            long heard = System.nanoTime();
            while (consumer.position(p) < end) {
                for (ConsumerRecord<byte[], byte[]> r : consumer.poll(POLL)) {
                    heard = System.nanoTime();
                    if (Arrays.equals(r.key(), key)) {
                        last = WriterRecord.read(r.value());
                    }
                }
                if (System.nanoTime() - heard > SILENCE_NANOS) {
                    throw new KafkaException("partition %s could not be read to its end".formatted(p));
                }
            }
        }
        return last;
    }

    /** Behind all that is written, transactions that are still open among it: those are waited for. */
    static long endOfAll(ClientSettings settings, TopicPartition p) {
        Map<String, Object> all = new HashMap<>(settings.consumer());
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(all)) {
            return consumer.endOffsets(List.of(p)).getOrDefault(p, 0L);
        }
    }
}
