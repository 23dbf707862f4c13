package io.svcdht.kafka;

import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.config.NodeConfig.HostPort;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What Kafka's clients are made with: the operator's properties, and over them what our promises rest on. */
final class ClientSettings {
    private static final int REQUEST_MILLIS = 10_000;
    private static final int DELIVERY_MILLIS = 30_000;
    private static final int BATCH_BYTES = 256 << 10;
    /** What a batch has beside its messages, and some room. */
    private static final int BATCH_HEAD_BYTES = 100;

    /** Order, and that nothing is acknowledged before all replicas in sync have it. */
    private static final Set<String> OURS = Set.of(
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.BATCH_SIZE_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.PARTITIONER_CLASS_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);

    private final Map<String, Object> common = new HashMap<>();

    /** @throws IllegalArgumentException with a sentence, where the operator's properties cannot be read or are ours */
    ClientSettings(KafkaConfig config) {
        config.properties().ifPresent(this::read);
        common.put(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                config.servers().stream().map(HostPort::toString).collect(Collectors.joining(",")));
        common.putIfAbsent(AdminClientConfig.CLIENT_ID_CONFIG, "svc-dht");
        common.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        common.putIfAbsent(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    }

    private void read(Path file) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("kafka_properties = %s cannot be read: %s".formatted(file, e), e);
        }
        Set<String> taken = new TreeSet<>(properties.stringPropertyNames());
        taken.retainAll(OURS);
        if (!taken.isEmpty()) {
            throw new IllegalArgumentException(
                    "kafka_properties = %s sets %s, which are this program's own; leave them out"
                            .formatted(file, String.join(", ", taken)));
        }
        properties.stringPropertyNames().forEach(name -> common.put(name, properties.getProperty(name)));
    }

    Map<String, Object> admin() {
        Map<String, Object> m = new HashMap<>(common);
        m.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        return m;
    }

    /**
     * Each message is acknowledged by all replicas in sync, once and in order, as long as the producer lives.
     *
     * @param batchBytesMax the largest batch that the topics take: the client splits a larger one again and again into
     *     what is as large, and so sends nothing at all
     */
    Map<String, Object> producer(int batchBytesMax) {
        Map<String, Object> m = new HashMap<>(common);
        m.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        m.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        m.put(ProducerConfig.ACKS_CONFIG, "all");
        m.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        m.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 5);
        m.put(ProducerConfig.BATCH_SIZE_CONFIG, Math.min(BATCH_BYTES, batchBytesMax - BATCH_HEAD_BYTES));
        m.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, 16 << 20);
        m.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, REQUEST_MILLIS);
        m.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        return m;
    }

    /** Only one producer of this name can write at a time: the last that was made. */
    Map<String, Object> transactional(String id, int timeoutMillis, int batchBytesMax) {
        Map<String, Object> m = producer(batchBytesMax);
        m.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        m.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, timeoutMillis);
        return m;
    }

    /** Reads where it is told to, and only what was committed. */
    Map<String, Object> consumer() {
        Map<String, Object> m = new HashMap<>(common);
        m.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        m.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        m.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        m.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        m.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        m.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        m.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        m.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        return m;
    }
}
