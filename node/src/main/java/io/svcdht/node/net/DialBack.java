package io.svcdht.node.net;

import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;

/**
 * Finds out whether a caller can be reached where it says it listens: only at the address its connection comes from,
 * only at ports from {@value #PORT_MIN} on, each at most once in ten minutes (contracts §5). So nobody can be made to
 * knock at a stranger's door, or at the mail server next door. The time is a parameter; only for one thread.
 */
final class DialBack {
    static final int PORT_MIN = 1024;
    /** Addresses remembered; the oldest is forgotten first. */
    private static final int KNOWN_MAX = 8_192;

    /** Makes a connection to whoever holds the keys. */
    interface Dial {
        CompletableFuture<Race.Outcome> dial(List<PeerAddress> addresses, NodeKeys expected);
    }

    private final AddressPolicy policy;
    private final long pauseNanos;
    private final PeerHandler handler;
    private final Dial dialer;
    /** Whether a connection stands that was dialled there. */
    private final BiPredicate<NodeKeys, PeerAddress> dialled;

    private final Map<PeerAddress, Long> calledNanos = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerAddress, Long> eldest) {
            return size() > KNOWN_MAX;
        }
    };

    DialBack(
            AddressPolicy policy,
            NetLimits limits,
            PeerHandler handler,
            Dial dialer,
            BiPredicate<NodeKeys, PeerAddress> dialled) {
        this.policy = policy;
        this.pauseNanos = limits.dialBackMillis() * 1_000_000L;
        this.handler = handler;
        this.dialer = dialer;
        this.dialled = dialled;
    }

    /** A caller has said hello, from there, and that it listens at that port; 0 = nowhere. */
    @SuppressWarnings("FutureReturnValueIgnored") // it completes by value, and this is the end of the chain
    void opened(NodeKeys caller, PeerAddress source, int listenPort, long nowNanos) {
        if (listenPort < PORT_MIN) {
            return;
        }
        PeerAddress at = at(source, listenPort);
        Long last = calledNanos.get(at);
        if (!policy.admits(at) || last != null && nowNanos - last < pauseNanos) {
            return;
        }
        if (dialled.test(caller, at)) {
            // Both called at once, or this call is the other's way of asking the same.
            handler.reachable(caller, at);
            return;
        }
        calledNanos.remove(at);
        calledNanos.put(at, nowNanos);
        dialer.dial(List.of(at), caller).thenAccept(o -> {
            if (o instanceof Race.Outcome.Won) {
                handler.reachable(caller, at);
            }
        });
    }

    private static PeerAddress at(PeerAddress source, int port) {
        return switch (source) {
            case PeerAddress.Ip4 a -> new PeerAddress.Ip4(a.bits(), port);
            case PeerAddress.Ip6 a -> new PeerAddress.Ip6(a.high(), a.low(), port);
            case PeerAddress.Named a -> new PeerAddress.Named(a.host(), port);
        };
    }
}
