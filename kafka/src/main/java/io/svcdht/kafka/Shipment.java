package io.svcdht.kafka;

import io.svcdht.kafka.NodeCard.Mark;
import io.svcdht.node.Shipping.Trouble;
import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.shipping.Cargo;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.trace.LookupRecord;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shipping over one producer, from where the broker's end was found to the first trouble. Whatever was sent and not
 * acknowledged then is found out by the next one.
 */
final class Shipment implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Shipment.class);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(3);
    private static final int BURST = 1_024;
    private static final long FORCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Cargo cargo;
    private final ShipCounts counts;
    private final Messages messages;
    private final Producer<byte[], byte[]> producer;
    private final TopicSetup.Ready events;
    private final TopicSetup.Ready cards;
    private final TopicSetup.@Nullable Ready lookups;
    private final int partition;
    private final TraceShipment traces;
    private final LeaderWatch leader;
    /** Whether the journal is on the topic anyway, so that only cards and lookups are to be shipped. */
    private final boolean journalIsThere;

    private final long cardNanos;
    private @Nullable JournalReader reader;
    private long next;
    private volatile @Nullable Mark acknowledged;
    private volatile @Nullable Throwable failure;
    private long cardDueNanos = System.nanoTime();
    private long forcedNanos = System.nanoTime();
    private long lookedNanos = System.nanoTime();

    private Shipment(
            Cargo cargo,
            ShipCounts counts,
            Producer<byte[], byte[]> producer,
            Topics topics,
            Resumption.Found found,
            boolean journalIsThere,
            LeaderWatch leader,
            Duration cardEvery) {
        this.cargo = cargo;
        this.counts = counts;
        this.messages = new Messages(cargo.node(), cargo.epoch());
        this.producer = producer;
        this.events = topics.events();
        this.cards = topics.cards();
        this.lookups = topics.lookups();
        this.partition = found.partition();
        this.traces = new TraceShipment(found.traced());
        this.leader = leader;
        this.journalIsThere = journalIsThere;
        this.cardNanos = cardEvery.toNanos();
        this.next = found.position() + 1;
        this.acknowledged = found.mark();
        counts.shippedUpTo(found.position());
    }

    /** @param lookups null = traces are not shipped */
    private record Topics(TopicSetup.Ready events, TopicSetup.Ready cards, TopicSetup.@Nullable Ready lookups) {
        int batchBytesMax() {
            int least = Math.min(events.batchBytesMax(), cards.batchBytesMax());
            return lookups == null ? least : Math.min(least, lookups.batchBytesMax());
        }
    }

    /**
     * Looks at the topics and finds where to go on.
     *
     * @throws Refused if somebody has to mend something
     * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
     */
    static Shipment begin(
            Cargo cargo,
            KafkaConfig config,
            ClientSettings settings,
            ShipCounts counts,
            LeaderWatch leader,
            Duration cardEvery)
            throws InterruptedException {
        Topics topics;
        try (TopicSetup setup = new TopicSetup(settings, config)) {
            topics = new Topics(
                    setup.ready(Topic.JOURNAL),
                    setup.ready(Topic.NODES),
                    config.ship() == KafkaConfig.Ship.ALL ? setup.ready(Topic.TRACES) : null);
        }
        boolean there = config.journal() == KafkaConfig.Store.KAFKA;
        Resumption.Found found;
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumer())) {
            Resumption resumption = new Resumption(consumer, cargo.node(), cargo.journal());
            found = there ? resumption.tracesOnly(topics.cards()) : resumption.find(topics.events(), topics.cards());
        }
        return new Shipment(
                cargo,
                counts,
                new KafkaProducer<>(settings.producer(topics.batchBytesMax())),
                topics,
                found,
                there,
                leader,
                cardEvery);
    }

    /**
     * Ships what there is to ship, then waits a little.
     *
     * @throws Refused if an event is larger than the broker takes
     * @throws RuntimeException whatever else keeps it from going on
     */
    void round() throws InterruptedException {
        requireNoFailure();
        boolean shipped = events();
        long now = System.nanoTime();
        if (now - lookedNanos >= 0) {
            lookedNanos = now + TimeUnit.SECONDS.toNanos(1);
            lookAround();
        }
        if (now - cardDueNanos >= 0) {
            cardDueNanos = now + cardNanos;
            sendCard(cargo.card().state());
        }
        if (!shipped) {
            forceWhatIsBehind(now);
            Thread.sleep(20);
        }
    }

    private void lookAround() {
        if (lookups != null) {
            traces.round(cargo.traces(), this::send);
        }
        if (leader.changed(partition, producer.partitionsFor(events.name()))) {
            counts.leader();
        }
    }

    /** What nobody waits for is not forced by itself; what is to be shipped has to be. */
    private void forceWhatIsBehind(long now) {
        if (cargo.journal().lastPosition() > cargo.durablePosition() && now - forcedNanos >= FORCE_NANOS) {
            forcedNanos = now;
            cargo.force();
        }
    }

    private boolean events() {
        long durable = cargo.durablePosition();
        if (journalIsThere) {
            counts.shippedUpTo(durable);
            return false;
        }
        if (next > durable) {
            return false;
        }
        try {
            JournalReader from = reader();
            for (int i = 0; i < BURST && next <= durable; i++) {
                JournalEntry entry = from.next();
                if (entry == null) {
                    return i > 0;
                }
                send(entry);
                next = entry.position() + 1;
            }
            return true;
        } catch (JournalTruncated e) {
            skipTo(e.firstRetained());
            return true;
        }
    }

    private JournalReader reader() {
        JournalReader open = reader;
        while (open == null) {
            switch (cargo.journal().read(next)) {
                case Read.From(JournalReader r) -> open = r;
                case Read.Truncated(long first) -> skipTo(first);
            }
        }
        reader = open;
        return open;
    }

    private void skipTo(long first) {
        closeReader();
        LOG.error(
                "Events {} to {} were given up by the journal before they could be shipped; retention_days or"
                        + " retention_bytes are too small for so long an outage",
                next,
                first - 1);
        counts.lost(first - next);
        next = first;
    }

    private void send(JournalEntry entry) {
        long position = entry.position();
        ProducerRecord<byte[], byte[]> r = messages.event(events.name(), partition, entry);
        var _ = producer.send(r, (meta, e) -> acknowledged(position, r.value().length, meta, e));
        requireNoFailure();
    }

    /** Called in the order of sending. After the first that failed, what comes says nothing about all before it. */
    private void acknowledged(long position, int bytes, @Nullable RecordMetadata meta, @Nullable Exception e) {
        if (failure != null) {
            return;
        }
        if (e != null) {
            failure = e instanceof RecordTooLargeException || e instanceof RecordBatchTooLargeException
                    ? new Refused(
                            Trouble.TOO_LARGE,
                            ("the event at position %d has %d bytes, more than topic %s or the client takes; raise"
                                            + " max.message.bytes, or max.request.size in kafka_properties")
                                    .formatted(position, bytes, events.name()))
                    : e;
            return;
        }
        counts.event(position);
        if (meta != null && meta.hasOffset()) {
            acknowledged = new Mark(position, partition, meta.offset());
        }
    }

    private void send(LookupRecord lookup) {
        TopicSetup.Ready to = lookups;
        if (to == null) {
            return;
        }
        int at = Messages.partitionOf(cargo.node().key().bytes(), to.partitions());
        var _ = producer.send(messages.trace(to.name(), at, cargo.journal().lastPosition(), lookup), (meta, e) -> {
            if (e == null) {
                counts.trace();
            } else {
                failed(e);
            }
        });
        requireNoFailure();
    }

    private void sendCard(String state) {
        byte[] key = cargo.node().key().bytes();
        int at = Messages.partitionOf(key, cards.partitions());
        byte[] json = new NodeCard(acknowledged, traces.last())
                .json(new NodeCard.Saying(cargo, state, counts.position(), counts.lost()));
        var _ = producer.send(new ProducerRecord<>(cards.name(), at, cargo.nowMillis(), key, json), (meta, e) -> {
            if (e == null) {
                counts.card();
            } else {
                failed(e);
            }
        });
    }

    private void failed(Exception e) {
        if (failure == null) {
            failure = e;
        }
    }

    private void requireNoFailure() {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    private void closeReader() {
        JournalReader open = reader;
        reader = null;
        if (open != null) {
            open.close();
        }
    }

    /** Waits for what is under way and says that the node stopped. */
    void end(BooleanSupplier hurry) {
        if (failure == null && !hurry.getAsBoolean()) {
            producer.flush();
            sendCard("stopped");
            producer.close(CLOSE_WAIT);
        }
    }

    /** Lets go of everything at once. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
        closeReader();
    }
}
