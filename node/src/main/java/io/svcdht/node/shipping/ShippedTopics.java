package io.svcdht.node.shipping;

import io.svcdht.node.config.KafkaConfig;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Opens what the nodes of a fleet have shipped; what the kafka module brings, found by {@link java.util.ServiceLoader}. */
public interface ShippedTopics {
    /**
     * Opens all of a fleet's topics at their beginning; one that is not there is left out.
     *
     * @throws IllegalArgumentException with a sentence, where the settings cannot be right
     * @throws IOException where Kafka does not answer
     */
    Reading open(KafkaConfig from) throws IOException;

    /**
     * Looks whether these settings can be right, without asking Kafka.
     *
     * @throws IllegalArgumentException with a sentence
     */
    void check(KafkaConfig from);

    /** Topics that are read, by one thread. */
    interface Reading extends AutoCloseable {
        /** Goes on where an earlier one stood, as its {@link #offsets} told; what has no entry, at its beginning. */
        void from(Map<String, Long> offsets) throws IOException;

        /** What is known of a node already: events up to that position are not passed on again. */
        void known(NodeId node, long position);

        /**
         * What has come, after waiting for some at most so long. Where a topic gave up what was not read yet, it goes
         * on with what is left.
         */
        List<Delivery> poll(Duration wait) throws IOException;

        /** Where it stands, by partition: all before was passed on. Cards are not among it, they are read from the first on. */
        Map<String, Long> offsets() throws IOException;

        /**
         * How many messages there are that were not passed on yet.
         *
         * @throws IOException where Kafka does not answer
         */
        long behind() throws IOException;

        /** Behind what is there now, by partition. */
        Map<String, Long> ends() throws IOException;

        /** Whether it has come as far as that. */
        boolean reached(Map<String, Long> ends) throws IOException;

        /** Whether a topic was missing when it was opened: then it is to be opened anew now and then. */
        boolean incomplete();

        /** What was wrong so far, as sentences. */
        List<String> complaints();

        @Override
        void close();
    }
}
