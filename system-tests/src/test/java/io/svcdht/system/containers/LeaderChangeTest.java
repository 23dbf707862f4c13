package io.svcdht.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoublePredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three brokers, of which two must have what is acknowledged, and two nodes: one ships its journal there, one has it nowhere
 * else. Both write while the broker that leads their partition is killed.
 */
final class LeaderChangeTest {
    private static final String PREFIX = "fleet";
    private static final TopicPartition EVENTS = new TopicPartition(PREFIX + ".journal", 0);
    private static final int SHIPS = 0;
    private static final int KEEPS = 1;
    /** So many writes are to be acknowledged before the kill, and as many after it. */
    private static final int WRITES = 60;

    private static final int MEMORY_MIB = 512;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temporary;

    private Cluster cluster;
    private Brokers brokers;

    @BeforeEach
    void start() throws Exception {
        Engine.sweep();
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        cluster = Cluster.start(2, new Cluster.Settings() {
            @Override
            public Map<String, String> of(Cluster making, int index) throws IOException {
                return settings(making, index);
            }

            @Override
            public List<Bind> binds(int index) {
                return List.of(jars());
            }
        });
    }

    /** Settings of each; before the first of them, the brokers are there. */
    private Map<String, String> settings(Cluster making, int index) throws IOException {
        if (brokers == null) {
            brokers = Brokers.start(making, temporary);
        }
        Map<String, String> all = new HashMap<>(Map.of(
                "DHT_KAFKA_SERVERS",
                brokers.servers(),
                "DHT_KAFKA_PREFIX",
                PREFIX,
                "DHT_KAFKA_PARTITIONS",
                "1",
                "DHT_KAFKA_REPLICATION",
                Integer.toString(Brokers.COUNT)));
        all.put(index == SHIPS ? "DHT_KAFKA_SHIP" : "DHT_JOURNAL", index == SHIPS ? "journal" : "kafka");
        return all;
    }

    /** Where an operator puts them. */
    private static Bind jars() {
        Path lib = Path.of(System.getProperty("svcdht.kafka.lib"));
        assertThat(lib).as("the jars of the kafka module, which package makes").isDirectory();
        return new Bind(lib.toAbsolutePath().normalize().toString(), new Volume("/app/lib/kafka"), AccessMode.ro);
    }

    @AfterEach
    void end() {
        if (brokers != null) {
            brokers.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Announces one content id after the other, and knows which were acknowledged. */
    private static final class Writer implements AutoCloseable {
        private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
        private final Thread thread;
        private volatile boolean ended;

        Writer(ContainerNode to) {
            thread = Thread.ofVirtual().start(() -> write(to));
        }

        private void write(ContainerNode to) {
            for (int i = 0; !ended; i++) {
                String cid = "b3:%032x%032x".formatted(to.index() + 1, i);
                try {
                    if (to.api()
                                    .provide(cid, "local://shelf", Api.TTL_SECONDS, false)
                                    .statusCode()
                            == 200) {
                        acknowledged.add(cid);
                    }
                } catch (IOException e) {
                    // Nothing was promised, and it may be there all the same.
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        void awaitMore(int count) {
            int wanted = acknowledged.size() + count;
            Awaitility.await("%d acknowledged writes".formatted(wanted))
                    .atMost(Engine.PATIENCE)
                    .until(() -> acknowledged.size() >= wanted);
        }

        @Override
        public void close() {
            ended = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    @Test
    void the_leader_is_killed_while_two_nodes_write_and_nothing_is_lost_or_doubled() throws Exception {
        ContainerNode ships = cluster.get(SHIPS);
        ContainerNode keeps = cluster.get(KEEPS);
        Writer ofShips = new Writer(ships);
        Writer ofKeeps = new Writer(keeps);
        try (ofShips;
                ofKeeps) {
            ofShips.awaitMore(WRITES);
            ofKeeps.awaitMore(WRITES);
            awaitMetric(ships, "dht_shipped_total{what=\"event\"}", n -> n >= WRITES);
            int killed = brokers.leaderOf(EVENTS.topic());
            brokers.kill(killed);
            Awaitility.await("another leader")
                    .atMost(Engine.PATIENCE)
                    .ignoreExceptions()
                    .until(() -> !List.of(0, killed).contains(brokers.leaderOf(EVENTS.topic())));
            ofShips.awaitMore(WRITES);
            ofKeeps.awaitMore(WRITES);
        }
        awaitMetric(ships, "dht_ship_leader_changes_total", n -> n >= 1);
        assertThat(Engine.log(ships.id())).contains("leads fleet.journal-0 now");
        // It either waited for the new leader, or gave up and was started again.
        assertThat(Engine.log(keeps.id()))
                .containsAnyOf("leads fleet.journal-0 now", "could not be committed", "could not be appended");

        List<JsonNode> shipped = new ArrayList<>();
        List<JsonNode> kept = new ArrayList<>();
        List<JsonNode> ofJournal = awaitShipped(ships);
        List<JsonNode> ofTopic = events(keeps);
        read(shipped, kept, id(ofJournal), id(ofTopic));
        assertSame(shipped, ofJournal);
        assertSame(kept, ofTopic);
        assertThat(announced(ofJournal)).containsAll(ofShips.acknowledged).doesNotHaveDuplicates();
        assertThat(announced(ofTopic)).containsAll(ofKeeps.acknowledged).doesNotHaveDuplicates();
        requireEachOnce(id(ofTopic), ofTopic.size());
    }

    /** Each event of its journal is there, in order; of what came since the journal was asked nothing is said. */
    private static void assertSame(List<JsonNode> there, List<JsonNode> journal) {
        // What filled a hole comes late; the position is what orders it.
        there.sort(Comparator.comparingLong(e -> e.path("position").asLong()));
        assertThat(there).hasSizeGreaterThanOrEqualTo(journal.size());
        assertThat(there.subList(0, journal.size())).isEqualTo(journal);
    }

    private static void awaitMetric(ContainerNode node, String name, DoublePredicate as) {
        Pattern line = Pattern.compile("^%s (\\S+)$".formatted(Pattern.quote(name)), Pattern.MULTILINE);
        try {
            Awaitility.await(name)
                    .atMost(Engine.PATIENCE)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> {
                        Matcher m = line.matcher(
                                node.api().send("GET", "/metrics", "").body());
                        return m.find() && as.test(Double.parseDouble(m.group(1)));
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("%s; it said:%n%s".formatted(e.getMessage(), Engine.log(node.id())), e);
        }
    }

    private static List<JsonNode> events(ContainerNode node) throws Exception {
        // What is not in memory any more is read from the brokers, which may not all have noticed yet.
        AtomicReference<String> body = new AtomicReference<>("");
        Awaitility.await("the events of node %d".formatted(node.index()))
                .atMost(Engine.PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    HttpResponse<String> answer = node.api().send("GET", "/journal/events?from=1", "");
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                    body.set(answer.body());
                });
        List<JsonNode> all = new ArrayList<>();
        for (String line : body.get().lines().toList()) {
            all.add(JSON.readTree(line));
        }
        assertThat(all)
                .extracting(e -> e.path("position").asLong())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, all.size()).boxed().toList());
        return all;
    }

    /** The node's events, once the broker has acknowledged them. */
    private static List<JsonNode> awaitShipped(ContainerNode node) throws Exception {
        List<JsonNode> all = events(node);
        awaitMetric(node, "dht_ship_lag_events", n -> n == 0);
        return all;
    }

    private static String id(List<JsonNode> events) {
        return events.stream()
                .filter(e -> e.path("type").asText().equals("NodeStarted"))
                .map(e -> e.path("node").asText())
                .findFirst()
                .orElseThrow();
    }

    /** What nodes announced as their own. */
    private static List<String> announced(List<JsonNode> events) {
        String node = id(events);
        return events.stream()
                .filter(e -> e.path("type").asText().equals("ProviderAnnounced"))
                .filter(e -> e.path("publisher").asText().equals(node))
                .map(e -> e.path("cid").asText())
                .toList();
    }

    /** As somebody reads the topic, with the command there is for it. */
    private void read(List<JsonNode> shipped, List<JsonNode> kept, String ships, String keeps) throws Exception {
        HostConfig host = Engine.hardened(MEMORY_MIB, List.of(jars()))
                .withNetworkMode(cluster.network().getId());
        Engine.Ended cat = Engine.run(
                host,
                Map.of("DHT_DATA_DIR", "/tmp"),
                "fleet",
                "cat",
                "--kafka-servers=" + brokers.servers(),
                "--kafka-prefix=" + PREFIX);
        assertThat(cat.exitCode()).as(cat.err()).isZero();
        for (String line : cat.out().lines().filter(l -> l.startsWith("{")).toList()) {
            JsonNode said = JSON.readTree(line);
            String of = said.path("node").asText();
            if (of.equals(ships)) {
                shipped.add(said.path("event"));
            } else if (of.equals(keeps)) {
                kept.add(said.path("event"));
            }
        }
    }

    /** Of a journal that is on the topic no event may be there twice, however it is read. */
    private void requireEachOnce(String node, int count) {
        byte[] key = HexFormat.of().parseHex(node.substring(node.indexOf(':') + 1));
        List<Long> positions = new ArrayList<>();
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                brokers.servers(),
                "isolation.level",
                "read_committed",
                "key.deserializer",
                ByteArrayDeserializer.class,
                "value.deserializer",
                ByteArrayDeserializer.class);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
            consumer.assign(List.of(EVENTS));
            consumer.seekToBeginning(List.of(EVENTS));
            long end = consumer.endOffsets(List.of(EVENTS)).get(EVENTS);
            while (consumer.position(EVENTS) < end) {
                for (ConsumerRecord<byte[], byte[]> r : consumer.poll(Duration.ofMillis(200))) {
                    if (java.util.Arrays.equals(r.key(), key)) {
                        positions.add(ByteBuffer.wrap(
                                        r.headers().lastHeader("position").value())
                                .getLong());
                    }
                }
            }
        }
        assertThat(positions)
                .startsWith(LongStream.rangeClosed(1, count).boxed().toArray(Long[]::new))
                .doesNotHaveDuplicates();
    }
}
