package io.svcdht.benchmarks.peers;

import io.svcdht.node.net.AddressPolicy;
import io.svcdht.node.net.Dialled;
import io.svcdht.node.net.NetLimits;
import io.svcdht.node.net.NetMeter;
import io.svcdht.node.net.PeerHandler;
import io.svcdht.node.net.PeerIdentity;
import io.svcdht.node.net.Reply;
import io.svcdht.node.net.StreamTransport;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.trust.RecordSigner;
import io.svcdht.node.wire.oap.Encoded;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.ProviderRecord;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** One identity with a transport of its own. It listens, so that the node under load takes it into its routing table. */
final class Asker implements PeerHandler {
    private static final int TTL_SECONDS = 3_600;
    private static final int ANSWER_MILLIS = 10_000;
    private static final int RATE = 1_000_000;
    private static final long PATIENCE_SECONDS = 30;

    private final NodeIdentity identity = NodeIdentity.ephemeralClassical();
    private final RecordSigner signer = new RecordSigner(identity);
    private final StreamTransport transport;
    private final Contact target;

    private Asker(Vertx vertx, PeerAddress at) {
        transport = StreamTransport.start(
                        vertx,
                        new StreamTransport.Options(
                                PeerIdentity.of(identity),
                                "svc-dht",
                                "bench",
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                AddressPolicy.LOOPBACK,
                                false,
                                true,
                                NetLimits.STANDARD
                                        .withRates(RATE, RATE, RATE)
                                        .withPatience(ANSWER_MILLIS, 60_000, ANSWER_MILLIS),
                                NetMeter.NONE,
                                () -> DenyList.NOTHING),
                        this)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        target = switch (transport
                .dial(List.of(at))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join()) {
            case Dialled.Reached(NodeKeys keys, PeerAddress address) -> new Contact(keys, List.of(address), 0);
            case Dialled.Failed(var why) ->
                throw new IllegalStateException("%s does not answer: %s".formatted(at, why));
        };
    }

    /** Connected and greeted. */
    static Asker connected(Vertx vertx, PeerAddress at) {
        return new Asker(vertx, at);
    }

    CompletableFuture<Reply> ask(Request request) {
        return transport.ask(target, request, ANSWER_MILLIS);
    }

    static Request.Head head() {
        return new Request.Head(System.currentTimeMillis(), 1, ANSWER_MILLIS, Request.Head.NO_LOOKUP);
    }

    /** A record of ours, signed now, so that load costs the driver no signatures. */
    Encoded record(Key key) {
        return Encoded.of(signer.sign(new ProviderRecord(
                        ContentId.of(key), identity.id(), "", List.of(), TTL_SECONDS, System.currentTimeMillis(), null))
                .encode());
    }

    /** Knows nobody and keeps nothing. */
    @Override
    public CompletionStage<? extends Response> answer(Caller caller, Request request) {
        return CompletableFuture.completedStage(
                switch (request) {
                    case Request.Ping p -> new Response.Pong(1);
                    case Request.FindNode f -> new Response.Nodes(List.of());
                    case Request.FindValue f -> new Response.Found(List.of(), Map.of(), List.of());
                    case Request.Provide p -> busy(p);
                    case Request.NodeRecord r -> busy(r);
                    case Request.GetRoot g -> busy(g);
                });
    }

    private static Response busy(Request request) {
        return new Response.Refused(
                request.opcode(), io.svcdht.node.wire.oap.WireCode.Busy, "a load driver keeps nothing");
    }

    @Override
    public void reachable(NodeKeys keys, PeerAddress at) {
        // It has no routing table.
    }

    void close() {
        transport.close().join();
    }
}
