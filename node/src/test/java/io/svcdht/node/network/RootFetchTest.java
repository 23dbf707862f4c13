package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.net.Dialled;
import io.svcdht.node.net.Failure;
import io.svcdht.node.net.Reply;
import io.svcdht.node.net.Transport;
import io.svcdht.node.net.Ways;
import io.svcdht.node.network.Words.Lacking;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.trust.NodeRecordVerifier;
import io.svcdht.node.trust.PqCounts;
import io.svcdht.node.trust.RefusalCounts;
import io.svcdht.node.trust.RootSigner;
import io.svcdht.node.trust.RootVerifier;
import io.svcdht.node.wire.oap.Encoded;
import io.svcdht.node.wire.oap.Opcode;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.state.Roots;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What did not come with records is asked for, from who can have it. */
class RootFetchTest {
    private static final NodeIdentity PEER = NodeIdentity.ephemeral();
    private static final NodeIdentity OTHER = NodeIdentity.ephemeral();
    private static final Contact HOLDER = new Contact(PEER.keys(), List.of(PeerAddress.parse("127.0.0.1:5302")), 0);
    private static final Key ROOT = new Key(1, 2, 3, 4);

    private final List<Request> asked = new ArrayList<>();
    private final RootVerifier roots = new RootVerifier(Roots::new, new PqCounts());

    private RootFetch fetch(Function<Request, Reply> peer) {
        return new RootFetch(
                new Wire(peer),
                roots,
                new NodeRecordVerifier(
                        new NodeId(new Key(1, 1, 1, 1)), "svc-dht", PeerAddress.Scope.LOOPBACK, new RefusalCounts()),
                Runnable::run,
                () -> 0);
    }

    private static Reply answered(Response response) {
        return new Reply.Answered(PEER.keys(), HOLDER.addr(), response, 1, true, false);
    }

    private static Encoded signatures() {
        return Encoded.of(new RootSigner(PEER)
                .sign(List.of(new io.svcdht.node.trust.RecordSigner(PEER)
                        .withdraw(io.svcdht.storage.model.ContentId.of(ROOT), "", 1)))
                .signatures()
                .encode());
    }

    @Test
    void a_missing_root_is_asked_for_where_the_record_came_from() {
        Encoded signatures = signatures();
        Map<Key, Encoded> all = fetch(r -> answered(new Response.Root(((Request.GetRoot) r).root(), signatures)))
                .complete(HOLDER, List.of(new Lacking(ROOT, OTHER.keys(), false)), Map.of())
                .join();
        assertThat(all).containsExactly(Map.entry(ROOT, signatures));
        assertThat(asked).hasSize(1).first().isInstanceOf(Request.GetRoot.class);
    }

    @Test
    void an_answer_about_another_root_a_refusal_and_silence_come_to_nothing() {
        Encoded signatures = signatures();
        List<Function<Request, Reply>> bad = List.of(
                r -> answered(new Response.Root(new Key(9, 9, 9, 9), signatures)),
                r -> answered(
                        new Response.Refused(Opcode.GET_ROOT, WireCode.StaleRecord, "no such root is known here")),
                r -> new Reply.Failed(Failure.Timeout));
        for (Function<Request, Reply> peer : bad) {
            assertThat(fetch(peer)
                            .complete(HOLDER, List.of(new Lacking(ROOT, PEER.keys(), false)), Map.of())
                            .join())
                    .isEmpty();
        }
    }

    @Test
    void a_missing_key_is_asked_of_its_owner_and_of_nobody_else() {
        Encoded record =
                Encoded.of(PEER.signed(HOLDER.addrs(), "svc-dht", List.of(1), 7).encode());
        RootFetch fetch = fetch(r -> answered(new Response.NodeRecord(record)));
        fetch.complete(HOLDER, List.of(new Lacking(ROOT, OTHER.keys(), true)), Map.of())
                .join();
        assertThat(asked).isEmpty();
        fetch.complete(HOLDER, List.of(new Lacking(ROOT, PEER.keys(), true)), Map.of())
                .join();
        assertThat(asked).hasSize(1).first().isInstanceOf(Request.NodeRecord.class);
        assertThat(roots.key(PEER.keys().mlDsa87Hash())).isEqualTo(PEER.mlDsa87());
    }

    @Test
    void a_node_record_of_somebody_else_teaches_nothing() {
        Encoded record = Encoded.of(
                OTHER.signed(HOLDER.addrs(), "svc-dht", List.of(1), 7).encode());
        fetch(r -> answered(new Response.NodeRecord(record)))
                .complete(HOLDER, List.of(new Lacking(ROOT, PEER.keys(), true)), Map.of())
                .join();
        assertThat(roots.key(OTHER.keys().mlDsa87Hash())).isEmpty();
        assertThat(roots.key(PEER.keys().mlDsa87Hash())).isEmpty();
    }

    @Test
    void no_more_than_a_few_are_asked_for() {
        List<Lacking> many = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            many.add(new Lacking(new Key(i, 2, 3, 4), PEER.keys(), false));
        }
        fetch(r -> new Reply.Failed(Failure.Timeout))
                .complete(HOLDER, many, Map.of())
                .join();
        assertThat(asked).hasSize(RootFetch.ROOTS_MAX);
    }

    /** Answers at once what the test says. */
    private final class Wire implements Transport {
        private final Function<Request, Reply> peer;

        Wire(Function<Request, Reply> peer) {
            this.peer = peer;
        }

        @Override
        public CompletableFuture<Reply> ask(Contact to, Request request, int timeoutMillis) {
            asked.add(request);
            return CompletableFuture.completedFuture(peer.apply(request));
        }

        @Override
        public CompletableFuture<Dialled> dial(List<PeerAddress> addresses) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void keepWarm(Collection<NodeId> peers) {}

        @Override
        public void bansChanged() {}

        @Override
        public Optional<PeerAddress> listens() {
            return Optional.empty();
        }

        @Override
        public int connections() {
            return 0;
        }

        @Override
        public CompletableFuture<Ways> ways(Collection<NodeId> peers, int others) {
            return CompletableFuture.completedFuture(Ways.NONE);
        }

        @Override
        public List<String> features() {
            return List.of();
        }

        @Override
        public CompletableFuture<Void> close() {
            return CompletableFuture.completedFuture(null);
        }
    }
}
