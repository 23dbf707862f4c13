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

/** The connections that stand, and whether there is room for more. Only for the transport's event loop. */
final class Pool {
    /** Of one peer: one each way, and one for a moment when both dial at once. */
    private static final int PER_PEER_MAX = 3;

    private final NetLimits limits;
    private final Set<Connection> all = new LinkedHashSet<>();
    private final Map<NodeId, Connection> byPeer = new HashMap<>();
    private final Map<Long, Integer> byBlock = new HashMap<>();
    private final Set<NodeId> warm = new HashSet<>();
    /** Handshakes under way, which will want room. */
    private int promised;

    Pool(NetLimits limits) {
        this.limits = limits;
    }

    int size() {
        return all.size();
    }

    /** The peer's connection, if it can take requests. */
    Optional<Connection> of(NodeId peer) {
        return Optional.ofNullable(byPeer.get(peer)).filter(Connection::isOpen);
    }

    /** Whether a connection stands that was dialled there. */
    boolean hasDialled(NodeKeys peer, PeerAddress at) {
        return all.stream()
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
        List<Connection> same =
                all.stream().filter(o -> o.peer().equals(c.peer())).toList();
        all.add(c);
        byBlock.merge(AddressPolicy.quotaBlock(c.remote()), 1, Integer::sum);
        byPeer.putIfAbsent(c.peer().id(), c);
        c.keepWarm(warm.contains(c.peer().id()));
        if (same.size() >= PER_PEER_MAX) {
            same.getFirst().close(CloseReason.Replaced);
        }
    }

    void remove(Connection c) {
        if (!all.remove(c)) {
            return;
        }
        byBlock.computeIfPresent(AddressPolicy.quotaBlock(c.remote()), (k, n) -> n > 1 ? n - 1 : null);
        NodeId id = c.peer().id();
        if (byPeer.remove(id, c)) {
            all.stream()
                    .filter(o -> o.peer().equals(c.peer()) && o.isOpen())
                    .findFirst()
                    .ifPresent(o -> byPeer.put(id, o));
        }
    }

    void keepWarm(Collection<NodeId> peers) {
        warm.clear();
        warm.addAll(peers);
        all.forEach(c -> c.keepWarm(warm.contains(c.peer().id())));
    }

    void tick(long nowNanos) {
        new ArrayList<>(all).forEach(c -> c.tick(nowNanos));
    }

    void closeAll(CloseReason why) {
        new ArrayList<>(all).forEach(c -> c.close(why));
    }
}
