package io.svcdht.node.net;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.noise.NoiseFailure;
import io.svcdht.node.noise.NoiseIk;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.storage.bounded.BoundedMap;
import io.svcdht.storage.model.Key;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Those who begin a conversation with us: what costs least is looked at first, and an INIT is answered once, however often
 * it comes. Only for the event loop.
 */
final class Callers {
    /** INITs a second answered without a cookie, for each handshake there may be at once: a fraction of what a core does. */
    private static final int CALM_INITS = 8;

    private static final int RECENT_MAX = 16_384;
    private static final long KEPT_NANOS = 2_000_000_000L;

    /** An INIT that was seen, and what it was answered with while that is kept. */
    private static final class Recent {
        private final long atNanos;
        private byte @Nullable [] answer;

        Recent(long atNanos) {
            this.atNanos = atNanos;
        }
    }

    private final DatagramLocal d;
    private final Inbound inbound;
    private final IntPredicate taken;
    private final byte[] shownKey;
    private final byte[] prologue;
    private final Cookies cookies;
    private final Map<Key, Recent> recent = BoundedMap.byAge(RECENT_MAX);

    /** @param taken whether a number is that of a conversation of ours */
    Callers(DatagramLocal d, Inbound inbound, IntPredicate taken) {
        this.d = d;
        this.inbound = inbound;
        this.taken = taken;
        shownKey = d.keys().ed25519().bytes();
        prologue = DatagramLocal.prologue(d.local().options().networkId(), d.keys());
        cookies = new Cookies(
                d.gcm(), d.local().random(), CALM_INITS * d.local().limits().handshakesMax(), System.nanoTime());
    }

    /** Somebody begins a conversation: the cheap things first. */
    void called(Datagram.Init init, InetSocketAddress from) {
        long now = System.nanoTime();
        if (!cookies.hasTime(AddressPolicy.quotaBlock(AddressPolicy.of(from)), now)) {
            d.count(DatagramEvent.SHED);
            return;
        }
        if (!Cookies.isFor(shownKey, init)) {
            d.junk();
            return;
        }
        Recent again = recent.get(Key.of(Arrays.copyOf(init.noise(), Key.BYTES)));
        if (again != null) {
            byte[] answer = again.answer;
            if (answer != null && now - again.atNanos < KEPT_NANOS) {
                d.out().accept(answer, from);
            } else {
                d.junk();
            }
            return;
        }
        byte[] address = address(from);
        if (cookies.demanded(now) && !cookies.shown(init, address, now)) {
            d.count(DatagramEvent.COOKIE_SENT);
            d.send(cookies.cookie(init, address, shownKey, now), from);
            return;
        }
        if (!d.local().quotas().connection(AddressPolicy.of(from), now)) {
            d.local().meter().rejected(ErrorCode.QuotaHit);
            d.local()
                    .meter()
                    .refused(
                            AddressPolicy.caller(AddressPolicy.of(from)),
                            "quota_calls",
                            "more calls than this node takes");
            return;
        }
        greeted(init, from, now);
    }

    /** Lets go the answers that are no longer given; that they were, is kept. */
    void tick(long nowNanos) {
        for (Recent r : recent.values()) {
            if (nowNanos - r.atNanos < KEPT_NANOS) {
                return;
            }
            r.answer = null;
        }
    }

    Ways.Cookies cookies(long nowNanos) {
        return cookies.standing(nowNanos);
    }

    private static byte[] address(InetSocketAddress from) {
        byte[] ip = from.getAddress().getAddress();
        return ByteBuffer.allocate(ip.length + 4).put(ip).putInt(from.getPort()).array();
    }

    private void greeted(Datagram.Init init, InetSocketAddress from, long now) {
        NoiseIk noise = NoiseIk.responder(d.gcm(), prologue, d.own(), d.ephemeral());
        Greeting greeting;
        Frame frame;
        try {
            byte[] payload = noise.readInit(ByteBuffer.wrap(init.noise()));
            greeting = Greeting.decode(payload);
            frame = greeting.frame(payload).orElseThrow(() -> new IllegalArgumentException("no frame"));
            if (!NodeIdentity.x25519Public(greeting.keys().ed25519()).equals(Key.of(noise.remoteStatic()))) {
                throw new IllegalArgumentException("another key than it claims");
            }
        } catch (NoiseFailure | IllegalArgumentException e) {
            d.junk();
            return;
        }
        if (greeting.keys().equals(d.keys())
                || d.local().denied().refuses(greeting.keys().id())
                || !frame.isRequest()) {
            d.junk();
            return;
        }
        Recent r = new Recent(now);
        recent.put(Key.of(Arrays.copyOf(init.noise(), Key.BYTES)), r);
        int number = d.number(taken);
        inbound.requested(
                new CallLine(d, greeting, from, answer -> respond(answer, noise, init, number, greeting, from, r)),
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
            d.junk();
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
        d.sessions().add(s, now);
        byte[] datagram = new Datagram.Resp(init.from(), number, message).encode();
        kept.answer = datagram;
        d.count(DatagramEvent.INIT_SERVED);
        d.out().accept(datagram, from);
    }
}
