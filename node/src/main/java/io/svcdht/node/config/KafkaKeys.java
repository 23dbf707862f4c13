package io.svcdht.node.config;

import io.svcdht.node.config.KafkaConfig.Ship;
import io.svcdht.node.config.KafkaConfig.Store;
import io.svcdht.node.config.KafkaConfig.Topics;
import io.svcdht.node.config.NodeConfig.HostPort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of the table that are about Apache Kafka. A restart changes them. */
final class KafkaKeys {
    private static final Group<KafkaConfig> OF = new Group<>(false, c -> c.kafka());

    static final ConfigKey<Ship> KAFKA_SHIP = OF.row(
            "kafka_ship",
            new ValueType.Choice<>(Ship.class),
            Ship.NONE,
            "none",
            "needs the jars of the kafka module and kafka_servers; all = traces of lookups too; not with amnesia",
            "What this node ships to Kafka.",
            KafkaConfig::ship);
    static final ConfigKey<List<HostPort>> KAFKA_SERVERS = OF.row(
            "kafka_servers",
            new ValueType.Addresses(),
            List.of(),
            "none",
            "some of the brokers; they name the others",
            "Where Kafka is met first.",
            KafkaConfig::servers);
    static final ConfigKey<String> KAFKA_PREFIX = OF.row(
            "kafka_prefix",
            new TopicPrefix(),
            KafkaConfig.PREFIX_DEFAULT,
            KafkaConfig.PREFIX_DEFAULT,
            "the same for all nodes of a fleet",
            "What the names of the topics begin with.",
            KafkaConfig::prefix);
    static final ConfigKey<Optional<Path>> KAFKA_PROPERTIES = OF.row(
            "kafka_properties",
            new ValueType.OptionalFile(),
            Optional.empty(),
            "none",
            "Java properties, as Kafka's client names them: security.protocol, ssl.*, sasl.*",
            "More settings of Kafka's client, for TLS and SASL among others.",
            KafkaConfig::properties);
    static final ConfigKey<Boolean> KAFKA_CREATE_TOPICS = OF.row(
            "kafka_create_topics",
            new ValueType.Bool(),
            Topics.DEFAULT.create(),
            "true",
            "false = a missing topic is named, and waited for",
            "Make topics that are missing.",
            c -> c.topics().create());
    static final ConfigKey<Long> KAFKA_PARTITIONS = OF.row(
            "kafka_partitions",
            new ValueType.Whole(1, 10_000),
            (long) Topics.DEFAULT.partitions(),
            "12",
            "never to be changed of a topic in use",
            "Partitions of a topic that is made.",
            c -> (long) c.topics().partitions());
    static final ConfigKey<Long> KAFKA_REPLICATION = OF.row(
            "kafka_replication",
            new ValueType.Whole(0, 100),
            (long) Topics.DEFAULT.replicas(),
            "0",
            "0 = as the broker says; a topic with fewer replicas is a mistake that is named",
            "Replicas of each topic.",
            c -> (long) c.topics().replicas());

    static final ConfigKey<Store> JOURNAL = OF.row(
            "journal",
            new ValueType.Choice<>(Store.class),
            Store.CHRONICLE,
            "chronicle",
            "kafka = on a topic; needs the jars of the kafka module and kafka_servers; not with amnesia",
            "Where the journal is kept.",
            KafkaConfig::journal);

    static final List<ConfigKey<?>> KEYS = List.of(
            JOURNAL,
            KAFKA_SHIP,
            KAFKA_SERVERS,
            KAFKA_PREFIX,
            KAFKA_PROPERTIES,
            KAFKA_CREATE_TOPICS,
            KAFKA_PARTITIONS,
            KAFKA_REPLICATION);

    private KafkaKeys() {}

    static KafkaConfig kafka(Values v) {
        Topics topics = new Topics(
                v.get(KAFKA_CREATE_TOPICS),
                Math.toIntExact(v.get(KAFKA_PARTITIONS)),
                Math.toIntExact(v.get(KAFKA_REPLICATION)));
        return new KafkaConfig(
                v.get(KAFKA_SERVERS),
                v.get(KAFKA_PREFIX),
                v.get(KAFKA_PROPERTIES),
                v.get(KAFKA_SHIP),
                topics,
                v.get(JOURNAL));
    }

    /** What is wrong though each value for itself is right. */
    static List<Problem> contradictions(Values v) {
        List<Problem> problems = new ArrayList<>();
        if (v.get(KAFKA_SHIP) != Ship.NONE) {
            problems.addAll(wants(v, KAFKA_SHIP, "kafka_ship"));
        }
        if (v.get(JOURNAL) == Store.KAFKA) {
            problems.addAll(wants(v, JOURNAL, "journal = kafka"));
        }
        v.get(KAFKA_PROPERTIES).ifPresent(file -> {
            if (!Files.isReadable(file)) {
                problems.add(new Problem(
                        v.source(KAFKA_PROPERTIES), "kafka_properties = %s cannot be read".formatted(file)));
            }
        });
        return problems;
    }

    private static List<Problem> wants(Values v, ConfigKey<?> key, String what) {
        List<Problem> problems = new ArrayList<>();
        if (v.get(ConfigTable.AMNESIA)) {
            problems.add(new Problem(
                    v.source(key), what + " keeps events on brokers, which amnesia forbids; leave out one of the two"));
        }
        if (v.get(KAFKA_SERVERS).isEmpty()) {
            problems.add(new Problem(v.source(key), what + " needs kafka_servers: where is Kafka met?"));
        }
        return problems;
    }

    /** What a name of a topic may begin with. */
    record TopicPrefix() implements ValueType.Special<String> {
        /** A topic's name has 249 characters at most, and what comes behind the prefix 12. */
        private static final int CHARS_MAX = 200;

        @Override
        public String parse(String text) {
            if (text.isEmpty()
                    || text.length() > CHARS_MAX
                    || text.charAt(0) == '.'
                    || !text.chars()
                            .allMatch(c -> c < 0x7f && (Character.isLetterOrDigit(c) || "._-".indexOf(c) >= 0))) {
                throw new IllegalArgumentException("is no beginning of a topic's name; allowed is " + range());
            }
            return text;
        }

        @Override
        public String format(String value) {
            return value;
        }

        @Override
        public Form form() {
            return Form.STRING;
        }

        @Override
        public String range() {
            return "1…200 of a-z A-Z 0-9 . _ -, not beginning with a point";
        }
    }
}
