package io.svcdht.node.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.svcdht.node.noise.AesGcm;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One socket for datagrams, and the conversations over it. What is not for us, not whole, a copy, or of somebody banned is
 * met with silence. Everything in here belongs to one event loop.
 *
 * <pre>
 * INIT ──shape, mac1──▶ ban, quota, cookie ──Noise──▶ keys ──frame──▶ Inbound ──▶ RESP, kept for two seconds
 * DATA ──number──▶ counter ──AES-GCM──▶ frame ──▶ Inbound, or who waits for the answer
 * </pre>
 */
final class DatagramEndpoint {
    /** Conversations at once. */
    private static final int SESSIONS_MAX = 65_536;

    private static final int UNCONFIRMED_MAX = 4_096;
    /** For bursts; the system may give less. */
    private static final int RECEIVE_BUFFER_BYTES = 1 << 20;

    private final Local local;
    private final Inbound inbound;
    private final DatagramLocal d;
    private final Questions questions;
    private final Callers callers;
    private @Nullable Channel channel;

    DatagramEndpoint(Local local, Inbound inbound) {
        this.local = local;
        this.inbound = inbound;
        PeerIdentity identity = local.options().identity();
        Sessions sessions = new Sessions(SESSIONS_MAX, UNCONFIRMED_MAX);
        d = new DatagramLocal(
                local, identity.noiseKey(), identity.keys(), new AesGcm(), sessions, new DatagramCounts(), this::send);
        questions = new Questions(d);
        callers = new Callers(d, inbound, questions::isTaken);
    }

    Questions questions() {
        return questions;
    }

    /** Binds the socket; the future fails if it cannot. */
    Future<Void> bind(InetSocketAddress at) {
        Promise<Void> bound = Promise.promise();
        ContextInternal context = (ContextInternal) local.context();
        new Bootstrap()
                .group(context.nettyEventLoop())
                .channelFactory(
                        () -> ((VertxInternal) local.vertx()).transport().datagramChannel())
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                .handler(new SimpleChannelInboundHandler<DatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
                        received(ByteBufUtil.getBytes(packet.content()), packet.sender());
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                        // Of a peer that is gone: its silence says the same.
                        d.junk();
                    }
                })
                .bind(at)
                .addListener((ChannelFuture f) -> local.context().runOnContext(v -> {
                    if (f.isSuccess()) {
                        channel = f.channel();
                        bound.complete();
                    } else {
                        bound.fail(f.cause());
                    }
                }));
        return bound.future();
    }

    /** From now on nobody is answered, and whoever waits is told. */
    Future<Void> close() {
        questions.stop();
        d.sessions().clear();
        Channel c = channel;
        channel = null;
        Promise<Void> closed = Promise.promise();
        if (c == null) {
            closed.complete();
        } else {
            c.close().addListener(f -> closed.complete());
        }
        return closed.future();
    }

    void tick(long nowNanos) {
        d.sessions().tick(nowNanos);
        callers.tick(nowNanos);
    }

    /** Ends the conversations with whom the deny list refuses. */
    void bansChanged() {
        List<Session> banned = new ArrayList<>();
        for (Session s : d.sessions().all()) {
            if (local.denied().refuses(s.peer().id()) || local.denied().refuses(s.at())) {
                banned.add(s);
            }
        }
        banned.forEach(d.sessions()::remove);
    }

    void count(DatagramEvent what) {
        d.count(what);
    }

    /** The conversation over which the peer was last heard or asked, if one stands. */
    @Nullable
    Session with(NodeId peer) {
        return d.sessions().standing(peer);
    }

    /** Peers of the conversations that were used last, that one first. */
    List<NodeId> latest(int max) {
        return d.sessions().latest(max);
    }

    Ways.Datagrams standing(long nowNanos) {
        return new Ways.Datagrams(
                d.sessions().size(),
                d.sessions().unconfirmed(),
                questions.begun(),
                callers.cookies(nowNanos),
                d.counts().now());
    }

    private void send(byte[] bytes, InetSocketAddress to) {
        Channel c = channel;
        if (c != null) {
            // What does not leave is like what does not arrive.
            var _ = c.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(bytes), to), c.voidPromise());
        }
    }

    // --- what comes --------------------------------------------------------------------------------------------------

    private void received(byte[] bytes, InetSocketAddress from) {
        Optional<Datagram> read = from.getPort() == 0 ? Optional.empty() : Datagram.read(bytes);
        if (read.isEmpty() || local.denied().refuses(AddressPolicy.of(from))) {
            d.junk();
            return;
        }
        switch (read.get()) {
            case Datagram.Init init -> callers.called(init, from);
            case Datagram.Resp resp -> questions.answered(resp);
            case Datagram.Data data -> said(data, from);
            case Datagram.Cookie cookie -> questions.cookie(cookie, from);
        }
    }

    private void said(Datagram.Data data, InetSocketAddress from) {
        Session s = d.sessions().of(data.to());
        if (s == null) {
            d.junk();
            return;
        }
        boolean first = !s.isConfirmed();
        Optional<byte[]> opened = s.open(d.gcm(), data, from, System.nanoTime());
        Optional<Frame> frame = opened.flatMap(DatagramLocal::frame);
        if (opened.isEmpty() || frame.isEmpty()) {
            d.junk();
            return;
        }
        if (first) {
            d.sessions().confirm(s);
            if (!s.isClient() && s.isAtHome() && local.options().admits(s.at()) && s.at().port() >= DialBack.PORT_MIN) {
                local.handler().reachable(s.peer(), s.at());
            }
        }
        Frame f = frame.get();
        if (f.isRequest() && s.answering() >= local.limits().inflightPeerMax()) {
            new SessionLine(d, s)
                    .refuse(f.corrId(), WireCode.Busy, "as many requests as a peer may have answered at once");
        } else if (f.isRequest()) {
            inbound.requested(new SessionLine(d, s), f);
        } else if (f.isResponse()) {
            questions.reply(f, s);
        }
    }
}
