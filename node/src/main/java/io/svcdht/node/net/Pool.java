package io.svcdht.node.net;

import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connections that stand, and whether there is room for more. Only for the transport's event loop.
 *
 * <p>Two nodes that dial each other, or call back, have two connections for a while. Both prefer the one that the node
 * with the smaller id dialled, and of those the latest; only that one is kept warm, and the other ends when it is idle.
 */
final class Pool {
    /** Of one peer: one each way, and one for a moment when both dial at once. */
    private static final int PER_PEER_MAX = 3;

    /** Each costs the proxy a circuit. */
    private static final int RENEWED_AT_ONCE = 4;

    private final NetLimits limits;
    private final NodeId self;
    private final Set<Connection> all = new LinkedHashSet<>();
    /** In the order they came. */
    private final Map<NodeId, List<Connection>> byPeer = new HashMap<>();

    private final Map<Long, Integer> byBlock = new HashMap<>();
    private final Set<NodeId> warm = new HashSet<>();
    /** Handshakes under way, which will want room. */
    private int promised;

    Pool(NodeId self, NetLimits limits) {
        this.self = self;
        this.limits = limits;
    }

    int size() {
        return all.size();
    }

    /** Of each peer's connection, the one it is asked over. */
    Map<NodeId, KeyExchange> keyExchanges() {
        Map<NodeId, KeyExchange> found = new HashMap<>();
        byPeer.forEach((id, same) -> {
            Connection best = preferred(same);
            if (best != null) {
                found.put(id, best.keyExchange());
            }
        });
        return found;
    }

    /** The connection over which the peer is asked, if there is one. */
    Optional<Connection> of(NodeId peer) {
        return Optional.ofNullable(preferred(byPeer.getOrDefault(peer, List.of())));
    }

    private @Nullable Connection preferred(List<Connection> same) {
        Connection best = null;
        for (Connection c : same) {
            if (c.takesRequests() && (best == null || isSmallerDialler(c) || !isSmallerDialler(best))) {
                best = c;
            }
        }
        return best;
    }

    /** Whether the node with the smaller id dialled it. */
    private boolean isSmallerDialler(Connection c) {
        return c.isDialled() == (self.compareTo(c.peer().id()) < 0);
    }

    /** Whether a connection stands that was dialled there. */
    boolean hasDialled(NodeKeys peer, PeerAddress at) {
        return byPeer.getOrDefault(peer.id(), List.of()).stream()
                .anyMatch(c -> c.isDialled()
                        && c.isOpen()
                        && c.remote().equals(at)
                        && c.peer().equals(peer));
    }

    /**
     * Keeps a place for a connection to come; makes one, if need be, by ending what has been idle longest.
     *
     * @return whether there is one
     */
    boolean promise() {
        if (all.size() + promised >= limits.connectionsMax()) {
            Optional<Connection> idlest = all.stream()
                    .filter(c -> c.isIdle() && !c.isWarm())
                    .min(Comparator.comparingLong(Connection::usedNanos));
            idlest.ifPresent(c -> c.close(CloseReason.Evicted));
        }
        if (all.size() + promised >= limits.connectionsMax()) {
            return false;
        }
        promised++;
        return true;
    }

    /** Whether the block of addresses has as many connections as it may. */
    boolean isCrowded(PeerAddress from) {
        return byBlock.getOrDefault(AddressPolicy.quotaBlock(from), 0) >= limits.connectionsIpMax();
    }

    /** The handshake has ended, one way or the other. */
    void redeem() {
        promised--;
    }

    void add(Connection c) {
        all.add(c);
        byBlock.merge(AddressPolicy.quotaBlock(c.remote()), 1, Integer::sum);
        List<Connection> same = byPeer.computeIfAbsent(c.peer().id(), id -> new ArrayList<>(2));
        same.add(c);
        settle(c.peer().id());
        if (same.size() > PER_PEER_MAX) {
            same.getFirst().close(CloseReason.Replaced);
        }
    }

    /** A connection can be asked over from now on. */
    void opened(Connection c) {
        settle(c.peer().id());
    }

    void remove(Connection c) {
        if (!all.remove(c)) {
            return;
        }
        byBlock.computeIfPresent(AddressPolicy.quotaBlock(c.remote()), (k, n) -> n > 1 ? n - 1 : null);
        NodeId id = c.peer().id();
        byPeer.computeIfPresent(id, (k, same) -> same.remove(c) && same.isEmpty() ? null : same);
        settle(id);
    }

    void keepWarm(Collection<NodeId> peers) {
        warm.clear();
        warm.addAll(peers);
        byPeer.keySet().forEach(this::settle);
    }

    /** Of a peer's connections one is kept warm, if any. */
    private void settle(NodeId peer) {
        List<Connection> same = byPeer.getOrDefault(peer, List.of());
        Connection best = warm.contains(peer) ? preferred(same) : null;
        same.forEach(c -> c.keepWarm(c == best));
    }

    /** Those that are free to be made anew because what they were greeted with is no longer all; few at a time. */
    List<Connection> outdated() {
        return all.stream()
                .filter(c -> c.isIdle() && c.isOutdated())
                .limit(RENEWED_AT_ONCE)
                .toList();
    }

    void tick(long nowNanos) {
        new ArrayList<>(all).forEach(c -> c.tick(nowNanos));
    }

    void closeAll(CloseReason why) {
        closeIf(c -> true, why);
    }

    void closeIf(Predicate<Connection> which, CloseReason why) {
        all.stream().filter(which).toList().forEach(c -> c.close(why));
    }
}
