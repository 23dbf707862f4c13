package io.svcdht.console.fleet;

import io.svcdht.node.config.FleetConfig;
import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.shipping.ShippedTopics;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what comes on a fleet's topics into an index, on a thread of its own, until it is closed. Kafka's absence is
 * waited out; an index that cannot be written ends it, and the pages say so.
 */
public final class FleetFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FleetFollower.class);
    private static final long CLOSE_SECONDS = 30;

    private final ShippedTopics topics;
    private final KafkaConfig from;
    private final FleetConfig keep;
    private final FleetIndex index;
    private final Pace pace;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile Standing standing = new Standing("Kafka has not answered yet.", -1, "");

    /**
     * How often things are done.
     *
     * @param poll how long to wait for messages
     * @param look how far there is to go, and keep a mark of how far it came
     * @param again try to reach Kafka
     * @param patience with a hole that may be filled
     * @param tidy give up what is old
     */
    public record Pace(Duration poll, Duration look, Duration again, Duration patience, Duration tidy) {
        public static final Pace STANDARD = new Pace(
                Duration.ofMillis(200),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofMinutes(2),
                Duration.ofMinutes(10));
    }

    /**
     * How it goes.
     *
     * @param trouble a sentence, empty = none
     * @param behind messages that were not taken yet, -1 = not known
     * @param complaints about what was on the topics, as one text
     */
    public record Standing(String trouble, long behind, String complaints) {}

    private FleetFollower(ShippedTopics topics, KafkaConfig from, FleetConfig keep, FleetIndex index, Pace pace) {
        this.topics = topics;
        this.from = from;
        this.keep = keep;
        this.index = index;
        this.pace = pace;
        this.thread = Thread.ofPlatform().name("fleet").unstarted(this::follow);
    }

    /** Begins; what was wrong with the settings is thrown at once, all else shows in {@link #standing}. */
    public static FleetFollower start(
            ShippedTopics topics, KafkaConfig from, FleetConfig keep, FleetIndex index, Pace pace) {
        FleetFollower follower = new FleetFollower(topics, from, keep, index, pace);
        follower.thread.start();
        return follower;
    }

    public Standing standing() {
        return standing;
    }

    private void follow() {
        try {
            while (closing.getCount() > 0) {
                try (TopicFeed feed = opened()) {
                    read(feed);
                } catch (TopicFeed.Away e) {
                    away(e);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("The fleet is followed no more", e);
            standing = new Standing(
                    "What comes cannot be taken into the index: %s. Start this program again.".formatted(e), -1, "");
        }
    }

    private TopicFeed opened() throws TopicFeed.Away {
        try {
            ShippedTopics.Reading reading = topics.open(from);
            try {
                reading.from(index.offsets());
                index.store().nodes().stream()
                        .filter(n -> n.log().appended() > 0)
                        .forEach(n -> reading.known(n.id(), n.log().appended()));
                return new TopicFeed(
                        reading, TopicFeed.Clocks.SYSTEM, pace.poll(), pace.patience(), new Known(index.store()));
            } catch (IOException | RuntimeException e) {
                reading.close();
                throw e;
            }
        } catch (IOException e) {
            throw new TopicFeed.Away(e);
        }
    }

    private record Known(FleetStore store) implements TopicFeed.Known {
        @Override
        public long last(NodeId node) {
            return store.node(node).map(n -> n.log().appended()).orElse(0L);
        }

        @Override
        public boolean wants(NodeId node, long position) {
            return store.node(node)
                    .filter(n -> !n.hasStates())
                    .filter(n -> n.log().firstPosition() - 1 <= position
                            && position <= n.log().lastPosition())
                    .isPresent();
        }
    }

    private void read(TopicFeed feed) throws IOException {
        long looked = System.nanoTime();
        long began = looked;
        look(feed);
        while (closing.getCount() > 0) {
            index.store().take(feed);
            index.store().keepUp();
            long now = System.nanoTime();
            if (now - looked >= pace.look().toNanos()) {
                looked = now;
                mark(feed);
                look(feed);
                index.store().bases(feed);
                index.store().giveUp(keep, pace.tidy());
                if (feed.incomplete() && now - began >= pace.again().toNanos()) {
                    return;
                }
            }
        }
        mark(feed);
    }

    private void mark(TopicFeed feed) throws IOException {
        if (feed.settled()) {
            index.mark(feed.offsets());
        }
    }

    /** Kafka's client tries again by itself; that it has to is what is found out here. */
    private void look(TopicFeed feed) {
        try {
            long behind = feed.behind();
            standing = new Standing(
                    feed.incomplete()
                            ? "Not all topics of \"%s\" are there yet; a node makes them when it ships."
                                    .formatted(from.prefix())
                            : "",
                    behind,
                    String.join(" ", feed.complaints()));
        } catch (TopicFeed.Away e) {
            told(e);
        }
    }

    private void away(TopicFeed.Away e) {
        told(e);
        try {
            boolean _ = closing.await(pace.again().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void told(TopicFeed.Away e) {
        if (standing.trouble().isEmpty()) {
            LOG.warn("Kafka at {} does not answer: {}", from.servers(), e.getMessage());
        }
        standing = new Standing(
                "Kafka does not answer, so nothing new comes: %s".formatted(e.getMessage()), -1, standing.complaints());
    }

    /** Waits until what was taken is in the index. An interrupt would close its files. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (!thread.join(Duration.ofSeconds(CLOSE_SECONDS))) {
                LOG.warn("The fleet's index was not left in {} s", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
