package io.svcdht.kafka;

import io.svcdht.node.Shipping.Trouble;
import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.shipping.RemoteJournals;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.NodeId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens journals on topics.
 *
 * <p>Whoever opens a journal fences off who had it before: that is how a node moves to another machine. In the process
 * that lost it this must not go on for ever, so it is not opened a second time where another has it by then.
 */
public final class KafkaJournals implements RemoteJournals {
    static final int RECENT_EVENTS = 65_536;

    private static final Logger LOG = LoggerFactory.getLogger(KafkaJournals.class);
    /** So long others in the partition may have to wait for one that hangs. */
    private static final int TRANSACTION_MILLIS = 15_000;

    private static final long RETENTION_MILLIS_MIN = 7 * 86_400_000L;
    /** Which writer of a journal this process was last. */
    private static final Map<NodeId, UUID> OURS = new ConcurrentHashMap<>();

    @Override
    public Journal open(Wanted wanted, Function<JournalSource, Seam> base, Consumer<JournalEntry> replayed) {
        return OwnLoader.with(() -> new Opening(wanted, RECENT_EVENTS, OURS).open(base, replayed));
    }

    /** One journal on its way to being open. */
    static final class Opening {
        private final Wanted wanted;
        private final KafkaConfig config;
        private final NodeId node;
        private final ClientSettings settings;
        private final int recentEvents;
        private final Map<NodeId, UUID> ours;

        /** @param ours which writers this process was last */
        Opening(Wanted wanted, int recentEvents, Map<NodeId, UUID> ours) {
            this.wanted = wanted;
            this.config = wanted.at();
            this.node = wanted.node();
            this.settings = new ClientSettings(config);
            this.recentEvents = recentEvents;
            this.ours = ours;
        }

        Journal open(Function<JournalSource, Seam> base, Consumer<JournalEntry> replayed) {
            try {
                return opened(base, replayed);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new JournalUnavailable("opening the journal on Kafka was interrupted", e);
            } catch (Refused | KafkaException e) {
                throw new JournalUnavailable(
                        "the journal at kafka_servers = %s cannot be opened: %s"
                                .formatted(config.servers(), Diagnosis.of(e).sentence()),
                        e);
            }
        }

        private Journal opened(Function<JournalSource, Seam> base, Consumer<JournalEntry> replayed)
                throws InterruptedException {
            TopicSetup.Ready events;
            ControlTopic control;
            TopicSetup.Ready checkpoints;
            try (TopicSetup setup = new TopicSetup(settings, config)) {
                events = setup.ready(Topic.JOURNAL);
                requireRetention(setup.settings(events.name()));
                control = new ControlTopic(settings, setup.ready(Topic.NODES), node);
                checkpoints = setup.ready(Topic.CHECKPOINTS);
            }
            UUID before = ours.get(node);
            if (before != null) {
                refuseWhereTaken(before, control.writer().orElse(null));
            }
            Producer<byte[], byte[]> producer = new KafkaProducer<>(settings.transactional(
                    config.prefix() + "-journal-" + node.key().hex(),
                    TRANSACTION_MILLIS,
                    Math.min(events.batchBytesMax(), control.topic().batchBytesMax())));
            CheckpointTopic states = new CheckpointTopic(settings, checkpoints, node, wanted.checkpoints());
            try {
                producer.initTransactions();
                WriterRecord writer = claimed(producer, control);
                ours.put(node, writer.instance());
                states.fetch(writer.checkpoint());
                TopicPartition partition = new TopicPartition(
                        events.name(), Messages.partitionOf(node.key().bytes(), events.partitions()));
                NodeEvents of = new NodeEvents(settings, node, partition);
                return replayed(
                        new KafkaJournal.Parts(producer, of, control, states, recentEvents), writer, base, replayed);
            } catch (RuntimeException | Error e) {
                states.close();
                producer.close(Duration.ZERO);
                throw e;
            }
        }

        private static void requireRetention(TopicSetup.Settings topic) {
            String millis = topic.of(TopicConfig.RETENTION_MS_CONFIG);
            String bytes = topic.of(TopicConfig.RETENTION_BYTES_CONFIG);
            if (!bytes.equals("-1") || !millis.equals("-1") && Long.parseLong(millis) < RETENTION_MILLIS_MIN) {
                throw new Refused(
                        Trouble.TOPIC,
                        ("topic %s has retention.ms = %s and retention.bytes = %s; a journal that is kept there needs"
                                        + " at least %d, or -1, and -1 bytes")
                                .formatted(topic.topic(), millis, bytes, RETENTION_MILLIS_MIN));
            }
        }

        private void refuseWhereTaken(UUID before, @Nullable WriterRecord now) {
            if (now != null && !now.instance().equals(before)) {
                throw new JournalUnavailable(
                        ("another writer, on %s, has taken the journal of node %s over as number %d; two nodes run"
                                        + " with one node.key, and this one appends no more until it is started again")
                                .formatted(now.host(), node, now.epoch()));
            }
        }

        /** Makes this the writer; from here on an earlier one cannot write even that it is one. */
        private static WriterRecord claimed(Producer<byte[], byte[]> producer, ControlTopic control) {
            WriterRecord last = control.writer().orElse(null);
            WriterRecord mine = new WriterRecord(
                    last == null ? 1 : last.epoch() + 1,
                    UUID.randomUUID(),
                    host(),
                    System.currentTimeMillis(),
                    last == null ? null : last.checkpoint());
            producer.beginTransaction();
            var _ = producer.send(control.record(mine));
            producer.commitTransaction();
            return mine;
        }

        private static String host() {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "an unknown host";
            }
        }

        private Journal replayed(
                KafkaJournal.Parts parts,
                WriterRecord writer,
                Function<JournalSource, Seam> base,
                Consumer<JournalEntry> replayed) {
            NodeEvents events = parts.events();
            Bounds bounds = bounds(events, writer.checkpoint());
            events.first(bounds.first());
            Beginning source = new Beginning(events, bounds);
            Seam seam = base.apply(source);
            if (!(source.readBehind(seam) instanceof JournalSource.Read.From(KafkaJournalReader reader))) {
                throw new JournalDamaged(
                        events.partition().toString(),
                        seam.position() + 1,
                        "the topic begins at position %d, behind it".formatted(bounds.first()));
            }
            try (reader) {
                for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                    replayed.accept(e);
                }
                Frames frames = reader.frames();
                LOG.info("The journal on {} ends at position {}", events.partition(), frames.position());
                return new KafkaJournal(parts, writer, frames, reader.bytes());
            }
        }

        /** First and last position on the topic; 1 + last where there is none. */
        private record Bounds(long first, long last) {}

        private Bounds bounds(NodeEvents events, WriterRecord.@Nullable Head checkpoint) {
            long end = ControlTopic.endOfAll(settings, events.partition());
            try (NodeEvents.Walk walk = events.walk(0)) {
                long begin = walk.first();
                Long first = walk.positionAtOrBehind(begin, end);
                if (first == null) {
                    long last = checkpoint == null ? 0 : checkpoint.position();
                    return new Bounds(last + 1, last);
                }
                long from = checkpoint == null
                        ? begin
                        : Math.max(begin, checkpoint.near().offset());
                walk.seek(from);
                long last = first - 1;
                for (ConsumerRecord<byte[], byte[]> r = walk.next(end); r != null; r = walk.next(end)) {
                    long position =
                            Messages.labels(r).map(Messages.Labels::position).orElse(0L);
                    events.place(position, r.offset());
                    last = Math.max(last, position);
                }
                return new Bounds(first, last);
            }
        }
    }

    /** The journal before anybody writes to it. */
    private record Beginning(NodeEvents events, Opening.Bounds bounds) implements JournalSource {
        @Override
        public long firstPosition() {
            return bounds.first();
        }

        @Override
        public long lastPosition() {
            return bounds.last();
        }

        @Override
        public Read read(long from) {
            return read(from, null);
        }

        private Read read(long from, @Nullable Seam seam) {
            if (from < bounds.first()) {
                return new Read.Truncated(bounds.first());
            }
            if (from > bounds.last() + 1) {
                throw new IllegalArgumentException(
                        "position %d lies beyond the last, %d".formatted(from, bounds.last()));
            }
            return new Read.From(new KafkaJournalReader(events, p -> null, bounds::last, from, seam));
        }

        @Override
        public Read readBehind(Seam seam) {
            if (seam.position() > bounds.last()) {
                throw new IllegalArgumentException("it lies beyond the last position, " + bounds.last());
            }
            if (seam.position() >= bounds.first() && !fits(seam)) {
                throw new IllegalArgumentException(
                        "the event at position %d is another one".formatted(seam.position()));
            }
            return read(seam.position() + 1, seam);
        }

        private boolean fits(Seam seam) {
            try (NodeEvents.Walk w = events.walkTo(seam.position())) {
                Integer crc = w.at(seam.position()).crc();
                return crc == null || crc == seam.crc();
            }
        }
    }
}
