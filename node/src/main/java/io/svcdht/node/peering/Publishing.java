package io.svcdht.node.peering;

import io.svcdht.node.kad.Distance;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.lookup.LookupResult;
import io.svcdht.node.lookup.LookupSpec.Goal;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.storage.model.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The publisher's part: looks the closest nodes to a word's key up and hands it to them.
 *
 * <p>Words wait in order of keys. One lookup tells more than whom its own key is close to: every node that shares a
 * longer prefix with the key than the farthest of the closest does is among them. So all words whose keys share that
 * prefix too go to the nodes that one lookup found, if there are enough of those; where it found the whole network, all
 * words do.
 */
final class Publishing {
    /** More wait for the next walk over the records. */
    static final int WAITING_MAX = 65_536;

    private static final int LOOKUPS_MAX = 8;
    /** With so many waiting, a wider lookup is worth its messages. */
    private static final int CROWD = 16;

    private static final int WIDE_K_MAX = 64;
    /** Keys that are handed out at once; the rest a moment later, so that others have their turn. */
    private static final int KEYS_PER_STEP = 200;

    private static final long STEP_NANOS = 1_000_000L;
    /** A peer that has enough to take in is looked after again. */
    private static final long BUSY_NANOS = 20_000_000L;

    private record Waiting(long ticket, Word word) {}

    /** What a lookup has told of the surroundings of a key. */
    private record Area(long lookup, Key centre, int prefix, List<Peer> nodes) {
        boolean covers(Key key) {
            return Distance.commonPrefix(centre, key) >= prefix;
        }
    }

    private final RoutingTable table;
    private final Searches searches;
    private final Records records;
    private final Handover handover;
    private final Timers timers;
    private final PeeringSettings settings;
    private final TreeMap<Key, List<Waiting>> waiting = new TreeMap<>();
    private int words;
    /** Words that no longer wait, and whose end was not told: looked up for, or on their way. */
    private int underWay;

    private int lookups;
    private @Nullable Key cursor;
    private boolean overflowed;

    Publishing(
            RoutingTable table,
            Searches searches,
            Records records,
            Handover handover,
            Timers timers,
            PeeringSettings settings) {
        this.table = table;
        this.searches = searches;
        this.records = records;
        this.handover = handover;
        this.timers = timers;
        this.settings = settings;
    }

    void publish(long ticket, Word word, long nowNanos, Consumer<PeeringAction> out) {
        if (words >= WAITING_MAX) {
            overflowed = true;
            out.accept(new PeeringAction.Published(ticket, word, 0));
            return;
        }
        waiting.computeIfAbsent(word.key(), k -> new ArrayList<>(1)).add(new Waiting(ticket, word));
        words++;
        lookUp(nowNanos, out);
    }

    /** Whether there is room for words that can wait for another time. */
    boolean hasRoom() {
        return words < WAITING_MAX / 2;
    }

    /** Words whose end was not told yet. */
    int unpublished() {
        return words + underWay;
    }

    /** Whether words were turned away since the last call. */
    boolean overflowed() {
        boolean was = overflowed;
        overflowed = false;
        return was;
    }

    private void lookUp(long nowNanos, Consumer<PeeringAction> out) {
        while (lookups < LOOKUPS_MAX && !waiting.isEmpty()) {
            Key key = cursor == null ? null : waiting.higherKey(cursor);
            Key next = key == null ? waiting.firstKey() : key;
            cursor = next;
            List<Waiting> here = take(next);
            lookups++;
            Limits limits = settings.publish();
            Limits wide =
                    words < CROWD ? limits : limits.withK(Math.clamp(3L * settings.replicas(), limits.k(), WIDE_K_MAX));
            searches.start(
                    errand(here),
                    next,
                    Goal.CLOSEST_NODES,
                    wide,
                    List.of(),
                    (search, result, now, o) -> found(search, next, here, wide.k(), result, now, o),
                    nowNanos,
                    out);
        }
    }

    /** Of several words the one that is new. */
    private static Errand errand(List<Waiting> here) {
        for (Waiting w : here) {
            if (w.ticket() != PeeringInput.NOBODY_WAITS) {
                return Errand.of(w.word(), false);
            }
        }
        return Errand.of(here.getFirst().word(), true);
    }

    private List<Waiting> take(Key key) {
        List<Waiting> here = waiting.remove(key);
        if (here == null) {
            return List.of();
        }
        words -= here.size();
        underWay += here.size();
        return here;
    }

    private void found(
            Search search,
            Key key,
            List<Waiting> here,
            int k,
            LookupResult result,
            long nowNanos,
            Consumer<PeeringAction> out) {
        List<Peer> closest = result.closest();
        here.forEach(w -> hand(w, search.ticket, closest, nowNanos, out));
        Area area = area(search.ticket, key, closest, k);
        if (area != null) {
            cover(area, nowNanos, out);
        } else {
            lookedUp(nowNanos, out);
        }
    }

    private void lookedUp(long nowNanos, Consumer<PeeringAction> out) {
        lookups--;
        handover.send(nowNanos, out);
        lookUp(nowNanos, out);
    }

    private @Nullable Area area(long lookup, Key key, List<Peer> closest, int k) {
        if (closest.isEmpty()) {
            return null;
        }
        if (closest.size() < k) {
            return new Area(lookup, key, 0, closest);
        }
        int prefix = Distance.commonPrefix(key, closest.getLast().key()) + 1;
        List<Peer> within = closest.stream()
                .filter(p -> Distance.commonPrefix(key, p.key()) >= prefix)
                .toList();
        return within.size() < settings.replicas() ? null : new Area(lookup, key, prefix, within);
    }

    /** Hands out what waits in the area, a part at a time. */
    private void cover(Area area, long nowNanos, Consumer<PeeringAction> out) {
        int keys = 0;
        Key first = floor(area.centre(), area.prefix());
        for (Map.Entry<Key, List<Waiting>> e = waiting.ceilingEntry(first);
                e != null && area.covers(e.getKey());
                e = waiting.higherEntry(e.getKey())) {
            boolean busy = area.nodes().stream().anyMatch(p -> handover.isBusy(p.id()));
            if (keys == KEYS_PER_STEP || busy) {
                handover.send(nowNanos, out);
                timers.at(nowNanos + (busy ? BUSY_NANOS : STEP_NANOS), (now, o) -> cover(area, now, o));
                return;
            }
            keys++;
            List<Peer> closest = new ArrayList<>(area.nodes());
            Key key = e.getKey();
            closest.sort((a, b) -> Distance.compare(key, a.key(), b.key()));
            take(key).forEach(w -> hand(w, area.lookup(), closest, nowNanos, out));
        }
        lookedUp(nowNanos, out);
    }

    /** The smallest key that shares so many bits with this one. */
    private static Key floor(Key key, int bits) {
        return new Key(
                head(key.w0(), bits),
                head(key.w1(), bits - 64),
                head(key.w2(), bits - 128),
                head(key.w3(), bits - 192));
    }

    private static long head(long word, int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? word : word & -1L << 64 - bits;
    }

    private void hand(Waiting w, long lookup, List<Peer> closest, long nowNanos, Consumer<PeeringAction> out) {
        Holders holders = new Holders(w.ticket(), w.word(), lookup, () -> underWay--);
        if (!records.stands(w.word(), nowNanos)) {
            holders.settle(out);
            return;
        }
        int places = settings.replicas();
        if (w.word() instanceof Word.Announced(var record)
                && isOurs(record.cid().key(), closest, places)) {
            if (records.offer(record, nowNanos)) {
                places--;
                holders.heldHere();
            }
        }
        // A repair may have handed it further than the closest few, so taking it back goes as far as a lookup sees.
        List<Peer> to =
                w.word() instanceof Word.Withdrawn ? closest : closest.subList(0, Math.min(places, closest.size()));
        to.forEach(p -> holders.asked());
        to.forEach(p -> handover.put(p, w.word(), holders, out));
        if (to.isEmpty()) {
            holders.settle(out);
        }
    }

    private boolean isOurs(Key key, List<Peer> closest, int places) {
        return closest.size() < places
                || Distance.compare(key, table.self(), closest.get(places - 1).key()) < 0;
    }
}
