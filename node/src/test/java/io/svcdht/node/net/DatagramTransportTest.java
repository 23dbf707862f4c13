package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.Patience;
import io.svcdht.node.noise.AesGcm;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams, with the streams beside them. */
class DatagramTransportTest extends TransportContract {
    /** So long that a busy machine does not look like a silent peer. */
    private static final int VERY_PATIENT = 5_000;

    private static Vertx vertx;

    /** Less than what a question is given, so that silence is noticed in time. */
    private int patienceMillis = 1_000;

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
                        ((VertxInternal) vertx).createEventLoopContext(),
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
                        echo,
                        patienceMillis)
                .await();
    }

    @Test
    void a_stranger_is_asked_without_a_connection() throws Exception {
        patienceMillis = VERY_PATIENT;
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
        await().untilAsserted(() -> assertThat(a.counts().of("asked PING Ok")).isEqualTo(1));
        assertThat(b.counts().of("served PROVIDE Ok")).isEqualTo(1);
        assertThat(a.transport().features()).containsExactly("peers-x25519", "datagrams");
    }

    @Test
    void by_which_way_a_peer_is_asked_can_be_seen() throws Exception {
        patienceMillis = VERY_PATIENT;
        Peer a = peer("a");
        Peer b = peer("b");
        Peer streamed = peer("streamed");
        answer(ask(a, b, new Request.Ping(HEAD)));
        answer(ask(a, b, findNode(1)));
        answer(ask(a, streamed, new Request.NodeRecord(HEAD)));

        Ways ways = ways(a, List.of(b.keys().id()), 0);
        assertThat(ways.peers()).containsOnlyKeys(b.keys().id(), streamed.keys().id());
        Ways.Peer inDatagrams = ways.peers().get(b.keys().id());
        assertThat(inDatagrams.next()).isEqualTo(Ways.Way.DATAGRAMS);
        assertThat(inDatagrams.keyExchange()).isEqualTo(KeyExchange.NOISE.text());
        assertThat(inDatagrams.conversation()).satisfies(c -> {
            assertThat(c.ours()).isTrue();
            assertThat(c.at()).isEqualTo(b.contact().addr());
            assertThat(c.rekeys()).isZero();
            assertThat(c.sent())
                    .as("what shows that we are there, and a question")
                    .isEqualTo(2);
            assertThat(c.atHome()).isTrue();
        });
        Ways.Peer overStream = ways.peers().get(streamed.keys().id());
        assertThat(overStream.next()).isEqualTo(Ways.Way.STREAM);
        assertThat(overStream.conversation()).isNull();
        assertThat(ways(a, List.of(), 0).peers())
                .containsOnlyKeys(streamed.keys().id());
        assertThat(ways(a, List.of(), 1).peers())
                .containsOnlyKeys(b.keys().id(), streamed.keys().id());
        assertThat(ways.datagrams()).satisfies(d -> {
            assertThat(d.conversations()).isEqualTo(1);
            assertThat(d.begun()).isZero();
            assertThat(d.counts().begun()).isEqualTo(1);
            assertThat(d.cookies().asked()).isFalse();
        });
        assertThat(ways(b, List.of(), 9)
                        .peers()
                        .get(a.keys().id())
                        .conversation()
                        .ours())
                .isFalse();
        assertThat(ways(b, List.of(), 9).datagrams().counts().served()).isEqualTo(1);
    }

    private static Ways ways(Peer of, List<NodeId> peers, int others) throws Exception {
        return of.transport().ways(peers, others).get(30, TimeUnit.SECONDS);
    }

    @Test
    void what_does_not_fit_comes_over_a_stream() throws Exception {
        patienceMillis = VERY_PATIENT;
        Peer a = peer("a");
        Peer b = peer("b");

        assertThat(answer(ask(a, b, new Request.FindValue(HEAD, Echo.LARGE, 100))))
                .isInstanceOfSatisfying(
                        Response.Found.class, f -> assertThat(f.records()).hasSize(100));
        assertThat(b.counts().of("datagram CUT")).isEqualTo(1);
        assertThat(a.counts().of("datagram FALLBACK")).isEqualTo(1);
        await().untilAsserted(
                        () -> assertThat(a.counts().of("asked FIND_VALUE Ok")).isEqualTo(1));
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
        patienceMillis = VERY_PATIENT;
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

    /** The same peer at another way first; streams go to the address behind it. */
    private static Contact by(RoughWay way, Peer b) {
        return new Contact(
                b.keys(),
                List.of(
                        PeerAddress.parse("127.0.0.1:" + way.port()),
                        b.contact().addr()),
                0);
    }

    /** As if they had been idle. */
    private static void endStreams(Peer a, Peer b, AtomicReference<DenyList> denied) {
        int before = a.counts().of("closed Banned");
        denied.set(DenyList.of(List.of(new Banned.Peer(b.keys().id()))));
        a.transport().bansChanged();
        await().atMost(Patience.LIMIT).until(() -> a.counts().of("closed Banned") > before);
        denied.set(DenyList.NOTHING);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void loss_and_reordering_lose_no_question(long seed) throws Exception {
        patienceMillis = 500;
        Settings many = Settings.USUAL.with(Settings.PATIENT.withInflight(2_000, 2_000));
        Peer a = peer("a", many);
        Peer b = peer("b", many);
        try (RoughWay way = new RoughWay(b.contact().addr().port(), seed)) {
            answer(get(a.transport().ask(by(way, b), new Request.Ping(HEAD), MILLIS)));
            way.weather(5, 20);
            for (int round = 0; round < 6; round++) {
                List<CompletableFuture<Reply>> replies = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    replies.add(a.transport().ask(by(way, b), findNode(round * 50 + i), MILLIS));
                }
                for (int i = 0; i < replies.size(); i++) {
                    Response.Nodes nodes = (Response.Nodes) answer(get(replies.get(i)));
                    assertThat(nodes.contacts().getFirst().keys().ed25519())
                            .isEqualTo(new Key(round * 50 + i, 1, 2, 3));
                }
            }
            assertThat(way.lost.get()).as("seed %d", seed).isPositive();
            assertThat(way.overtaken.get()).isPositive();
            await().untilAsserted(() ->
                    assertThat(a.counts().of("asked FIND_NODE Ok")).isEqualTo(300));
        }
    }

    /** A firewall that lets no datagram through, from some moment on, and none from the beginning. */
    @Test
    void where_no_datagram_comes_through_the_same_peers_talk_by_streams_and_come_back() throws Exception {
        AtomicReference<DenyList> denied = new AtomicReference<>(DenyList.NOTHING);
        Peer a = peer("a", Settings.USUAL.client().banning(denied::get));
        Peer b = peer("b");
        try (RoughWay way = new RoughWay(b.contact().addr().port(), 1)) {
            await().atMost(Patience.LIMIT)
                    .until(() -> ((Reply.Answered) get(a.transport().ask(by(way, b), findNode(1), MILLIS))).datagram());
            int before = a.counts().of("datagram FALLBACK");
            way.weather(100, 0);

            answer(get(a.transport().ask(by(way, b), findNode(2), MILLIS)));
            assertThat(a.counts().of("datagram FALLBACK")).isEqualTo(before + 1);
            answer(get(a.transport()
                    .ask(by(way, b), new Request.Provide(HEAD, List.of(Echo.record(300)), Map.of()), MILLIS)));
            way.weather(0, 0);
            endStreams(a, b, denied);

            int inits = a.counts().of("datagram INIT_SENT");
            answer(get(a.transport().ask(by(way, b), findNode(3), MILLIS)));
            assertThat(a.counts().of("datagram INIT_SENT"))
                    .as("back to datagrams")
                    .isEqualTo(inits + 1);
        }
    }

    /** With the headers of IPv6 and UDP 1,248 bytes: the least MTU of IPv6 is 1,280, and nobody may have to cut one up. */
    @Test
    void no_datagram_is_longer_than_the_smallest_path_carries() throws Exception {
        patienceMillis = VERY_PATIENT;
        Peer a = peer("a", Settings.USUAL.client());
        Peer b = peer("b");
        try (RoughWay way = new RoughWay(b.contact().addr().port(), 1)) {
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> ((Reply.Answered) get(a.transport().ask(by(way, b), findNode(1), MILLIS))).datagram());
            // Each length of a question around the longest that fits, and of an answer.
            for (int bytes = 980; bytes < 1_120; bytes++) {
                answer(get(a.transport()
                        .ask(by(way, b), new Request.Provide(HEAD, List.of(Echo.record(bytes)), Map.of()), MILLIS)));
            }
            for (int records = 210; records < 300; records++) {
                answer(get(a.transport()
                        .ask(by(way, b), new Request.FindValue(HEAD, new Key(1, 1, 1, 1), records), MILLIS)));
            }
            assertThat(way.longest.get()).isBetween(1_196, 1_200);
            assertThat(a.counts().of("datagram FALLBACK"))
                    .as("longer ones went another way")
                    .isPositive();
        }
    }

    @Test
    void after_two_silences_a_peer_is_asked_by_streams_alone() throws Exception {
        AtomicReference<DenyList> denied = new AtomicReference<>(DenyList.NOTHING);
        Peer a = peer("a", Settings.USUAL.client().banning(denied::get));
        Peer b = peer("b");
        try (RoughWay way = new RoughWay(b.contact().addr().port(), 1)) {
            way.weather(100, 0);
            for (int i = 0; i < 3; i++) {
                answer(get(a.transport().ask(by(way, b), findNode(i), MILLIS)));
                endStreams(a, b, denied);
            }
            assertThat(a.counts().of("datagram INIT_SENT")).isEqualTo(2);
            assertThat(a.counts().of("datagram FALLBACK")).isEqualTo(2);
            assertThat(ways(a, List.of(b.keys().id()), 0)
                            .peers()
                            .get(b.keys().id())
                            .streamsMillisLeft())
                    .isBetween(1L, 600_000L);
            await().untilAsserted(() ->
                    assertThat(a.counts().of("asked FIND_NODE Ok")).isEqualTo(3));
        }
    }

    /** Contacts can name anybody's address. */
    @Test
    void contacts_that_point_at_a_victim_bring_it_no_more_than_a_few() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        try (DatagramSocket victim = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            victim.setReceiveBufferSize(1 << 20);
            List<Contact> lies = IntStream.range(0, 60)
                    .mapToObj(i -> new Contact(
                            TestIdentity.of("nobody " + i).keys(),
                            List.of(PeerAddress.parse("127.0.0.1:" + victim.getLocalPort())),
                            0))
                    .toList();
            // All in one turn of the loop, so that none ends before the last begins.
            CompletableFuture<List<CompletableFuture<Reply>>> all = a.transport()
                    .ask(b.contact(), slow(), MILLIS)
                    .thenApply(r -> lies.stream()
                            .map(lie -> a.transport().ask(lie, findNode(1), 2_000))
                            .toList());
            CompletableFuture<Response> later = b.echo().slow.poll(60, TimeUnit.SECONDS);
            int before = a.counts().of("datagram INIT_SENT");
            later.complete(new Response.Nodes(List.of()));
            for (CompletableFuture<Reply> r : all.get(60, TimeUnit.SECONDS)) {
                assertThat(get(r)).isInstanceOf(Reply.Failed.class);
            }
            victim.setSoTimeout(50);
            int received = 0;
            try {
                while (true) {
                    victim.receive(new DatagramPacket(new byte[2_000], 2_000));
                    received++;
                }
            } catch (SocketTimeoutException e) {
                // All of it: on loopback what was sent is there.
            }
            assertThat(received).as("eight, each once more").isBetween(1, 16);
            assertThat(a.counts().of("datagram INIT_SENT")).isEqualTo(before + 8);
        }
    }

    /** Each is answered with an INIT nineteen times as long. */
    @Test
    void who_answers_with_cookies_alone_is_sent_no_more_than_a_few() throws Exception {
        patienceMillis = VERY_PATIENT;
        Peer a = peer("a", Settings.USUAL.client());
        TestIdentity identity = TestIdentity.of("cookies");
        byte[] key = identity.keys().ed25519().bytes();
        Cookies cookies = new Cookies(new AesGcm(), new SecureRandom(), 0, 0);
        int received = 0;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(100);
            Contact contact =
                    new Contact(identity.keys(), List.of(PeerAddress.parse("127.0.0.1:" + socket.getLocalPort())), 0);
            CompletableFuture<Reply> reply = a.transport().ask(contact, findNode(1), 3 * MILLIS);
            while (!reply.isDone() && received < 50 && a.counts().of("datagram JUNK") == 0) {
                DatagramPacket p = new DatagramPacket(new byte[2_000], 2_000);
                try {
                    socket.receive(p);
                } catch (SocketTimeoutException e) {
                    continue;
                }
                received++;
                Datagram.Init init = (Datagram.Init)
                        Datagram.read(Arrays.copyOf(p.getData(), p.getLength())).orElseThrow();
                byte[] answer = cookies.cookie(init, new byte[8], key, 0).encode();
                socket.send(new DatagramPacket(answer, answer.length, p.getSocketAddress()));
            }
        }
        assertThat(a.counts().of("datagram COOKIE_RECEIVED")).isEqualTo(2);
        assertThat(received)
                .as("one, one for each of two cookies, and on a slow machine one again")
                .isBetween(3, 4);
    }

    @Test
    void under_load_who_comes_has_to_show_that_it_is_there() throws Exception {
        patienceMillis = VERY_PATIENT;
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
        Fitted fitted = Fitted.of(new Response.Nodes(twenty), 9, 1_140, true);

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
