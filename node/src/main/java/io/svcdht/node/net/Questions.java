package io.svcdht.node.net;

import io.svcdht.node.noise.AesGcm;
import io.svcdht.node.noise.NoiseFailure;
import io.svcdht.node.noise.NoiseIk;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.storage.bounded.BoundedMap;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What we ask in datagrams. A stranger's first one begins a conversation and holds the question; others for the same peer
 * wait for its answer. Only for the event loop.
 */
final class Questions {
    /** Conversations begun and not answered, towards one address block: a contact may name a stranger's. */
    private static final int UNANSWERED_MAX = 8;

    private static final int COOKIES_MAX = 16_384;
    /** For one conversation: what came first may have been shown too late. */
    private static final int COOKIES_EACH_MAX = 2;

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

        private Asked(Contact peer, InetSocketAddress to, byte[] frame, long corrId, Asker asker) {
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
                d.sessions().remove(s);
                session = null;
                begin(this);
            } else if (b != null) {
                d.send(b.datagram, to);
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
        private int cookies;

        Begun(int own, Contact peer, InetSocketAddress to, NoiseIk noise, Datagram.Init datagram) {
            this.own = own;
            this.peer = peer;
            this.to = to;
            this.noise = noise;
            this.datagram = datagram;
        }
    }

    private final DatagramLocal d;
    private final Map<Integer, Begun> begun = new HashMap<>();
    private final Map<NodeId, Begun> begunByPeer = new HashMap<>();
    private final Map<Long, Integer> unanswered = new HashMap<>();
    private final Map<Long, Asked> asked = new HashMap<>();
    private final Map<NodeId, byte[]> cookieOf = BoundedMap.byAge(COOKIES_MAX);
    private long lastCorrId;

    Questions(DatagramLocal d) {
        this.d = d;
        lastCorrId = d.local().random().nextLong();
    }

    /** Whoever waits is told. */
    void stop() {
        List<Asked> waiting = List.copyOf(asked.values());
        waiting.forEach(Asked::end);
        waiting.forEach(a -> a.asker.stopped());
    }

    boolean isTaken(int number) {
        return begun.containsKey(number);
    }

    /** Conversations begun and not answered. */
    int begun() {
        return begun.size();
    }

    /** Whether the peer can be asked without agreeing on keys first. */
    boolean knows(NodeId peer) {
        return d.sessions().of(peer, System.nanoTime()) != null;
    }

    long nextCorrId() {
        lastCorrId = lastCorrId + 1 == 0 ? 1 : lastCorrId + 1;
        return lastCorrId;
    }

    /** The longest frame that goes in one datagram, to a peer one has agreed on keys with or to another. */
    static int frameBytesMax(boolean known) {
        return known
                ? Datagram.BYTES_MAX - Datagram.DATA_HEADER - AesGcm.TAG_BYTES
                : Datagram.INIT_NOISE - NoiseIk.INIT_OVERHEAD - Greeting.BYTES;
    }

    /**
     * Asks; what was answered, whole or cut, is handed over with where it came from.
     *
     * @return empty if as many conversations are being begun there as may be
     */
    Optional<Asked> ask(Contact peer, InetSocketAddress to, long corrId, byte[] frame, Asker asker) {
        Asked a = new Asked(peer, to, frame, corrId, asker);
        Session s = d.sessions().of(peer.id(), System.nanoTime());
        if (s != null) {
            a.session = s;
            asked.put(corrId, a);
            d.say(s, frame);
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
            d.count(DatagramEvent.INIT_SENT);
            d.send(there.datagram, there.to);
        }
        there.waiting.add(a);
        a.begun = there;
        asked.put(a.corrId, a);
        return true;
    }

    private Optional<Begun> begun(Asked a) {
        byte[] responder = a.peer.keys().ed25519().bytes();
        byte[] payload = new Greeting(d.keys(), d.local().options().bind() == null)
                .encode(a.frame, Datagram.INIT_NOISE - NoiseIk.INIT_OVERHEAD);
        NoiseIk noise;
        byte[] message;
        try {
            noise = NoiseIk.initiator(
                    d.gcm(),
                    DatagramLocal.prologue(d.local().options().networkId(), a.peer.keys()),
                    d.own(),
                    d.ephemeral(),
                    NodeIdentity.x25519Public(a.peer.keys().ed25519()).bytes());
            message = noise.writeInit(payload);
        } catch (NoiseFailure | IllegalArgumentException e) {
            // Keys nobody can hold.
            return Optional.empty();
        }
        int number = d.number(begun::containsKey);
        byte[] cookie = cookieOf.getOrDefault(a.peer.id(), new byte[0]);
        Datagram.Init init = Cookies.signed(
                new Datagram.Init(number, message, new byte[Datagram.MAC_BYTES], new byte[Datagram.MAC_BYTES]),
                responder,
                cookie);
        return Optional.of(new Begun(number, a.peer, a.to, noise, init));
    }

    private void forget(Begun b) {
        begun.remove(b.own, b);
        begunByPeer.remove(b.peer.id(), b);
        unanswered.computeIfPresent(AddressPolicy.quotaBlock(AddressPolicy.of(b.to)), (k, n) -> n > 1 ? n - 1 : null);
    }

    /** Where it comes from does not matter: only who was asked can have written it, and there we go on. */
    void answered(Datagram.Resp resp) {
        Begun b = begun.get(resp.to());
        if (b == null) {
            d.junk();
            return;
        }
        byte[] payload;
        try {
            payload = b.noise.readResponse(ByteBuffer.wrap(resp.noise()));
        } catch (NoiseFailure e) {
            // Noise goes on with nothing after a failure: who answered so spoils this one, not the next.
            d.junk();
            forget(b);
            return;
        }
        forget(b);
        NoiseIk.Keys agreed = b.noise.split();
        long now = System.nanoTime();
        Session s = new Session(
                b.own, resp.from(), b.peer.keys(), false, agreed.toResponder(), agreed.toInitiator(), b.to, true, now);
        d.sessions().add(s, now);
        List<Asked> waiting = List.copyOf(b.waiting);
        b.waiting.clear();
        for (Asked a : waiting) {
            a.begun = null;
            a.session = s;
        }
        DatagramLocal.frame(payload).ifPresentOrElse(f -> reply(f, s), d::junk);
        boolean confirmed = false;
        for (Asked a : waiting) {
            if (asked.containsKey(a.corrId)) {
                d.say(s, a.frame);
                confirmed = true;
            }
        }
        if (!confirmed) {
            // Shows that we are where we say, and hold the keys.
            d.say(s, Frame.keepAlive().encode());
        }
    }

    void cookie(Datagram.Cookie cookie, InetSocketAddress from) {
        Begun b = begun.get(cookie.to());
        byte[] responder = b == null ? new byte[0] : b.peer.keys().ed25519().bytes();
        Optional<byte[]> opened = b == null || !b.to.equals(from)
                ? Optional.empty()
                : Cookies.opened(d.gcm(), cookie, b.datagram.mac1(), responder);
        if (b == null || opened.isEmpty() || b.cookies >= COOKIES_EACH_MAX) {
            // One who goes on asking for cookies would be sent an INIT for each.
            d.junk();
            return;
        }
        b.cookies++;
        d.count(DatagramEvent.COOKIE_RECEIVED);
        cookieOf.put(b.peer.id(), opened.get());
        b.datagram = Cookies.signed(b.datagram, responder, opened.get());
        d.send(b.datagram, b.to);
    }

    void reply(Frame f, Session s) {
        Asked a = asked.get(f.corrId());
        if (a == null || !a.peer.keys().equals(s.peer())) {
            // Too late, or nobody asked.
            return;
        }
        asked.remove(f.corrId());
        a.asker.answered(f, s.at());
    }
}
