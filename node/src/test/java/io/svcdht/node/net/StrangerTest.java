package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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
import java.util.Arrays;
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
        socket.setSoTimeout(20_000);
    }

    @AfterEach
    void stop() throws Exception {
        socket.close();
        transport.close().get(20, TimeUnit.SECONDS);
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
            await().until(() -> refused() >= junk);
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
        NoiseIk noise = noise("svc-dht", stranger);
        send(init(noise, payload(stranger, frame(new Request.Ping(HEAD), 77)), NOTHING)
                .encode());
        Datagram.Resp resp = (Datagram.Resp) receive();
        assertThat(DatagramLocal.frame(noise.readResponse(ByteBuffer.wrap(resp.noise()))))
                .hasValueSatisfying(f -> assertThat(f.corrId()).isEqualTo(77));
        assertThat(refused()).isEqualTo(junk);
        assertThat(echo.callers).hasSize(1);
        socket.setSoTimeout(50);
        assertThatThrownBy(this::receive).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void every_byte_of_a_first_datagram_matters() throws Exception {
        byte[] good = init(stranger, new Request.Ping(HEAD)).encode();
        // The last 16 are the cookie's, which nobody asked for.
        for (int i = 0; i < good.length - 16; i += i < 140 ? 1 : 37) {
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
        for (int i = 0; i < 120; i++) {
            byte[] noise = good.noise().clone();
            noise[random.nextInt(noise.length)] ^= (byte) (1 << random.nextInt(8));
            sendJunk(Cookies.signed(
                            new Datagram.Init(7, noise, new byte[16], new byte[16]),
                            node.keys().ed25519().bytes(),
                            NOTHING)
                    .encode());
        }
        byte[] low = good.noise().clone();
        Arrays.fill(low, 0, 32, (byte) 0);
        sendJunk(Cookies.signed(
                        new Datagram.Init(7, low, new byte[16], new byte[16]),
                        node.keys().ed25519().bytes(),
                        NOTHING)
                .encode());
        expectSilenceSoFar();
    }

    @Test
    void shorter_and_longer_ones_are_none() throws Exception {
        byte[] good = init(stranger, new Request.Ping(HEAD)).encode();
        for (int length : new int[] {0, 1, 7, 8, 100, 600, 1_199}) {
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
