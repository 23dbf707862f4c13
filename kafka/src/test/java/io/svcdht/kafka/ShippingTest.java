package io.svcdht.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.svcdht.kafka.NodeCard.Mark;
import io.svcdht.node.Shipping.Phase;
import io.svcdht.node.Shipping.Status;
import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.config.KafkaConfig.Ship;
import io.svcdht.node.config.KafkaConfig.Store;
import io.svcdht.node.config.KafkaConfig.Topics;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.shipping.Delivery;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.testing.RandomEvents;
import io.svcdht.storage.testing.RandomTraces;
import io.svcdht.storage.trace.LookupRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal on disk is shipped to a broker that is real. */
class ShippingTest {
    static final Shipper.Pace BRISK =
            new Shipper.Pace(Duration.ofMillis(50), Duration.ofMillis(500), Duration.ofMillis(200));
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path temp;

    private final List<Shipper> shippers = new ArrayList<>();
    private BrokerProcess broker;
    private KafkaConfig config;
    private TestNode node;

    @BeforeEach
    void begin() throws Exception {
        broker = BrokerProcess.shared();
        config = broker.config(BrokerProcess.prefix());
        node = new TestNode(temp.resolve("data"), 1);
    }

    @AfterEach
    void end() {
        shippers.forEach(Shipper::abandon);
        node.close();
    }

    private Shipper ship() {
        return ship(node, config);
    }

    private Shipper ship(io.svcdht.node.shipping.Cargo of, KafkaConfig to) {
        Shipper s = new Shipper(of, to, BRISK);
        shippers.add(s);
        s.start();
        return s;
    }

    private static void awaitShipped(Shipper s, long position) {
        await().atMost(PATIENCE).until(() -> s.status().shippedPosition() >= position);
    }

    /** Waits until it has looked at the topics; what it thought of them stays. */
    private static void awaitLooked(Shipper s, Phase phase) {
        await().atMost(PATIENCE).until(() -> s.status().phase() != Phase.CONNECTING);
        assertThat(s.status().phase()).isEqualTo(phase);
    }

    private static void awaitPhase(Shipper s, Phase phase) {
        await().atMost(PATIENCE).until(() -> s.status().phase() == phase);
    }

    /** All that is on the topics, with what was counted. */
    record Read(List<Delivery> all, ShippedLog.Counts counts, List<ShippedLog.Gap> gaps) {
        List<JournalEntry> events() {
            return all.stream()
                    .filter(Delivery.Event.class::isInstance)
                    .map(d -> ((Delivery.Event) d).entry())
                    .toList();
        }
    }

    static Read read(KafkaConfig config) {
        try (ShippedLog log = ShippedLog.open(config, EnumSet.of(Topic.JOURNAL, Topic.TRACES, Topic.NODES))) {
            List<Delivery> all = new ArrayList<>();
            // Cards go on coming.
            Map<String, Long> ends = log.ends();
            while (!log.reached(ends)) {
                all.addAll(log.poll(Duration.ofMillis(100)));
            }
            return new Read(all, log.counts(), log.gaps());
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(new ClientSettings(config).producer(1 << 20));
    }

    private void make(String topic, int partitions, Map<String, String> settings) throws Exception {
        try (Admin admin = Admin.create(new ClientSettings(config).admin())) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void every_kind_of_event_arrives_as_the_journal_has_it() {
        long seed = 20_261_126;
        RandomEvents random = new RandomEvents(seed);
        Shipper s = ship();
        for (int i = 0; i < 600; i++) {
            node.append(random.any());
        }
        node.force();
        awaitShipped(s, 600);

        Read read = read(config);
        assertThat(read.events()).as("seed %d", seed).isEqualTo(node.entries());
        assertThat(read.gaps()).isEmpty();
        assertThat(read.counts().doubled()).isZero();
        assertThat(s.status().lagEvents()).isZero();
        assertThat(s.status().lost()).isZero();
    }

    @Test
    void the_next_one_goes_on_where_the_broker_says() {
        node.append(100);
        Shipper first = ship();
        awaitShipped(first, 100);
        first.close();
        node.append(50);
        Shipper second = ship();
        awaitShipped(second, 150);

        Read read = read(config);
        assertThat(read.events()).isEqualTo(node.entries());
        // A clean stop leaves a card that tells all.
        assertThat(read.counts().doubled()).isZero();
        assertThat(second.status().events()).isEqualTo(50);
    }

    @Test
    void what_was_sent_after_the_last_card_is_found() throws Exception {
        node.append(10);
        awaitShipped(ship(), 10);
        shippers.getFirst().close();
        node.append(10);
        // As a process that was killed before it could write the next card.
        try (KafkaProducer<byte[], byte[]> p = producer()) {
            Messages messages = new Messages(node.node(), 1);
            for (JournalEntry e : node.entries().subList(10, 17)) {
                p.send(messages.event(Topic.JOURNAL.of(config.prefix()), partition(2), e))
                        .get();
            }
        }
        Shipper second = ship();
        awaitShipped(second, 20);

        assertThat(second.status().events()).isEqualTo(3);
        assertThat(read(config).events()).isEqualTo(node.entries());
    }

    /** A batch that failed while a later one did not. */
    @Test
    void a_hole_on_the_topic_is_filled() throws Exception {
        node.append(10);
        awaitShipped(ship(), 10);
        shippers.getFirst().close();
        node.append(10);
        try (KafkaProducer<byte[], byte[]> p = producer()) {
            Messages messages = new Messages(node.node(), 1);
            for (JournalEntry e : node.entries().subList(13, 20)) {
                p.send(messages.event(Topic.JOURNAL.of(config.prefix()), partition(2), e))
                        .get();
            }
        }
        awaitShipped(ship(), 20);

        Read read = read(config);
        assertThat(read.gaps()).isEmpty();
        assertThat(read.events()).containsExactlyInAnyOrderElementsOf(node.entries());
        assertThat(read.counts().late()).isEqualTo(3);
        assertThat(read.counts().doubled()).isEqualTo(7);
    }

    private int partition(int of) {
        return Messages.partitionOf(node.node().key().bytes(), of);
    }

    @Test
    void nothing_is_shipped_that_a_power_cut_could_take_back() {
        node.append(5);
        TestNode slow = node;
        slow.appendOnly(5);
        Shipper s = ship(new Unforced(slow), config);
        awaitShipped(s, 5);
        // Events are looked at before each card.
        long cards = s.status().cards();
        await().atMost(PATIENCE).until(() -> s.status().cards() > cards + 1);

        assertThat(slow.readMost()).isEqualTo(5);
        assertThat(s.status().lagEvents()).isEqualTo(5);
        slow.force();
        awaitShipped(s, 10);
        assertThat(read(config).events()).isEqualTo(node.entries());
    }

    @Test
    void what_nobody_waits_for_is_forced_so_that_it_can_be_shipped() {
        node.append(5);
        node.appendOnly(5);

        awaitShipped(ship(), 10);
        assertThat(node.durablePosition()).isEqualTo(10);
    }

    @Test
    void another_journal_under_the_same_id_is_refused_with_a_sentence() throws Exception {
        node.append(10);
        awaitShipped(ship(), 10);
        shippers.getFirst().close();
        try (TestNode twin = new TestNode(temp.resolve("twin"), 1)) {
            for (int i = 0; i < 20; i++) {
                twin.append(new DhtEvent.NodeStopped("quite another " + i));
            }
            twin.force();
            Shipper s = ship(twin, config);
            awaitLooked(s, Phase.REFUSED);
            assertThat(s.status().why()).contains("position 10", "two journals", "kafka_prefix");
            assertThat(s.status().isDown()).isTrue();
            s.abandon();
        }
        try (TestNode shorter = new TestNode(temp.resolve("shorter"), 1)) {
            shorter.append(4);
            Shipper s = ship(shorter, config);
            awaitLooked(s, Phase.REFUSED);
            assertThat(s.status().why()).contains("up to position 10", "ends at 4");
            s.abandon();
        }
        assertThat(read(config).events()).isEqualTo(node.entries());
    }

    @Test
    void foreign_messages_are_counted_and_passed_over() throws Exception {
        node.append(3);
        Shipper s = ship();
        awaitShipped(s, 3);
        String topic = Topic.JOURNAL.of(config.prefix());
        byte[] key = node.node().key().bytes();
        byte[] junk = "not ours".getBytes(StandardCharsets.UTF_8);
        try (KafkaProducer<byte[], byte[]> p = producer()) {
            p.send(new ProducerRecord<>(topic, null, junk)).get();
            p.send(new ProducerRecord<>(topic, key, junk)).get();
            p.send(new ProducerRecord<>(topic, partition(2), key, null)).get();
            // All our labels, and a value that is no event.
            p.send(new Messages(node.node(), 1).event(topic, partition(2), 4, 0, junk, List.of()))
                    .get();
            p.send(new ProducerRecord<>(Topic.NODES.of(config.prefix()), key, junk))
                    .get();
        }
        node.append(3);
        awaitShipped(s, 6);

        Read read = read(config);
        assertThat(read.events()).isEqualTo(node.entries());
        assertThat(read.counts().foreign()).isEqualTo(4);
        assertThat(read.counts().unreadable()).isEqualTo(1);
        // The card that is none is no obstacle to the next one.
        s.abandon();
        node.append(1);
        awaitShipped(ship(), 7);
    }

    @Test
    void two_nodes_share_a_partition_and_each_has_its_order() throws Exception {
        KafkaConfig narrow = new KafkaConfig(
                config.servers(),
                config.prefix(),
                Optional.empty(),
                Ship.JOURNAL,
                new Topics(true, 1, 1),
                Store.CHRONICLE);
        try (TestNode other = new TestNode(temp.resolve("other"), 2)) {
            Shipper a = ship(node, narrow);
            Shipper b = ship(other, narrow);
            for (int i = 0; i < 20; i++) {
                node.append(10);
                other.append(5);
            }
            awaitShipped(a, 200);
            awaitShipped(b, 100);
            Read read = read(narrow);
            Map<Boolean, List<JournalEntry>> byNode = read.all().stream()
                    .filter(Delivery.Event.class::isInstance)
                    .collect(java.util.stream.Collectors.partitioningBy(
                            d -> d.node().equals(node.node()),
                            java.util.stream.Collectors.mapping(
                                    d -> ((Delivery.Event) d).entry(), java.util.stream.Collectors.toList())));
            assertThat(byNode.get(true)).isEqualTo(node.entries());
            assertThat(byNode.get(false)).isEqualTo(other.entries());
            b.abandon();
        }
    }

    @Test
    void lookups_go_along_each_once_and_the_oldest_first() {
        RandomTraces random = new RandomTraces(7);
        List<LookupRecord> kept = new ArrayList<>();
        for (int i = 0; i < 450; i++) {
            kept.add(random.lookup(TestNode.T0 + 1_000L * i));
            node.traces().keep(kept.getLast());
        }
        node.append(1);
        Shipper first = ship();
        await().atMost(PATIENCE).until(() -> first.status().traces() == 450);
        first.close();
        kept.add(random.lookup(TestNode.T0 + 900_000));
        node.traces().keep(kept.getLast());
        Shipper second = ship();
        await().atMost(PATIENCE).until(() -> second.status().traces() == 1);

        List<LookupRecord> came = read(config).all().stream()
                .filter(Delivery.Trace.class::isInstance)
                .map(d -> ((Delivery.Trace) d).lookup())
                .toList();
        assertThat(came).isEqualTo(kept);
    }

    /** Shipped as well, its events would be there twice. */
    @Test
    void of_a_journal_that_is_on_the_topic_only_cards_and_lookups_are_shipped() {
        KafkaConfig there = broker.config(config.prefix(), Ship.ALL, Store.KAFKA);
        node.append(5);
        node.traces().keep(new RandomTraces(3).lookup(TestNode.T0));
        Shipper s = ship(node, there);
        await().atMost(PATIENCE)
                .until(() -> s.status().traces() == 1 && s.status().cards() > 1);

        assertThat(s.status().lagEvents()).isZero();
        Read read = read(there);
        assertThat(read.events()).isEmpty();
        assertThat(read.all()).filteredOn(Delivery.Card.class::isInstance).allSatisfy(card -> assertThat(
                        new String(((Delivery.Card) card).json(), StandardCharsets.UTF_8))
                .contains("\"shipped_position\":5"));
    }

    @Test
    void a_card_says_how_the_node_is_and_that_it_stopped() {
        node.append(4);
        Shipper s = ship();
        awaitShipped(s, 4);
        s.close();

        List<String> cards = read(config).all().stream()
                .filter(Delivery.Card.class::isInstance)
                .map(d -> new String(((Delivery.Card) d).json(), StandardCharsets.UTF_8))
                .toList();
        assertThat(cards.getFirst()).contains("\"node\":\"" + node.node().text(), "\"state\":\"ready\"");
        assertThat(cards.getLast())
                .contains(
                        "\"state\":\"stopped\"",
                        "\"shipped_position\":4",
                        "\"last_position\":4",
                        "\"http\":\"127.0.0.1:1\"");
        assertThat(NodeCard.read(cards.getLast().getBytes(StandardCharsets.UTF_8)))
                .map(NodeCard::shipped)
                .map(Mark::position)
                .contains(4L);
    }

    @Test
    void a_topic_with_another_cleanup_policy_is_named() throws Exception {
        String topic = Topic.JOURNAL.of(config.prefix());
        make(topic, 1, Map.of("cleanup.policy", "compact"));
        node.append(1);
        Shipper s = ship();
        awaitLooked(s, Phase.REFUSED);

        assertThat(s.status().why())
                .isEqualTo("topic %s has cleanup.policy = compact; it must be delete".formatted(topic));
        assertThat(s.status().events()).isZero();
    }

    @Test
    void a_topic_that_forgets_by_the_clocks_of_nodes_is_named() throws Exception {
        make(Topic.TRACES.of(config.prefix()), 1, Map.of("message.timestamp.type", "CreateTime"));
        node.append(1);
        Shipper s = ship();
        awaitLooked(s, Phase.REFUSED);

        assertThat(s.status().why())
                .contains("topic %s.traces has message.timestamp.type = CreateTime".formatted(config.prefix()))
                .contains("--add-config message.timestamp.type=LogAppendTime");
    }

    @Test
    void a_missing_topic_that_may_not_be_made_and_too_few_replicas_are_named() throws Exception {
        node.append(1);
        Shipper s = ship(node, with(new Topics(false, 1, 1)));
        awaitLooked(s, Phase.REFUSED);
        assertThat(s.status().why()).contains(config.prefix() + ".journal is missing", "kafka_create_topics");
        // It goes on by itself once somebody has made them.
        for (Topic t : Topic.values()) {
            Map<String, String> settings = new HashMap<>(t.settings());
            settings.put("cleanup.policy", t.cleanup());
            make(t.of(config.prefix()), 1, settings);
        }
        awaitShipped(s, 1);
        s.close();

        Shipper wanting = ship(node, with(new Topics(true, 1, 3)));
        awaitLooked(wanting, Phase.REFUSED);
        assertThat(wanting.status().why()).contains("has 1 replicas, kafka_replication = 3");
    }

    private KafkaConfig with(Topics topics) {
        return new KafkaConfig(config.servers(), config.prefix(), Optional.empty(), Ship.ALL, topics, Store.CHRONICLE);
    }

    /** Nothing behind it goes out before it, or it would be missed. */
    @Test
    void an_event_larger_than_the_broker_takes_stops_shipping_until_that_is_mended() throws Exception {
        String topic = Topic.JOURNAL.of(config.prefix());
        make(topic, 1, Map.of("message.timestamp.type", "LogAppendTime", "max.message.bytes", "1000"));
        node.append(3);
        node.append(new DhtEvent.NodeStopped("x".repeat(5_000)));
        node.append(3);
        Shipper s = ship();
        // In one look: it tries again by itself, and is connecting meanwhile.
        await().atMost(PATIENCE).untilAsserted(() -> {
            Status status = s.status();
            assertThat(status.phase()).isEqualTo(Phase.REFUSED);
            assertThat(status.why()).contains("position 4", "max.message.bytes");
        });
        await().atMost(PATIENCE).until(() -> s.status().shippedPosition() >= 3);
        assertThat(s.status().shippedPosition()).isEqualTo(3);

        try (Admin admin = Admin.create(new ClientSettings(config).admin())) {
            org.apache.kafka.common.config.ConfigResource of = new org.apache.kafka.common.config.ConfigResource(
                    org.apache.kafka.common.config.ConfigResource.Type.TOPIC, topic);
            org.apache.kafka.clients.admin.AlterConfigOp set = new org.apache.kafka.clients.admin.AlterConfigOp(
                    new org.apache.kafka.clients.admin.ConfigEntry("max.message.bytes", "100000"),
                    org.apache.kafka.clients.admin.AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(of, List.of(set))).all().get(60, TimeUnit.SECONDS);
        }
        awaitShipped(s, 7);
        Read read = read(config);
        assertThat(read.gaps()).isEmpty();
        assertThat(read.events()).containsExactlyInAnyOrderElementsOf(node.entries());
    }

    @Test
    void nobody_at_the_address_is_told_and_holds_nobody_up() throws Exception {
        // The operator's own settings reach the client, so it gives up sooner.
        Path impatient = temp.resolve("kafka.properties");
        Files.writeString(impatient, "default.api.timeout.ms=500\nrequest.timeout.ms=400\n");
        KafkaConfig nobody = new KafkaConfig(
                List.of(new HostPort("127.0.0.1", 1)),
                "svc-dht",
                Optional.of(impatient),
                Ship.JOURNAL,
                Topics.DEFAULT,
                Store.CHRONICLE);
        Shipper s = ship(node, nobody);
        node.append(100);
        awaitPhase(s, Phase.AWAY);
        assertThat(s.status().why()).isNotEmpty();
        assertThat(s.status().lagEvents()).isEqualTo(100);
        assertThat(s.status().isDown()).isTrue();
    }

    @Test
    void what_our_promises_rest_on_cannot_be_set_otherwise() throws Exception {
        Path file = temp.resolve("kafka.properties");
        Files.writeString(file, "acks=1\nssl.protocol=TLSv1.3\nenable.idempotence=false\n");
        KafkaConfig bad = new KafkaConfig(
                config.servers(), config.prefix(), Optional.of(file), Ship.JOURNAL, Topics.DEFAULT, Store.CHRONICLE);

        assertThatThrownBy(() -> new KafkaShipping().start(node, bad))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("acks, enable.idempotence")
                .hasMessageContaining("leave them out");
    }

    @Test
    void reading_can_begin_at_an_instant_or_where_another_reader_stood() {
        Shipper s = ship();
        node.append(90);
        awaitShipped(s, 90);
        Instant between = Instant.now().plusMillis(1);
        await().atMost(PATIENCE).until(() -> !Instant.now().isBefore(between));
        node.append(10);
        awaitShipped(s, 100);
        Map<String, Long> stood;
        try (ShippedLog log = ShippedLog.open(config, Set.of(Topic.JOURNAL))) {
            log.from(between);
            List<Delivery> came = new ArrayList<>();
            while (came.size() < 10) {
                came.addAll(log.poll(Duration.ofMillis(100)));
            }
            assertThat(came)
                    .extracting(d -> ((Delivery.Event) d).position())
                    .startsWith(91L)
                    .endsWith(100L);
            stood = log.offsets();
        }
        node.append(5);
        awaitShipped(shippers.getFirst(), 105);
        try (ShippedLog log = ShippedLog.open(config, Set.of(Topic.JOURNAL))) {
            log.known(node.node(), 100);
            log.from(stood);
            List<Delivery> came = new ArrayList<>();
            while (came.size() < 5) {
                came.addAll(log.poll(Duration.ofMillis(100)));
            }
            assertThat(came)
                    .extracting(d -> ((Delivery.Event) d).position())
                    .containsExactly(101L, 102L, 103L, 104L, 105L);
            assertThat(log.counts().missing()).isZero();
        }
    }
}
