package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.svcdht.node.noise.AesGcm;
import io.svcdht.node.noise.NoiseFailure;
import io.svcdht.node.noise.NoiseIk;
import io.svcdht.node.noise.StaticKey;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.MessageCodec;
import io.svcdht.node.wire.oap.Samples;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Datagrams that other implementations are written against: never to be changed, only added to. */
class DatagramVectorsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HexFormat HEX = HexFormat.of();
    private static final String NETWORK = "svc-dht";
    private static final TestIdentity ASKER = TestIdentity.of("asker");
    private static final TestIdentity ANSWERER = TestIdentity.of("answerer");
    private static final byte[] ASKER_EPHEMERAL = Blake3.hash(ascii("asker's ephemeral"));
    private static final byte[] ANSWERER_EPHEMERAL = Blake3.hash(ascii("answerer's ephemeral"));
    private static final int ASKER_NUMBER = 0x01020304;
    private static final int ANSWERER_NUMBER = 0x05060708;
    private static final byte[] NOTHING = {};
    /** 127.0.0.1:4660, as a cookie binds it. */
    private static final byte[] ADDRESS = {127, 0, 0, 1, 0, 0, 0x12, 0x34};

    private final AesGcm gcm = new AesGcm();
    private final ArrayNode made = JSON.createArrayNode();

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] answererKey() {
        return ANSWERER.keys().ed25519().bytes();
    }

    private static byte[] prologue() {
        return DatagramLocal.prologue(NETWORK, ANSWERER.keys());
    }

    private ObjectNode add(String name, Datagram d) {
        return made.addObject().put("name", name).put("hex", HEX.formatHex(d.encode()));
    }

    private void identity(String name, TestIdentity who, byte[] ephemeral) {
        ObjectNode v = made.addObject().put("name", name);
        v.put("ed25519_seed", HEX.formatHex(who.secret().getEncoded()));
        v.put("ed25519_public", HEX.formatHex(who.keys().ed25519().bytes()));
        v.put("ml_dsa_87_hash", HEX.formatHex(who.keys().mlDsa87Hash().bytes()));
        v.put("x25519_public", HEX.formatHex(who.noiseKey().publicKey()));
        v.put("ephemeral_private", HEX.formatHex(ephemeral));
    }

    private NoiseIk asker() {
        return NoiseIk.initiator(
                gcm,
                prologue(),
                ASKER.noiseKey(),
                StaticKey.of(ASKER_EPHEMERAL),
                NodeIdentity.x25519Public(ANSWERER.keys().ed25519()).bytes());
    }

    private NoiseIk answerer() {
        return NoiseIk.responder(gcm, prologue(), ANSWERER.noiseKey(), StaticKey.of(ANSWERER_EPHEMERAL));
    }

    private static byte[] question(String name, long corrId) {
        return Frame.request(
                        Frame.DHT,
                        corrId,
                        MessageCodec.encode(
                                Objects.requireNonNull(Samples.requests().get(name)), corrId))
                .encode();
    }

    private static byte[] answer(String name, long corrId) {
        var r = Objects.requireNonNull(Samples.responses().get(name));
        return Frame.response(Frame.DHT, r.code(), corrId, MessageCodec.encode(r))
                .encode();
    }

    private static Datagram.Init init(byte[] noise, byte[] cookie) {
        return Cookies.signed(
                new Datagram.Init(ASKER_NUMBER, noise, new byte[16], new byte[16]), answererKey(), cookie);
    }

    private void make() throws NoiseFailure {
        identity("the asker", ASKER, ASKER_EPHEMERAL);
        identity("the answerer", ANSWERER, ANSWERER_EPHEMERAL);
        byte[] payload = new Greeting(ASKER.keys(), false)
                .encode(question("FIND_NODE", 1), Datagram.INIT_NOISE - NoiseIk.INIT_OVERHEAD);
        NoiseIk a = asker();
        byte[] first = a.writeInit(payload);
        Datagram.Init init = init(first, NOTHING);
        add("INIT", init)
                .put("network_id", NETWORK)
                .put("prologue", HEX.formatHex(prologue()))
                .put("frame", HEX.formatHex(question("FIND_NODE", 1)));
        NoiseIk b = answerer();
        b.readInit(ByteBuffer.wrap(first));
        byte[] second = b.writeResponse(answer("FIND_NODE", 1));
        a.readResponse(ByteBuffer.wrap(second));
        add("RESP", new Datagram.Resp(ASKER_NUMBER, ANSWERER_NUMBER, second))
                .put("frame", HEX.formatHex(answer("FIND_NODE", 1)));
        NoiseIk.Keys keys = a.split();
        data("DATA of the asker, kept alive", keys, true, 0, Frame.keepAlive().encode());
        data("DATA of the asker, PROVIDE", keys, true, 1, question("PROVIDE", 2));
        data("DATA of the answerer", keys, false, 0, answer("PROVIDE", 2));
        cookie(init, first);
        byte[] padded = payload.clone();
        padded[padded.length - 1] = 1;
        silence("INIT whose padding is not zeros", init(asker().writeInit(padded), NOTHING));
        byte[] flags = payload.clone();
        flags[0] = 2;
        silence("INIT with an unknown flag", init(asker().writeInit(flags), NOTHING));
        silence("INIT that says to be somebody else", init(asker().writeInit(with(payload, ANSWERER)), NOTHING));
        byte[] low = first.clone();
        java.util.Arrays.fill(low, 0, StaticKey.BYTES, (byte) 0);
        silence("INIT with an ephemeral key of low order", init(low, NOTHING));
        silence("INIT whose mac1 is that of another", new Datagram.Init(1, first, init.mac1(), new byte[16]));
    }

    private static byte[] with(byte[] payload, TestIdentity who) {
        byte[] other = payload.clone();
        System.arraycopy(who.keys().ed25519().bytes(), 0, other, 1, Key.BYTES);
        return other;
    }

    private void data(String name, NoiseIk.Keys keys, boolean asker, long counter, byte[] frame) {
        int to = asker ? ANSWERER_NUMBER : ASKER_NUMBER;
        byte[] sealed = gcm.seal(
                asker ? keys.toResponder() : keys.toInitiator(), counter, Datagram.Data.header(to, counter), frame);
        add(name, new Datagram.Data(to, counter, sealed)).put("frame", HEX.formatHex(frame));
    }

    private void cookie(Datagram.Init init, byte[] first) {
        Cookies cookies = new Cookies(gcm, new Counting(), 0, 0);
        Datagram.Cookie answer = cookies.cookie(init, ADDRESS, answererKey(), 0);
        byte[] cookie = Cookies.opened(gcm, answer, init.mac1(), answererKey()).orElseThrow();
        add("COOKIE", answer).put("cookie", HEX.formatHex(cookie));
        add("INIT with that cookie", init(first, cookie));
    }

    private void silence(String name, Datagram.Init init) {
        add(name, init).put("error", "silence");
    }

    /** Bytes one knows beforehand. */
    private static final class Counting extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private byte next;

        @Override
        public void nextBytes(byte[] bytes) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = next++;
            }
        }
    }

    private static JsonNode released() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(DatagramVectorsTest.class.getResourceAsStream("/vectors/datagrams.json"))) {
            return JSON.readTree(in);
        }
    }

    @Test
    void released_bytes_are_still_what_is_written() throws Exception {
        make();
        if (Boolean.getBoolean("svcdht.docs.write")) {
            Files.writeString(
                    Path.of("src/test/resources/vectors/datagrams.json"),
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsString(made) + "\n",
                    StandardCharsets.UTF_8);
            return;
        }
        JsonNode released = released();
        for (int i = 0; i < Math.max(made.size(), released.size()); i++) {
            assertThat(made.path(i)).as("vector %d", i).isEqualTo(released.path(i));
        }
    }

    /** From the file alone, as another implementation would. */
    @Test
    void released_bytes_are_read_or_met_with_silence_as_they_say() throws Exception {
        NoiseIk b = answerer();
        NoiseIk.Keys keys = null;
        int read = 0;
        for (JsonNode v : released()) {
            String name = v.path("name").asText();
            if (v.path("hex").isMissingNode()) {
                continue;
            }
            Datagram d = Datagram.read(HEX.parseHex(v.path("hex").asText())).orElseThrow();
            byte[] frame = HEX.parseHex(v.path("frame").asText());
            switch (d) {
                case Datagram.Init init
                when name.equals("INIT") -> {
                    assertThat(heard(b, init))
                            .hasValueSatisfying(f -> assertThat(f.encode()).isEqualTo(frame));
                    b.writeResponse(answer("FIND_NODE", 1));
                    keys = b.split();
                }
                case Datagram.Init init ->
                    assertThat(heard(answerer(), init).isEmpty())
                            .as(name)
                            .isEqualTo(v.path("error").asText().equals("silence"));
                case Datagram.Resp resp -> {
                    NoiseIk a = asker();
                    a.writeInit(new Greeting(ASKER.keys(), false)
                            .encode(question("FIND_NODE", 1), Datagram.INIT_NOISE - NoiseIk.INIT_OVERHEAD));
                    assertThat(a.readResponse(ByteBuffer.wrap(resp.noise()))).isEqualTo(frame);
                }
                case Datagram.Data data -> {
                    NoiseIk.Keys k = Objects.requireNonNull(keys);
                    assertThat(gcm.open(
                                    data.to() == ANSWERER_NUMBER ? k.toResponder() : k.toInitiator(),
                                    data.counter(),
                                    data.header(),
                                    ByteBuffer.wrap(data.sealed())))
                            .as(name)
                            .isEqualTo(frame);
                }
                case Datagram.Cookie c -> assertThat(c.encode()).hasSize(64);
            }
            read++;
        }
        assertThat(read).isGreaterThanOrEqualTo(12);
    }

    private static Optional<Frame> heard(NoiseIk b, Datagram.Init init) {
        try {
            byte[] payload = b.readInit(ByteBuffer.wrap(init.noise()));
            Greeting greeting = Greeting.decode(payload);
            boolean theirs =
                    NodeIdentity.x25519Public(greeting.keys().ed25519()).equals(Key.of(b.remoteStatic()));
            return theirs && Cookies.isFor(answererKey(), init) ? greeting.frame(payload) : Optional.empty();
        } catch (NoiseFailure | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
