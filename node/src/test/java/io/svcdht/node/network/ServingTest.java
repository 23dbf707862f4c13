package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.svcdht.node.NetworkMeter;
import io.svcdht.node.News;
import io.svcdht.node.Node;
import io.svcdht.node.Patience;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.kad.TableRules;
import io.svcdht.node.metrics.Metrics;
import io.svcdht.node.metrics.NetworkMeters;
import io.svcdht.node.net.AddressPolicy;
import io.svcdht.node.net.NetLimits;
import io.svcdht.node.net.NetMeter;
import io.svcdht.node.net.PeerHandler;
import io.svcdht.node.net.PeerIdentity;
import io.svcdht.node.net.Reply;
import io.svcdht.node.net.StreamTransport;
import io.svcdht.node.net.Transport;
import io.svcdht.node.network.LocalNet.Member;
import io.svcdht.node.peering.AnswerCache;
import io.svcdht.node.recent.Refusals;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.trust.NodeRecordVerifier;
import io.svcdht.node.trust.Outcome;
import io.svcdht.node.trust.RecordSigner;
import io.svcdht.node.trust.RecordVerifier;
import io.svcdht.node.trust.RefusalCounts;
import io.svcdht.node.trust.Verifying;
import io.svcdht.node.trust.Vouched;
import io.svcdht.node.wire.NodeRecord;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.node.wire.oap.Encoded;
import io.svcdht.node.wire.oap.Opcode;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Request.Head;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.ProviderRecord;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stranger with keys of its own hands a node words, and asks it. */
class ServingTest {
    private static final Head HEAD = new Head(0, 1, 60_000, Head.NO_LOOKUP);
    private static final ContentId CID = ContentId.parse("handed over", true);

    private static final long JOURNAL_BYTES = 8_192;
    /** On a busy machine silence says nothing. */
    private static final int PATIENCE_MILLIS = (int) Patience.LIMIT.toMillis();

    private final NodeIdentity stranger = NodeIdentity.ephemeralClassical();
    private final RecordSigner signer = new RecordSigner(stranger);
    private final Vertx vertx = Vertx.vertx();
    private final LocalNet net = new LocalNet(c -> {
        NetworkConfig.Connections n = c.connections();
        return c.withConnections(new NetworkConfig.Connections(
                PATIENCE_MILLIS, 60_000, n.max(), n.inflight(), 10_000, 10_000, 10_000, JOURNAL_BYTES));
    });
    private final Metrics metrics = new Metrics();
    private final Member node = measured();
    private final Transport transport = LocalNet.get(StreamTransport.start(
                    vertx,
                    new StreamTransport.Options(
                            PeerIdentity.of(stranger),
                            "svc-dht",
                            "test",
                            null,
                            AddressPolicy.LOOPBACK,
                            true,
                            false,
                            NetLimits.STANDARD.withPatience(PATIENCE_MILLIS, 60_000, PATIENCE_MILLIS),
                            NetMeter.NONE,
                            () -> DenyList.NOTHING),
                    new Mute())
            .toCompletionStage()
            .toCompletableFuture());

    private Member measured() {
        net.measure(new NetworkMeters(metrics));
        return net.join();
    }

    /** Whom nobody asks. */
    private static final class Mute implements PeerHandler {
        @Override
        public CompletionStage<? extends Response> answer(Caller caller, Request request) {
            return CompletableFuture.completedStage(
                    new Response.Refused(request.opcode(), WireCode.NotReady, "a client"));
        }

        @Override
        public void reachable(NodeKeys keys, PeerAddress at) {}
    }

    ServingTest() {
        org.awaitility.Awaitility.await().until(() -> node.node().status().ready());
    }

    @AfterEach
    void close() {
        LocalNet.get(transport.close());
        net.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Response ask(Request request) {
        Contact contact = new Contact(
                node.node().identity().keys(), List.of(node.network().listens().orElseThrow()), 0);
        return ((Reply.Answered) LocalNet.get(transport.ask(contact, request, PATIENCE_MILLIS))).response();
    }

    private List<WireCode> provide(SignedRecord... words) {
        List<Encoded> encoded = new ArrayList<>();
        for (SignedRecord word : words) {
            encoded.add(Encoded.of(word.encode()));
        }
        return ((Response.Provided) ask(new Request.Provide(HEAD, encoded, Map.of())))
                .results().stream().map(Response.Result::code).toList();
    }

    private SignedRecord word(long agoMillis) {
        return signer.sign(new ProviderRecord(
                CID, stranger.id(), "", List.of(), 600, node.node().nowMillis() - agoMillis));
    }

    @Test
    void a_signed_word_is_held_journaled_and_handed_on_with_its_proof() {
        assertThat(provide(word(0))).containsExactly(WireCode.Ok);
        assertThat(node.holds(CID)).isTrue();
        Response.Found found = (Response.Found) ask(new Request.FindValue(HEAD, CID.key(), 10));
        Outcome<Vouched> read = Verifying.by(node.node().id(), new RefusalCounts())
                .verify(
                        found.records().getFirst().bytes(),
                        RecordVerifier.Presented.NOTHING,
                        node.node().nowMillis());
        assertThat(read).isInstanceOf(Outcome.Accepted.class);
        assertThat(found.contacts()).isEmpty();
    }

    @Test
    void the_same_word_again_is_fine_and_no_event() {
        SignedRecord word = word(0);
        assertThat(provide(word)).containsExactly(WireCode.Ok);
        long position = node.node().status().journalPosition();
        assertThat(provide(word)).containsExactly(WireCode.Ok);
        assertThat(node.node().status().journalPosition()).isEqualTo(position);
    }

    @Test
    void what_is_not_signed_by_its_publisher_is_refused_and_the_rest_of_the_message_is_not() {
        SignedRecord good = word(0);
        SignedRecord forged = new SignedRecord(
                ContentId.parse("another", true),
                good.publisher(),
                "",
                List.of(),
                600,
                good.issuedAtMillis(),
                good.signatures());
        assertThat(provide(forged, good)).containsExactly(WireCode.BadSignature, WireCode.Ok);
        assertThat(node.holds(forged.cid())).isFalse();
        assertThat(node.holds(CID)).isTrue();
    }

    @Test
    void who_was_refused_and_why_is_kept_for_whoever_operates_this_node() {
        SignedRecord good = word(1_000);
        SignedRecord forged = new SignedRecord(
                ContentId.parse("another", true),
                good.publisher(),
                "local://secret shelf",
                List.of(),
                600,
                good.issuedAtMillis(),
                good.signatures());
        assertThat(provide(forged, good)).containsExactly(WireCode.BadSignature, WireCode.Ok);
        assertThat(provide(forged)).containsExactly(WireCode.BadSignature);
        assertThat(provide(signer.withdraw(CID, "", node.node().nowMillis()))).containsExactly(WireCode.Ok);
        assertThat(provide(good)).containsExactly(WireCode.StaleRecord);
        node.ban(new Banned.Content(CID.key()));
        assertThat(provide(word(0))).containsExactly(WireCode.BadVersion);

        List<Refusals.Row> rows = metrics.refusals().rows();
        assertThat(rows)
                .extracting(Refusals.Row::way, Refusals.Row::who, Refusals.Row::reason, Refusals.Row::times)
                .containsExactly(
                        tuple(Refusals.Way.HERE, stranger.id().text(), "forbidden", 1L),
                        tuple(Refusals.Way.HERE, stranger.id().text(), "stale_record", 1L),
                        tuple(Refusals.Way.HERE, stranger.id().text(), "bad_signature", 2L));
        assertThat(rows.getLast().what())
                .isEqualTo(new Refusals.What(
                        "no Ed25519 signature of %s over it".formatted(stranger.id()),
                        ContentId.canonical(forged.cid().key()),
                        stranger.id().text()));
        assertThat(rows.toString()).as("where it is").doesNotContain("secret shelf");
    }

    @Test
    void a_withdrawal_holds_against_older_words() {
        SignedRecord first = word(1_000);
        assertThat(provide(first)).containsExactly(WireCode.Ok);
        assertThat(provide(signer.withdraw(CID, "", node.node().nowMillis() - 500)))
                .containsExactly(WireCode.Ok);
        assertThat(node.holds(CID)).isFalse();
        assertThat(provide(first)).containsExactly(WireCode.StaleRecord);
        assertThat(provide(word(0))).containsExactly(WireCode.Ok);
        assertThat(node.holds(CID)).isTrue();
    }

    @Test
    void more_than_may_be_journaled_a_second_is_refused_before_it_is_looked_at() {
        List<Encoded> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(Encoded.of(signer.sign(new ProviderRecord(
                            ContentId.parse("many-" + i, true),
                            stranger.id(),
                            "",
                            List.of(),
                            600,
                            node.node().nowMillis()))
                    .encode()));
        }
        Response response = ask(new Request.Provide(HEAD, many, Map.of()));
        assertThat(response).isInstanceOfSatisfying(Response.Refused.class, r -> assertThat(r.code())
                .isEqualTo(WireCode.QuotaExceeded));
        assertThat(node.node().providers().records()).isZero();
    }

    @Test
    void the_node_record_is_signed_and_names_where_the_node_listens() {
        Response.NodeRecord answer = (Response.NodeRecord) ask(new Request.NodeRecord(HEAD));
        Outcome<NodeRecord> read = new NodeRecordVerifier(
                        stranger.id(), "svc-dht", PeerAddress.Scope.LOOPBACK, new RefusalCounts())
                .verify(answer.record().bytes(), node.node().id(), null);
        NodeRecord record =
                switch (read) {
                    case Outcome.Accepted<NodeRecord>(NodeRecord r) -> r;
                    case Outcome.Refused<NodeRecord> r -> throw new AssertionError(r);
                };
        assertThat(record.addrs()).containsExactly(node.network().listens().orElseThrow());
        assertThat(ask(new Request.Ping(HEAD))).isEqualTo(new Response.Pong(record.sequence()));
    }

    @Test
    void nobody_is_told_of_what_a_power_cut_could_still_take() {
        node.provide(CID);
        assertThat(((Response.Found) serving(node.node()).find()).records()).hasSize(1);
        Node before = (Node) Proxy.newProxyInstance(
                Node.class.getClassLoader(),
                new Class<?>[] {Node.class},
                (proxy, method, args) ->
                        method.getName().equals("toldUpTo") ? (Object) 1L : method.invoke(node.node(), args));
        assertThat(((Response.Found) serving(before).find()).records()).isEmpty();
    }

    /** Asks a serving side for the content. */
    private record Asked(Serving serving, NodeKeys caller) {
        Response find() {
            return LocalNet.get(serving.answer(caller, new Request.FindValue(HEAD, CID.key(), 10), 0)
                    .<Response>thenApply(r -> r)
                    .toCompletableFuture());
        }
    }

    private Asked serving(Node as) {
        Proofs proofs = new Proofs(vertx, as, node.node().identity(), transport, Runnable::run, NetworkMeter.NONE);
        return new Asked(
                new Serving(
                        as,
                        new RoutingTable(as.id(), TableRules.standard()),
                        proofs.words(),
                        proofs.fetch(),
                        Runnable::run,
                        new JournalBudget(JOURNAL_BYTES, 0),
                        new AnswerCache(10, 1_000),
                        () -> Encoded.of(new byte[] {(byte) 0xa0}),
                        1,
                        NetworkMeter.NONE,
                        News.NONE),
                stranger.keys());
    }

    @Test
    void from_the_day_on_who_has_no_post_quantum_key_is_answered_nothing() {
        net.change(c -> c.withSigning(
                new NetworkConfig.Signing(true, OptionalLong.of(1), NetworkConfig.Signing.DEFAULT.algorithms())));
        Member strict = net.join();
        Contact contact = new Contact(
                strict.node().identity().keys(),
                List.of(strict.network().listens().orElseThrow()),
                0);
        Reply reply = LocalNet.get(transport.ask(contact, new Request.FindValue(HEAD, CID.key(), 10), PATIENCE_MILLIS));
        assertThat(((Reply.Answered) reply).response())
                .isEqualTo(new Response.Refused(
                        Opcode.FIND_VALUE,
                        WireCode.BadSignature,
                        "pq_require_on has passed, and your id has no ML-DSA-87 key"));
    }

    @Test
    void banned_content_is_neither_taken_nor_told_of() {
        SignedRecord word = word(1_000);
        assertThat(provide(word)).containsExactly(WireCode.Ok);
        node.ban(new Banned.Content(CID.key()));

        Response.Found found = (Response.Found) ask(new Request.FindValue(HEAD, CID.key(), 10));
        assertThat(found.records()).as("what is held of it").isEmpty();
        long position = node.node().status().journalPosition();
        assertThat(provide(word(0))).containsExactly(WireCode.BadVersion);
        assertThat(node.node().status().journalPosition()).isEqualTo(position);

        node.unban(new Banned.Content(CID.key()));
        assertThat(((Response.Found) ask(new Request.FindValue(HEAD, CID.key(), 10))).records())
                .hasSize(1);
        assertThat(provide(word(0))).containsExactly(WireCode.Ok);
    }

    @Test
    void a_client_has_no_place_in_the_table() {
        ask(new Request.FindNode(HEAD, CID.key()));
        assertThat(LocalNet.get(node.network().contacts().toCompletableFuture()))
                .isEmpty();
        assertThat(node.node().routing().contacts()).isEmpty();
    }
}
