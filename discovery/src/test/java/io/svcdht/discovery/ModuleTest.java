package io.svcdht.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.Discovery.Refusal;
import io.svcdht.node.discovery.Discv5;
import io.svcdht.node.discovery.FoundRecord;
import io.svcdht.node.discovery.Octets;
import io.svcdht.node.discovery.OurEntries;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The module alone, as a node starts it. */
class ModuleTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final NodeKeys KEYS = NodeKeys.of(new Key(-1, -2, -3, -4), new Key(-5, -6, -7, -8));

    private static final class Heard implements Discv5.Ear {
        private final List<FoundRecord> records = Collections.synchronizedList(new ArrayList<>());
        private final List<Refusal> refusals = Collections.synchronizedList(new ArrayList<>());
        private final List<String> published = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void heard(List<FoundRecord> found) {
            records.addAll(found);
        }

        @Override
        public void refused(Refusal why) {
            refusals.add(why);
        }

        @Override
        public void published(String record) {
            published.add(record);
        }
    }

    private static InetSocketAddress at(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    private static Discv5.Wanted wanted(
            InetSocketAddress reached, int port, Predicate<InetSocketAddress> admits, String... boot) {
        byte[] secret = new byte[32];
        secret[31] = 9;
        return new Discv5.Wanted(
                Octets.of(secret),
                0x1_9000_0000_00L,
                OurEntries.of(KEYS, "x".repeat(255)),
                reached,
                at("127.0.0.1", port),
                List.of(boot),
                admits);
    }

    @Test
    void our_record_fits_with_everything_in_it() throws Exception {
        Heard heard = new Heard();
        Discv5.Running running =
                Layer.module().start(wanted(at("2001:db8:1234:5678:9abc:def0:1234:5678", 65_535), 0, a -> true), heard);
        try {
            String enr = running.record();
            assertThat(heard.published).containsExactly(enr);
            assertThat(Base64.getUrlDecoder().decode(enr.substring(4))).hasSizeBetween(200, 295);
        } finally {
            running.close();
        }
    }

    @Test
    void what_another_node_tells_of_itself_is_heard_as_it_is() throws Exception {
        Heard ofOne = new Heard();
        Heard ofOther = new Heard();
        Discv5.Running one = Layer.module().start(wanted(at("127.0.0.1", 4242), 0, a -> true), ofOne);
        try (Layer.Plain plain = Layer.plain()) {
            // The plain node has the same library and another key.
            Discv5.Running other = Layer.module()
                    .start(
                            new Discv5.Wanted(
                                    Octets.of(new byte[] {
                                        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                        1, 1, 1, 1, 1
                                    }),
                                    7,
                                    Map.of(),
                                    at("127.0.0.1", 0),
                                    at("127.0.0.1", 0),
                                    List.of(one.record(), plain.record()),
                                    a -> true),
                            ofOther);
            try {
                await().atMost(LONG).until(() -> ofOther.records.stream()
                        .anyMatch(r -> r.streams().contains(at("127.0.0.1", 4242))));
                FoundRecord found = ofOther.records.stream()
                        .filter(r -> r.streams().contains(at("127.0.0.1", 4242)))
                        .findFirst()
                        .orElseThrow();
                assertThat(found.network()).contains(OurEntries.network("x".repeat(255)));
                assertThat(found.ed25519()).contains(Octets.of(KEYS.ed25519().bytes()));
                assertThat(found.mlDsa87Hash())
                        .contains(Octets.of(KEYS.mlDsa87Hash().bytes()));
                assertThat(found.sequence()).isGreaterThanOrEqualTo(0x1_9000_0000_00L);
                assertThat(other.live()).isPositive();
            } finally {
                other.close();
            }
        } finally {
            one.close();
        }
    }

    @Test
    void a_boot_record_that_will_not_do_ends_the_start_with_a_sentence() throws Exception {
        try (Layer.Plain plain = Layer.plain()) {
            Map<String, Object> entries = Map.of("host", "192.168.1.9", "udp", 9000, "tcp", 9000);
            Discv5 module = Layer.module();
            String cut = plain.ask("make-cut", entries);
            assertThatThrownBy(() -> module.start(wanted(at("127.0.0.1", 1), 0, a -> true, cut), new Heard()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is not signed by the key it names");
            String near = plain.ask("make", entries);
            assertThatThrownBy(() -> module.start(wanted(at("127.0.0.1", 1), 0, a -> false, near), new Heard()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no address that address_policy lets this node call");
            assertThatThrownBy(() -> module.start(wanted(at("127.0.0.1", 1), 0, a -> true, "enr:-abc"), new Heard()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("which is no ENR");
        }
    }

    @Test
    void a_port_that_is_taken_is_told() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(at("127.0.0.1", 0))) {
            Discv5 module = Layer.module();
            assertThatThrownBy(() ->
                            module.start(wanted(at("127.0.0.1", 1), taken.getLocalPort(), a -> true), new Heard()))
                    .isInstanceOf(IOException.class);
        }
    }
}
