package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.DenyList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What transports promise that have connections: when they begin, how many there are, and when they end. */
abstract class StreamContract extends TransportContract {
    @Test
    void an_idle_connection_ends_and_a_warm_one_does_not() throws Exception {
        NetLimits hasty = Settings.PATIENT.withPatience(5_000, 300, 1_000);
        Peer a = peer("a", Settings.USUAL.client().with(hasty));
        Peer b = peer("b");
        Peer c = peer("c");
        a.transport().keepWarm(List.of(b.keys().id()));
        ask(a, b, findNode(1));
        ask(a, c, findNode(1));

        await().until(() -> a.counts().of("closed Idle") == 1);
        assertThat(((Reply.Answered) ask(a, b, findNode(2))).warm()).isTrue();
        assertThat(((Reply.Answered) ask(a, c, findNode(2))).warm()).isFalse();
    }

    @Test
    void of_two_connections_between_two_nodes_one_is_kept() throws Exception {
        Settings hasty = Settings.USUAL.with(Settings.PATIENT.withPatience(5_000, 300, 1_000));
        Peer a = peer("a", hasty);
        Peer b = peer("b", hasty);
        a.transport().keepWarm(List.of(b.keys().id()));
        b.transport().keepWarm(List.of(a.keys().id()));

        ask(a, b, findNode(1));
        await().until(() -> b.echo().reachable.contains(a.contact().addr()));
        await().until(() -> a.counts().of("opened") == 2 && b.counts().of("opened") == 2);
        for (Peer p : List.of(a, b)) {
            await().until(() -> p.counts().of("closed Idle") + p.counts().of("closed Remote") == 1);
        }

        assertThat(((Reply.Answered) ask(a, b, findNode(2))).warm()).isTrue();
        assertThat(((Reply.Answered) ask(b, a, findNode(3))).warm()).isTrue();
        assertThat(a.counts().of("opened") + b.counts().of("opened")).isEqualTo(4);
    }

    @Test
    void a_frame_of_a_peer_that_was_banned_meanwhile_is_not_answered() throws Exception {
        AtomicReference<DenyList> denied = new AtomicReference<>(DenyList.NOTHING);
        Peer a = peer("a", Settings.USUAL.client());
        Peer b = peer("b", Settings.USUAL.banning(denied::get));
        answer(ask(a, b, findNode(1)));
        denied.set(DenyList.of(List.of(new Banned.Peer(a.keys().id()))));

        assertThat(failure(ask(a, b, findNode(2)))).isEqualTo(Failure.Closed);

        assertThat(b.echo().callers).hasSize(1);
        await().until(() -> b.counts().of("rejected Forbidden") == 1);
        await().until(() -> b.counts().of("closed Banned") == 1);
    }

    @Test
    void a_banned_peer_gets_no_connection() throws Exception {
        Peer a = peer("a", Settings.USUAL.client());
        DenyList denied = DenyList.of(List.of(new Banned.Peer(a.keys().id())));
        Peer b = peer("b", Settings.USUAL.banning(() -> denied));

        assertThat(ask(a, b, findNode(1))).isInstanceOf(Reply.Failed.class);

        await().until(() -> b.counts().of("rejected Forbidden") == 1);
        assertThat(b.counts().of("opened")).isZero();
        assertThat(b.echo().callers).isEmpty();
    }

    @Test
    void who_comes_from_a_banned_address_gets_no_handshake() throws Exception {
        DenyList denied = DenyList.of(List.of(Banned.parse("127.0.0.0/8")));
        Peer a = peer("a", Settings.USUAL.client());
        Peer b = peer("b", Settings.USUAL.banning(() -> denied));

        assertThat(ask(a, b, findNode(1))).isInstanceOf(Reply.Failed.class);

        await().until(() -> b.counts().of("rejected Forbidden") == 1);
        assertThat(b.counts().of("opened") + b.counts().of("handshake failed")).isZero();
        assertThat(b.echo().callers).isEmpty();
    }

    @Test
    void no_more_is_sent_to_a_peer_than_it_takes_at_once() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b", Settings.USUAL.with(Settings.PATIENT.withInflight(512, 4)));
        answer(ask(a, b, new Request.Ping(HEAD)));
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            replies.add(a.transport().ask(b.contact(), slow(), MILLIS));
        }

        assertThat(failure(get(replies.get(4)))).isEqualTo(Failure.Busy);
        assertThat(failure(get(replies.get(5)))).isEqualTo(Failure.Busy);
        await().until(() -> b.echo().slow.size() == 4);
        b.echo().slow.forEach(s -> s.complete(new Response.Nodes(List.of())));
        answer(get(replies.getFirst()));
    }

    @Test
    void room_is_made_by_ending_what_is_idle_but_nothing_warm() throws Exception {
        Peer a = peer("a", Settings.USUAL.client().with(Settings.PATIENT.withConnections(2, 64)));
        Peer b = peer("b", Settings.USUAL);
        Peer c = peer("c", Settings.USUAL);
        Peer d = peer("d", Settings.USUAL);
        a.transport().keepWarm(List.of(b.keys().id(), d.keys().id()));
        answer(ask(a, b, findNode(1)));
        answer(ask(a, c, findNode(1)));
        answer(ask(a, d, findNode(1)));

        assertThat(a.counts().of("closed Evicted")).isEqualTo(1);
        assertThat(((Reply.Answered) ask(a, b, findNode(2))).warm()).isTrue();
        assertThat(failure(ask(a, c, findNode(2)))).isEqualTo(Failure.NoRoom);
    }

    @Test
    void what_waits_when_a_peer_goes_is_told() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        CompletableFuture<Reply> slow = a.transport().ask(b.contact(), slow(), MILLIS);
        b.echo().slow.poll(60, TimeUnit.SECONDS);

        b.transport().close().get(60, TimeUnit.SECONDS);

        assertThat(failure(get(slow))).isEqualTo(Failure.Closed);
    }

    @Test
    void nobody_banned_is_dialled_or_asked() throws Exception {
        AtomicReference<DenyList> denied = new AtomicReference<>(DenyList.NOTHING);
        Peer a = peer("a", Settings.USUAL.client().banning(denied::get));
        Peer b = peer("b");
        Peer c = peer("c");
        denied.set(DenyList.of(List.of(new Banned.Peer(b.keys().id()))));
        assertThat(failure(ask(a, b, findNode(1)))).isEqualTo(Failure.Banned);
        assertThat(a.transport().dial(b.contact().addrs()).get(60, TimeUnit.SECONDS))
                .as("whose keys show only after the handshake")
                .isEqualTo(new Dialled.Failed(Failure.Banned));
        answer(ask(a, c, findNode(1)));

        denied.set(DenyList.of(List.of(Banned.parse("127.0.0.1/32"))));
        a.transport().bansChanged();
        await().until(() -> a.counts().of("closed Banned") == 1);
        assertThat(failure(ask(a, c, findNode(2)))).isEqualTo(Failure.Banned);
        assertThat(b.echo().callers).isEmpty();
        assertThat(c.echo().callers).hasSize(1);
    }

    @Test
    void a_caller_is_called_back_where_it_listens() throws Exception {
        Peer a = peer("a");
        Peer b = peer("b");
        answer(ask(a, b, new Request.Ping(HEAD)));

        await().until(() -> b.echo().reachable.contains(a.contact().addr()));
        assertThat(b.echo().callers).allMatch(c -> !c.client());
    }
}
