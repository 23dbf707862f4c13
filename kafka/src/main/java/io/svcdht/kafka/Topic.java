package io.svcdht.kafka;

import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/** The topics there are, and how they are made. */
public enum Topic {
    JOURNAL(TopicConfig.CLEANUP_POLICY_DELETE, keptFor(30)),
    TRACES(TopicConfig.CLEANUP_POLICY_DELETE, keptFor(7)),
    /** Read from its beginning by each node that starts, so what is not compacted yet is kept small. */
    NODES(
            TopicConfig.CLEANUP_POLICY_COMPACT,
            Map.of(
                    TopicConfig.SEGMENT_MS_CONFIG, "600000",
                    TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(16 << 20),
                    TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.1")),
    CHECKPOINTS(
            TopicConfig.CLEANUP_POLICY_COMPACT,
            Map.of(
                    TopicConfig.SEGMENT_MS_CONFIG,
                    "3600000",
                    TopicConfig.SEGMENT_BYTES_CONFIG,
                    Integer.toString(128 << 20)));

    /** Retention counts from a message's arrival, or a history shipped late would be gone at once. */
    static final String ARRIVAL = "LogAppendTime";

    private final String cleanup;

    @SuppressWarnings("ImmutableEnumChecker") // all of them made by Map.of
    private final Map<String, String> settings;

    Topic(String cleanup, Map<String, String> settings) {
        this.cleanup = cleanup;
        this.settings = settings;
    }

    private static Map<String, String> keptFor(int days) {
        return Map.of(
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(days * 86_400_000L),
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                ARRIVAL);
    }

    /** The topic's name for a fleet. */
    public String of(String prefix) {
        return prefix + "." + name().toLowerCase(Locale.ROOT);
    }

    /** The cleanup policy it must have. */
    String cleanup() {
        return cleanup;
    }

    /** Whether messages must bear the time of their arrival, whatever time their writer gives them. */
    boolean datedByArrival() {
        return settings.containsKey(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
    }

    /** What it is made with beside that. */
    Map<String, String> settings() {
        return settings;
    }
}
