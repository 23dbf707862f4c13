package io.svcdht.kafka;

import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.shipping.Delivery;
import io.svcdht.storage.bounded.BoundedMap;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceCodec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads what the nodes of a fleet have shipped: each event once, by its position, and each lookup once, by its id,
 * however often they were sent. What is foreign is passed over and counted. For one thread.
 *
 * <p>Of one node, events come in the order of their positions, but for those that a broken connection made come late:
 * they are passed on when they come. Nothing is told of the order between nodes.
 */
public final class ShippedLog implements AutoCloseable {
    /** So many lookups are remembered, of which one may come again. */
    private static final int LOOKUPS_REMEMBERED = 65_536;

    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final ClientSettings settings;
    private final String checkpoints;
    private final Map<String, Topic> topics = new HashMap<>();
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final Map<NodeId, Arrivals> nodes = new HashMap<>();
    private final Map<UUID, Boolean> lookups = BoundedMap.byAge(LOOKUPS_REMEMBERED);
    private long delivered;
    private long foreign;
    private long unreadable;
    private long doubled;
    private long late;
    private long conflicting;
    private long givenUp;
    private boolean incomplete;

    /**
     * Since it was opened.
     *
     * @param delivered events, lookups, cards and states
     * @param foreign messages that are not of our form
     * @param unreadable messages of our form whose value is none that this build reads
     * @param doubled events and lookups that came again
     * @param late events that came behind later ones
     * @param conflicting events that stood at a position with other bytes before: two journals under one id
     * @param missing events in the gaps that there are now
     * @param givenUp times that a topic no longer had what was to be read next
     */
    public record Counts(
            long delivered,
            long foreign,
            long unreadable,
            long doubled,
            long late,
            long conflicting,
            long missing,
            long givenUp) {}

    /** Positions of a node that did not come, both ends among them. */
    public record Gap(NodeId node, long from, long to) {}

    private ShippedLog(KafkaConfig config) {
        this.settings = new ClientSettings(config);
        this.checkpoints = Topic.CHECKPOINTS.of(config.prefix());
        this.consumer = new KafkaConsumer<>(settings.consumer());
    }

    /**
     * Opens some of the topics of a fleet; a topic that is not there is left out.
     *
     * @throws IllegalArgumentException where the settings cannot be right
     * @throws org.apache.kafka.common.KafkaException where Kafka does not answer
     */
    public static ShippedLog open(KafkaConfig config, Set<Topic> wanted) {
        ShippedLog log = new ShippedLog(config);
        try {
            Map<String, List<PartitionInfo>> there = log.consumer.listTopics();
            for (Topic topic : EnumSet.copyOf(wanted)) {
                String name = topic.of(config.prefix());
                log.topics.put(name, topic);
                log.incomplete |= !there.containsKey(name);
                there.getOrDefault(name, List.of())
                        .forEach(p -> log.partitions.add(new TopicPartition(name, p.partition())));
            }
            log.consumer.assign(log.partitions);
            log.consumer.seekToBeginning(log.partitions);
            return log;
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    /** Goes on with what arrived from that instant on, by the brokers' clocks; cards are read from the first on. */
    public void from(Instant instant) {
        Map<TopicPartition, Long> wanted = new HashMap<>();
        for (TopicPartition p : partitions) {
            if (topics.get(p.topic()) != Topic.NODES) {
                wanted.put(p, instant.toEpochMilli());
            }
        }
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(wanted);
        for (TopicPartition p : wanted.keySet()) {
            OffsetAndTimestamp at = found.get(p);
            if (at == null) {
                consumer.seekToEnd(List.of(p));
            } else {
                consumer.seek(p, at.offset());
            }
        }
    }

    /** Goes on where an earlier one stood, as its {@link #offsets} told; what has no entry, at its beginning. */
    public void from(Map<String, Long> offsets) {
        Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
        for (TopicPartition p : partitions) {
            long begin = first.getOrDefault(p, 0L);
            consumer.seek(p, Math.max(begin, offsets.getOrDefault(p.toString(), begin)));
        }
    }

    /** Where it stands, by partition: all before is delivered. */
    public Map<String, Long> offsets() {
        Map<String, Long> at = new TreeMap<>();
        partitions.forEach(p -> at.put(p.toString(), consumer.position(p)));
        return at;
    }

    /** The same without those of cards. */
    Map<String, Long> offsetsBehindCards() {
        Map<String, Long> at = offsets();
        partitions.stream().filter(p -> topics.get(p.topic()) == Topic.NODES).forEach(p -> at.remove(p.toString()));
        return at;
    }

    /** Messages that were not read yet, and marks of transactions among them. */
    long behind() {
        return consumer.endOffsets(partitions, ANSWER).entrySet().stream()
                .mapToLong(e -> Math.max(0, e.getValue() - consumer.position(e.getKey())))
                .sum();
    }

    /** Whether a topic was not there. */
    boolean incomplete() {
        return incomplete;
    }

    /**
     * What is known of a node already: events up to there are not passed on again, and none before it is missed.
     *
     * @param position of the last event that the caller has
     */
    public void known(NodeId node, long position) {
        nodes.put(node, new Arrivals(position));
    }

    /** What has come, after waiting for some at most so long. */
    public List<Delivery> poll(Duration wait) {
        if (partitions.isEmpty()) {
            return List.of();
        }
        List<Delivery> came = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> r : polled(wait)) {
            take(r).ifPresent(came::add);
        }
        delivered += came.size();
        return came;
    }

    /** A topic may have given up what comes next, or be another one of the same name. */
    private Iterable<ConsumerRecord<byte[], byte[]>> polled(Duration wait) {
        try {
            return consumer.poll(wait);
        } catch (OffsetOutOfRangeException e) {
            givenUp++;
            consumer.seekToBeginning(e.partitions());
            return List.of();
        }
    }

    private Optional<? extends Delivery> take(ConsumerRecord<byte[], byte[]> r) {
        return switch (topics.get(r.topic())) {
            case JOURNAL -> event(r);
            case TRACES -> trace(r);
            case NODES -> card(r);
            case CHECKPOINTS -> Optional.empty();
            case null -> Optional.empty();
        };
    }

    private Optional<Delivery.Event> event(ConsumerRecord<byte[], byte[]> r) {
        Optional<Messages.Labels> labels = Messages.labels(r).filter(l -> l.position() > 0);
        if (labels.isEmpty()) {
            foreign++;
            return Optional.empty();
        }
        Messages.Labels l = labels.get();
        Delivery.Event event;
        try {
            event = new Delivery.Event(
                    l.node(), l.epoch(), EventCodec.decode(l.position(), r.value(), 0, r.value().length), r.value());
        } catch (MalformedEvent e) {
            unreadable++;
            return Optional.empty();
        }
        Arrivals arrivals = nodes.computeIfAbsent(l.node(), n -> new Arrivals(l.position() - 1));
        switch (arrivals.take(l.position(), r.value())) {
            case NEXT -> {}
            case LATE -> late++;
            case DOUBLED -> {
                doubled++;
                return Optional.empty();
            }
            case CONFLICTING -> {
                conflicting++;
                return Optional.empty();
            }
        }
        return Optional.of(event);
    }

    private Optional<Delivery.Trace> trace(ConsumerRecord<byte[], byte[]> r) {
        Optional<Messages.Labels> labels = Messages.labels(r);
        if (labels.isEmpty() || Messages.header(r.headers(), Messages.LOOKUP, 16) == null) {
            foreign++;
            return Optional.empty();
        }
        LookupRecord lookup;
        try {
            lookup = TraceCodec.lookup(r.value(), r.value().length);
        } catch (MalformedEvent e) {
            unreadable++;
            return Optional.empty();
        }
        if (lookups.put(lookup.id(), true) != null) {
            doubled++;
            return Optional.empty();
        }
        Messages.Labels l = labels.get();
        return Optional.of(new Delivery.Trace(l.node(), l.epoch(), l.position(), lookup, r.value()));
    }

    private Optional<? extends Delivery> card(ConsumerRecord<byte[], byte[]> r) {
        byte[] key = r.key();
        if (WriterRecord.isKey(key)) {
            return state(new NodeId(Key.of(key, 0)), r.value());
        }
        if (key == null || key.length != Key.BYTES || NodeCard.read(r.value()).isEmpty()) {
            foreign++;
            return Optional.empty();
        }
        return Optional.of(new Delivery.Card(new NodeId(Key.of(key)), r.value()));
    }

    private Optional<Delivery.State> state(NodeId node, byte[] writer) {
        return WriterRecord.read(writer)
                .map(WriterRecord::checkpoint)
                .map(head -> new Delivery.State(node, head.position(), head.bytes(), file -> {
                    try {
                        CheckpointTopic.fetch(settings, checkpoints, node, head, file);
                    } catch (KafkaException e) {
                        throw new IOException(Diagnosis.of(e).sentence(), e);
                    }
                }));
    }

    /** Behind what is there now, by partition. */
    public Map<String, Long> ends() {
        Map<String, Long> ends = new TreeMap<>();
        consumer.endOffsets(partitions).forEach((p, end) -> ends.put(p.toString(), end));
        return ends;
    }

    /** Whether it has come as far as that. */
    public boolean reached(Map<String, Long> ends) {
        return partitions.stream().allMatch(p -> consumer.position(p) >= ends.getOrDefault(p.toString(), 0L));
    }

    public Counts counts() {
        long missing = nodes.values().stream().mapToLong(Arrivals::missing).sum();
        return new Counts(delivered, foreign, unreadable, doubled, late, conflicting, missing, givenUp);
    }

    /** The last position that came of a node, 0 = none. */
    public long last(NodeId node) {
        Arrivals a = nodes.get(node);
        return a == null ? 0 : a.last();
    }

    /** What of all nodes did not come, between what did. */
    public List<Gap> gaps() {
        List<Gap> all = new ArrayList<>();
        nodes.forEach((node, arrivals) -> all.addAll(gaps(node, arrivals.gaps())));
        return all;
    }

    private static Collection<Gap> gaps(NodeId node, NavigableMap<Long, Long> of) {
        return of.entrySet().stream()
                .map(g -> new Gap(node, g.getKey(), g.getValue()))
                .toList();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
