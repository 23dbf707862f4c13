package io.svcdht.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.config.KafkaConfig.Ship;
import io.svcdht.node.config.KafkaConfig.Store;
import io.svcdht.node.shipping.Delivery;
import io.svcdht.storage.event.JournalEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Either side is killed again and again while events come: what is on the topic in the end is the journal, event by
 * event. The broker is killed as a process; the shipper is dropped with all it knows, which is all that a killed node's
 * process would take with it, and now and then its journal is opened anew as well.
 */
class ShippingKillTest {
    /** More with {@code -Dsvcdht.kills}; each of the broker costs some seconds. */
    private static final int KILLS = Integer.getInteger("svcdht.kills", 20);

    private static final int BROKER_EACH = 7;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path temp;

    @Test
    void the_shipped_log_is_the_journal_whoever_is_killed() throws Exception {
        long seed = Long.getLong("svcdht.seed", 13);
        Random random = new Random(seed);
        try (BrokerProcess broker = BrokerProcess.own();
                TestNode node = new TestNode(temp.resolve("data"), 9)) {
            KafkaConfig config = broker.config("fleet", Ship.JOURNAL, Store.CHRONICLE);
            Shipper shipper = started(node, config);
            for (int kill = 1; kill <= KILLS; kill++) {
                node.append(random.nextInt(1, 2_000));
                long behind = node.durablePosition() - shipper.status().shippedPosition();
                long until = shipper.status().shippedPosition() + (long) (behind * random.nextDouble());
                Shipper now = shipper;
                await("seed %d, kill %d".formatted(seed, kill))
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> now.status().shippedPosition() >= until);
                if (kill % BROKER_EACH == 0) {
                    broker.kill();
                    node.append(random.nextInt(1, 500));
                    broker.start();
                } else {
                    shipper.abandon();
                    if (random.nextBoolean()) {
                        node.restart();
                    }
                    shipper = started(node, config);
                }
            }
            node.append(1);
            Shipper last = shipper;
            await("seed " + seed)
                    .atMost(PATIENCE)
                    .until(() -> last.status().shippedPosition() == node.durablePosition());
            last.close();
            compare(node, config, seed);
        }
    }

    private static Shipper started(TestNode node, KafkaConfig config) {
        Shipper s = new Shipper(node, config, ShippingTest.BRISK);
        s.start();
        return s;
    }

    private static void compare(TestNode node, KafkaConfig config, long seed) {
        List<JournalEntry> shipped = new ArrayList<>();
        try (ShippedLog log = ShippedLog.open(config, Set.of(Topic.JOURNAL))) {
            Map<String, Long> ends = log.ends();
            while (!log.reached(ends)) {
                log.poll(Duration.ofMillis(200)).forEach(d -> shipped.add(((Delivery.Event) d).entry()));
            }
            assertThat(log.counts().missing()).as("seed %d", seed).isZero();
            assertThat(log.counts().conflicting()).as("seed %d", seed).isZero();
            assertThat(log.counts().foreign()).as("seed %d", seed).isZero();
            assertThat(log.counts().unreadable()).as("seed %d", seed).isZero();
        }
        // A hole that was filled later comes late; the position is what orders them.
        shipped.sort(java.util.Comparator.comparingLong(JournalEntry::position));
        assertThat(shipped).as("seed %d", seed).isEqualTo(node.entries());
    }
}
