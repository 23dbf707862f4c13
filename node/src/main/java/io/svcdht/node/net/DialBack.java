package io.svcdht.node.net;

import io.svcdht.storage.bounded.BoundedMap;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * Finds out whether a caller can be reached where it says it listens: only at the address its connection comes from,
 * only at ports from {@value #PORT_MIN} on, each at most once in ten minutes (contracts §5). So nobody can be made to
 * knock at a stranger's door, or at the mail server next door. The time is a parameter; only for one thread.
 */
final class DialBack {
    static final int PORT_MIN = 1024;
    /** Onion services called at once: each costs the proxy a circuit. */
    private static final int CLAIMED_MAX = 4;

    /** Addresses remembered; the oldest is forgotten first. */
    private static final int KNOWN_MAX = 8_192;

    /** Callers that wait for their turn. */
    private static final int LATER_MAX = 256;

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

    private final Map<PeerAddress, Long> calledNanos = BoundedMap.byAge(KNOWN_MAX);

    /**
     * Callers that came while their address had been called a short while ago, or were not reached: whoever is still
     * connected when the time has passed is called then. A node that lost its volume comes back with other keys to where the old one was, stays
     * connected, and would be nobody's contact for ever.
     */
    private final Map<PeerAddress, NodeKeys> later = BoundedMap.byAge(LATER_MAX);

    private int claimed;

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
    void opened(NodeKeys caller, PeerAddress source, int listenPort, long nowNanos) {
        if (listenPort < PORT_MIN) {
            return;
        }
        PeerAddress at = at(source, listenPort);
        if (!policy.admits(at)) {
            return;
        }
        if (isPaused(at, nowNanos)) {
            later.put(at, caller);
            return;
        }
        call(caller, at, nowNanos);
    }

    /**
     * A caller has said that it is at that onion service, which no source address bears out: whoever answers there has to
     * prove the caller's keys, and the rest is as with any other address.
     */
    void claimed(NodeKeys caller, PeerAddress at, long nowNanos) {
        if (at.port() < PORT_MIN) {
            return;
        }
        if (isPaused(at, nowNanos) || claimed >= CLAIMED_MAX) {
            later.put(at, caller);
            return;
        }
        call(caller, at, nowNanos);
    }

    /**
     * Calls those whose address may be called again.
     *
     * @param connected whether the node still is
     */
    void tick(long nowNanos, Predicate<NodeKeys> connected) {
        List<PeerAddress> due =
                later.keySet().stream().filter(at -> !isPaused(at, nowNanos)).toList();
        for (PeerAddress at : due) {
            NodeKeys caller = later.remove(at);
            if (caller != null && connected.test(caller)) {
                if (at instanceof PeerAddress.Named && claimed >= CLAIMED_MAX) {
                    later.put(at, caller);
                    continue;
                }
                call(caller, at, nowNanos);
            }
        }
    }

    private boolean isPaused(PeerAddress at, long nowNanos) {
        Long last = calledNanos.get(at);
        return last != null && nowNanos - last < pauseNanos;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it completes by value, and this is the end of the chain
    private void call(NodeKeys caller, PeerAddress at, long nowNanos) {
        if (dialled.test(caller, at)) {
            // Both called at once, or this call is the other's way of asking the same.
            handler.reachable(caller, at);
            return;
        }
        calledNanos.remove(at);
        calledNanos.put(at, nowNanos);
        int more = at instanceof PeerAddress.Named ? 1 : 0;
        claimed += more;
        dialer.dial(List.of(at), caller).thenAccept(o -> {
            claimed -= more;
            if (o instanceof Race.Outcome.Won) {
                handler.reachable(caller, at);
            } else {
                // It may only have been slow to answer: a machine on which many start at once is.
                later.put(at, caller);
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
