package io.svcdht.node.peering;

import io.svcdht.node.kad.Crowding;
import io.svcdht.node.kad.Crowding.Place;
import io.svcdht.node.kad.Peer;
import io.svcdht.storage.model.Key;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether somebody closes in on a key. A place that looks crowded is compared with a few that chance chooses, looked at now:
 * if those are as dense, the network has grown, and nobody is to blame.
 *
 * <pre>
 *   calm ── a place is denser than late ones ──▶ looking at others ── it is denser than those ──▶ alarm, hostile for a while
 *    ▲                                                  │
 *    └──────────────── they are like it ────────────────┘
 * </pre>
 */
final class Suspicion {
    /** Places looked at for comparison. */
    static final int OTHERS = 3;
    /** So many of them must have been seen whole. */
    private static final int OTHERS_MIN = 2;
    /** One does not look at others more often than this. */
    private static final long AGAIN_NANOS = 5_000_000_000L;

    private final Crowding late = new Crowding();
    /** What the suspected place is like beside each of the others that were seen whole. */
    private final List<Place> compared = new ArrayList<>(OTHERS);

    private Key suspect = new Key(0, 0, 0, 0);
    private List<Peer> closest = List.of();
    private int open;
    private long lookedAtNanos = Long.MIN_VALUE;
    private long hostileUntilNanos = Long.MIN_VALUE;

    /**
     * Takes note of where a search ended.
     *
     * @return whether {@link #OTHERS} random places should be looked at, each to be told by {@link #other}
     */
    boolean suspects(Key target, List<Peer> found, boolean all, long nowNanos) {
        boolean again = lookedAtNanos == Long.MIN_VALUE || nowNanos - lookedAtNanos >= AGAIN_NANOS;
        if (!late.look(target, found, all).crowded() || open > 0 || !again) {
            return false;
        }
        lookedAtNanos = nowNanos;
        suspect = target;
        closest = List.copyOf(found);
        compared.clear();
        open = OTHERS;
        return true;
    }

    /** One of the others was looked at; answers what the suspected place is like once all were. */
    Place other(Key target, List<Peer> found, boolean all, long nowNanos) {
        if (all) {
            Crowding one = new Crowding();
            one.remember(target, found);
            compared.add(one.against(suspect, closest));
            late.remember(target, found);
        }
        if (--open > 0) {
            return Place.UNKNOWN;
        }
        Place verdict = verdict();
        if (verdict.crowded()) {
            hostileUntilNanos = nowNanos + Peering.HOSTILE_NANOS;
        }
        return verdict;
    }

    /** Whoever hides nodes makes places look empty: a place is crowded that is so beside the fullest of the others. */
    private Place verdict() {
        if (compared.size() < OTHERS_MIN) {
            return Place.UNKNOWN;
        }
        return compared.stream().filter(p -> !p.crowded()).findFirst().orElse(compared.getFirst());
    }

    Key suspect() {
        return suspect;
    }

    boolean hostile(long nowNanos) {
        return hostileUntilNanos != Long.MIN_VALUE && nowNanos < hostileUntilNanos;
    }
}
