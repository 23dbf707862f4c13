package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.node.wire.oap.Decoded;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.FrameRead;
import io.svcdht.node.wire.oap.FrameReader;
import io.svcdht.node.wire.oap.MessageCodec;
import io.svcdht.node.wire.oap.Opcode;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every transport promises; each adapter runs it, over real sockets on loopback. */
abstract class TransportContract {
    static final Request.Head HEAD = new Request.Head(1_764_000_000_000L, 1, 5_000, Request.Head.NO_LOOKUP);
    static final int MILLIS = 10_000;

    /** A node of the tests. */
    record Peer(TestIdentity identity, Transport transport, Echo echo, Counts counts) {
        Contact contact() {
            return new Contact(identity.keys(), List.of(transport.listens().orElseThrow()), 0);
        }

        NodeKeys keys() {
            return identity.keys();
        }
    }

    /** How a peer is to be. */
    record Settings(
            String network, boolean listens, AddressPolicy policy, NetLimits limits, Supplier<DenyList> denied) {
        static final NetLimits PATIENT =
                NetLimits.STANDARD.withPatience(5_000, 20_000, 10_000).withRates(100_000, 100_000, 100_000);
        static final Settings USUAL =
                new Settings("svc-dht", true, AddressPolicy.LOOPBACK, PATIENT, () -> DenyList.NOTHING);

        Settings with(NetLimits l) {
            return new Settings(network, listens, policy, l, denied);
        }

        Settings client() {
            return new Settings(network, false, policy, limits, denied);
        }

        Settings of(String otherNetwork) {
            return new Settings(otherNetwork, listens, policy, limits, denied);
        }

        Settings with(AddressPolicy p) {
            return new Settings(network, listens, p, limits, denied);
        }

        Settings banning(Supplier<DenyList> d) {
            return new Settings(network, listens, policy, limits, d);
        }
    }

    private final List<Peer> started = new ArrayList<>();

    protected abstract Transport start(TestIdentity identity, Settings settings, Echo echo, Counts counts)
            throws Exception;

    protected final Peer peer(String name, Settings settings) throws Exception {
        TestIdentity identity = TestIdentity.of(name);
        Echo echo = new Echo();
        Counts counts = new Counts();
        Peer p = new Peer(identity, start(identity, settings, echo, counts), echo, counts);
        started.add(p);
        return p;
    }

    protected final Peer peer(String name) throws Exception {
        return peer(name, Settings.USUAL);
    }

    @AfterEach
    void stopPeers() throws Exception {
        for (Peer p : started) {
            p.transport().close().get(60, TimeUnit.SECONDS);
        }
    }

    static Reply get(CompletableFuture<Reply> reply) throws Exception {
        return reply.get(60, TimeUnit.SECONDS);
    }

    static Reply ask(Peer from, Peer to, Request request) throws Exception {
        return get(from.transport().ask(to.contact(), request, MILLIS));
    }

    static Response answer(Reply reply) {
        assertThat(reply).isInstanceOf(Reply.Answered.class);
        return ((Reply.Answered) reply).response();
    }

    static Failure failure(Reply reply) {
        assertThat(reply).isInstanceOf(Reply.Failed.class);
        return ((Reply.Failed) reply).why();
    }

    static Request.FindNode findNode(long n) {
        return new Request.FindNode(HEAD, new Key(n, 1, 2, 3));
    }

    static Request.FindNode slow() {
        return new Request.FindNode(HEAD, Echo.SLOW);
    }

    @Test
    void every_question_gets_its_answer() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        Key key = new Key(1, 2, 3, 4);

        Reply pong = ask(a, b, new Request.Ping(HEAD));

        assertThat(((Reply.Answered) pong).peer()).isEqualTo(b.keys());
        assertThat(answer(pong)).isEqualTo(new Response.Pong(7));
        assertThat(answer(ask(a, b, new Request.FindNode(HEAD, key)))).isInstanceOf(Response.Nodes.class);
        assertThat(answer(ask(a, b, new Request.FindValue(HEAD, key, 1_000))))
                .isInstanceOfSatisfying(
                        Response.Found.class, f -> assertThat(f.records()).hasSize(1_000));
        assertThat(answer(ask(a, b, new Request.Provide(HEAD, List.of(Echo.record(300)), Map.of()))))
                .isInstanceOf(Response.Provided.class);
        assertThat(answer(ask(a, b, new Request.NodeRecord(HEAD)))).isInstanceOf(Response.NodeRecord.class);
        assertThat(answer(ask(a, b, new Request.GetRoot(HEAD, key))))
                .isEqualTo(new Response.Refused(Opcode.GET_ROOT, WireCode.NotReady, "no roots"));
        assertThat(b.echo().callers).extracting(PeerHandler.Caller::keys).containsOnly(a.keys());
        await().untilAsserted(() -> {
            assertThat(a.counts().of("asked PING Ok")).isEqualTo(1);
            assertThat(b.counts().of("served PING Ok")).isEqualTo(1);
            assertThat(a.counts().of("inflight")).isZero();
        });
    }

    /** What lies in wire.json: the questions of released nodes, and their answers. */
    @Test
    void released_frames_pass_and_mean_the_same() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        answer(ask(a, b, new Request.Ping(HEAD)));
        int asked = 0;
        for (JsonNode q : golden(" request")) {
            Frame question = frame(q);
            Request request = read(MessageCodec.request(question.payload(), question.corrId()));
            for (JsonNode r : golden(" response")) {
                String of = r.path("name").asText();
                if (!of.startsWith(request.opcode().name()) && !of.startsWith("refused")) {
                    continue;
                }
                Frame frame = frame(r);
                Response response = read(MessageCodec.response(request.opcode(), frame.code(), frame.payload()));
                b.echo().instead.put(request, response);

                assertThat(answer(ask(a, b, request)))
                        .as("%s and %s", q.path("name"), of)
                        .isEqualTo(response);
                asked++;
            }
        }
        assertThat(asked).isGreaterThan(12);
        assertThat(b.echo().callers).hasSize(asked + 1 + a.counts().of("datagram FALLBACK"));
    }

    private static List<JsonNode> golden(String kind) throws IOException {
        try (InputStream in = TransportContract.class.getResourceAsStream("/vectors/wire.json")) {
            List<JsonNode> all = new ArrayList<>();
            new ObjectMapper().readTree(in).forEach(all::add);
            all.removeIf(v -> !v.path("name").asText().endsWith(kind)
                    || v.path("frame").path("app_proto_id").asInt() != Frame.DHT);
            return all;
        }
    }

    private static Frame frame(JsonNode vector) {
        byte[] bytes = HexFormat.of().parseHex(vector.path("hex").asText());
        return ((FrameRead.Whole) new FrameReader(Frame.BYTES_MAX, false).read(ByteBuffer.wrap(bytes))).frame();
    }

    private static <T> T read(Decoded<T> decoded) {
        return ((Decoded.Read<T>) decoded).value();
    }

    @Test
    void answers_find_their_questions() throws Exception {
        // On a machine that stands still for a while, what was asked before may still be under way.
        Settings many = Settings.USUAL.with(Settings.PATIENT.withInflight(2_000, 2_000));
        Peer a = peer("a", many);
        Peer b = peer("b", many);
        ask(a, b, new Request.Ping(HEAD));
        List<CompletableFuture<Reply>> replies = new ArrayList<>();

        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 50; i++) {
                replies.add(a.transport().ask(b.contact(), findNode(round * 50 + i), MILLIS));
            }
            get(replies.getLast());
        }

        for (int i = 0; i < replies.size(); i++) {
            Response.Nodes nodes = (Response.Nodes) answer(get(replies.get(i)));
            assertThat(nodes.contacts().getFirst().keys().ed25519()).isEqualTo(new Key(i, 1, 2, 3));
        }
        assertThat(a.counts().of("opened") + b.counts().of("opened"))
                .as("one connection, and one to call back")
                .isLessThanOrEqualTo(4);
    }

    @Test
    void a_slow_answer_holds_up_nobody() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        CompletableFuture<Reply> slow = a.transport().ask(b.contact(), slow(), MILLIS);
        CompletableFuture<Response> later = b.echo().slow.poll(60, TimeUnit.SECONDS);

        for (int i = 0; i < 10; i++) {
            answer(ask(a, b, findNode(i)));
        }
        assertThat(slow).isNotDone();
        later.complete(new Response.Nodes(List.of()));

        assertThat(answer(get(slow))).isEqualTo(new Response.Nodes(List.of()));
    }

    @Test
    void what_does_not_come_in_time_is_a_timeout_and_hurts_nobody_else() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        answer(ask(a, b, new Request.Ping(HEAD)));

        assertThat(failure(get(a.transport().ask(b.contact(), slow(), 50)))).isEqualTo(Failure.Timeout);
        b.echo().slow.poll(60, TimeUnit.SECONDS).complete(new Response.Nodes(List.of()));

        assertThat(answer(ask(a, b, findNode(1)))).isInstanceOf(Response.Nodes.class);
    }

    @Test
    void an_answer_has_the_budget_the_asker_gave_it() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        Request.Head little = new Request.Head(1, 1, 40, Request.Head.NO_LOOKUP);

        assertThat(answer(ask(a, b, new Request.FindNode(little, Echo.SLOW))))
                .isInstanceOfSatisfying(
                        Response.Refused.class, r -> assertThat(r.code()).isEqualTo(WireCode.Timeout));
    }

    @Test
    void a_handler_that_fails_is_answered_for() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");

        assertThat(answer(ask(a, b, new Request.FindNode(HEAD, Echo.BROKEN))))
                .isInstanceOfSatisfying(
                        Response.Refused.class, r -> assertThat(r.code()).isEqualTo(WireCode.Busy));
    }

    @Test
    void another_node_at_the_address_is_not_believed() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        Contact lie = new Contact(TestIdentity.of("c").keys(), b.contact().addrs(), 0);

        assertThat(failure(get(a.transport().ask(lie, new Request.Ping(HEAD), MILLIS))))
                .isEqualTo(Failure.WrongPeer);
        assertThat(b.echo().callers).isEmpty();
    }

    @Test
    void nobody_there_is_soon_known() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        int free;
        try (ServerSocket taken = new ServerSocket(0)) {
            free = taken.getLocalPort();
        }
        Contact gone = new Contact(b.keys(), List.of(PeerAddress.parse("127.0.0.1:" + free)), 0);

        assertThat(failure(get(a.transport().ask(gone, new Request.Ping(HEAD), MILLIS))))
                .isEqualTo(Failure.Unreachable);
    }

    @Test
    void addresses_narrower_than_ours_are_not_dialled() throws Exception {
        Peer a = peer("a", Settings.USUAL.with(AddressPolicy.PUBLIC));
        Peer b = peer("b");
        Contact multicast = new Contact(b.keys(), List.of(PeerAddress.parse("224.0.0.1:5302")), 0);
        Contact named = new Contact(
                b.keys(),
                List.of(PeerAddress.parse(
                        "localhost.localdomain:" + b.contact().addr().port())),
                0);

        assertThat(failure(ask(a, b, new Request.Ping(HEAD)))).isEqualTo(Failure.AddressRefused);
        assertThat(failure(get(b.transport().ask(multicast, new Request.Ping(HEAD), MILLIS))))
                .as("multicast is refused by any policy")
                .isEqualTo(Failure.AddressRefused);
        assertThat(failure(get(a.transport().ask(named, new Request.Ping(HEAD), MILLIS))))
                .as("a name is judged by what it resolves to")
                .isIn(Failure.AddressRefused, Failure.Unreachable);
        assertThat(b.echo().callers).isEmpty();
        assertThat(a.counts().of("rejected AddressRefused")).isPositive();
    }

    @Test
    void a_name_is_resolved() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        Contact named = new Contact(
                b.keys(),
                List.of(PeerAddress.parse("localhost:" + b.contact().addr().port())),
                0);

        assertThat(answer(get(a.transport().ask(named, new Request.Ping(HEAD), MILLIS))))
                .isEqualTo(new Response.Pong(7));
        assertThat(a.transport()
                        .dial(List.of(PeerAddress.parse("no-such-host.invalid:5302")))
                        .get())
                .isEqualTo(new Dialled.Failed(Failure.Unreachable));
    }

    @Test
    void a_slow_address_does_not_hold_up_the_next() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        try (ServerSocket silent = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            PeerAddress first = PeerAddress.parse("127.0.0.1:" + silent.getLocalPort());
            Contact both = new Contact(b.keys(), List.of(first, b.contact().addr()), 0);

            Reply reply = get(a.transport().ask(both, new Request.Ping(HEAD), MILLIS));

            assertThat(answer(reply)).isEqualTo(new Response.Pong(7));
            assertThat(((Reply.Answered) reply).at()).isEqualTo(b.contact().addr());
        }
    }

    @Test
    void whoever_listens_at_a_seed_is_learned() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");

        assertThat(a.transport().dial(b.contact().addrs()).get(60, TimeUnit.SECONDS))
                .isEqualTo(new Dialled.Reached(b.keys(), b.contact().addr()));
        assertThat(a.transport().dial(a.contact().addrs()).get(60, TimeUnit.SECONDS))
                .isEqualTo(new Dialled.Failed(Failure.Ourselves));
    }

    @Test
    void nodes_of_another_network_do_not_talk() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b", Settings.USUAL.of("another"));

        assertThat(failure(ask(a, b, new Request.Ping(HEAD)))).isEqualTo(Failure.WrongNetwork);
        assertThat(b.echo().callers).isEmpty();
        await().until(() -> b.counts().of("closed WrongNetwork") == 1);
    }

    @Test
    void a_connection_is_used_again() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");

        assertThat(((Reply.Answered) ask(a, b, findNode(1))).warm()).isFalse();
        assertThat(((Reply.Answered) ask(a, b, findNode(2))).warm()).isTrue();
    }

    @Test
    void who_was_called_may_ask_the_caller() throws Exception {
        Peer client = peer("client", Settings.USUAL.client());
        Peer b = peer("b");
        answer(ask(client, b, new Request.Ping(HEAD)));
        answer(ask(client, b, findNode(1)));
        Contact back = new Contact(client.keys(), List.of(PeerAddress.parse("127.0.0.1:9")), 0);

        Reply reply = get(b.transport().ask(back, new Request.Ping(HEAD), MILLIS));

        assertThat(((Reply.Answered) reply).warm()).isTrue();
        assertThat(((Reply.Answered) reply).peer()).isEqualTo(client.keys());
    }

    @Test
    void a_client_is_not_called_back() throws Exception {
        Peer client = peer("client", Settings.USUAL.client());
        Peer b = peer("b");
        answer(ask(client, b, new Request.Ping(HEAD)));
        answer(ask(client, b, findNode(1)));

        assertThat(b.echo().reachable).isEmpty();
        assertThat(b.echo().callers).allMatch(PeerHandler.Caller::client);
        assertThat(client.transport().listens()).isEmpty();
    }

    @Test
    void a_peer_has_its_rate() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b", Settings.USUAL.with(Settings.PATIENT.withRates(10, 1_000, 1_000)));
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            replies.add(a.transport().ask(b.contact(), findNode(i), MILLIS));
        }
        int refused = 0;
        for (CompletableFuture<Reply> r : replies) {
            if (answer(get(r)) instanceof Response.Refused no) {
                assertThat(no.code()).isEqualTo(WireCode.QuotaExceeded);
                refused++;
            }
        }

        assertThat(refused).isBetween(1, 5);
        assertThat(b.counts().of("rejected QuotaHit")).isEqualTo(refused);
        assertThat(b.counts().of("refused " + a.contact().id().text() + " quota_rps"))
                .as("who it was")
                .isEqualTo(refused);
        Peer c = peer("c");
        assertThat(answer(ask(c, b, findNode(1)))).as("another has its own").isInstanceOf(Response.Nodes.class);
    }

    @Test
    void there_is_an_end_to_what_is_answered_at_once() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b", Settings.USUAL.with(Settings.PATIENT.withInflight(2, 64)));
        answer(ask(a, b, new Request.Ping(HEAD)));
        List<CompletableFuture<Reply>> slow = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            slow.add(a.transport().ask(b.contact(), slow(), MILLIS));
        }
        await().until(() -> b.echo().slow.size() == 2);

        assertThat(answer(ask(a, b, findNode(1))))
                .isInstanceOfSatisfying(
                        Response.Refused.class, r -> assertThat(r.code()).isEqualTo(WireCode.Busy));
        b.echo().slow.forEach(s -> s.complete(new Response.Nodes(List.of())));
        for (CompletableFuture<Reply> s : slow) {
            answer(get(s));
        }
        assertThat(answer(ask(a, b, findNode(1)))).isInstanceOf(Response.Nodes.class);
    }

    @Test
    void a_stopped_transport_says_so() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        CompletableFuture<Reply> slow = a.transport().ask(b.contact(), slow(), MILLIS);
        b.echo().slow.poll(60, TimeUnit.SECONDS);

        a.transport().close().get(60, TimeUnit.SECONDS);

        assertThat(failure(get(slow))).isEqualTo(Failure.Stopped);
        assertThat(failure(ask(a, b, findNode(1)))).isEqualTo(Failure.Stopped);
    }
}
