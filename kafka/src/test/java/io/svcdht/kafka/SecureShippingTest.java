package io.svcdht.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.svcdht.node.Shipping.Phase;
import io.svcdht.node.Shipping.Trouble;
import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.config.KafkaConfig.Ship;
import io.svcdht.node.config.KafkaConfig.Store;
import io.svcdht.node.config.KafkaConfig.Topics;
import io.svcdht.node.shipping.RemoteJournals.Wanted;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Seam;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A real broker that wants TLS and a password, and nodes that have them or not. */
class SecureShippingTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String WRONG = "nor-is-this-for-anybody";

    @TempDir
    Path temp;

    private final List<Logger> loggers = Stream.of("org.apache.kafka", "io.svcdht.kafka")
            .map(name -> (Logger) LoggerFactory.getLogger(name))
            .toList();
    private final List<Level> before =
            loggers.stream().map(Logger::getLevel).collect(Collectors.toCollection(ArrayList::new));
    private final Said said = new Said();
    private BrokerProcess broker;
    private TestNode node;
    private Shipper shipper;

    /** All that is logged, as it would be written. */
    private static final class Said extends AppenderBase<ILoggingEvent> {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent e) {
            lines.add(e.getFormattedMessage()
                    + (e.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(e.getThrowableProxy())));
        }
    }

    @BeforeEach
    void begin() throws Exception {
        said.start();
        for (Logger l : loggers) {
            l.addAppender(said);
            l.setAdditive(false);
            l.setLevel(Level.DEBUG);
        }
        broker = BrokerProcess.shared();
        node = new TestNode(temp.resolve("data"), 5);
    }

    @AfterEach
    void end() {
        if (shipper != null) {
            shipper.abandon();
        }
        node.close();
        for (int i = 0; i < loggers.size(); i++) {
            loggers.get(i).detachAppender(said);
            loggers.get(i).setAdditive(true);
            loggers.get(i).setLevel(before.get(i));
        }
        assertThat(said.lines).noneMatch(l -> l.contains(BrokerProcess.PASSWORD) || l.contains(WRONG));
        // Or nothing of the client's would be looked at.
        assertThat(said.lines).anyMatch(l -> l.contains("sasl.jaas.config = [hidden]"));
    }

    private static String login(String password) {
        return "%s required username=\"%s\" password=\"%s\";"
                .formatted(BrokerProcess.LOGIN, BrokerProcess.USER, password);
    }

    private Path properties(Path authority, String login) throws IOException {
        return Files.writeString(
                temp.resolve("kafka.properties"), """
                    security.protocol=SASL_SSL
                    sasl.mechanism=%s
                    sasl.jaas.config=%s
                    ssl.truststore.type=PEM
                    ssl.truststore.location=%s
                    """.formatted(BrokerProcess.MECHANISM, login, authority));
    }

    private KafkaConfig config(Path properties, Store store) {
        return new KafkaConfig(
                List.of(broker.secured()),
                BrokerProcess.prefix(),
                Optional.of(properties),
                store == Store.KAFKA ? Ship.NONE : Ship.JOURNAL,
                new Topics(true, 1, 1),
                store);
    }

    private Shipper ship(KafkaConfig to) {
        shipper = new Shipper(node, to, ShippingTest.BRISK);
        shipper.start();
        return shipper;
    }

    private static void awaitPhase(Shipper s, Phase phase) {
        await().atMost(PATIENCE).until(() -> s.status().phase() == phase);
    }

    private static void awaitShipped(Shipper s, long position) {
        await().atMost(PATIENCE).until(() -> s.status().shippedPosition() >= position);
    }

    @Test
    void a_journal_is_shipped_over_tls_with_a_password() throws Exception {
        KafkaConfig config = config(properties(broker.authority(), login(BrokerProcess.PASSWORD)), Store.CHRONICLE);
        node.append(300);
        awaitShipped(ship(config), 300);

        assertThat(ShippingTest.read(config).events()).isEqualTo(node.entries());
        assertThat(shipper.status().failures()).isEmpty();
    }

    @Test
    void a_wrong_password_is_named_and_shipping_begins_once_it_is_mended() throws Exception {
        KafkaConfig config = config(properties(broker.authority(), login(WRONG)), Store.CHRONICLE);
        Shipper s = ship(config);
        node.append(10);
        awaitPhase(s, Phase.REFUSED);
        assertThat(s.status().why()).contains("credentials", "sasl.jaas.config", BrokerProcess.MECHANISM);
        assertThat(s.status().failures(Trouble.AUTHENTICATION)).isPositive();
        assertThat(s.status().lagEvents()).isEqualTo(10);
        assertThat(said.lines)
                .anyMatch(l -> l.startsWith("Nothing is shipped to Kafka until this is mended: the brokers"));
        // The node goes on meanwhile.
        node.append(10);

        properties(broker.authority(), login(BrokerProcess.PASSWORD));
        awaitShipped(s, 20);
        assertThat(s.status().phase()).isEqualTo(Phase.SHIPPING);
        assertThat(s.status().why()).isEmpty();
        assertThat(ShippingTest.read(config).events()).isEqualTo(node.entries());
    }

    @Test
    void a_broker_of_another_authority_is_not_trusted() throws Exception {
        Path other = Authority.in(Files.createDirectory(temp.resolve("other"))).certificate();
        Shipper s = ship(config(properties(other, login(BrokerProcess.PASSWORD)), Store.CHRONICLE));
        node.append(10);
        awaitPhase(s, Phase.REFUSED);

        assertThat(s.status().why()).contains("no TLS connection", "ssl.truststore", "certification path");
        assertThat(s.status().failures(Trouble.TLS)).isPositive();
        assertThat(s.status().events()).isZero();
    }

    @Test
    void a_journal_on_kafka_and_the_console_of_a_fleet_are_told_the_same() throws Exception {
        KafkaConfig wrong = config(properties(broker.authority(), login(WRONG)), Store.KAFKA);
        assertThatThrownBy(() -> new KafkaJournals.Opening(
                                new Wanted(wrong, node.node(), Checkpoints.none()), 1_024, new HashMap<>())
                        .open(j -> Seam.START, e -> {}))
                .isInstanceOf(JournalUnavailable.class)
                .hasMessageContaining("cannot be opened: the brokers do not take this node's credentials");
        assertThatThrownBy(() -> new KafkaTopics().open(wrong).poll(Duration.ZERO))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the brokers do not take this node's credentials");
    }
}
