package io.svcdht.node.net;

import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The conversations in datagrams. What others begin is kept apart until they have shown that they have the keys, so that
 * copies of old INITs drive nobody out. The time is a parameter; for one thread.
 */
final class Sessions {
    private static final long UNCONFIRMED_NANOS_MAX = 10_000_000_000L;

    private final int max;
    private final int unconfirmedMax;
    /** Least recently used first. */
    private final LinkedHashMap<Integer, Session> confirmed = new LinkedHashMap<>(16, 0.75f, true);
    /** With when they came, the oldest first. */
    private final LinkedHashMap<Integer, Waiting> unconfirmed = new LinkedHashMap<>();

    private final Map<NodeId, Session> byPeer = new HashMap<>();

    private record Waiting(Session session, long sinceNanos) {}

    /**
     * None yet.
     *
     * @param max confirmed ones at once; the one not used for longest goes first
     * @param unconfirmedMax the same of the others
     */
    Sessions(int max, int unconfirmedMax) {
        this.max = max;
        this.unconfirmedMax = unconfirmedMax;
    }

    int size() {
        return confirmed.size();
    }

    int unconfirmed() {
        return unconfirmed.size();
    }

    boolean isTaken(int number) {
        return confirmed.containsKey(number) || unconfirmed.containsKey(number);
    }

    void add(Session s, long nowNanos) {
        if (s.isConfirmed()) {
            confirm(s);
        } else {
            unconfirmed.put(s.own(), new Waiting(s, nowNanos));
            if (unconfirmed.size() > unconfirmedMax) {
                unconfirmed.remove(unconfirmed.firstEntry().getKey());
            }
        }
    }

    @Nullable
    Session of(int number) {
        Session s = confirmed.get(number);
        if (s == null) {
            Waiting w = unconfirmed.get(number);
            return w == null ? null : w.session();
        }
        return s;
    }

    /** The one over which the peer is asked, if there is one. */
    @Nullable
    Session of(NodeId peer, long nowNanos) {
        Session s = byPeer.get(peer);
        return s != null && s.isFresh(nowNanos) ? s : null;
    }

    /** The newest with the peer, whether or not new keys are due; null = none stands. */
    @Nullable
    Session standing(NodeId peer) {
        return byPeer.get(peer);
    }

    /** Whose conversations were used last, that one first. */
    List<NodeId> latest(int max) {
        return confirmed.sequencedValues().reversed().stream()
                .limit(max)
                .map(s -> s.peer().id())
                .toList();
    }

    /** From now on the peer is asked over it, whatever others there are. */
    void confirm(Session s) {
        unconfirmed.remove(s.own());
        confirmed.put(s.own(), s);
        // Answers under way still come over the one before; it ends when it is idle.
        Session before = byPeer.put(s.peer().id(), s);
        if (before != null && before != s) {
            s.replaces(before);
        }
        if (confirmed.size() > max) {
            remove(confirmed.firstEntry().getValue());
        }
    }

    void remove(Session s) {
        confirmed.remove(s.own());
        unconfirmed.remove(s.own());
        byPeer.remove(s.peer().id(), s);
    }

    void removeAll(NodeKeys peer) {
        confirmed.values().removeIf(s -> s.peer().equals(peer));
        unconfirmed.values().removeIf(w -> w.session().peer().equals(peer));
        byPeer.remove(peer.id());
    }

    /** Lets go what is over. */
    void tick(long nowNanos) {
        Iterator<Waiting> waiting = unconfirmed.values().iterator();
        while (waiting.hasNext() && nowNanos - waiting.next().sinceNanos() > UNCONFIRMED_NANOS_MAX) {
            waiting.remove();
        }
        Iterator<Session> all = confirmed.values().iterator();
        while (all.hasNext()) {
            Session s = all.next();
            if (s.isOver(nowNanos)) {
                all.remove();
                byPeer.remove(s.peer().id(), s);
            }
        }
    }

    void clear() {
        confirmed.clear();
        unconfirmed.clear();
        byPeer.clear();
    }

    Iterable<Session> all() {
        return confirmed.values();
    }
}
