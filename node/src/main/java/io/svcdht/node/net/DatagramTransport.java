package io.svcdht.node.net;

import io.svcdht.node.wire.oap.Decoded;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.MessageCodec;
import io.svcdht.node.wire.oap.Opcode;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams beside streams, at the same port number: a stranger is asked in the first packet. What does not fit, is not
 * answered, or may not go that way goes over the streams, so whoever has only those is reached as before.
 *
 * <pre>
 * a question ──fits, an address, no better way known?──▶ datagram ──answer──▶ done
 *      │                                                  │  └──cut──▶ stream
 *      └──else──▶ stream                                  └──no answer in time──▶ once more, and a stream beside it
 * </pre>
 */
// These futures complete by value and never fail; what is chained to them is the end of the chain.
@SuppressWarnings("FutureReturnValueIgnored")
public final class DatagramTransport implements Transport {
    /** Least time an answer is waited for before the next attempt. */
    static final int PATIENCE_MILLIS = 250;

    private static final int PATIENCE_MILLIS_MIN = 10;
    private static final int PORTS_TRIED_MAX = 5;
    /** Until a stream without room for a question is asked again. */
    private static final int BUSY_MILLIS = 50;

    private static final int TICK_MILLIS = 1_000;

    private final Vertx vertx;
    private final Context context;
    private final StreamTransport streams;
    private final Local local;
    private final NetMeter meter;
    private final DatagramEndpoint endpoint;
    private final Questions questions;
    private final Reach reach = new Reach();
    private final int patienceMillis;
    private long tick = -1;
    private boolean stopped;

    private DatagramTransport(
            Vertx vertx, Context context, StreamTransport streams, NetMeter meter, int patienceMillis) {
        this.patienceMillis = patienceMillis;
        this.vertx = vertx;
        this.context = context;
        this.streams = streams;
        this.local = streams.local();
        this.meter = meter;
        endpoint = new DatagramEndpoint(local, streams.inbound());
        questions = endpoint.questions();
    }

    /**
     * Starts both; the future fails if one cannot listen.
     *
     * @param context of the event loop that is to carry them; the handler is called there
     */
    public static Future<DatagramTransport> start(
            Vertx vertx, Context context, StreamTransport.Options options, PeerHandler handler) {
        return start(vertx, context, options, handler, PATIENCE_MILLIS);
    }

    /** The same with other patience, for tests that must not depend on how busy the machine is. */
    static Future<DatagramTransport> start(
            Vertx vertx, Context context, StreamTransport.Options options, PeerHandler handler, int patienceMillis) {
        if (options.proxy() != null) {
            throw new IllegalArgumentException("datagrams would go around the proxy");
        }
        return start(vertx, context, options, handler, patienceMillis, PORTS_TRIED_MAX);
    }

    /** Any free port is one that streams found free; somebody's datagrams may have it already. */
    private static Future<DatagramTransport> start(
            Vertx vertx,
            Context context,
            StreamTransport.Options options,
            PeerHandler handler,
            int patienceMillis,
            int tries) {
        NetMeter meter = options.meter();
        InetSocketAddress at = options.bind();
        return StreamTransport.start(vertx, context, options.with(new Quiet(meter)), handler)
                .compose(streams -> {
                    DatagramTransport t = new DatagramTransport(vertx, context, streams, meter, patienceMillis);
                    return t.bind(at).map(t).recover(e -> {
                        vertx.cancelTimer(t.tick);
                        streams.close();
                        return at != null && at.getPort() == 0 && tries > 1
                                ? start(vertx, context, options, handler, patienceMillis, tries - 1)
                                : Future.failedFuture(e);
                    });
                });
    }

    /** The same, on an event loop of its own. */
    public static Future<DatagramTransport> start(Vertx vertx, StreamTransport.Options options, PeerHandler handler) {
        return start(vertx, ((VertxInternal) vertx).createEventLoopContext(), options, handler);
    }

    private Future<Void> bind(@Nullable InetSocketAddress at) {
        tick = vertx.setPeriodic(TICK_MILLIS, t -> context.runOnContext(v -> endpoint.tick(System.nanoTime())));
        return endpoint.bind(
                at == null
                        ? new InetSocketAddress(0)
                        : new InetSocketAddress(
                                at.getAddress(), streams.listens().orElseThrow().port()));
    }

    @Override
    public CompletableFuture<Reply> ask(Contact peer, Request request, int timeoutMillis) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        meter.inflight(request.opcode(), 1);
        reply.thenAccept(r -> {
            meter.inflight(request.opcode(), -1);
            meter.asked(
                    request.opcode(),
                    switch (r) {
                        case Reply.Answered a -> a.response().code().name();
                        case Reply.Failed f -> f.why().name();
                    });
        });
        long deadline = System.nanoTime() + timeoutMillis * 1_000_000L;
        context.runOnContext(v -> new Question(peer, request, deadline, reply).begin());
        return reply;
    }

    /** One question, until it is answered one way or the other. */
    private final class Question implements Questions.Asker {
        private final Contact peer;
        private final NodeId id;
        private final Request request;
        private final long deadlineNanos;
        private final CompletableFuture<Reply> reply;
        private long sentNanos;
        private boolean warm;
        private Questions.@Nullable Asked asked;
        private @Nullable Failure streamFailed;
        private boolean datagramsOver;
        private long timer = -1;
        private long deadline = -1;

        Question(Contact peer, Request request, long deadlineNanos, CompletableFuture<Reply> reply) {
            this.peer = peer;
            this.id = peer.id();
            this.request = request;
            this.deadlineNanos = deadlineNanos;
            this.reply = reply;
        }

        void begin() {
            warm = questions.knows(id);
            Optional<InetSocketAddress> to = route();
            if (to.isEmpty()) {
                overStream();
                return;
            }
            long corrId = questions.nextCorrId();
            byte[] frame = Frame.request(Frame.DHT, corrId, MessageCodec.encode(request, corrId))
                    .encode();
            if (frame.length > Questions.frameBytesMax(warm)) {
                overStream();
                return;
            }
            sentNanos = System.nanoTime();
            Optional<Questions.Asked> a = questions.ask(peer, to.get(), corrId, frame, this);
            if (a.isEmpty()) {
                overStream();
                return;
            }
            asked = a.get();
            timer = vertx.setTimer(Math.min(patience(), Math.max(1, millisLeft())), t -> again());
        }

        /** From here on it may take all the time there is; most answers are here before, and need no second timer. */
        private void untilDeadline() {
            if (deadline < 0) {
                deadline = vertx.setTimer(Math.max(1, millisLeft()), t -> complete(new Reply.Failed(atTheEnd())));
            }
        }

        /** Where a datagram may go; empty if the question goes over a stream. */
        private Optional<InetSocketAddress> route() {
            boolean may =
                    switch (request.opcode()) {
                        case PING, FIND_NODE, FIND_VALUE -> true;
                        // The first datagram could be a copy; what changes anything waits for the second.
                        case PROVIDE -> warm;
                        // Keys and signatures of ML-DSA-87 never fit.
                        case NODE_RECORD, GET_ROOT -> false;
                    };
            if (stopped
                    || !may
                    || local.denied().refuses(id)
                    || !reach.byDatagrams(id, System.nanoTime())
                    || !warm && streams.isConnected(id)) {
                return Optional.empty();
            }
            for (PeerAddress a : peer.addrs()) {
                if (local.options().admits(a) && !local.denied().refuses(a)) {
                    Optional<InetSocketAddress> at = AddressPolicy.socket(a);
                    // Names are resolved for streams alone.
                    if (at.isPresent()) {
                        return at;
                    }
                }
            }
            return Optional.empty();
        }

        private long millisLeft() {
            return (deadlineNanos - System.nanoTime()) / 1_000_000L;
        }

        private long patience() {
            return Math.clamp(millisLeft() / 2, PATIENCE_MILLIS_MIN, reach.patienceMillis(id, patienceMillis));
        }

        /** A peer one was in conversation with is not one that could not be dialled. */
        private Failure shown(Failure ofStream) {
            return warm && ofStream == Failure.DialTimeout ? Failure.Timeout : ofStream;
        }

        private Failure atTheEnd() {
            Failure f = streamFailed;
            return f == null ? Failure.Timeout : shown(f);
        }

        /** No answer yet: the datagram once more, and a stream beside it. */
        private void again() {
            Questions.Asked a = asked;
            if (reply.isDone() || a == null) {
                return;
            }
            if (millisLeft() <= 0) {
                complete(new Reply.Failed(atTheEnd()));
                return;
            }
            untilDeadline();
            if (request.opcode() != Opcode.PROVIDE) {
                a.again();
            }
            timer = vertx.setTimer(2 * patience(), t -> {
                datagramsOver = true;
                Failure f = streamFailed;
                if (f != null) {
                    complete(new Reply.Failed(shown(f)));
                }
            });
            overStream();
        }

        private void overStream() {
            if (asked != null || sentNanos != 0) {
                endpoint.count(DatagramEvent.FALLBACK);
            }
            askStream();
        }

        private void askStream() {
            streams.ask(peer, request, (int) Math.max(1, millisLeft()))
                    .thenAccept(r -> context.runOnContext(v -> streamed(r)));
        }

        private void streamed(Reply r) {
            switch (r) {
                case Reply.Answered a -> {
                    if (asked != null && !reply.isDone()) {
                        reach.onlyStream(id, System.nanoTime());
                    }
                    complete(a);
                }
                case Reply.Failed f
                when f.why() == Failure.Busy && millisLeft() > BUSY_MILLIS && !reply.isDone() -> {
                    // Many fell back at once, on a stream that has room for a few until it is greeted.
                    vertx.setTimer(BUSY_MILLIS, t -> askStream());
                }
                case Reply.Failed f -> {
                    streamFailed = f.why();
                    if (asked == null || datagramsOver || f.why() == Failure.Stopped) {
                        complete(new Reply.Failed(shown(f.why())));
                    }
                }
            }
        }

        @Override
        public void stopped() {
            complete(new Reply.Failed(Failure.Stopped));
        }

        @Override
        public void answered(Frame frame, PeerAddress at) {
            long rtt = System.nanoTime() - sentNanos;
            reach.answered(id, rtt);
            if (!frame.isWhole()) {
                // Longer than a datagram. It was not the peer's fault, so nothing is held against it.
                asked = null;
                vertx.cancelTimer(timer);
                untilDeadline();
                overStream();
                return;
            }
            switch (MessageCodec.response(request.opcode(), frame.code(), frame.payload())) {
                case Decoded.Read<Response>(Response r) ->
                    complete(new Reply.Answered(peer.keys(), at, r, rtt, warm, true));
                case Decoded.Refused<Response> r -> complete(new Reply.Failed(Failure.BadReply));
            }
        }

        private void complete(Reply r) {
            Questions.Asked a = asked;
            if (a != null) {
                a.end();
            }
            vertx.cancelTimer(timer);
            vertx.cancelTimer(deadline);
            reply.complete(r);
        }
    }

    @Override
    public CompletableFuture<Dialled> dial(List<PeerAddress> addresses) {
        return streams.dial(addresses);
    }

    @Override
    public void keepWarm(Collection<NodeId> peers) {
        streams.keepWarm(peers);
    }

    @Override
    public void bansChanged() {
        streams.bansChanged();
        context.runOnContext(v -> endpoint.bansChanged());
    }

    @Override
    public Optional<PeerAddress> listens() {
        return streams.listens();
    }

    @Override
    public int connections() {
        return streams.connections();
    }

    @Override
    public CompletableFuture<Ways> ways(Collection<NodeId> peers, int others) {
        CompletableFuture<Ways> all = new CompletableFuture<>();
        context.runOnContext(v -> {
            long now = System.nanoTime();
            Map<NodeId, KeyExchange> over = streams.keyExchanges();
            Set<NodeId> wanted = new HashSet<>(peers);
            wanted.addAll(over.keySet());
            wanted.addAll(endpoint.latest(others));
            Map<NodeId, Ways.Peer> found = new HashMap<>();
            for (NodeId id : wanted) {
                Ways.Peer way = way(id, over.get(id), now);
                if (way.keyExchange() != null || way.streamsMillisLeft() > 0) {
                    found.put(id, way);
                }
            }
            all.complete(new Ways(found, endpoint.standing(now)));
        });
        return all;
    }

    private Ways.Peer way(NodeId id, @Nullable KeyExchange stream, long now) {
        Session s = endpoint.with(id);
        boolean byDatagrams = reach.byDatagrams(id, now) && (stream == null || s != null && s.isFresh(now));
        return new Ways.Peer(
                byDatagrams ? Ways.Way.DATAGRAMS : Ways.Way.STREAM,
                stream == null ? null : stream.text(),
                s == null ? null : s.seen(now),
                reach.streamsMillisLeft(id, now));
    }

    @Override
    public List<String> features() {
        return Stream.concat(streams.features().stream(), Stream.of("datagrams"))
                .toList();
    }

    @Override
    public CompletableFuture<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        context.runOnContext(v -> {
            stopped = true;
            vertx.cancelTimer(tick);
            endpoint.close().onComplete(r -> streams.close().thenRun(() -> closed.complete(null)));
        });
        return closed;
    }
}
