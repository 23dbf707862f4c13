package io.svcdht.node.peering;

import io.svcdht.node.kad.Distance;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.lookup.LookupSpec.Goal;
import io.svcdht.node.peering.Call.Purpose.ForRecords;
import io.svcdht.node.peering.Call.Purpose.ForRepair;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Sees to it that the {@code replicas} closest nodes to a record's key hold it.
 *
 * <p>A publication looks the closest up and hands them the record; half a life time later the publisher does so again.
 * In between those who hold it repair: once in {@code repair_secs} each holder looks at its own table, which near itself
 * is exact, and the two closest to the key hand the record to whoever of its closest was not given it yet. Holders that
 * were silent are checked on the way, so that the dead are replaced within two such times. Nodes that are met newly get
 * their records once they are settled. One message carries all records for one neighbour.
 */
final class ProviderUpkeep {
    private static final long TIMEOUT_NANOS = 1_500_000_000L;
    /** Of those that hold a record, so many closest repair: one may be dead without anybody knowing yet. */
    private static final int REPAIRERS = 2;
    /** Beyond the replicas, how far down the line a holder still feels responsible for handing over. */
    private static final int LEFTOVERS = 3;

    private static final int RECORDS_PER_MESSAGE_MAX = 100;
    /** Messages of one repair; the rest waits for the next. */
    private static final int MESSAGES_PER_REPAIR_MAX = 64;

    private final RoutingTable table;
    private final Searches searches;
    private final ContactUpkeep contacts;
    private final Records records;
    private final Timers timers;
    private final PeeringSettings settings;
    private final HolderBook book = new HolderBook();

    ProviderUpkeep(
            RoutingTable table,
            Searches searches,
            ContactUpkeep contacts,
            Records records,
            Timers timers,
            PeeringSettings settings) {
        this.table = table;
        this.searches = searches;
        this.contacts = contacts;
        this.records = records;
        this.timers = timers;
        this.settings = settings;
    }

    /** @param phaseNanos when the first repair is due, by chance, so that not all nodes repair at once */
    void begin(long phaseNanos, long nowNanos) {
        if (settings.repairNanos() > 0) {
            timers.at(nowNanos + phaseNanos, this::repair);
        }
    }

    // --- the publisher -----------------------------------------------------------------------------------------------

    void publish(long ticket, ProviderRecord record, long nowNanos, Consumer<PeeringAction> out) {
        searches.start(
                record.cid().key(),
                Goal.CLOSEST_NODES,
                settings.publish(),
                List.of(),
                (search, result, now, o) -> hand(ticket, record, result.closest(), now, o),
                nowNanos,
                out);
        long halfLife = Math.min(record.ttlSeconds() * 500L, 12 * 3_600_000L) * 1_000_000L;
        timers.at(nowNanos + halfLife, (now, o) -> {
            if (records.published(record, now)) {
                publish(ticket, record, now, o);
            }
        });
    }

    private void hand(
            long ticket, ProviderRecord record, List<Peer> closest, long nowNanos, Consumer<PeeringAction> out) {
        Holders holders = new Holders(ticket, record);
        int places = settings.replicas();
        boolean ours = closest.size() < places
                || Distance.compare(
                                record.cid().key(),
                                table.self(),
                                closest.get(places - 1).key())
                        < 0;
        if (ours && records.offer(record, nowNanos)) {
            places--;
            holders.accepted++;
        }
        for (Peer peer : closest.subList(0, Math.min(places, closest.size()))) {
            holders.waiting++;
            send(peer, List.of(record), new ForRecords(holders), nowNanos, out);
        }
        settle(holders, out);
    }

    void ended(Holders holders, Peer peer, boolean accepted, Consumer<PeeringAction> out) {
        holders.waiting--;
        if (accepted) {
            holders.accepted++;
            book.holds(holders.record.cid().key(), peer.id());
        }
        settle(holders, out);
    }

    private static void settle(Holders holders, Consumer<PeeringAction> out) {
        if (holders.waiting == 0) {
            out.accept(new PeeringAction.Published(holders.ticket, holders.accepted));
        }
    }

    // --- the holders -------------------------------------------------------------------------------------------------

    private void repair(long nowNanos, Consumer<PeeringAction> out) {
        Map<NodeId, Peer> neighbours = new TreeMap<>();
        Map<NodeId, List<ProviderRecord>> batches = new TreeMap<>();
        Set<Key> held = new HashSet<>();
        records.forEachHeld(nowNanos, record -> {
            held.add(record.cid().key());
            look(record, nowNanos, neighbours, batches);
        });
        book.keepOnly(held);
        for (Peer peer : neighbours.values()) {
            if (!table.heardWithin(peer.id(), settings.repairNanos() / 2, nowNanos)) {
                contacts.check(peer, nowNanos, out);
            }
        }
        int messages = 0;
        for (Map.Entry<NodeId, List<ProviderRecord>> batch : batches.entrySet()) {
            Peer peer = neighbours.get(batch.getKey());
            List<ProviderRecord> all = batch.getValue();
            for (int i = 0; peer != null && i < all.size() && messages < MESSAGES_PER_REPAIR_MAX; messages++) {
                int end = Math.min(all.size(), i + RECORDS_PER_MESSAGE_MAX);
                List<ProviderRecord> part = List.copyOf(all.subList(i, end));
                send(peer, part, new ForRepair(part), nowNanos, out);
                i = end;
            }
        }
        timers.at(nowNanos + settings.repairNanos(), this::repair);
    }

    /** Whom this record is missing at, as far as it is ours to see to that. */
    private void look(
            ProviderRecord record,
            long nowNanos,
            Map<NodeId, Peer> neighbours,
            Map<NodeId, List<ProviderRecord>> batches) {
        Key key = record.cid().key();
        List<Peer> near = table.closestAnswering(key, settings.replicas() + LEFTOVERS);
        int rank = 0;
        while (rank < near.size() && Distance.compare(key, near.get(rank).key(), table.self()) < 0) {
            rank++;
        }
        boolean leftover = rank >= settings.replicas();
        if (rank >= settings.replicas() + LEFTOVERS) {
            return;
        }
        List<Peer> holders = holdersOf(near, leftover ? REPAIRERS : settings.replicas() - 1, nowNanos);
        boolean repairs = leftover || rank < REPAIRERS;
        for (Peer peer : holders) {
            neighbours.put(peer.id(), peer);
            if (repairs && !book.holdsAlready(key, peer.id())) {
                batches.computeIfAbsent(peer.id(), id -> new ArrayList<>()).add(record);
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

    void repaired(Peer peer, List<ProviderRecord> handed) {
        for (ProviderRecord record : handed) {
            book.holds(record.cid().key(), peer.id());
        }
    }

    private static void send(
            Peer to, List<ProviderRecord> handed, Call.Purpose purpose, long nowNanos, Consumer<PeeringAction> out) {
        out.accept(new PeeringAction.Send(new Call(to, new Request.Provide(handed), purpose, nowNanos, TIMEOUT_NANOS)));
    }
}
