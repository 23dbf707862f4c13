package io.svcdht.kafka;

import io.svcdht.node.Shipping.Trouble;
import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.shipping.Delivery;
import io.svcdht.node.shipping.ShippedTopics;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;

/** A fleet's topics on Apache Kafka, for who does not know Kafka. */
public final class KafkaTopics implements ShippedTopics {
    /** Checkpoints are of use to their own node alone. */
    private static final EnumSet<Topic> READ = EnumSet.of(Topic.JOURNAL, Topic.TRACES, Topic.NODES);

    @Override
    public Reading open(KafkaConfig from) throws IOException {
        return answered(() -> new OpenTopics(ShippedLog.open(from, READ)));
    }

    @Override
    public void check(KafkaConfig from) {
        try {
            answered(() -> {
                new KafkaConsumer<>(new ClientSettings(from).consumer()).close();
                return from;
            });
        } catch (IOException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()));
        }
    }

    private static <T> T answered(Supplier<T> asked) throws IOException {
        try {
            return OwnLoader.with(asked);
        } catch (KafkaException e) {
            Diagnosis d = Diagnosis.of(e);
            // What cannot be read of a login may stand in the exception.
            throw new IOException(d.sentence(), d.trouble() == Trouble.SETTINGS ? null : e);
        }
    }

    private record OpenTopics(ShippedLog log) implements Reading {
        @Override
        public void from(Map<String, Long> offsets) throws IOException {
            answered(() -> {
                log.from(offsets);
                return log;
            });
        }

        @Override
        public void known(NodeId node, long position) {
            log.known(node, position);
        }

        @Override
        public List<Delivery> poll(Duration wait) throws IOException {
            return answered(() -> log.poll(wait));
        }

        @Override
        public Map<String, Long> offsets() throws IOException {
            return answered(log::offsetsBehindCards);
        }

        @Override
        public long behind() throws IOException {
            return answered(log::behind);
        }

        @Override
        public Map<String, Long> ends() throws IOException {
            return answered(log::ends);
        }

        @Override
        public boolean reached(Map<String, Long> ends) throws IOException {
            return answered(() -> log.reached(ends));
        }

        @Override
        public boolean incomplete() {
            return log.incomplete();
        }

        @Override
        public List<String> complaints() {
            ShippedLog.Counts c = log.counts();
            List<String> all = new ArrayList<>();
            complain(all, c.foreign(), "%,d messages on the topics are not of our form and were passed over.");
            complain(all, c.unreadable(), "%,d messages are of a form that this version does not read.");
            complain(all, c.conflicting(), "%,d events stood at a position that had another: two nodes with one key.");
            complain(all, c.givenUp(), "%,d times a topic had given up what was not read yet.");
            return all;
        }

        private static void complain(List<String> all, long count, String sentence) {
            if (count > 0) {
                all.add(sentence.formatted(count));
            }
        }

        @Override
        public void close() {
            log.close();
        }
    }
}
