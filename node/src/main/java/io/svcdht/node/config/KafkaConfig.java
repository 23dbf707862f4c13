package io.svcdht.node.config;

import io.svcdht.node.config.NodeConfig.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What this node has to do with Apache Kafka.
 *
 * @param servers where the brokers are met first; empty = nowhere
 * @param prefix what the names of all topics begin with
 * @param properties more settings of Kafka's client, such as those for TLS and SASL
 * @param ship what is shipped there
 * @param topics how topics are made where they are missing
 * @param journal where the journal itself is kept
 */
public record KafkaConfig(
        List<HostPort> servers, String prefix, Optional<Path> properties, Ship ship, Topics topics, Store journal) {
    public static final String PREFIX_DEFAULT = "svc-dht";

    /** Nothing. */
    public static final KafkaConfig OFF =
            new KafkaConfig(List.of(), PREFIX_DEFAULT, Optional.empty(), Ship.NONE, Topics.DEFAULT, Store.CHRONICLE);

    public KafkaConfig {
        servers = List.copyOf(servers);
    }

    /** What is shipped: nothing, the journal, or traces of lookups as well. */
    public enum Ship {
        NONE,
        JOURNAL,
        ALL
    }

    /** Where the journal is kept: in the data directory, or on a topic. */
    public enum Store {
        CHRONICLE,
        KAFKA
    }

    /**
     * How topics are made.
     *
     * @param create whether a missing one is made; else it is a mistake that is named
     * @param partitions of each that is made
     * @param replicas of each that is made, and what one that is there must have at least; 0 = whatever the broker says
     */
    public record Topics(boolean create, int partitions, int replicas) {
        public static final Topics DEFAULT = new Topics(true, 12, 0);
    }

    /** Whether Kafka's client is needed at all. */
    public boolean wanted() {
        return ship != Ship.NONE || journal == Store.KAFKA;
    }
}
