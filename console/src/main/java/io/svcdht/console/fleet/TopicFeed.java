package io.svcdht.console.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.svcdht.node.config.Hosts;
import io.svcdht.node.shipping.Delivery;
import io.svcdht.node.shipping.ShippedTopics;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topics of a fleet as a feed: each node's events in order, each once. */
final class TopicFeed implements FleetFeed {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFeed.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> STATES = Set.of("booting", "ready", "degraded", "stopped");
    private static final int TEXT_CHARS_MAX = 255;
    /** What all nodes together may keep waiting behind holes. */
    private static final long HELD_BYTES_MAX = 64L << 20;
    /** Messages; where nodes are busy there is always something left. */
    private static final long NEAR = 10_000;

    private final ShippedTopics.Reading topics;
    private final Clocks clocks;
    private final Duration wait;
    private final Duration patience;
    private final Known known;
    /** The last word on where a state of a node is, until it is of use or is here. */
    private final Map<NodeId, Delivery.State> states = new HashMap<>();

    private final Map<NodeId, InOrder> nodes = new HashMap<>();
    /** Since when there was little left to read; null = there is much. */
    private @Nullable Long nearNanos;
    /** Whether the end was reached once. */
    private boolean read;

    /** What is in the index already. */
    interface Known {
        /** Position of a node's last event there, 0 = none. */
        long last(NodeId node);

        /** Whether none of the node's states can be told, and this one would help. */
        boolean wants(NodeId node, long position);
    }

    /** Wall clock in milliseconds, and one that only goes forward. */
    record Clocks(LongSupplier millis, LongSupplier nanos) {
        static final Clocks SYSTEM = new Clocks(System::currentTimeMillis, System::nanoTime);
    }

    /**
     * Goes on with topics that are open.
     *
     * @param known what is in the index
     * @param wait for something to come
     * @param patience for a hole to be filled, once everything was read
     */
    TopicFeed(ShippedTopics.Reading topics, Clocks clocks, Duration wait, Duration patience, Known known) {
        this.topics = topics;
        this.clocks = clocks;
        this.wait = wait;
        this.patience = patience;
        this.known = known;
    }

    /** Kafka does not answer, or not as it should. */
    static final class Away extends IOException {
        private static final long serialVersionUID = 1L;

        Away(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    @Override
    public boolean poll(Consumer<Piece> into) throws Away {
        List<Delivery> came;
        try {
            came = topics.poll(wait);
        } catch (IOException e) {
            throw new Away(e);
        }
        for (Delivery d : came) {
            switch (d) {
                case Delivery.Event e -> event(e, into);
                case Delivery.Trace t -> into.accept(new Piece.Trace(t.node(), t.bytes()));
                case Delivery.State s -> states.put(s.node(), s);
                case Delivery.Card c -> into.accept(new Piece.Card(c.node(), card(c)));
            }
        }
        release(into);
        return true;
    }

    private void event(Delivery.Event e, Consumer<Piece> into) {
        nodes.computeIfAbsent(e.node(), n -> new InOrder(known.last(n)))
                .offer(e.position(), e.bytes(), clocks.nanos().getAsLong(), passing(e.node(), into));
    }

    private static InOrder.Into passing(NodeId node, Consumer<Piece> into) {
        return (position, bytes) -> into.accept(new Piece.Event(node, position, bytes));
    }

    /** What fills a hole may still be on the topic; only once all was read its time runs. */
    private void release(Consumer<Piece> into) {
        long now = clocks.nanos().getAsLong();
        Long near = nearNanos;
        long held = nodes.values().stream().mapToLong(InOrder::bytes).sum();
        boolean full = held > HELD_BYTES_MAX;
        nodes.forEach((node, order) -> {
            boolean late = near != null && Math.min(now - near, now - order.sinceNanos()) > patience.toNanos();
            if (order.waits() && (full || late)) {
                order.giveUp(now, passing(node, into));
            }
        });
    }

    /**
     * Hands over a state of each node that needs one. A node's journal may be older than what the topics keep, and what
     * it held before its first event here is in no event. May take its time.
     */
    void bases(Path directory, Consumer<Piece> into) throws IOException {
        for (Delivery.State s : List.copyOf(states.values())) {
            if (known.wants(s.node(), s.position())) {
                states.remove(s.node());
                base(s, directory, into);
            }
        }
    }

    private static void base(Delivery.State s, Path directory, Consumer<Piece> into) throws IOException {
        Path file = Files.createTempFile(directory, "state", ".checkpoint");
        try {
            s.source().into(file);
            into.accept(new Piece.Base(s.node(), file));
        } catch (IOException e) {
            LOG.warn(
                    "The state of {} at position {} cannot be had, the next one will do: {}",
                    s.node(),
                    s.position(),
                    e.getMessage());
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** How many messages there are that were not taken yet; asks Kafka. */
    long behind() throws Away {
        try {
            long behind = topics.behind();
            read |= behind == 0;
            nearNanos = behind > NEAR
                    ? null
                    : Objects.requireNonNullElse(nearNanos, clocks.nanos().getAsLong());
            return behind;
        } catch (IOException e) {
            throw new Away(e);
        }
    }

    /** Where to go on later: all before is handed over. */
    Map<String, Long> offsets() throws Away {
        try {
            return topics.offsets();
        } catch (IOException e) {
            throw new Away(e);
        }
    }

    /** Whether everything that came was handed over. */
    boolean settled() {
        return nodes.values().stream().noneMatch(InOrder::waits);
    }

    boolean incomplete() {
        return topics.incomplete();
    }

    List<String> complaints() {
        return topics.complaints();
    }

    private NodeCard card(Delivery.Card told) {
        JsonNode c;
        try {
            c = JSON.readTree(told.json());
        } catch (IOException e) {
            return NodeCard.silent(told.node());
        }
        long at = c.path("at_ms").asLong();
        long now = clocks.millis().getAsLong();
        String http = text(c, "http");
        String state = text(c, "state");
        return new NodeCard(
                told.node(),
                reachable(http) ? http : "",
                text(c, "version"),
                text(c, "git"),
                text(c, "network"),
                http,
                c.path("last_position").asLong(-1),
                c.path("shipped_position").asLong(-1),
                c.path("records").asLong(-1),
                c.path("contacts").asLong(-1),
                STATES.contains(state) ? state : "",
                at,
                c.path("lost").asLong(),
                // One that lay there already says when it was written, by another clock.
                read ? now : Math.min(now, at),
                Map.of(),
                List.of());
    }

    /** An address on loopback is that of many nodes. */
    private static boolean reachable(String http) {
        int colon = http.lastIndexOf(':');
        return colon > 0
                && !Hosts.isLoopback(http.substring(0, colon).replace("[", "").replace("]", ""));
    }

    private static String text(JsonNode card, String name) {
        String text = card.path(name).asText("");
        return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX);
    }

    @Override
    public String source() {
        return "topics";
    }

    @Override
    public void close() {
        topics.close();
    }
}
