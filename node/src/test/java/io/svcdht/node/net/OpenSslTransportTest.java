package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.OpenSsl;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.storage.model.NodeId;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same streams on BoringSSL, which is there on the platforms that are built on. */
class OpenSslTransportTest extends StreamContract {
    private static Vertx vertx;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close().await();
    }

    @Override
    protected Transport start(TestIdentity identity, Settings settings, Echo echo, Counts counts) {
        return StreamTransportTest.start(vertx, identity, settings, echo, counts, true);
    }

    private static Map<NodeId, String> agreed(Transport transport) throws Exception {
        Map<NodeId, String> all = new HashMap<>();
        transport.ways(List.of(), 0).get().peers().forEach((id, way) -> all.put(id, way.keyExchange()));
        return all;
    }

    @Test
    void a_connection_of_two_agrees_on_the_hybrid_key_exchange_and_says_so() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        assertThat(a.transport()
                        .ask(b.contact(), new Request.Ping(HEAD), MILLIS)
                        .get())
                .isInstanceOf(Reply.Answered.class);
        assertThat(agreed(a.transport())).isEqualTo(Map.of(b.keys().id(), KeyExchange.X25519MLKEM768.text()));
        assertThat(KeyExchange.X25519MLKEM768.hybrid()).isTrue();
        await().untilAsserted(() ->
                assertThat(agreed(b.transport())).isEqualTo(Map.of(a.keys().id(), KeyExchange.X25519MLKEM768.text())));
        // b calls back, so there may be two.
        assertThat(a.counts().of("agreed X25519MLKEM768")).isPositive();
        assertThat(b.counts().of("agreed X25519MLKEM768")).isPositive();
        assertThat(a.counts().of("agreed X25519") + b.counts().of("agreed UNTOLD"))
                .isZero();
    }

    /** The JDK's engine knows no hybrid exchange; the two still find each other, and the better informed says how. */
    @Test
    void with_a_peer_on_the_JDK_it_falls_back_to_X25519() throws Exception {
        Peer a = peer("a");
        TestIdentity identity = TestIdentity.of("jdk");
        Counts counts = new Counts();
        Transport jdk = StreamTransportTest.start(vertx, identity, Settings.USUAL, new Echo(), counts, false);
        try {
            assertThat(jdk.ask(a.contact(), new Request.Ping(HEAD), MILLIS).get())
                    .isInstanceOf(Reply.Answered.class);
            await().untilAsserted(() -> assertThat(agreed(a.transport()))
                    .isEqualTo(Map.of(identity.keys().id(), KeyExchange.X25519.text())));
            assertThat(agreed(jdk)).isEqualTo(Map.of(a.keys().id(), KeyExchange.UNTOLD.text()));
        } finally {
            jdk.close().get();
        }
    }

    @Test
    void it_is_not_the_JDK_in_disguise() {
        assertThat(PeerTls.hasOpenSsl()).as("%s", OpenSsl.unavailabilityCause()).isTrue();
    }
}
