package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.net.TransportContract.Settings;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What strangers may do to a node over a real socket, and what the node goes on doing for others. */
class BadPeerTest {
    private static final Request.Head HEAD = TransportContract.HEAD;
    private static final Request PING = new Request.Ping(HEAD);
    /** Fewer than handshakes may be under way at once. */
    private static final int CALLERS_MAX = 30;

    private static Vertx vertx;
    private final List<StreamTransport> started = new ArrayList<>();
    private final Echo echo = new Echo();
    private final Counts counts = new Counts();

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close().await();
    }

    @AfterEach
    void stop() throws Exception {
        for (StreamTransport t : started) {
            t.close().get(60, TimeUnit.SECONDS);
        }
    }

    /** A node that listens; its port. */
    private int node(NetLimits limits) {
        StreamTransport t = StreamTransportTest.start(
                vertx, TestIdentity.of("node"), Settings.USUAL.with(limits), echo, counts, false);
        started.add(t);
        return t.listens().orElseThrow().port();
    }

    private int node() {
        return node(Settings.PATIENT);
    }

    private StreamTransport client(NetLimits limits, Counts c) {
        StreamTransport t = StreamTransportTest.start(
                vertx, TestIdentity.of("client"), Settings.USUAL.client().with(limits), new Echo(), c, false);
        started.add(t);
        return t;
    }

    /** Somebody well-behaved is served as if nothing were. */
    private void othersAreServed(int port) throws Exception {
        Contact node = new Contact(TestIdentity.of("node").keys(), List.of(PeerAddress.parse("127.0.0.1:" + port)), 0);
        // Whether it is served is asked, not how soon: this machine may have other things to do.
        Reply reply = client(Settings.PATIENT.withPatience(30_000, 30_000, 30_000), new Counts())
                .ask(node, PING, 30_000)
                .get(60, TimeUnit.SECONDS);
        assertThat(TransportContract.answer(reply)).isEqualTo(new Response.Pong(7));
    }

    private static byte[] with(byte[] frame, int offset, int value) {
        frame[offset] = (byte) value;
        return frame;
    }

    private static byte[] ping(long corrId) {
        return RawPeer.request(corrId, PING);
    }

    private static Frame next(RawPeer p) {
        return p.frame().orElseThrow(() -> new AssertionError("the connection has ended"));
    }

    // --- frames ------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"5, 2, WrongVersion", "6, 1, UnknownFlag", "7, 89, BadCompression", "28, 255, CapTooLong"})
    void a_frame_that_breaks_a_rule_is_answered_and_passed_over(int offset, int value, String what) throws Exception {
        int port = node();
        try (RawPeer p = RawPeer.greeted(port, "raw")) {
            p.send(with(ping(1), offset, value), ping(2));

            Frame refusal = next(p);
            Frame answer = next(p);
            assertThat(refusal.corrId()).isEqualTo(1);
            assertThat(refusal.code()).as(what).isEqualTo(1400);
            assertThat(answer.corrId()).isEqualTo(2);
            assertThat(answer.code()).isEqualTo(1000);
        }
        assertThat(echo.callers).hasSize(1);
    }

    @Test
    void a_capability_without_START_is_answered_and_passed_over() throws Exception {
        int port = node();
        try (RawPeer p = RawPeer.greeted(port, "raw")) {
            p.send(with(with(ping(1), 7, Frame.REQ | Frame.END), 29, 3), ping(2));

            assertThat(next(p).code()).isEqualTo(1400);
            assertThat(next(p).corrId()).isEqualTo(2);
        }
    }

    @Test
    void a_frame_longer_than_agreed_ends_the_connection() throws Exception {
        int port = node();
        try (RawPeer p = RawPeer.greeted(port, "raw")) {
            p.send(ByteBuffer.wrap(ping(1)).putInt(0, Frame.BYTES_MAX + 1).array());

            assertThat(next(p).code()).isEqualTo(1413);
            assertThat(p.ends()).isTrue();
        }
        await().until(() -> counts.of("closed BadFrame") == 1);
        othersAreServed(port);
    }

    @Test
    void a_cut_frame_hurts_nobody() throws Exception {
        int port = node();
        for (int n : new int[] {1, 37, 38, 100}) {
            try (RawPeer p = RawPeer.greeted(port, "raw")) {
                p.send(java.util.Arrays.copyOf(ping(1), n));
            }
        }
        await().until(() -> counts.of("closed Remote") == 4);
        assertThat(echo.callers).isEmpty();
        othersAreServed(port);
    }

    @ParameterizedTest
    @CsvSource({
        "9b00000000ffffffff, an array of four billion",
        "bb7fffffffffffffff, a map without end",
        "5b7fffffffffffffff, bytes without end",
        "9f, an indefinite array",
        "a0, no field at all",
        "f6, no map",
    })
    void a_bomb_is_answered_and_passed_over(String hex, String what) throws Exception {
        int port = node();
        byte[] bomb = Frame.request(Frame.DHT, 1, HexFormat.of().parseHex(hex)).encode();
        byte[] tags = new byte[500_000];
        java.util.Arrays.fill(tags, (byte) 0xc1);
        try (RawPeer p = RawPeer.greeted(port, "raw")) {
            p.send(bomb, Frame.request(Frame.DHT, 2, tags).encode(), ping(3));

            assertThat(next(p).code()).as(what).isEqualTo(1400);
            assertThat(next(p).code()).as("500 kB of tags").isEqualTo(1400);
            assertThat(next(p).code()).isEqualTo(1000);
        }
        await().until(() -> counts.of("rejected BadRequest") == 2);
    }

    @Test
    void who_only_sends_nonsense_is_turned_away() throws Exception {
        int port = node();
        try (RawPeer p = RawPeer.greeted(port, "raw")) {
            for (int i = 0; i < 32; i++) {
                p.send(Frame.request(Frame.DHT, i, new byte[9]).encode());
            }
            assertThat(p.ends()).isTrue();
        }
        await().until(() -> counts.of("closed BadFrame") == 1);
        othersAreServed(port);
    }

    // --- handshakes --------------------------------------------------------------------------------------------------

    private void isTurnedAway(int port, PeerCertificate own, String alpn, String version) throws Exception {
        try (RawPeer p = RawPeer.tls(port, own, alpn, version)) {
            p.send(RawPeer.hello("svc-dht", 0));
            assertThat(p.frame()).isEmpty();
        } catch (IOException e) {
            // The handshake itself has failed: even better.
        }
        await().until(() -> counts.of("handshake failed") >= 1);
        assertThat(counts.of("opened")).isZero();
        othersAreServed(port);
    }

    @Test
    void another_protocol_is_turned_away() throws Exception {
        isTurnedAway(node(), RawPeer.certificate("raw"), "h2", "TLSv1.3");
    }

    @Test
    void an_older_TLS_is_turned_away() throws Exception {
        isTurnedAway(node(), RawPeer.certificate("raw"), PeerTls.ALPN, "TLSv1.2");
    }

    @Test
    void a_certificate_without_the_extension_is_turned_away() throws Exception {
        isTurnedAway(
                node(),
                PeerCertificate.selfSigned(PeerCertificate.tlsKey(), new DERSequence()),
                PeerTls.ALPN,
                "TLSv1.3");
    }

    @Test
    void a_forged_extension_is_turned_away() throws Exception {
        PeerCertificate forged = PeerCertificate.of(
                TestIdentity.of("victim").keys(), m -> TestIdentity.of("thief").signTlsKey(m));

        isTurnedAway(node(), forged, PeerTls.ALPN, "TLSv1.3");
    }

    @Test
    void an_extension_taken_from_another_certificate_is_turned_away() throws Exception {
        byte[] theirs = RawPeer.certificate("victim").certificate().getExtensionValue(PeerCertificate.EXTENSION);
        KeyPair own = PeerCertificate.tlsKey();
        ASN1Sequence stolen =
                ASN1Sequence.getInstance(ASN1OctetString.getInstance(theirs).getOctets());

        isTurnedAway(node(), PeerCertificate.selfSigned(own, stolen), PeerTls.ALPN, "TLSv1.3");
    }

    @Test
    void an_extension_of_other_shape_is_no_node() {
        byte[][] bad = {{}, new byte[31], new byte[33], new byte[200]};
        for (byte[] part : bad) {
            DERSequence parts = new DERSequence(
                    new org.bouncycastle.asn1.ASN1Encodable[] {new DEROctetString(part), new DEROctetString(part)});
            PeerCertificate c = PeerCertificate.selfSigned(PeerCertificate.tlsKey(), parts);
            assertThatThrownBy(() -> PeerCertificate.verified(c.certificate()))
                    .isInstanceOf(java.security.cert.CertificateException.class);
        }
    }

    @Test
    void whoever_speaks_no_TLS_is_turned_away() throws Exception {
        int port = node();
        try (RawPeer p = RawPeer.plain(port)) {
            p.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            await().until(() -> counts.of("handshake failed") == 1);
        }
        othersAreServed(port);
    }

    @Test
    void who_says_nothing_is_not_waited_for() throws Exception {
        int hasty = node(Settings.PATIENT.withPatience(300, 20_000, 1_000));
        // Its own handshake has to fit into what it is given.
        int calm = node(Settings.PATIENT.withPatience(10_000, 20_000, 1_000));
        try (RawPeer mute = RawPeer.plain(hasty);
                RawPeer impolite = RawPeer.tls(calm, RawPeer.certificate("raw"))) {
            assertThat(mute.frame()).as("no handshake").isEmpty();
            assertThat(impolite.frame()).as("no greeting").isEmpty();
        }
        await().until(() -> counts.of("closed BadHello") == 1);
    }

    @Test
    void handshakes_have_a_number_and_callers_a_rate() throws Exception {
        int port = node(Settings.PATIENT.withRates(100, 3, 100));
        List<RawPeer> callers = new ArrayList<>();
        // As a third of a second pays for one more, a slow machine needs more than four calls.
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).until(() -> {
            callers.add(RawPeer.plain(port));
            return counts.of("rejected QuotaHit") > 0 || callers.size() == CALLERS_MAX;
        });
        assertThat(counts.of("rejected QuotaHit"))
                .as("of %d calls", callers.size())
                .isPositive();
        assertThat(callers).hasSizeGreaterThan(3);
        await().untilAsserted(() -> assertThat(counts.of("refused 127.0.0.1 quota_calls"))
                .as("no more is known of them")
                .isEqualTo(counts.of("rejected QuotaHit")));
        assertThat(counts.of("handshake failed")).as("it was not even begun").isZero();
        for (RawPeer p : callers) {
            p.close();
        }
    }

    @Test
    void what_is_asked_before_the_greeting_is_not_answered() throws Exception {
        int port = node();
        try (RawPeer p = RawPeer.tls(port, RawPeer.certificate("raw"))) {
            p.send(ping(1));
            assertThat(p.frame()).isEmpty();
        }
        assertThat(echo.callers).isEmpty();
    }

    @Test
    void a_foreign_network_learns_ours_and_is_turned_away() throws Exception {
        int port = node();
        try (RawPeer p = RawPeer.tls(port, RawPeer.certificate("raw"))) {
            p.send(RawPeer.hello("another", 0), ping(1));

            Frame hello = next(p);
            assertThat(hello.code()).isEqualTo(1400);
            assertThat(new String(hello.payload(), StandardCharsets.UTF_8)).contains("\"network_id\":\"svc-dht\"");
            assertThat(p.frame()).isEmpty();
        }
        assertThat(echo.callers).isEmpty();
    }

    // --- those who take their time -----------------------------------------------------------------------------------

    @Test
    void who_stops_reading_is_cut_off_and_holds_up_nobody() throws Exception {
        int port = node(Settings.PATIENT.withPatience(5_000, 1_000, 1_000));
        try (RawPeer p = RawPeer.greeted(port, "raw")) {
            for (int i = 0; i < 400; i++) {
                p.send(RawPeer.request(i, new Request.FindValue(HEAD, Echo.LARGE, 1_000)));
            }
            othersAreServed(port);
            await().untilAsserted(() -> assertThat(counts.of("closed StopsReading"))
                    .as("%s", counts)
                    .isEqualTo(1));
        }
        assertThat(echo.callers)
                .as("reading stopped when writing did: most of 160 MB were never made")
                .hasSizeLessThan(200);
    }

    @Test
    void a_frame_that_does_not_end_is_cut_off() throws Exception {
        int port = node(Settings.PATIENT.withPatience(30_000, 2_000, 1_000));
        byte[] frame = ping(1);
        try (RawPeer p = RawPeer.greeted(port, "raw")) {
            int sent = 0;
            try {
                while (sent < frame.length - 1) {
                    p.send(new byte[] {frame[sent++]});
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            } catch (IOException e) {
                // Cut off while it still sends.
            }
            assertThat(p.frame()).isEmpty();
        }
        await().until(() -> counts.of("closed Trickle") == 1);
        assertThat(echo.callers).isEmpty();
    }

    @Test
    void a_flood_is_refused_unread_and_then_cut_off() throws Exception {
        int port = node(Settings.PATIENT.withRates(5, 100_000, 100_000));
        byte[][] many = new byte[5_000][];
        for (int i = 0; i < many.length; i++) {
            many[i] = ping(i + 1);
        }
        try (RawPeer p = RawPeer.greeted(port, "raw")) {
            Thread.ofVirtual().start(() -> {
                try {
                    p.send(many);
                } catch (IOException e) {
                    // Cut off, as it should be.
                }
            });
            assertThat(p.ends()).isTrue();
        }
        await().until(() -> counts.of("closed Flood") == 1);
        assertThat(echo.callers).hasSizeLessThan(100);
        othersAreServed(port);
    }

    // --- those who answer badly --------------------------------------------------------------------------------------

    private Failure askOf(RawPeer.Script script, NetLimits limits, int millis, Counts c) throws Exception {
        try (RawPeer.Listening bad = RawPeer.listen(RawPeer.certificate("bad"), script)) {
            Contact contact = new Contact(
                    TestIdentity.of("bad").keys(), List.of(PeerAddress.parse("127.0.0.1:" + bad.port())), 0);
            Reply reply = client(limits, c)
                    .ask(contact, new Request.FindNode(HEAD, new Key(1, 2, 3, 4)), millis)
                    .get(60, TimeUnit.SECONDS);
            return TransportContract.failure(reply);
        }
    }

    private static long greet(RawPeer caller) throws IOException {
        caller.send(RawPeer.helloAnswer(next(caller).corrId()));
        return next(caller).corrId();
    }

    @Test
    void ten_thousand_contacts_are_no_answer() throws Exception {
        // {"contacts": 10,000 × [32 bytes, null, [6 bytes], 0]}
        byte[] contact = HexFormat.of().parseHex("845820" + "11".repeat(32) + "f6" + "8146c000020114b6" + "00");
        ByteBuffer payload = ByteBuffer.allocate(13 + 10_000 * contact.length)
                .put(HexFormat.of()
                        .parseHex("a168" + HexFormat.of().formatHex("contacts".getBytes(StandardCharsets.US_ASCII))))
                .put(HexFormat.of().parseHex("992710"));
        for (int i = 0; i < 10_000; i++) {
            payload.put(contact);
        }
        Failure why = askOf(
                caller -> {
                    long corrId = greet(caller);
                    caller.send(Frame.response(Frame.DHT, io.svcdht.node.wire.oap.WireCode.Ok, corrId, payload.array())
                            .encode());
                    caller.ends();
                },
                Settings.PATIENT,
                TransportContract.MILLIS,
                counts);

        assertThat(why).isEqualTo(Failure.BadReply);
        await().until(() -> counts.of("rejected BadRequest") == 1);
    }

    @Test
    void a_code_that_is_none_is_no_answer() throws Exception {
        Failure why = askOf(
                caller -> {
                    byte[] answer = Frame.response(
                                    Frame.DHT, io.svcdht.node.wire.oap.WireCode.Ok, greet(caller), new byte[] {
                                        (byte) 0xa0
                                    })
                            .encode();
                    caller.send(with(answer, 9, 1));
                    caller.ends();
                },
                Settings.PATIENT,
                TransportContract.MILLIS,
                counts);

        assertThat(why).isEqualTo(Failure.BadReply);
    }

    @Test
    void who_never_answers_costs_one_timeout_each_and_then_the_connection() throws Exception {
        try (RawPeer.Listening mute = RawPeer.listen(RawPeer.certificate("bad"), caller -> {
            greet(caller);
            caller.ends();
        })) {
            Contact contact = new Contact(
                    TestIdentity.of("bad").keys(), List.of(PeerAddress.parse("127.0.0.1:" + mute.port())), 0);
            StreamTransport client = client(Settings.PATIENT, counts);
            client.dial(contact.addrs()).get(60, TimeUnit.SECONDS);
            // The first may run out while the greeting is still on its way; the rest hear nothing at all.
            for (int i = 0; i < 3; i++) {
                assertThat(TransportContract.failure(
                                client.ask(contact, PING, 300).get(60, TimeUnit.SECONDS)))
                        .isEqualTo(Failure.Timeout);
            }
            await().until(() -> {
                client.ask(contact, PING, 300).get(60, TimeUnit.SECONDS);
                return counts.of("closed Silent") >= 1;
            });
        }
    }

    @Test
    void a_web_server_is_no_seed() throws Exception {
        try (ServerSocket web = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (var caller = web.accept()) {
                    caller.getInputStream().read();
                    caller.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // The end of the test.
                }
            });
            assertThat(client(Settings.PATIENT, counts)
                            .dial(List.of(PeerAddress.parse("127.0.0.1:" + web.getLocalPort())))
                            .get(60, TimeUnit.SECONDS))
                    .isEqualTo(new Dialled.Failed(Failure.HandshakeFailed));
        }
    }

    // --- callers who want to be called back --------------------------------------------------------------------------

    private void callsFrom(int port, int listenPort, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            try (RawPeer p = RawPeer.tls(port, RawPeer.certificate("raw"))) {
                p.send(RawPeer.hello("svc-dht", listenPort), ping(1));
                next(p);
                next(p);
            }
        }
    }

    @Test
    void an_address_is_called_back_once_in_ten_minutes() throws Exception {
        int port = node();
        List<String> calls = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (RawPeer.Listening listening = RawPeer.listen(RawPeer.certificate("raw"), caller -> {
            calls.add("called");
            caller.ends();
        })) {
            callsFrom(port, listening.port(), 3);
            await().until(() -> echo.reachable.size() == 1);
            callsFrom(port, listening.port(), 3);
        }
        assertThat(calls).hasSize(1);
    }

    @Test
    void a_caller_with_the_keys_of_another_is_not_called_reachable() throws Exception {
        int port = node();
        try (RawPeer.Listening other = RawPeer.listen(RawPeer.certificate("other"), RawPeer::ends)) {
            callsFrom(port, other.port(), 1);
        }
        assertThat(echo.reachable).isEmpty();
    }
}
