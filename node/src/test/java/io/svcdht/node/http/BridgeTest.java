package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.Patience;
import io.svcdht.node.bus.Bridge;
import io.svcdht.node.bus.BridgeLimits;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import io.svcdht.node.engine.Input;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bridge over TCP, by a client that sends exactly the bytes it is told to. */
class BridgeTest {
    private static final Duration PATIENCE = Patience.LIMIT;
    private static final BridgeLimits LIMITS = new BridgeLimits(8, 4_096, 600_000, 4, 1 << 10);

    @TempDir
    Path directory;

    private ServedNode served;
    private BusNews news;
    private volatile TokenFile tokens;
    private final List<ErrorCode> rejected = new CopyOnWriteArrayList<>();
    private final List<Bridge> bridges = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        served = ServedNode.amnesic();
        news = new BusNews(served.vertx);
        BusDoor.open(served.vertx, served.node);
        tokens = tokens(TokenFile.line(Role.VIEWER, "see"), TokenFile.line(Role.OPERATOR, "do"));
    }

    @AfterEach
    void stop() throws Exception {
        for (Bridge b : bridges) {
            b.stop().toCompletionStage().toCompletableFuture().join();
        }
        served.close();
    }

    private TokenFile tokens(String... lines) throws Exception {
        Path file = Files.writeString(directory.resolve("tokens"), String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return TokenFile.read(file);
    }

    private Bridge bridge(BridgeLimits limits) {
        Bridge bridge = Bridge.start(
                        served.vertx,
                        new Bridge.Options(
                                new HostPort("127.0.0.1", 0),
                                new Access.Tokens(() -> tokens),
                                Optional.empty(),
                                limits),
                        rejected::add)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        bridges.add(bridge);
        return bridge;
    }

    /** A client of the framing. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;

        Client(Bridge bridge) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), bridge.bound().port());
            socket.setSoTimeout(60_000);
            in = new DataInputStream(socket.getInputStream());
        }

        Client send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            return this;
        }

        Client send(String json) throws IOException {
            byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            byte[] frame = new byte[4 + body.length];
            frame[2] = (byte) (body.length >> 8);
            frame[3] = (byte) body.length;
            System.arraycopy(body, 0, frame, 4, body.length);
            return send(frame);
        }

        JsonObject next() throws IOException {
            return new JsonObject(new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
        }

        /** Answered with that error, whatever else comes. */
        void refused(String code) throws IOException {
            JsonObject err = next();
            assertThat(err.getString("type")).isEqualTo("err");
            assertThat(err.getString("message")).startsWith(code + ": ");
            assertThat(err.getInteger("failureCode"))
                    .isEqualTo(ErrorCode.valueOf(code).httpStatus());
        }

        void ended() {
            assertThatThrownBy(in::readByte).isInstanceOfAny(EOFException.class, SocketException.class);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private Client greeted(Bridge bridge, String token, Role role) throws IOException {
        Client client = new Client(bridge).send("{'type':'auth','token':'%s'}".formatted(token));
        assertThat(client.next()).isEqualTo(new JsonObject().put("type", "auth").put("role", role.text()));
        return client;
    }

    @Test
    void without_a_valid_token_in_the_first_frame_nothing_is_answered() throws Exception {
        Bridge bridge = bridge(LIMITS);
        for (String first : List.of(
                "{'type':'ping'}",
                "{'type':'auth'}",
                "{'type':'auth','token':'wrong'}",
                "{'type':'auth','token':5}",
                "{'type':'send','address':'ron.dht.find_providers','replyAddress':'r','body':{'cid':'b3:x'}}",
                "no json",
                "[]")) {
            try (Client client = new Client(bridge)) {
                client.send(first).refused("Unauthorized");
                client.ended();
            }
        }
        assertThat(rejected).hasSize(7).containsOnly(ErrorCode.Unauthorized);
        try (Client client = new Client(bridge)) {
            client.send("{'type':'ping','token':'see'}");
            assertThat(client.next().getString("type")).isEqualTo("pong");
        }
    }

    @Test
    void who_says_nothing_in_time_and_whose_token_was_taken_away_has_to_go() throws Exception {
        try (Client silent = new Client(bridge(new BridgeLimits(8, 4_096, 50, 4, 1 << 10)))) {
            silent.refused("Unauthorized");
            silent.ended();
        }
        try (Client known = greeted(bridge(LIMITS), "see", Role.VIEWER)) {
            tokens = tokens(TokenFile.line(Role.OPERATOR, "do"));
            known.refused("Unauthorized");
            known.ended();
        }
    }

    @Test
    void requests_are_answered_at_the_address_they_name() throws Exception {
        try (Client client = greeted(bridge(LIMITS), "do", Role.OPERATOR)) {
            client.send("{'type':'send','address':'ron.dht.provide','replyAddress':'r1',"
                    + "'body':{'cid':'b3:bridge','node':'local://a'}}");
            JsonObject provided = client.next();
            assertThat(provided.getString("type")).isEqualTo("message");
            assertThat(provided.getString("address")).isEqualTo("r1");
            assertThat(provided.getJsonObject("body").getBoolean("ok")).isTrue();
            client.send("{'type':'send','address':'ron.dht.find_providers','replyAddress':'r2',"
                    + "'body':{'cid':'b3:bridge'}}");
            JsonObject found = client.next();
            assertThat(found.getString("address")).isEqualTo("r2");
            assertThat(found.getJsonObject("body").getJsonArray("providers")).containsExactly("local://a");

            client.send("{'type':'send','address':'ron.dht.find_providers','replyAddress':'r3','body':{'cid':7}}");
            JsonObject refused = client.next();
            assertThat(refused.getString("type")).isEqualTo("err");
            assertThat(refused.getString("address")).isEqualTo("r3");
            assertThat(refused.getInteger("failureCode")).isEqualTo(400);
            assertThat(refused.getString("message")).startsWith("BadRequest: ");
        }
    }

    @Test
    void a_role_that_may_only_see_provides_nothing() throws Exception {
        try (Client client = greeted(bridge(LIMITS), "see", Role.VIEWER)) {
            client.send("{'type':'send','address':'ron.dht.provide','replyAddress':'r','body':{'cid':'b3:x'}}")
                    .refused("Forbidden");
        }
        assertThat(served.node.status().records()).isZero();
    }

    @Test
    void only_the_agreed_addresses_can_be_reached() throws Exception {
        List<JsonObject> forged = new CopyOnWriteArrayList<>();
        for (String address : List.of("svc-dht.lookup.done", "elsewhere")) {
            served.vertx.eventBus().<JsonObject>localConsumer(address, m -> {
                forged.add(m.body());
                m.reply(new JsonObject());
            });
        }
        try (Client client = greeted(bridge(LIMITS), "do", Role.OPERATOR)) {
            for (String frame : List.of(
                    "{'type':'send','address':'elsewhere','replyAddress':'r','body':{}}",
                    "{'type':'send','address':'svc-dht.lookup.done','body':{}}",
                    "{'type':'publish','address':'svc-dht.lookup.done','body':{}}",
                    "{'type':'register','address':'ron.dht.provide'}",
                    "{'type':'register','address':'elsewhere'}",
                    "{'type':'unregister'}")) {
                client.send(frame).refused("Forbidden");
            }
            for (String frame : List.of("{}", "{'type':7}", "{'type':'x'}", "true", "{'type':'send'", "\u0000")) {
                client.send(frame).refused("BadRequest");
            }
            client.send("{'type':'send','address':'ron.dht.find_node','body':'text'}")
                    .refused("BadRequest");
            client.send("{'type':'ping'}");
            assertThat(client.next().getString("type")).isEqualTo("pong");
        }
        assertThat(forged).isEmpty();
    }

    @Test
    void a_length_that_no_frame_has_ends_the_connection() throws Exception {
        Bridge bridge = bridge(LIMITS);
        for (byte[] length : List.of(new byte[4], new byte[] {-1, -1, -1, -1}, new byte[] {0, 0, 16, 1})) {
            try (Client client = greeted(bridge, "see", Role.VIEWER)) {
                client.send(length).refused("OverSize");
                client.ended();
            }
        }
    }

    @Test
    void who_listens_hears_what_is_published_until_it_does_not_want_to() throws Exception {
        try (Client client = greeted(bridge(LIMITS), "see", Role.VIEWER)) {
            client.send("{'type':'register','address':'svc-dht.bootstrap.state'}")
                    .send("{'type':'ping'}");
            assertThat(client.next().getString("type")).isEqualTo("pong");
            news.rejected(ErrorCode.Forbidden, "not listened to");
            news.bootstrap(new Input.Surroundings(Readiness.READY, "quorum"));
            JsonObject heard = client.next();
            assertThat(heard.getString("type")).isEqualTo("message");
            assertThat(heard.getString("address")).isEqualTo("svc-dht.bootstrap.state");
            assertThat(heard.getJsonObject("body").getString("state")).isEqualTo("ready");
            client.send("{'type':'unregister','address':'svc-dht.bootstrap.state'}")
                    .send("{'type':'ping'}");
            assertThat(client.next().getString("type")).isEqualTo("pong");
            news.bootstrap(new Input.Surroundings(Readiness.READY, "unheard"));
            client.send("{'type':'ping'}");
            assertThat(client.next().getString("type")).isEqualTo("pong");
        }
    }

    @Test
    void who_reads_too_slowly_is_told_how_much_it_missed_and_delays_nobody() throws Exception {
        // More than sockets hold of what nobody reads.
        int all = 20_000;
        try (Client client = greeted(bridge(LIMITS), "see", Role.VIEWER)) {
            client.send("{'type':'register','address':'svc-dht.provider.rejected'}")
                    .send("{'type':'ping'}");
            assertThat(client.next().getString("type")).isEqualTo("pong");
            String detail = "x".repeat(4_000);
            for (int i = 0; i < all; i++) {
                news.rejected(ErrorCode.Forbidden, detail);
                if (i % 500 == 0) {
                    letAllLoopsCatchUp();
                }
            }
            letAllLoopsCatchUp();
            long heard = 0;
            long missed = 0;
            while (heard + missed < all) {
                JsonObject next = client.next();
                if (next.getString("type").equals("gap")) {
                    missed += next.getLong("missed");
                } else {
                    heard++;
                }
            }
            assertThat(missed).isPositive();
            assertThat(heard + missed).isEqualTo(all);
        }
    }

    /** What was published before has gone as far as it goes while nobody reads. */
    private void letAllLoopsCatchUp() {
        for (int i = 0; i < 4; i++) {
            CompletableFuture<Void> turn = new CompletableFuture<>();
            ((VertxInternal) served.vertx).createEventLoopContext().runOnContext(v -> turn.complete(null));
            turn.join();
        }
    }

    @Test
    void more_connections_than_may_be_are_closed() throws Exception {
        Bridge bridge = bridge(new BridgeLimits(1, 4_096, 600_000, 4, 1 << 10));
        try (Client first = greeted(bridge, "see", Role.VIEWER)) {
            try (Client second = new Client(bridge)) {
                second.ended();
            }
            first.send("{'type':'ping'}");
            assertThat(first.next().getString("type")).isEqualTo("pong");
        }
        await().atMost(PATIENCE).untilAsserted(() -> {
            try (Client third = new Client(bridge)) {
                third.send("{'type':'ping','token':'see'}");
                assertThat(third.next().getString("type")).isEqualTo("pong");
            } catch (EOFException | SocketException e) {
                throw new AssertionError(e);
            }
        });
    }
}
