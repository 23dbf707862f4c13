package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.Key;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Datagrams, with the streams beside them. */
class DatagramTransportTest extends TransportContract {
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
        InetSocketAddress bind = settings.listens() ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0) : null;
        return DatagramTransport.start(
                        vertx,
                        new StreamTransport.Options(
                                identity,
                                settings.network(),
                                "test/1",
                                bind,
                                settings.policy(),
                                true,
                                false,
                                settings.limits(),
                                counts,
                                settings.denied()),
                        echo)
                .await();
    }

    @Test
    void a_stranger_is_asked_without_a_connection() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");

        assertThat(answer(ask(a, b, new Request.Ping(HEAD)))).isEqualTo(new Response.Pong(7));
        assertThat(answer(ask(a, b, findNode(3)))).isInstanceOf(Response.Nodes.class);
        assertThat(answer(ask(a, b, new Request.Provide(HEAD, List.of(Echo.record(300)), Map.of()))))
                .isInstanceOf(Response.Provided.class);

        assertThat(a.counts().of("opened") + b.counts().of("opened")).isZero();
        assertThat(a.counts().of("datagram INIT_SENT")).isEqualTo(1);
        assertThat(b.counts().of("datagram INIT_SERVED")).isEqualTo(1);
        assertThat(a.counts().of("datagram FALLBACK")).isZero();
        assertThat(a.counts().of("asked PING Ok")).isEqualTo(1);
        assertThat(b.counts().of("served PROVIDE Ok")).isEqualTo(1);
        assertThat(a.transport().keyExchanges().get()).isEqualTo(Map.of(b.keys().id(), KeyExchange.NOISE));
    }

    @Test
    void what_does_not_fit_comes_over_a_stream() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");

        assertThat(answer(ask(a, b, new Request.FindValue(HEAD, Echo.LARGE, 100))))
                .isInstanceOfSatisfying(
                        Response.Found.class, f -> assertThat(f.records()).hasSize(100));
        assertThat(b.counts().of("datagram CUT")).isEqualTo(1);
        assertThat(a.counts().of("datagram FALLBACK")).isEqualTo(1);
        assertThat(a.counts().of("asked FIND_VALUE Ok")).isEqualTo(1);
    }

    /** It could be anybody's copy of it. */
    @Test
    void nothing_is_changed_by_a_first_datagram() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");

        assertThat(answer(ask(a, b, new Request.Provide(HEAD, List.of(Echo.record(300)), Map.of()))))
                .isInstanceOf(Response.Provided.class);

        assertThat(a.counts().of("datagram INIT_SENT")).isZero();
        assertThat(a.counts().of("opened")).isPositive();
    }

    @Test
    void who_shows_that_it_receives_is_reachable_without_a_call() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        answer(ask(a, b, new Request.Ping(HEAD)));

        await().until(() -> b.echo().reachable.contains(a.contact().addr()));
        assertThat(b.counts().of("opened")).isZero();
        assertThat(((Reply.Answered) ask(b, a, findNode(1))).warm()).isTrue();
    }

    @Test
    void a_peer_that_has_forgotten_is_begun_with_anew() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b", Settings.USUAL);
        answer(ask(a, b, new Request.Ping(HEAD)));
        int port = b.contact().addr().port();
        b.transport().close().get();
        TestIdentity same = TestIdentity.of("b");
        Counts counts = new Counts();
        Transport again = DatagramTransport.start(
                        vertx,
                        new StreamTransport.Options(
                                same,
                                "svc-dht",
                                "test/1",
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                                AddressPolicy.LOOPBACK,
                                true,
                                false,
                                Settings.PATIENT,
                                counts,
                                () -> DenyList.NOTHING),
                        new Echo())
                .await();
        try {
            assertThat(answer(get(a.transport().ask(b.contact(), findNode(1), MILLIS))))
                    .isInstanceOf(Response.Nodes.class);
            await().until(() -> counts.of("datagram INIT_SERVED") == 1);
        } finally {
            again.close().get();
        }
    }

    @Test
    void who_is_banned_meets_with_silence() throws Exception {
        AtomicReference<DenyList> denied = new AtomicReference<>(DenyList.NOTHING);
        Peer a = peer("a", Settings.USUAL.client());
        Peer b = peer("b", Settings.USUAL.banning(denied::get));
        answer(ask(a, b, findNode(1)));
        assertThat(b.echo().callers).hasSize(1);
        denied.set(DenyList.of(List.of(new Banned.Peer(a.keys().id()))));

        assertThat(ask(a, b, findNode(2))).isInstanceOf(Reply.Failed.class);

        assertThat(b.echo().callers).hasSize(1);
    }

    @Test
    void nobody_banned_is_asked() throws Exception {
        AtomicReference<DenyList> denied = new AtomicReference<>(DenyList.NOTHING);
        Peer a = peer("a", Settings.USUAL.client().banning(denied::get));
        Peer b = peer("b");
        answer(ask(a, b, findNode(1)));
        denied.set(DenyList.of(List.of(new Banned.Peer(b.keys().id()))));
        a.transport().bansChanged();

        assertThat(failure(ask(a, b, findNode(2)))).isEqualTo(Failure.Banned);
        denied.set(DenyList.of(List.of(Banned.parse("127.0.0.1/32"))));
        assertThat(failure(ask(a, b, findNode(3)))).isEqualTo(Failure.Banned);
        assertThat(b.echo().callers).hasSize(1);
    }

    @Test
    void what_waits_when_a_peer_goes_ends_in_time() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        var slow = a.transport().ask(b.contact(), slow(), 3_000);
        b.echo().slow.take();
        b.transport().close().get();

        assertThat(get(slow)).isInstanceOf(Reply.Failed.class);
    }

    @Test
    void under_load_who_comes_has_to_show_that_it_is_there() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b", Settings.USUAL.with(Settings.PATIENT.withHandshakes(0)));

        assertThat(answer(ask(a, b, new Request.Ping(HEAD)))).isEqualTo(new Response.Pong(7));
        assertThat(b.counts().of("datagram COOKIE_SENT")).isEqualTo(1);
        assertThat(a.counts().of("datagram COOKIE_RECEIVED")).isEqualTo(1);
        assertThat(b.counts().of("datagram INIT_SERVED")).isEqualTo(1);
        assertThat(answer(ask(a, b, findNode(1)))).isInstanceOf(Response.Nodes.class);
    }

    @Test
    void contacts_that_do_not_fit_are_left_out_and_the_nearest_stay() {
        List<io.svcdht.storage.model.Contact> twenty = java.util.stream.IntStream.range(0, 20)
                .mapToObj(i -> new io.svcdht.storage.model.Contact(
                        io.svcdht.storage.model.NodeKeys.of(new Key(i, 1, 2, 3), new Key(i, 4, 5, 6)),
                        List.of(io.svcdht.storage.model.PeerAddress.parse("192.0.2.1:5302")),
                        0))
                .toList();
        Fitted fitted = Fitted.of(new Response.Nodes(twenty), 9, 1_140);

        assertThat(fitted.cut()).isFalse();
        assertThat(fitted.frame().length).isBetween(1_000, 1_140);
        assertThat(DatagramLocal.frame(fitted.frame())).hasValueSatisfying(f -> assertThat(
                        ((io.svcdht.node.wire.oap.Decoded.Read<Response>) io.svcdht.node.wire.oap.MessageCodec.response(
                                        io.svcdht.node.wire.oap.Opcode.FIND_NODE, f.code(), f.payload()))
                                .value())
                .isInstanceOfSatisfying(Response.Nodes.class, n -> assertThat(n.contacts())
                        .isEqualTo(twenty.subList(0, n.contacts().size()))
                        .hasSizeGreaterThan(10)));
    }
}
