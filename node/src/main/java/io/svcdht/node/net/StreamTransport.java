package io.svcdht.node.net;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.Hello;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.OnionName;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Streams: frames over TLS 1.3 over TCP (contracts §5). One event loop carries all connections of a transport; they are
 * pooled by peer, either side may ask on them, and answers find their question by correlation id.
 */
// These futures complete by value and never fail; what is chained to them is the end of the chain.
@SuppressWarnings("FutureReturnValueIgnored")
public final class StreamTransport implements Transport {
    private static final int TICK_MILLIS_MAX = 500;
    private static final int TICKS_PER_LIMIT = 5;

    /**
     * What a transport is told.
     *
     * @param identity who this node is
     * @param networkId others are refused
     * @param agent name and version, for peers' logs
     * @param bind where to listen, null = nowhere: a client; port 0 takes a free one
     * @param addressPolicy what may be dialled
     * @param compress whether peers may send compressed frames
     * @param openSsl whether to use BoringSSL, where it is there
     * @param denied whom this node has nothing to do with; asked for every time, so it must be at hand
     * @param proxy what every stream of ours goes through, null = nothing
     */
    public record Options(
            PeerIdentity identity,
            String networkId,
            String agent,
            @Nullable InetSocketAddress bind,
            AddressPolicy addressPolicy,
            boolean compress,
            boolean openSsl,
            NetLimits limits,
            NetMeter meter,
            Supplier<DenyList> denied,
            @Nullable Proxy proxy) {
        /** Straight, without a proxy. */
        public Options(
                PeerIdentity identity,
                String networkId,
                String agent,
                @Nullable InetSocketAddress bind,
                AddressPolicy addressPolicy,
                boolean compress,
                boolean openSsl,
                NetLimits limits,
                NetMeter meter,
                Supplier<DenyList> denied) {
            this(identity, networkId, agent, bind, addressPolicy, compress, openSsl, limits, meter, denied, null);
        }

        /**
         * Whether the address may be dialled: under the policy, and a name only as far as somebody may be asked for it. An
         * onion service is reached by a proxy or not at all.
         */
        public boolean admits(PeerAddress address) {
            Proxy p = proxy;
            if (address instanceof PeerAddress.Named name && (p != null || OnionName.isOnion(name.host()))) {
                return p != null && p.leadsTo(name) && addressPolicy.admits(name);
            }
            return addressPolicy.admits(address);
        }

        /** The same, counted elsewhere. */
        Options with(NetMeter other) {
            return new Options(
                    identity, networkId, agent, bind, addressPolicy, compress, openSsl, limits, other, denied, proxy);
        }
    }

    /** Who waits for a connection to a peer. */
    private record Waiter(Request request, long deadlineNanos, CompletableFuture<Reply> reply) {}

    private final Local local;
    private final Context context;
    private final Pool pool;
    private final Inbound inbound;
    private final Dialer dialer;
    private final DialBack dialBack;
    private final Map<NodeId, List<Waiter>> dialling = new HashMap<>();
    private final Connection.Listener listener = new Connection.Listener() {
        @Override
        public void opened(Connection c, Hello theirs) {
            pool.opened(c);
            if (!c.isDialled()) {
                dialBack.opened(c.peer(), c.remote(), theirs.listenPort(), System.nanoTime());
                PeerAddress onion = theirs.onion();
                if (onion != null && local.options().admits(onion)) {
                    dialBack.claimed(c.peer(), onion, System.nanoTime());
                }
            }
        }

        @Override
        public void closed(Connection c, CloseReason why) {
            pool.remove(c);
            inbound.forget(c);
            local.meter().closed(why);
        }

        @Override
        public void requested(Connection c, Frame frame) {
            inbound.requested(c, frame);
        }
    };
    private int handshakes;
    private long tick = -1;
    private @Nullable NetServer server;
    private volatile @Nullable PeerAddress listens;
    private volatile int connections;
    private volatile boolean stopped;

    private StreamTransport(Vertx vertx, Context context, Options options, PeerHandler handler) {
        this.context = context;
        PeerTls tls = PeerTls.of(PeerCertificate.of(options.identity()), options.openSsl() && PeerTls.hasOpenSsl());
        local = new Local(
                vertx,
                context,
                options,
                tls,
                handler,
                new Quotas(options.limits(), System.nanoTime()),
                new SecureRandom());
        pool = new Pool(options.identity().keys().id(), options.limits());
        inbound = new Inbound(local);
        dialer = new Dialer(local, pool, listener, () -> {
            PeerAddress at = listens;
            return at == null || hidden(options) ? 0 : at.port();
        });
        dialBack = new DialBack(options.addressPolicy(), options.limits(), handler, dialer::dial, pool::hasDialled);
    }

    /**
     * Starts one; the future fails if it cannot listen.
     *
     * @param handler answers peers
     */
    public static Future<StreamTransport> start(Vertx vertx, Options options, PeerHandler handler) {
        return start(vertx, ((VertxInternal) vertx).createEventLoopContext(), options, handler);
    }

    /**
     * The same.
     *
     * @param context of the event loop that is to carry it; the handler is called there
     */
    public static Future<StreamTransport> start(Vertx vertx, Context context, Options options, PeerHandler handler) {
        StreamTransport t = new StreamTransport(vertx, context, options, handler);
        io.vertx.core.Promise<StreamTransport> started = io.vertx.core.Promise.promise();
        t.context.runOnContext(v -> t.listen().map(t).onComplete(started));
        return started.future();
    }

    /** Behind a proxy the port is nobody's business: whoever called back would call the proxy's way out. */
    private static boolean hidden(Options options) {
        return options.proxy() != null && options.addressPolicy() != AddressPolicy.LOOPBACK;
    }

    /**
     * Greets anew whom this node greeted before others could call it where they can now; else they would never hear of it,
     * as those of the table are kept connected. A contact is called at once, others when they are asked next.
     */
    private void renew() {
        for (Connection c : pool.outdated()) {
            boolean warm = c.isWarm();
            c.close(CloseReason.Replaced);
            if (warm) {
                dialer.dial(List.of(c.remote()), c.peer());
            }
        }
    }

    /** What its connections share. */
    Local local() {
        return local;
    }

    Inbound inbound() {
        return inbound;
    }

    /** Whether a connection to the peer stands. Only on its event loop. */
    boolean isConnected(NodeId peer) {
        return pool.of(peer).isPresent();
    }

    private Future<Void> listen() {
        NetLimits limits = local.limits();
        int millis =
                Math.clamp(Math.min(limits.dialMillis(), limits.idleMillis()) / TICKS_PER_LIMIT, 10, TICK_MILLIS_MAX);
        tick = local.vertx().setPeriodic(millis, t -> {
            pool.tick(System.nanoTime());
            renew();
            dialBack.tick(System.nanoTime(), peer -> pool.of(peer.id()).isPresent());
            connections = pool.size();
        });
        InetSocketAddress bind = local.options().bind();
        if (bind == null) {
            return Future.succeededFuture();
        }
        NetServer s = local.vertx()
                .createNetServer(new NetServerOptions().setTcpNoDelay(true).setReuseAddress(true))
                .connectHandler(this::called);
        server = s;
        return s.listen(bind.getPort(), bind.getAddress().getHostAddress())
                .onSuccess(v -> listens = AddressPolicy.of(bind.getAddress(), s.actualPort()))
                .mapEmpty();
    }

    /** Somebody called: everything that can be known of it now is looked at before the handshake. */
    private void called(NetSocket socket) {
        PeerAddress from = from(socket);
        if (local.denied().refuses(from)) {
            local.meter().rejected(ErrorCode.Forbidden);
            local.meter().refused(AddressPolicy.caller(from), "banned", "a call from an address on the deny list");
            socket.close();
            return;
        }
        if (stopped
                || handshakes >= local.limits().handshakesMax()
                || !local.quotas().connection(from, System.nanoTime())
                || pool.isCrowded(from)
                || !pool.promise()) {
            local.meter().rejected(ErrorCode.QuotaHit);
            local.meter().refused(AddressPolicy.caller(from), "quota_calls", "more calls than this node takes");
            socket.close();
            return;
        }
        handshakes++;
        Handshake.of(local, socket, false, keys -> {
            handshakes--;
            pool.redeem();
            if (keys.isEmpty()
                    || stopped
                    || keys.get().equals(local.options().identity().keys())) {
                socket.close();
                return;
            }
            if (local.denied().refuses(keys.get().id())) {
                local.meter().rejected(ErrorCode.Forbidden);
                local.meter().refused(keys.get().id().text(), "banned", "a call of a node on the deny list");
                socket.close();
                return;
            }
            Connection c = new Connection(local, socket, keys.get(), from, false, listener);
            pool.add(c);
            local.meter().opened();
            c.start(0);
            socket.resume();
        });
    }

    private static PeerAddress from(NetSocket socket) {
        var channel = ((io.vertx.core.internal.net.NetSocketInternal) socket)
                .channelHandlerContext()
                .channel();
        return AddressPolicy.of((InetSocketAddress) channel.remoteAddress());
    }

    @Override
    public CompletableFuture<Reply> ask(Contact peer, Request request, int timeoutMillis) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        NetMeter meter = local.meter();
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
        context.runOnContext(v -> ask(peer, new Waiter(request, deadline, reply)));
        return reply;
    }

    private void ask(Contact peer, Waiter w) {
        Optional<Connection> there = pool.of(peer.id());
        if (stopped) {
            w.reply().complete(new Reply.Failed(Failure.Stopped));
        } else if (local.denied().refuses(peer.id())) {
            w.reply().complete(new Reply.Failed(Failure.Banned));
        } else if (there.isPresent()) {
            send(there.get(), w, true);
        } else {
            long timer = local.vertx().setTimer(Math.max(1, millisLeft(w)), t -> w.reply()
                    .complete(new Reply.Failed(Failure.DialTimeout)));
            w.reply().thenRun(() -> local.vertx().cancelTimer(timer));
            List<Waiter> others = dialling.get(peer.id());
            if (others != null) {
                others.add(w);
                return;
            }
            dialling.put(peer.id(), new ArrayList<>(List.of(w)));
            dialer.dial(peer.addrs(), peer.keys()).thenAccept(o -> dialled(peer.id(), o));
        }
    }

    private void dialled(NodeId peer, Race.Outcome outcome) {
        List<Waiter> waiters = dialling.remove(peer);
        if (waiters == null) {
            return;
        }
        for (Waiter w : waiters) {
            switch (outcome) {
                case Race.Outcome.Won(Connection c) -> send(c, w, false);
                case Race.Outcome.Lost(Failure why) -> w.reply().complete(new Reply.Failed(why));
            }
        }
    }

    private static void send(Connection c, Waiter w, boolean warm) {
        if (!w.reply().isDone()) {
            c.ask(w.request(), millisLeft(w), warm, w.reply());
        }
    }

    private static long millisLeft(Waiter w) {
        return (w.deadlineNanos() - System.nanoTime()) / 1_000_000L;
    }

    @Override
    public CompletableFuture<Dialled> dial(List<PeerAddress> addresses) {
        CompletableFuture<Dialled> result = new CompletableFuture<>();
        context.runOnContext(v -> {
            if (stopped) {
                result.complete(new Dialled.Failed(Failure.Stopped));
                return;
            }
            dialer.dial(addresses, null)
                    .thenAccept(o -> result.complete(
                            switch (o) {
                                case Race.Outcome.Won(Connection c) -> new Dialled.Reached(c.peer(), c.remote());
                                case Race.Outcome.Lost(Failure why) -> new Dialled.Failed(why);
                            }));
        });
        return result;
    }

    @Override
    public void keepWarm(Collection<NodeId> peers) {
        List<NodeId> kept = List.copyOf(peers);
        context.runOnContext(v -> pool.keepWarm(kept));
    }

    @Override
    public void bansChanged() {
        context.runOnContext(v -> pool.closeIf(
                c -> local.denied().refuses(c.peer().id()) || local.denied().refuses(c.remote()), CloseReason.Banned));
    }

    @Override
    public Optional<PeerAddress> listens() {
        return Optional.ofNullable(listens);
    }

    @Override
    public int connections() {
        return connections;
    }

    @Override
    public CompletableFuture<Ways> ways(Collection<NodeId> peers, int others) {
        CompletableFuture<Ways> all = new CompletableFuture<>();
        context.runOnContext(v -> {
            Map<NodeId, Ways.Peer> found = new HashMap<>();
            pool.keyExchanges()
                    .forEach((id, how) -> found.put(id, new Ways.Peer(Ways.Way.STREAM, how.text(), null, 0)));
            all.complete(new Ways(found, null));
        });
        return all;
    }

    /** How the secret of each peer's connection was agreed on. Only on its event loop. */
    Map<NodeId, KeyExchange> keyExchanges() {
        return pool.keyExchanges();
    }

    @Override
    public List<String> features() {
        KeyExchange first =
                local.options().openSsl() && PeerTls.hasOpenSsl() ? KeyExchange.X25519MLKEM768 : KeyExchange.X25519;
        return List.of("peers-" + first.text().toLowerCase(Locale.ROOT));
    }

    @Override
    public CompletableFuture<Void> close() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(v -> {
            stopped = true;
            local.vertx().cancelTimer(tick);
            pool.closeAll(CloseReason.Stopped);
            List.copyOf(dialling.keySet()).forEach(id -> dialled(id, new Race.Outcome.Lost(Failure.Stopped)));
            dialer.close();
            NetServer s = server;
            (s == null ? Future.succeededFuture() : s.close()).onComplete(r -> done.complete(null));
        });
        return done;
    }
}
