package io.svcdht.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.config.KafkaConfig.Ship;
import io.svcdht.node.config.KafkaConfig.Store;
import io.svcdht.node.shipping.RemoteJournals.Wanted;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.JournalContract;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The contract of all journals on a real broker, and what only this one promises. */
class KafkaJournalTest extends JournalContract {
    private static final String PREFIX = BrokerProcess.prefix();
    private static int made;

    /** What each process remembers of its writers: two machines are two of them. */
    private final Map<NodeId, UUID> here = new HashMap<>();

    private final Map<NodeId, UUID> there = new HashMap<>();

    static KafkaConfig config() throws Exception {
        return BrokerProcess.shared().config(PREFIX, Ship.NONE, Store.KAFKA);
    }

    private static Journal open(NodeId node, int recent, Map<NodeId, UUID> process, List<JournalEntry> replayed)
            throws Exception {
        return new KafkaJournals.Opening(new Wanted(config(), node, Checkpoints.none()), recent, process)
                .open(j -> Seam.START, replayed::add);
    }

    private static NodeId node() {
        return new NodeId(new Key(77, ++made, 3, 4));
    }

    @Override
    protected Journal create() throws Exception {
        return open(node(), KafkaJournals.RECENT_EVENTS, here, new ArrayList<>());
    }

    private static void force(Journal j) {
        j.durable(j.lastPosition()).toCompletableFuture().join();
    }

    @Test
    void what_was_committed_is_replayed_and_the_next_writer_goes_on() throws Exception {
        NodeId node = node();
        Journal first = open(node, 1_024, here, new ArrayList<>());
        for (int i = 1; i <= 9_000; i++) {
            first.append(T0 + i, i / 2, event(i));
        }
        force(first);
        List<JournalEntry> written = entries(first, 1);
        first.close();

        List<JournalEntry> replayed = new ArrayList<>();
        Journal second = open(node, 1_024, here, replayed);
        assertThat(replayed).isEqualTo(written);
        assertThat(second.epoch()).isEqualTo(2);
        assertThat(second.append(T0, 9_000, event(9_001))).isEqualTo(9_001);
        force(second);
        assertThat(entries(second, 9_001)).hasSize(1);
        second.close();

        List<JournalEntry> again = new ArrayList<>();
        Journal third = open(node, 1_024, here, again);
        assertThat(again).hasSize(9_001).startsWith(written.toArray(new JournalEntry[0]));
        third.close();
    }

    @Test
    void what_left_memory_is_read_from_the_topic() throws Exception {
        Journal j = open(node(), 64, here, new ArrayList<>());
        for (int i = 1; i <= 3_000; i++) {
            j.append(T0 + i, i - 1L, event(i));
        }
        List<JournalEntry> all = entries(j, 1);
        assertThat(all).hasSize(3_000);
        for (long from : new long[] {2, 1_024, 1_025, 2_900, 2_999}) {
            assertThat(entries(j, from)).as("from %d", from).isEqualTo(all.subList((int) from - 1, 3_000));
        }
        j.close();
    }

    /** The module's jars are in a loader of their own, and whoever asks for events has the program's. */
    @Test
    void what_left_memory_is_read_by_threads_that_do_not_know_kafka() throws Exception {
        Journal j = open(node(), 64, here, new ArrayList<>());
        for (int i = 1; i <= 200; i++) {
            j.append(T0 + i, i - 1L, event(i));
        }
        force(j);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            assertThat(entries(j, 1)).hasSize(200);
        } finally {
            thread.setContextClassLoader(before);
        }
        j.close();
    }

    @Test
    void a_walk_from_a_seam_goes_on_behind_it() throws Exception {
        Journal j = open(node(), 64, here, new ArrayList<>());
        for (int i = 1; i <= 5_000; i++) {
            j.append(T0 + i, 0, event(i));
        }
        force(j);
        Seam middle;
        try (JournalReader r = from(j.readBehind(Seam.START))) {
            for (int i = 0; i < 4_500; i++) {
                r.next();
            }
            middle = r.seam();
        }
        assertThat(middle.position()).isEqualTo(4_500);
        try (JournalReader r = from(j.readBehind(middle))) {
            assertThat(r.next()).extracting(JournalEntry::position).isEqualTo(4_501L);
        }
        Seam false_ = new Seam(4_500, middle.crc() + 1, middle.chain(), middle.openBlock(), middle.journalBytes());
        assertThatThrownBy(() -> j.readBehind(false_)).isInstanceOf(IllegalArgumentException.class);
        j.close();
    }

    private static JournalReader from(JournalSource.Read read) {
        return ((JournalSource.Read.From) read).reader();
    }

    @Test
    void nothing_that_was_not_committed_is_there_for_the_next_one() throws Exception {
        NodeId node = node();
        Journal first = open(node, 1_024, here, new ArrayList<>());
        first.append(T0, 0, event(1));
        force(first);
        first.append(T0, 0, event(2));
        // Not closed: as a process that hangs in the middle of a transaction.
        List<JournalEntry> replayed = new ArrayList<>();
        Journal second = open(node, 1_024, there, replayed);

        assertThat(replayed).hasSize(1);
        second.append(T0, 0, event(3));
        force(second);
        assertThat(entries(second, 1)).extracting(JournalEntry::event).containsExactly(event(1), event(3));
        first.close();
        second.close();
    }

    @Test
    void of_two_writers_the_later_survives_and_the_other_says_why() throws Exception {
        NodeId node = node();
        Journal first = open(node, 1_024, here, new ArrayList<>());
        first.append(T0, 0, event(1));
        force(first);
        Journal second = open(node, 1_024, there, new ArrayList<>());
        assertThat(second.epoch()).isEqualTo(2);

        first.append(T0, 0, new DhtEvent.NodeStopped("of the loser"));
        assertThat(first.durable(2).toCompletableFuture())
                .failsWithin(java.time.Duration.ofMinutes(1))
                .withThrowableThat()
                .withCauseInstanceOf(JournalUnavailable.class)
                .withMessageContaining("another writer")
                .withMessageContaining(node.text());
        assertThatThrownBy(() -> first.append(T0, 0, event(3))).isInstanceOf(JournalUnavailable.class);
        first.close();
        // What restarts failed engines must not fence the survivor in turn.
        assertThatThrownBy(() -> open(node, 1_024, here, new ArrayList<>()))
                .isInstanceOf(JournalUnavailable.class)
                .hasMessageContaining("has taken the journal")
                .hasMessageContaining("until it is started again");

        second.append(T0, 0, event(2));
        force(second);
        second.close();
        List<JournalEntry> replayed = new ArrayList<>();
        open(node, 1_024, there, replayed).close();
        assertThat(replayed).extracting(JournalEntry::event).containsExactly(event(1), event(2));
    }

    /** Events that leave a topic before a checkpoint is behind them take the state with them. */
    @Test
    void a_topic_that_forgets_too_soon_is_refused() throws Exception {
        KafkaConfig config = BrokerProcess.shared().config(BrokerProcess.prefix(), Ship.NONE, Store.KAFKA);
        try (Admin admin = Admin.create(new ClientSettings(config).admin())) {
            NewTopic topic = new NewTopic(Topic.JOURNAL.of(config.prefix()), 1, (short) 1)
                    .configs(Map.of("message.timestamp.type", "LogAppendTime", "retention.ms", "86400000"));
            admin.createTopics(List.of(topic)).all().get(60, TimeUnit.SECONDS);
        }

        assertThatThrownBy(() -> new KafkaJournals.Opening(new Wanted(config, node(), Checkpoints.none()), 1_024, here)
                        .open(j -> Seam.START, e -> {}))
                .isInstanceOf(JournalUnavailable.class)
                .hasMessageContaining("retention.ms = 86400000")
                .hasMessageContaining("at least 604800000");
    }

    /** A node's clock may be years behind, and a history shipped years after it was written. */
    @Test
    void events_of_long_ago_stay_for_as_long_as_fresh_ones() throws Exception {
        long decadeAgo = System.currentTimeMillis() - TimeUnit.DAYS.toMillis(3_650);
        NodeId node = node();
        Journal first = open(node, 1_024, here, new ArrayList<>());
        first.append(decadeAgo, 0, event(1));
        force(first);
        first.close();
        awaitRetention();

        List<JournalEntry> replayed = new ArrayList<>();
        open(node, 1_024, here, replayed).close();
        assertThat(replayed).extracting(JournalEntry::event).containsExactly(event(1));
    }

    @Test
    void what_the_broker_forgot_meanwhile_is_said_to_be_gone() throws Exception {
        NodeId node = node();
        Journal j = open(node, 64, here, new ArrayList<>());
        TopicPartition of = partitionOf(node);
        try (Admin admin = Admin.create(new ClientSettings(config()).admin())) {
            long before = end(admin, of);
            for (int i = 1; i <= 3_000; i++) {
                j.append(T0 + i, 0, event(i));
            }
            force(j);
            List<JournalEntry> all = entries(j, 1);
            RecordsToDelete half = RecordsToDelete.beforeOffset((before + end(admin, of)) / 2);
            admin.deleteRecords(Map.of(of, half)).all().get(60, TimeUnit.SECONDS);

            assertThatThrownBy(() -> entries(j, 1)).isInstanceOf(JournalTruncated.class);
            long first = j.firstPosition();
            assertThat(first).isBetween(1_000L, 2_000L);
            assertThat(entries(j, first)).isEqualTo(all.subList((int) first - 1, 3_000));
            assertThat(j.read(first - 1)).isEqualTo(new JournalSource.Read.Truncated(first));
        }
        j.close();
    }

    private static long end(Admin admin, TopicPartition of) throws Exception {
        return admin.listOffsets(Map.of(of, OffsetSpec.latest()))
                .partitionResult(of)
                .get(60, TimeUnit.SECONDS)
                .offset();
    }

    private static TopicPartition partitionOf(NodeId node) throws Exception {
        return new TopicPartition(
                Topic.JOURNAL.of(config().prefix()),
                Messages.partitionOf(node.key().bytes(), config().topics().partitions()));
    }

    /** Returns once the broker has looked through all its topics for what is too old. */
    private static void awaitRetention() throws Exception {
        KafkaConfig config = config();
        String topic = BrokerProcess.prefix() + ".canary";
        TopicPartition canary = new TopicPartition(topic, 0);
        try (Admin admin = Admin.create(new ClientSettings(config).admin());
                Producer<byte[], byte[]> producer = new KafkaProducer<>(new ClientSettings(config).producer(1 << 20))) {
            NewTopic made = new NewTopic(topic, 1, (short) 1)
                    .configs(Map.of("message.timestamp.type", "CreateTime", "retention.ms", "86400000"));
            admin.createTopics(List.of(made)).all().get(60, TimeUnit.SECONDS);
            // The first to vanish says that a round is under way, the third that the one between them is over.
            for (int round = 1; round <= 3; round++) {
                long gone = round;
                producer.send(new ProducerRecord<>(topic, 0, T0, new byte[1], new byte[1]))
                        .get(60, TimeUnit.SECONDS);
                await().atMost(java.time.Duration.ofMinutes(1))
                        .until(() -> admin.listOffsets(Map.of(canary, OffsetSpec.earliest()))
                                        .partitionResult(canary)
                                        .get(60, TimeUnit.SECONDS)
                                        .offset()
                                == gone);
            }
        }
    }

    @Test
    void two_nodes_in_one_partition_do_not_see_each_other() throws Exception {
        NodeId a = node();
        NodeId b = node();
        Journal one = open(a, 64, here, new ArrayList<>());
        Journal two = open(b, 64, here, new ArrayList<>());
        for (int i = 1; i <= 500; i++) {
            one.append(T0, 0, event(i));
            two.append(T0, 0, event(-i));
        }
        force(one);
        force(two);
        assertThat(entries(one, 1)).extracting(JournalEntry::event).hasSize(500).startsWith(event(1));
        assertThat(entries(two, 1)).extracting(JournalEntry::event).hasSize(500).startsWith(event(-1));
        one.close();
        two.close();
    }
}
