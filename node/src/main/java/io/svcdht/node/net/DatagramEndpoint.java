package io.svcdht.node.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.noise.AesGcm;
import io.svcdht.node.noise.NoiseFailure;
import io.svcdht.node.noise.NoiseIk;
import io.svcdht.node.noise.StaticKey;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.FrameRead;
import io.svcdht.node.wire.oap.FrameReader;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    /** INITs a second answered without a cookie: a fraction of what a core can agree on. */
    private static final int CALM_INITS = 500;
    /** Conversations begun and not answered, towards one address block: a contact may name a stranger's. */
    private static final int UNANSWERED_MAX = 8;

    private static final int RECENT_MAX = 16_384;
    private static final long KEPT_NANOS = 2_000_000_000L;

    /** Who waits for an answer. */
    interface Asker {
        /** It is there, whole or cut. */
        void answered(Frame frame, PeerAddress at);

        /** This node stops. */
        void stopped();
    }

    /** A question of ours. The frame is what is sent again. */
    final class Asked {
        private final Contact peer;
        private final InetSocketAddress to;
        private final byte[] frame;
        private final long corrId;
        private final Asker asker;
        private @Nullable Session session;
        private @Nullable Begun begun;

        private Asked(
                Contact peer,
                InetSocketAddress to,
                byte[] frame,
                long corrId,
                Asker asker) {
            this.peer = peer;
            this.to = to;
            this.frame = frame;
            this.corrId = corrId;
            this.asker = asker;
        }

        /** Nothing came: the same once more, or, where the peer may have forgotten us, from the beginning. */
        void again() {
            Session s = session;
            Begun b = begun;
            if (s != null) {
                sessions.remove(s);
                session = null;
                begin(this);
            } else if (b != null) {
                send(b.datagram, to);
            }
        }

        /** Nobody waits any more. */
        void end() {
            asked.remove(corrId);
            Begun b = begun;
            if (b != null && b.waiting.remove(this) && b.waiting.isEmpty()) {
                forget(b);
            }
        }
    }

    /** A conversation that is being begun. */
    private static final class Begun {
        private final int own;
        private final Contact peer;
        private final InetSocketAddress to;
        private final NoiseIk noise;
        private final List<Asked> waiting = new ArrayList<>(1);
        private Datagram.Init datagram;

        Begun(int own, Contact peer, InetSocketAddress to, NoiseIk noise, Datagram.Init datagram) {
            this.own = own;
            this.peer = peer;
            this.to = to;
            this.noise = noise;
            this.datagram = datagram;
        }
    }

    /** An INIT that was seen, and what it was answered with while that is kept. */
    private static final class Recent {
        private final long atNanos;
        private byte @Nullable [] answer;

        Recent(long atNanos) {
            this.atNanos = atNanos;
        }
    }

    private final Local local;
    private final Inbound inbound;
    private final StaticKey own;
    private final NodeKeys keys;
    private final byte[] shownKey;
    private final byte[] prologue;
    private final AesGcm gcm = new AesGcm();
    private final Cookies cookies;
    private final Sessions sessions = new Sessions(SESSIONS_MAX, UNCONFIRMED_MAX);
    private final Map<Integer, Begun> begun = new HashMap<>();
    private final Map<NodeId, Begun> begunByPeer = new HashMap<>();
    private final Map<Long, Integer> unanswered = new HashMap<>();
    private final Map<Long, Asked> asked = new HashMap<>();
    private final Map<NodeId, byte[]> cookieOf = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, byte[]> eldest) {
            return size() > RECENT_MAX;
        }
    };
    private final Map<Key, Recent> recent = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Recent> eldest) {
            return size() > RECENT_MAX;
        }
    };
    private long lastCorrId;
    private @Nullable Channel channel;

    DatagramEndpoint(Local local, Inbound inbound) {
        this.local = local;
        this.inbound = inbound;
        PeerIdentity identity = local.options().identity();
        own = identity.noiseKey();
        keys = identity.keys();
        shownKey = keys.ed25519().bytes();
        prologue = prologue(keys);
        cookies = new Cookies(gcm, local.random(), CALM_INITS, System.nanoTime());
        lastCorrId = local.random().nextLong();
    }

    /** Both sides put the same before the handshake, or it fails: protocol, network, and who is meant. */
    private byte[] prologue(NodeKeys responder) {
        byte[] network = local.options().networkId().getBytes(StandardCharsets.UTF_8);
        byte[] protocol = "svc-dht/udp/1".getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(protocol.length + network.length + 2 * Key.BYTES)
                .put(protocol)
                .put(network)
                .put(responder.ed25519().bytes())
                .put(responder.mlDsa87Hash().bytes())
                .array();
    }

    /** Binds the socket; the future fails if it cannot. */
    Future<Void> bind(InetSocketAddress at) {
        Promise<Void> bound = Promise.promise();
        ContextInternal context = (ContextInternal) local.context();
        new Bootstrap()
                .group(context.nettyEventLoop())
                .channelFactory(() -> ((VertxInternal) local.vertx()).transport().datagramChannel())
                .handler(new SimpleChannelInboundHandler<DatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
                        received(ByteBufUtil.getBytes(packet.content()), packet.sender());
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                        // Of a peer that is gone: its silence says the same.
                        local.meter().datagram(DatagramEvent.JUNK);
                    }
                })
                .bind(at)
                .addListener((io.netty.channel.ChannelFuture f) -> local.context().runOnContext(v -> {
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
    void stop() {
        List<Asked> waiting = List.copyOf(asked.values());
        waiting.forEach(Asked::end);
        waiting.forEach(a -> a.asker.stopped());
    }

    Future<Void> close() {
        sessions.clear();
        begun.clear();
        begunByPeer.clear();
        asked.clear();
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
        sessions.tick(nowNanos);
    }

    /** Ends the conversations with whom the deny list refuses. */
    void bansChanged() {
        List<Session> banned = new ArrayList<>();
        for (Session s : sessions.all()) {
            if (local.denied().refuses(s.peer().id()) || local.denied().refuses(s.at())) {
                banned.add(s);
            }
        }
        banned.forEach(sessions::remove);
    }

    int conversations() {
        return sessions.size();
    }

    Iterable<Session> all() {
        return sessions.all();
    }

    // --- asking ------------------------------------------------------------------------------------------------------

    /** Whether the peer can be asked without agreeing on keys first. */
    boolean knows(NodeId peer) {
        return sessions.of(peer, System.nanoTime()) != null;
    }

    long nextCorrId() {
        lastCorrId = lastCorrId + 1 == 0 ? 1 : lastCorrId + 1;
        return lastCorrId;
    }

    /** The longest frame that goes to the peer in one datagram. */
    int frameBytesMax(NodeId peer) {
        return knows(peer)
                ? Datagram.BYTES_MAX - Datagram.DATA_HEADER - AesGcm.TAG_BYTES
                : Datagram.INIT_NOISE - NoiseIk.INIT_OVERHEAD - Greeting.BYTES;
    }

    /**
     * Asks; what was answered, whole or cut, is handed over with where it came from.
     *
     * @return empty if as many conversations are being begun there as may be
     */
    Optional<Asked> ask(
            Contact peer, InetSocketAddress to, long corrId, byte[] frame, Asker asker) {
        Asked a = new Asked(peer, to, frame, corrId, asker);
        Session s = sessions.of(peer.id(), System.nanoTime());
        if (s != null) {
            a.session = s;
            asked.put(corrId, a);
            send(s.seal(gcm, frame), s.to());
        } else if (!begin(a)) {
            return Optional.empty();
        }
        return Optional.of(a);
    }

    /** Begins a conversation with the question in it, or lets it wait for the one that is being begun. */
    private boolean begin(Asked a) {
        Begun there = begunByPeer.get(a.peer.id());
        if (there == null) {
            long block = AddressPolicy.quotaBlock(AddressPolicy.of(a.to));
            if (unanswered.getOrDefault(block, 0) >= UNANSWERED_MAX) {
                return false;
            }
            Optional<Begun> made = begun(a);
            if (made.isEmpty()) {
                return false;
            }
            there = made.get();
            unanswered.merge(block, 1, Integer::sum);
            begun.put(there.own, there);
            begunByPeer.put(a.peer.id(), there);
            local.meter().datagram(DatagramEvent.INIT_SENT);
            send(there.datagram, there.to);
        }
        there.waiting.add(a);
        a.begun = there;
        asked.put(a.corrId, a);
        return true;
    }

    private Optional<Begun> begun(Asked a) {
        byte[] responder = a.peer.keys().ed25519().bytes();
        byte[] payload = new Greeting(keys, local.options().bind() == null)
                .encode(a.frame, Datagram.INIT_NOISE - NoiseIk.INIT_OVERHEAD);
        NoiseIk noise;
        byte[] message;
        try {
            noise = NoiseIk.initiator(
                    gcm,
                    prologue(a.peer.keys()),
                    own,
                    ephemeral(),
                    NodeIdentity.x25519Public(a.peer.keys().ed25519()).bytes());
            message = noise.writeInit(payload);
        } catch (NoiseFailure | IllegalArgumentException e) {
            // Keys nobody can hold.
            return Optional.empty();
        }
        int number = number();
        byte[] cookie = cookieOf.getOrDefault(a.peer.id(), new byte[0]);
        Datagram.Init init = Cookies.signed(
                new Datagram.Init(number, message, new byte[Datagram.MAC_BYTES], new byte[Datagram.MAC_BYTES]),
                responder,
                cookie);
        return Optional.of(new Begun(number, a.peer, a.to, noise, init));
    }

    private StaticKey ephemeral() {
        byte[] secret = new byte[StaticKey.BYTES];
        local.random().nextBytes(secret);
        return StaticKey.of(secret);
    }

    private int number() {
        int number;
        do {
            number = local.random().nextInt();
        } while (begun.containsKey(number) || sessions.isTaken(number));
        return number;
    }

    private void forget(Begun b) {
        begun.remove(b.own, b);
        begunByPeer.remove(b.peer.id(), b);
        unanswered.computeIfPresent(
                AddressPolicy.quotaBlock(AddressPolicy.of(b.to)), (k, n) -> n > 1 ? n - 1 : null);
    }

    private void send(Datagram datagram, InetSocketAddress to) {
        send(datagram.encode(), to);
    }

    private void send(byte[] bytes, InetSocketAddress to) {
        Channel c = channel;
        if (c != null) {
            c.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(bytes), to), c.voidPromise());
        }
    }

    // --- what comes --------------------------------------------------------------------------------------------------

    private void received(byte[] bytes, InetSocketAddress from) {
        Optional<Datagram> read = from.getPort() == 0 ? Optional.empty() : Datagram.read(bytes);
        if (read.isEmpty() || local.denied().refuses(AddressPolicy.of(from))) {
            junk();
            return;
        }
        switch (read.get()) {
            case Datagram.Init init -> called(init, from);
            case Datagram.Resp resp -> answered(resp, from);
            case Datagram.Data data -> said(data, from);
            case Datagram.Cookie cookie -> cookie(cookie, from);
        }
    }

    private void junk() {
        local.meter().datagram(DatagramEvent.JUNK);
    }

    /** Somebody begins a conversation: the cheap things first. */
    private void called(Datagram.Init init, InetSocketAddress from) {
        long now = System.nanoTime();
        if (!Cookies.isFor(shownKey, init)) {
            junk();
            return;
        }
        Recent again = recent.get(Key.of(Arrays.copyOf(init.noise(), Key.BYTES)));
        if (again != null) {
            byte[] answer = again.answer;
            if (answer != null && now - again.atNanos < KEPT_NANOS) {
                send(answer, from);
            } else {
                junk();
            }
            return;
        }
        byte[] address = address(from);
        if (cookies.demanded(now) && !cookies.shown(init, address, now)) {
            local.meter().datagram(DatagramEvent.COOKIE_SENT);
            send(cookies.cookie(init, address, shownKey, now), from);
            return;
        }
        if (!local.quotas().connection(AddressPolicy.of(from), now)) {
            local.meter().rejected(ErrorCode.QuotaHit);
            return;
        }
        greeted(init, from, now);
    }

    private static byte[] address(InetSocketAddress from) {
        byte[] ip = from.getAddress().getAddress();
        return ByteBuffer.allocate(ip.length + 4).put(ip).putInt(from.getPort()).array();
    }

    private void greeted(Datagram.Init init, InetSocketAddress from, long now) {
        NoiseIk noise = NoiseIk.responder(gcm, prologue, own, ephemeral());
        Greeting greeting;
        Frame frame;
        try {
            byte[] payload = noise.readInit(ByteBuffer.wrap(init.noise()));
            greeting = Greeting.decode(payload);
            frame = greeting.frame(payload).orElseThrow(() -> new IllegalArgumentException("no frame"));
            if (!NodeIdentity.x25519Public(greeting.keys().ed25519())
                    .equals(Key.of(noise.remoteStatic()))) {
                throw new IllegalArgumentException("another key than it claims");
            }
        } catch (NoiseFailure | IllegalArgumentException e) {
            junk();
            return;
        }
        if (greeting.keys().equals(keys)
                || local.denied().refuses(greeting.keys().id())
                || !frame.isRequest()) {
            junk();
            return;
        }
        Recent r = new Recent(now);
        recent.put(Key.of(Arrays.copyOf(init.noise(), Key.BYTES)), r);
        int number = number();
        inbound.requested(
                new CallLine(this, greeting, from, answer -> respond(answer, noise, init, number, greeting, from, r)),
                frame);
    }

    /** Answers an INIT: the conversation exists from now on, and counts once the other side goes on with it. */
    private void respond(
            byte[] frame,
            NoiseIk noise,
            Datagram.Init init,
            int number,
            Greeting greeting,
            InetSocketAddress from,
            Recent kept) {
        byte[] message;
        try {
            message = noise.writeResponse(frame);
        } catch (NoiseFailure e) {
            junk();
            return;
        }
        NoiseIk.Keys agreed = noise.split();
        long now = System.nanoTime();
        Session s = new Session(
                number,
                init.from(),
                greeting.keys(),
                greeting.client(),
                agreed.toInitiator(),
                agreed.toResponder(),
                from,
                false,
                now);
        sessions.add(s, now);
        byte[] datagram = new Datagram.Resp(init.from(), number, message).encode();
        kept.answer = datagram;
        local.meter().datagram(DatagramEvent.INIT_SERVED);
        send(datagram, from);
    }

    private void answered(Datagram.Resp resp, InetSocketAddress from) {
        Begun b = begun.get(resp.to());
        if (b == null) {
            junk();
            return;
        }
        byte[] payload;
        try {
            payload = b.noise.readResponse(ByteBuffer.wrap(resp.noise()));
        } catch (NoiseFailure e) {
            // Noise goes on with nothing after a failure: who answered so spoils this one, not the next.
            junk();
            forget(b);
            return;
        }
        forget(b);
        NoiseIk.Keys agreed = b.noise.split();
        long now = System.nanoTime();
        Session s = new Session(
                b.own, resp.from(), b.peer.keys(), false, agreed.toResponder(), agreed.toInitiator(), from, true, now);
        sessions.add(s, now);
        List<Asked> waiting = List.copyOf(b.waiting);
        b.waiting.clear();
        for (Asked a : waiting) {
            a.begun = null;
            a.session = s;
        }
        frame(payload).ifPresentOrElse(f -> reply(f, s), this::junk);
        boolean confirmed = false;
        for (Asked a : waiting) {
            if (asked.containsKey(a.corrId)) {
                send(s.seal(gcm, a.frame), s.to());
                confirmed = true;
            }
        }
        if (!confirmed) {
            // Shows that we are where we say, and hold the keys.
            send(s.seal(gcm, Frame.keepAlive().encode()), s.to());
        }
    }

    private void said(Datagram.Data data, InetSocketAddress from) {
        Session s = sessions.of(data.to());
        if (s == null) {
            junk();
            return;
        }
        boolean first = !s.isConfirmed();
        Optional<byte[]> opened = s.open(gcm, data, from, System.nanoTime());
        Optional<Frame> frame = opened.flatMap(DatagramEndpoint::frame);
        if (opened.isEmpty() || frame.isEmpty()) {
            junk();
            return;
        }
        if (first) {
            sessions.confirm(s);
            if (!s.isClient() && local.options().addressPolicy().admits(s.at()) && s.at().port() >= DialBack.PORT_MIN) {
                local.handler().reachable(s.peer(), s.at());
            }
        }
        Frame f = frame.get();
        if (f.isRequest() && s.answering() >= local.limits().inflightPeerMax()) {
            new SessionLine(this, s).refuse(f.corrId(), WireCode.Busy, "as many requests as a peer may have answered at once");
        } else if (f.isRequest()) {
            inbound.requested(new SessionLine(this, s), f);
        } else if (f.isResponse()) {
            reply(f, s);
        }
    }

    private void cookie(Datagram.Cookie cookie, InetSocketAddress from) {
        Begun b = begun.get(cookie.to());
        byte[] responder = b == null ? new byte[0] : b.peer.keys().ed25519().bytes();
        Optional<byte[]> opened = b == null || !b.to.equals(from)
                ? Optional.empty()
                : Cookies.opened(gcm, cookie, b.datagram.mac1(), responder);
        if (b == null || opened.isEmpty()) {
            junk();
            return;
        }
        local.meter().datagram(DatagramEvent.COOKIE_RECEIVED);
        cookieOf.put(b.peer.id(), opened.get());
        b.datagram = Cookies.signed(b.datagram, responder, opened.get());
        send(b.datagram, b.to);
    }

    private void reply(Frame f, Session s) {
        Asked a = asked.get(f.corrId());
        if (a == null || !a.peer.keys().equals(s.peer())) {
            // Too late, or nobody asked.
            return;
        }
        asked.remove(f.corrId());
        a.asker.answered(f, s.at());
    }

    /** The one frame that fills the bytes. */
    static Optional<Frame> frame(byte[] bytes) {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        return new FrameReader(Datagram.BYTES_MAX, false).read(all) instanceof FrameRead.Whole(Frame f)
                        && !all.hasRemaining()
                ? Optional.of(f)
                : Optional.empty();
    }

    // --- answering ---------------------------------------------------------------------------------------------------

    Local local() {
        return local;
    }

    /** Sends an answer over a conversation. */
    void answer(Session s, byte[] frame) {
        send(s.seal(gcm, frame), s.to());
    }

    void end(Session s) {
        sessions.remove(s);
    }
}
