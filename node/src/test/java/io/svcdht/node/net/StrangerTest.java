package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.Patience;
import io.svcdht.node.noise.AesGcm;
import io.svcdht.node.noise.NoiseIk;
import io.svcdht.node.noise.StaticKey;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.MessageCodec;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.vertx.core.Vertx;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node's socket, and a stranger at another one who keeps to no rule. */
class StrangerTest {
    private static final Request.Head HEAD = TransportContract.HEAD;
    private static final byte[] NOTHING = {};
    /** The points of X25519 that agree on zero with everybody (RFC 7748, section 7), and what is the same modulo the prime. */
    private static final List<String> LOW_ORDER = List.of(
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

    private final Vertx vertx = Vertx.vertx();
    private final TestIdentity node = TestIdentity.of("node");
    private final TestIdentity stranger = TestIdentity.of("stranger");
    private final Echo echo = new Echo();
    private final Counts counts = new Counts();
    private final AesGcm gcm = new AesGcm();
    private final Random random = new Random(11);
    private DatagramTransport transport;
    private DatagramSocket socket;
    private int junk;

    @BeforeEach
    void start() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        transport = DatagramTransport.start(
                        vertx,
                        new StreamTransport.Options(
                                node,
                                "svc-dht",
                                "test/1",
                                new InetSocketAddress(loopback, 0),
                                AddressPolicy.LOOPBACK,
                                true,
                                false,
                                TransportContract.Settings.PATIENT,
                                counts,
                                () -> DenyList.NOTHING),
                        echo)
                .await();
        socket = new DatagramSocket(0, loopback);
        socket.setSoTimeout((int) Patience.LIMIT.toMillis());
    }

    @AfterEach
    void stop() throws Exception {
        socket.close();
        transport.close().get(60, TimeUnit.SECONDS);
        vertx.close().await();
    }

    private byte[] prologue(String network, NodeKeys responder) {
        byte[] protocol = ("svc-dht/udp/1" + network).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(protocol.length + 64)
                .put(protocol)
                .put(responder.ed25519().bytes())
                .put(responder.mlDsa87Hash().bytes())
                .array();
    }

    private StaticKey ephemeral() {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        return StaticKey.of(secret);
    }

    private NoiseIk noise(String network, TestIdentity who) {
        return NoiseIk.initiator(
                gcm,
                prologue(network, node.keys()),
                who.noiseKey(),
                ephemeral(),
                NodeIdentity.x25519Public(node.keys().ed25519()).bytes());
    }

    private static byte[] frame(Request r, long corrId) {
        return Frame.request(Frame.DHT, corrId, MessageCodec.encode(r, corrId)).encode();
    }

    private Datagram.Init init(NoiseIk noise, byte[] payload, byte[] cookie) throws Exception {
        return Cookies.signed(
                new Datagram.Init(7, noise.writeInit(payload), new byte[16], new byte[16]),
                node.keys().ed25519().bytes(),
                cookie);
    }

    private byte[] payload(TestIdentity who, byte[] frame) {
        return new Greeting(who.keys(), false).encode(frame, Datagram.INIT_NOISE - NoiseIk.INIT_OVERHEAD);
    }

    private Datagram.Init init(TestIdentity who, Request r) throws Exception {
        return init(noise("svc-dht", who), payload(who, frame(r, 1)), NOTHING);
    }

    /** Not more of it at once than a socket holds. */
    private void sendJunk(byte[] bytes) throws Exception {
        send(bytes);
        junk++;
        if (junk % 20 == 0) {
            await().pollInterval(Duration.ofMillis(1)).until(() -> refused() >= junk);
        }
    }

    private int refused() {
        return counts.of("datagram JUNK") + counts.of("rejected BadRequest");
    }

    private void send(byte[] bytes) throws Exception {
        socket.send(new DatagramPacket(
                bytes,
                bytes.length,
                InetAddress.getLoopbackAddress(),
                transport.listens().orElseThrow().port()));
    }

    private Datagram receive() throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
        socket.receive(packet);
        byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
        assertThat(bytes.length).as("no answer is longer than what it answers").isLessThanOrEqualTo(1_200);
        return Datagram.read(bytes).orElseThrow();
    }

    /** The socket is read in order: once a good question is answered, all before it have been dealt with. */
    private void expectSilenceSoFar() throws Exception {
        expectSilence(0);
    }

    /** @param answered questions before that were good */
    private void expectSilence(int answered) throws Exception {
        NoiseIk noise = noise("svc-dht", stranger);
        send(init(noise, payload(stranger, frame(new Request.Ping(HEAD), 77)), NOTHING)
                .encode());
        Datagram.Resp resp = (Datagram.Resp) receive();
        assertThat(DatagramLocal.frame(noise.readResponse(ByteBuffer.wrap(resp.noise()))))
                .hasValueSatisfying(f -> assertThat(f.corrId()).isEqualTo(77));
        assertThat(refused()).isEqualTo(junk);
        assertThat(echo.callers).hasSize(answered + 1);
        socket.setSoTimeout(50);
        assertThatThrownBy(this::receive).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void every_byte_of_a_first_datagram_matters() throws Exception {
        byte[] good = init(stranger, new Request.Ping(HEAD)).encode();
        // The last 16 are the cookie's, which nobody asked for.
        for (int i = 0; i < good.length - 16; i++) {
            byte[] bad = good.clone();
            bad[i] ^= (byte) (1 + random.nextInt(255));
            sendJunk(bad);
        }
        expectSilenceSoFar();
    }

    /** The code above keeps a wrong mac1 out; what is behind it must hold on its own. */
    @Test
    void what_noise_refuses_is_met_with_silence_though_its_mac_is_right() throws Exception {
        Datagram.Init good = init(stranger, new Request.Ping(HEAD));
        for (int i = 0; i < good.noise().length; i += i < 120 ? 1 : 7) {
            byte[] noise = good.noise().clone();
            noise[i] ^= (byte) (1 << random.nextInt(8));
            sendJunk(signed(noise));
        }
        for (String point : LOW_ORDER) {
            byte[] low = good.noise().clone();
            System.arraycopy(HexFormat.of().parseHex(point), 0, low, 0, 32);
            sendJunk(signed(low));
        }
        expectSilenceSoFar();
    }

    /** With such a key everybody agrees on the same secret, so what it sends decrypts. */
    @Test
    void a_static_key_of_low_order_is_nobodys() throws Exception {
        for (String point : LOW_ORDER) {
            StaticKey low = new StaticKey() {
                @Override
                public byte[] publicKey() {
                    return HexFormat.of().parseHex(point);
                }

                @Override
                public byte[] agree(byte[] theirs) {
                    return new byte[32];
                }
            };
            NoiseIk noise = NoiseIk.initiator(
                    gcm,
                    prologue("svc-dht", node.keys()),
                    low,
                    ephemeral(),
                    NodeIdentity.x25519Public(node.keys().ed25519()).bytes());
            sendJunk(init(noise, payload(stranger, frame(new Request.Ping(HEAD), 1)), NOTHING)
                    .encode());
        }
        expectSilenceSoFar();
    }

    private byte[] signed(byte[] noise) {
        return Cookies.signed(
                        new Datagram.Init(7, noise, new byte[16], new byte[16]),
                        node.keys().ed25519().bytes(),
                        NOTHING)
                .encode();
    }

    @Test
    void shorter_and_longer_ones_are_none() throws Exception {
        byte[] good = init(stranger, new Request.Ping(HEAD)).encode();
        for (int length = 0; length < good.length; length += length < 40 || length > 1_160 ? 1 : 13) {
            sendJunk(Arrays.copyOf(good, length));
        }
        sendJunk(Arrays.copyOf(good, 1_201));
        sendJunk(Arrays.copyOf(good, 1_500));
        expectSilenceSoFar();
    }

    @Test
    void another_network_another_key_and_bad_padding_are_met_with_silence() throws Exception {
        byte[] ping = frame(new Request.Ping(HEAD), 1);
        sendJunk(init(noise("another", stranger), payload(stranger, ping), NOTHING)
                .encode());
        // Claims to be somebody else.
        sendJunk(init(noise("svc-dht", stranger), payload(TestIdentity.of("c"), ping), NOTHING)
                .encode());
        byte[] padded = payload(stranger, ping);
        padded[padded.length - 1] = 1;
        sendJunk(init(noise("svc-dht", stranger), padded, NOTHING).encode());
        byte[] flags = payload(stranger, ping);
        flags[0] = 2;
        sendJunk(init(noise("svc-dht", stranger), flags, NOTHING).encode());
        sendJunk(init(
                        noise("svc-dht", stranger),
                        payload(stranger, Frame.keepAlive().encode()),
                        NOTHING)
                .encode());
        expectSilenceSoFar();
    }

    @Test
    void nothing_can_be_provided_in_a_first_datagram() throws Exception {
        sendJunk(init(stranger, new Request.Provide(HEAD, List.of(Echo.record(300)), Map.of()))
                .encode());
        expectSilenceSoFar();
    }

    @Test
    void a_copy_is_answered_with_the_same_and_asks_nobody_twice() throws Exception {
        byte[] init = init(stranger, new Request.Ping(HEAD)).encode();
        send(init);
        Datagram.Resp first = (Datagram.Resp) receive();
        send(init);
        Datagram.Resp again = (Datagram.Resp) receive();

        assertThat(again.noise()).isEqualTo(first.noise());
        assertThat(echo.callers).hasSize(1);
        assertThat(counts.of("datagram INIT_SERVED")).isEqualTo(1);
    }

    /** Whoever saw it knows all that a new number and the first code take; it is the same call. */
    @Test
    void a_copy_under_another_number_is_no_second_call() throws Exception {
        Datagram.Init init = init(stranger, new Request.Ping(HEAD));
        send(init.encode());
        Datagram.Resp first = (Datagram.Resp) receive();
        send(Cookies.signed(
                        new Datagram.Init(8, init.noise(), new byte[16], new byte[16]),
                        node.keys().ed25519().bytes(),
                        NOTHING)
                .encode());
        Datagram.Resp again = (Datagram.Resp) receive();

        assertThat(again).usingRecursiveComparison().isEqualTo(first);
        assertThat(echo.callers).hasSize(1);
        assertThat(standing().unconfirmed()).as("conversations").isEqualTo(1);
    }

    @Test
    void a_copy_that_comes_late_is_met_with_silence() throws Exception {
        byte[] init = init(stranger, new Request.Ping(HEAD)).encode();
        send(init);
        receive();
        // Its answer is kept for two seconds; that there was one, for longer, however often is tidied up meanwhile.
        await().atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    send(init);
                    assertThat(echo.callers).hasSize(1);
                    return counts.of("datagram JUNK") > 15;
                });
        assertThat(counts.of("datagram INIT_SERVED")).isEqualTo(1);
        assertThat(standing().unconfirmed()).as("conversations").isLessThanOrEqualTo(1);
    }

    private Ways.Datagrams standing() throws Exception {
        return transport.ways(List.of(), 0).get(20, TimeUnit.SECONDS).datagrams();
    }

    @Test
    void an_answer_to_a_first_datagram_is_never_longer_than_it() throws Exception {
        int longest = 0;
        for (int records = 205; records < 300; records++) {
            send(init(stranger, new Request.FindValue(HEAD, new Key(1, 1, 1, 1), records))
                    .encode());
            longest = Math.max(longest, receive().encode().length);
        }
        assertThat(longest).isBetween(1_190, 1_200);
    }

    @Test
    void a_counter_from_before_the_window_is_met_with_silence() throws Exception {
        Talk talk = new Talk();
        byte[] old = talk.data(frame(new Request.Ping(HEAD), 5));
        talk.counter = 2 * ReplayWindow.SIZE + 5;
        send(talk.data(frame(new Request.Ping(HEAD), 6)));
        assertThat(talk.opened((Datagram.Data) receive()).corrId()).isEqualTo(6);

        sendJunk(old);
        expectSilence(1 + 1);
    }

    @Test
    void a_conversation_goes_on_and_nobody_is_reachable_before() throws Exception {
        NoiseIk noise = noise("svc-dht", stranger);
        send(init(noise, payload(stranger, frame(new Request.Ping(HEAD), 1)), NOTHING)
                .encode());
        Datagram.Resp resp = (Datagram.Resp) receive();
        noise.readResponse(ByteBuffer.wrap(resp.noise()));
        assertThat(echo.reachable).isEmpty();
        NoiseIk.Keys keys = noise.split();
        byte[] ping = frame(new Request.Ping(HEAD), 2);
        Datagram.Data data = new Datagram.Data(
                resp.from(), 0, gcm.seal(keys.toResponder(), 0, Datagram.Data.header(resp.from(), 0), ping));
        send(data.encode());
        Datagram.Data answer = (Datagram.Data) receive();
        assertThat(answer.to()).isEqualTo(7);
        byte[] opened =
                gcm.open(keys.toInitiator(), answer.counter(), answer.header(), ByteBuffer.wrap(answer.sealed()));
        assertThat(DatagramLocal.frame(opened))
                .hasValueSatisfying(f -> assertThat(f.corrId()).isEqualTo(2));
        assertThat(echo.reachable).hasSize(1);
        assertThat(echo.callers).hasSize(2);

        int before = counts.of("datagram JUNK");
        send(data.encode());
        send(new Datagram.Data(resp.from() + 1, 1, data.sealed()).encode());
        await().until(() -> counts.of("datagram JUNK") == before + 2);
        assertThat(echo.callers).hasSize(2);
    }

    /** A conversation of the stranger's, as far as the answer to its INIT. */
    private final class Talk {
        private final NoiseIk.Keys keys;
        private final int to;
        private long counter;

        Talk() throws Exception {
            NoiseIk noise = noise("svc-dht", stranger);
            send(init(noise, payload(stranger, frame(new Request.Ping(HEAD), 1)), NOTHING)
                    .encode());
            Datagram.Resp resp = (Datagram.Resp) receive();
            noise.readResponse(ByteBuffer.wrap(resp.noise()));
            keys = noise.split();
            to = resp.from();
        }

        byte[] data(byte[] frame) {
            long n = counter++;
            return new Datagram.Data(to, n, gcm.seal(keys.toResponder(), n, Datagram.Data.header(to, n), frame))
                    .encode();
        }

        Frame opened(Datagram.Data d) throws Exception {
            return DatagramLocal.frame(
                            gcm.open(keys.toInitiator(), d.counter(), d.header(), ByteBuffer.wrap(d.sealed())))
                    .orElseThrow();
        }
    }

    private static byte[] large(long corrId) {
        return frame(new Request.FindValue(HEAD, new Key(1, 1, 1, 1), 150), corrId);
    }

    /** Whoever has the keys could write a victim's address into its datagrams. */
    @Test
    void from_another_address_a_conversation_brings_there_no_more_than_it_sent_and_nobody_is_reachable()
            throws Exception {
        Talk talk = new Talk();
        DatagramSocket first = socket;
        try (DatagramSocket victim = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            victim.setSoTimeout((int) Patience.LIMIT.toMillis());
            socket = victim;
            byte[] question = talk.data(large(2));
            send(question);
            Datagram.Data cut = (Datagram.Data) receive();
            assertThat(cut.encode().length).isLessThanOrEqualTo(question.length);
            assertThat(talk.opened(cut).isWhole())
                    .as("asked to come another way")
                    .isFalse();
            assertThat(echo.reachable).isEmpty();
        } finally {
            socket = first;
        }
        send(talk.data(large(3)));
        Datagram.Data whole = (Datagram.Data) receive();
        assertThat(talk.opened(whole).isWhole()).as("home again").isTrue();
        assertThat(whole.encode().length).isGreaterThan(600);
    }

    /** Property: to no address go more bytes than came from it, whatever is asked from where, in whatever order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void no_address_is_sent_more_than_it_sent(long seed) throws Exception {
        Random dice = new Random(seed);
        Talk talk = new Talk();
        DatagramSocket first = socket;
        DatagramSocket[] elsewhere = {
            new DatagramSocket(0, InetAddress.getLoopbackAddress()),
            new DatagramSocket(0, InetAddress.getLoopbackAddress())
        };
        long[] balance = new long[2];
        try {
            for (int i = 0; i < 60; i++) {
                int at = dice.nextInt(2);
                socket = elsewhere[at];
                byte[] datagram =
                        switch (dice.nextInt(5)) {
                            case 0 ->
                                init(TestIdentity.of("s" + seed + i), new Request.FindNode(HEAD, new Key(i, 1, 1, 1)))
                                        .encode();
                            case 1 -> talk.data(frame(new Request.Ping(HEAD), i));
                            case 2 -> talk.data(frame(new Request.FindNode(HEAD, new Key(i, 1, 1, 1)), i));
                            case 3 -> talk.data(new byte[dice.nextInt(300)]);
                            default -> talk.data(large(i));
                        };
                balance[at] += datagram.length;
                send(datagram);
            }
            // The socket is read in order: when home is answered, all of it has been.
            socket = first;
            send(talk.data(frame(new Request.Ping(HEAD), 99)));
            receive();
            for (int at = 0; at < 2; at++) {
                elsewhere[at].setSoTimeout(50);
                socket = elsewhere[at];
                int answers = 0;
                try {
                    while (true) {
                        balance[at] -= receive().encode().length;
                        answers++;
                    }
                } catch (SocketTimeoutException e) {
                    // No more: on loopback what was sent is there.
                }
                assertThat(answers).isPositive();
                assertThat(balance[at]).as("seed %d: bytes not paid for", seed).isNotNegative();
            }
        } finally {
            socket = first;
            for (DatagramSocket s : elsewhere) {
                s.close();
            }
        }
    }

    @Test
    void a_cookie_is_for_one_address() {
        Cookies cookies = new Cookies(gcm, new SecureRandom(), 0, 0);
        byte[] key = node.keys().ed25519().bytes();
        Datagram.Init init = Cookies.signed(
                new Datagram.Init(1, new byte[Datagram.INIT_NOISE], new byte[16], new byte[16]), key, NOTHING);
        byte[] here = {127, 0, 0, 1, 0, 0, 10, 10};
        byte[] there = {127, 0, 0, 2, 0, 0, 10, 10};
        byte[] cookie = Cookies.opened(gcm, cookies.cookie(init, here, key, 0), init.mac1(), key)
                .orElseThrow();
        Datagram.Init shown = Cookies.signed(init, key, cookie);

        assertThat(cookies.shown(shown, here, 0)).isTrue();
        assertThat(cookies.shown(shown, there, 0)).isFalse();
        assertThat(cookies.shown(init, here, 0)).isFalse();
        long minutes = 60_000_000_000L;
        assertThat(cookies.shown(shown, here, 3 * minutes))
                .as("the secret before")
                .isTrue();
        assertThat(cookies.shown(shown, here, 6 * minutes)).as("too old").isFalse();
    }

    /** Whatever comes, nothing longer goes back, and nothing breaks. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void random_bytes_are_met_with_silence(long seed) throws Exception {
        Random dice = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[dice.nextInt(1_300)];
            dice.nextBytes(bytes);
            if (bytes.length > 4) {
                bytes[0] = (byte) dice.nextInt(6);
                bytes[1] = (byte) dice.nextInt(2);
                bytes[2] = 0;
                bytes[3] = 0;
            }
            sendJunk(bytes);
        }
        expectSilenceSoFar();
    }

    @Test
    void keys_nobody_can_hold_are_not_asked() throws Exception {
        NodeKeys none = NodeKeys.classical(new Key(-1, -1, -1, -1));
        Contact contact = new Contact(none, List.of(transport.listens().orElseThrow()), 0);
        assertThat(transport.ask(contact, new Request.Ping(HEAD), 2_000).get()).isInstanceOf(Reply.Failed.class);
    }
}
