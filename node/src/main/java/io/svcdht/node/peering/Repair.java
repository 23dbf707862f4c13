package io.svcdht.node.peering;

import io.svcdht.node.kad.Distance;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that the {@code replicas} closest nodes to a record's key go on holding it: a walk over all records, a
 * part at a time, once in {@code repair_secs}.
 *
 * <p>Each holder looks at its own table, which near itself is exact, and the two closest to the key hand the record to
 * whoever of its closest was not given it yet. Holders that were silent are checked on the way, so that the dead are
 * replaced within two walks. Nodes that are met newly get their records once they are settled. Of our own records,
 * those half way through their life (or as {@code republish_secs} says) are published again, and those taken back are
 * taken back again, for whoever missed it.
 */
final class Repair {
    /** Of those that hold a record, so many closest repair: one may be dead without anybody knowing yet. */
    private static final int REPAIRERS = 2;
    /** Beyond the replicas, how far down the line a holder still feels responsible for handing over. */
    private static final int LEFTOVERS = 3;
    /** Keys of one part of the walk. */
    private static final int KEYS_PER_STEP = 256;
    /** Messages of one part; what is left over waits for the next walk. */
    private static final int MESSAGES_PER_STEP_MAX = 64;

    private static final long STEP_NANOS_MIN = 2_000_000L;
    private static final long NEVER = Long.MIN_VALUE;

    private final RoutingTable table;
    private final ContactUpkeep contacts;
    private final Records records;
    private final Publishing publishing;
    private final Handover handover;
    private final HolderBook book;
    private final Timers timers;
    private final PeeringSettings settings;

    private long beganMillis = NEVER;
    private long walkBeganNanos;
    private long walkMillis;
    private long walkBeforeMillis = NEVER;
    private boolean all;
    /** Walks that were begun or are planned count only if they are of the latest turn. */
    private int turn;

    Repair(
            RoutingTable table,
            ContactUpkeep contacts,
            Records records,
            Publishing publishing,
            Handover handover,
            HolderBook book,
            Timers timers,
            PeeringSettings settings) {
        this.table = table;
        this.contacts = contacts;
        this.records = records;
        this.publishing = publishing;
        this.handover = handover;
        this.book = book;
        this.timers = timers;
        this.settings = settings;
    }

    /** @param phaseNanos when the first walk is due, by chance, so that not all nodes walk at once */
    void begin(long phaseNanos, long nowNanos) {
        if (beganMillis == NEVER && settings.repairNanos() > 0) {
            beganMillis = records.millis(nowNanos);
            plan(nowNanos + phaseNanos, false);
        }
    }

    /** Our own words were said with nobody there to hear: walks at once, and tells them all. */
    void tellAll(long nowNanos) {
        if (beganMillis != NEVER) {
            turn++;
            plan(nowNanos, true);
        }
    }

    private void plan(long atNanos, boolean tellAll) {
        int of = turn;
        timers.at(atNanos, (now, out) -> {
            if (of == turn) {
                walk(tellAll, now, out);
            }
        });
    }

    private void walk(boolean tellAll, long nowNanos, Consumer<PeeringAction> out) {
        walkBeganNanos = nowNanos;
        walkBeforeMillis = walkMillis == 0 ? NEVER : walkMillis;
        walkMillis = records.millis(nowNanos);
        all = publishing.overflowed() || tellAll;
        part(turn, null, nowNanos, out);
    }

    private void part(int of, @Nullable Key after, long nowNanos, Consumer<PeeringAction> out) {
        if (of != turn) {
            return;
        }
        long gap = Math.max(STEP_NANOS_MIN, settings.repairNanos() / (records.size() / KEYS_PER_STEP + 2));
        if (!publishing.hasRoom()) {
            timers.at(nowNanos + gap, (now, o) -> part(of, after, now, o));
            return;
        }
        Map<NodeId, Peer> neighbours = new TreeMap<>();
        Map<NodeId, List<Word>> missing = new TreeMap<>();
        Key last = records.walk(after, KEYS_PER_STEP, nowNanos, word -> {
            if (isOurs(word) && isDue(word)) {
                publishing.publish(PeeringInput.NOBODY_WAITS, word, nowNanos, out);
            } else if (word instanceof Word.Announced announced) {
                look(announced, nowNanos, neighbours, missing);
            }
        });
        for (Peer peer : neighbours.values()) {
            if (!table.heardWithin(peer.id(), settings.repairNanos() / 2, nowNanos)) {
                contacts.check(peer, nowNanos, out);
            }
        }
        hand(neighbours, missing, out);
        handover.send(nowNanos, out);
        if (last == null) {
            book.turn();
            plan(Math.max(nowNanos + gap, walkBeganNanos + settings.repairNanos()), false);
        } else {
            timers.at(nowNanos + gap, (now, o) -> part(of, last, now, o));
        }
    }

    private boolean isOurs(Word word) {
        return switch (word) {
            case Word.Withdrawn w -> true;
            case Word.Announced(ProviderRecord r) -> r.publisher().key().equals(table.self());
        };
    }

    /** Whether it is to be said again in this walk. */
    private boolean isDue(Word word) {
        if (all || !(word instanceof Word.Announced(ProviderRecord r))) {
            return true;
        }
        long issued = r.issuedAtMillis();
        if (walkBeforeMillis == NEVER && issued < beganMillis) {
            // Said in an earlier run, before which nobody knows who held it.
            return true;
        }
        long every = settings.republishNanos() > 0
                ? settings.republishNanos() / 1_000_000
                : ProviderRecord.renewedEveryMillis(r.ttlSeconds());
        long before = walkBeforeMillis == NEVER ? beganMillis : walkBeforeMillis;
        return Math.max(0, walkMillis - issued) / every > Math.max(0, before - issued) / every;
    }

    /** Whom this record is missing at, as far as it is ours to see to that. */
    private void look(
            Word.Announced word, long nowNanos, Map<NodeId, Peer> neighbours, Map<NodeId, List<Word>> missing) {
        Key key = word.key();
        List<Peer> near = table.closestAnswering(key, settings.replicas() + LEFTOVERS);
        int rank = 0;
        while (rank < near.size() && Distance.compare(key, near.get(rank).key(), table.self()) < 0) {
            rank++;
        }
        boolean leftover = rank >= settings.replicas();
        if (rank >= settings.replicas() + LEFTOVERS) {
            return;
        }
        List<Peer> holders = holdersOf(
                near, leftover ? Math.min(REPAIRERS, settings.replicas()) : settings.replicas() - 1, nowNanos);
        boolean repairs = leftover || rank < REPAIRERS;
        for (Peer peer : holders) {
            neighbours.put(peer.id(), peer);
            if (repairs && !book.holdsAlready(key, peer.id())) {
                missing.computeIfAbsent(peer.id(), id -> new ArrayList<>()).add(word);
            }
        }
    }

    /** The closest that are settled; where there are too few of those, newcomers as well. */
    private List<Peer> holdersOf(List<Peer> near, int count, long nowNanos) {
        List<Peer> holders = new ArrayList<>(count);
        for (Peer peer : near) {
            if (holders.size() < count && table.knownFor(peer.id(), settings.settledNanos(), nowNanos)) {
                holders.add(peer);
            }
        }
        for (Peer peer : near) {
            if (holders.size() < count && !holders.contains(peer)) {
                holders.add(peer);
            }
        }
        return holders;
    }

    private void hand(Map<NodeId, Peer> neighbours, Map<NodeId, List<Word>> missing, Consumer<PeeringAction> out) {
        int messages = 0;
        for (Map.Entry<NodeId, List<Word>> e : missing.entrySet()) {
            Peer peer = neighbours.get(e.getKey());
            messages += (e.getValue().size() - 1) / Handover.WORDS_PER_MESSAGE_MAX + 1;
            if (peer == null || messages > MESSAGES_PER_STEP_MAX) {
                return;
            }
            for (Word word : e.getValue()) {
                handover.put(peer, word, null, out);
            }
        }
    }
}
