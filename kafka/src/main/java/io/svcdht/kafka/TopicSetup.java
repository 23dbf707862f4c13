package io.svcdht.kafka;

import io.svcdht.node.Shipping.Trouble;
import io.svcdht.node.config.KafkaConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that a topic is there and as our promises want it. */
final class TopicSetup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);
    private static final long ANSWER_SECONDS = 15;
    /** A topic that was made is not known to every broker at once. */
    private static final int LOOKS = 50;

    private static final long LOOK_MILLIS = 100;

    private final Admin admin;
    private final KafkaConfig config;

    TopicSetup(ClientSettings settings, KafkaConfig config) {
        this.admin = made(settings);
        this.config = config;
    }

    /** Nothing of what went wrong is handed on but its sentence: what Kafka could not read may hold a secret. */
    private static Admin made(ClientSettings settings) {
        try {
            return Admin.create(settings.admin());
        } catch (KafkaException e) {
            Diagnosis d = Diagnosis.settings(e);
            throw new Refused(d.trouble(), d.sentence());
        }
    }

    /**
     * A topic that will do.
     *
     * @param batchBytesMax the largest batch it takes
     */
    record Ready(String name, int partitions, int batchBytesMax) {}

    /**
     * Makes the topic where it is missing and may be made, and looks at it.
     *
     * @throws Refused if it is missing, or not as it should be
     */
    Ready ready(Topic topic) throws InterruptedException {
        String name = topic.of(config.prefix());
        TopicDescription there = describe(name);
        if (there == null) {
            if (!config.topics().create()) {
                throw new Refused(
                        Trouble.TOPIC, "topic %s is missing, and kafka_create_topics is false".formatted(name));
            }
            make(topic, name);
            there = awaited(name);
        }
        requireReplicas(there);
        Settings settings = settings(name);
        requireCleanup(topic, settings);
        requireDates(topic, settings);
        return new Ready(
                name, there.partitions().size(), Integer.parseInt(settings.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)));
    }

    private TopicDescription awaited(String name) throws InterruptedException {
        for (int i = 0; i < LOOKS; i++) {
            TopicDescription there = describe(name);
            if (there != null && there.partitions().stream().allMatch(p -> p.leader() != null)) {
                return there;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        throw new KafkaException("topic %s was made, but has no leaders yet".formatted(name));
    }

    private @Nullable TopicDescription describe(String name) throws InterruptedException {
        try {
            return answer(admin.describeTopics(List.of(name)).allTopicNames()).get(name);
        } catch (UnknownTopicOrPartitionException e) {
            return null;
        }
    }

    private void make(Topic topic, String name) throws InterruptedException {
        KafkaConfig.Topics wanted = config.topics();
        Map<String, String> settings = new HashMap<>(topic.settings());
        settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, topic.cleanup());
        NewTopic fresh = new NewTopic(
                        name,
                        Optional.of(wanted.partitions()),
                        wanted.replicas() == 0 ? Optional.empty() : Optional.of((short) wanted.replicas()))
                .configs(settings);
        try {
            answer(admin.createTopics(List.of(fresh)).all());
            LOG.info("Topic {} was made, with {} partitions", name, wanted.partitions());
        } catch (TopicExistsException e) {
            LOG.debug("Topic {} was made by another node", name);
        }
    }

    private void requireReplicas(TopicDescription there) {
        int least = there.partitions().stream()
                .map(TopicPartitionInfo::replicas)
                .mapToInt(List::size)
                .min()
                .orElse(0);
        if (least < config.topics().replicas()) {
            throw new Refused(
                    Trouble.TOPIC,
                    "topic %s has %d replicas, kafka_replication = %d wants more"
                            .formatted(there.name(), least, config.topics().replicas()));
        }
    }

    private static void requireCleanup(Topic topic, Settings settings) {
        String found = settings.of(TopicConfig.CLEANUP_POLICY_CONFIG);
        // Cards may also age; all else would lose what is still wanted.
        boolean fits = found.equals(topic.cleanup())
                || topic == Topic.NODES && List.of(found.split(",")).contains(topic.cleanup());
        if (!fits) {
            throw new Refused(
                    Trouble.TOPIC,
                    "topic %s has cleanup.policy = %s; it must be %s"
                            .formatted(settings.topic(), found, topic.cleanup()));
        }
    }

    private static void requireDates(Topic topic, Settings settings) {
        String found = settings.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
        if (topic.datedByArrival() && !found.equals(Topic.ARRIVAL)) {
            throw new Refused(
                    Trouble.TOPIC,
                    ("topic %s has message.timestamp.type = %s, and would forget by the nodes' clocks; it must be %s:"
                                    + " kafka-configs --alter --entity-type topics --entity-name %s"
                                    + " --add-config message.timestamp.type=%s")
                            .formatted(settings.topic(), found, Topic.ARRIVAL, settings.topic(), Topic.ARRIVAL));
        }
    }

    /** A topic's settings as they are. */
    record Settings(String topic, Config config) {
        String of(String key) {
            return Optional.ofNullable(config.get(key)).map(e -> e.value()).orElse("");
        }
    }

    Settings settings(String name) throws InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        Config config = answer(admin.describeConfigs(List.of(resource)).all()).get(resource);
        if (config == null) {
            throw new KafkaException("the settings of topic %s were not told".formatted(name));
        }
        return new Settings(name, config);
    }

    /** Without waiting for answers that nobody wants any more. */
    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }

    private static <T> T answer(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException k ? k : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("no answer within %d s".formatted(ANSWER_SECONDS), e);
        }
    }
}
