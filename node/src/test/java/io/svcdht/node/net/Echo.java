package io.svcdht.node.net;

import io.svcdht.node.wire.oap.Encoded;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** A node that answers with what it was asked, and can be told to be slow. */
final class Echo implements PeerHandler {
    /** A FIND_NODE for it is answered when the test says so. */
    static final Key SLOW = new Key(0, 0, 0, 99);
    /** One for it is answered with a failure. */
    static final Key BROKEN = new Key(0, 0, 0, 98);
    /** A FIND_VALUE for it is answered with 100 records, about 400 kB. */
    static final Key LARGE = new Key(0, 0, 0, 97);

    private static final Encoded RECORD = Encoded.of(HexFormat.of().parseHex("a1617801"));

    /** What is answered instead, by question. */
    final Map<Request, Response> instead = new ConcurrentHashMap<>();

    final List<Caller> callers = new CopyOnWriteArrayList<>();
    final List<PeerAddress> reachable = new CopyOnWriteArrayList<>();
    final LinkedBlockingQueue<CompletableFuture<Response>> slow = new LinkedBlockingQueue<>();

    static Encoded record(int bytes) {
        // {"x": h'00…'}
        return Encoded.of(HexFormat.of().parseHex("a1617859" + "%04x".formatted(bytes) + "00".repeat(bytes)));
    }

    @Override
    public CompletionStage<? extends Response> answer(Caller caller, Request request) {
        callers.add(caller);
        Response other = instead.get(request);
        if (other != null) {
            return CompletableFuture.completedFuture(other);
        }
        return switch (request) {
            case Request.Ping p -> CompletableFuture.completedFuture(new Response.Pong(7));
            case Request.FindNode f when f.target().equals(SLOW) -> later();
            case Request.FindNode f when f.target().equals(BROKEN) -> throw new IllegalStateException("on purpose");
            case Request.FindNode f ->
                CompletableFuture.completedFuture(new Response.Nodes(List.of(
                        new Contact(NodeKeys.classical(f.target()), List.of(PeerAddress.parse("192.0.2.1:5302")), 0))));
            case Request.FindValue f
            when f.key().equals(LARGE) ->
                CompletableFuture.completedFuture(
                        new Response.Found(Collections.nCopies(100, record(4_000)), Map.of(), List.of()));
            case Request.FindValue f ->
                CompletableFuture.completedFuture(
                        new Response.Found(Collections.nCopies(f.limit(), RECORD), Map.of(), List.of()));
            case Request.Provide p ->
                CompletableFuture.completedFuture(new Response.Provided(
                        Collections.nCopies(p.records().size(), new Response.Result(WireCode.Ok, ""))));
            case Request.NodeRecord n -> CompletableFuture.completedFuture(new Response.NodeRecord(RECORD));
            case Request.GetRoot g ->
                CompletableFuture.completedFuture(new Response.Refused(g.opcode(), WireCode.NotReady, "no roots"));
        };
    }

    private CompletableFuture<Response> later() {
        CompletableFuture<Response> f = new CompletableFuture<>();
        slow.add(f);
        return f;
    }

    @Override
    public void reachable(NodeKeys keys, PeerAddress at) {
        reachable.add(at);
    }
}
