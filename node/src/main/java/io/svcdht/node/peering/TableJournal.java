package io.svcdht.node.peering;

import io.svcdht.node.kad.Heard;
import io.svcdht.node.kad.Missed;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.kad.Sighting;
import io.svcdht.storage.event.DhtEvent.BucketRefreshed;
import io.svcdht.storage.event.DhtEvent.ContactAdded;
import io.svcdht.storage.event.DhtEvent.ContactEvicted;
import io.svcdht.storage.event.DhtEvent.ContactRefreshed;
import io.svcdht.storage.event.DhtEvent.ContactReplaced;
import io.svcdht.storage.event.DhtEvent.EvictedFor;
import io.svcdht.storage.event.DhtEvent.RoutingEvent;
import io.svcdht.storage.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Turns what happens to the routing table into events. Who came and went is told at once; that contacts answered is
 * told once in five minutes for each, a bucket at a time. Whoever journals takes them from here.
 */
public final class TableJournal {
    private static final long TOLD_AGAIN_NANOS = 300_000_000_000L;

    private final RoutingTable table;
    private final Map<NodeId, Long> toldNanos = new HashMap<>();
    private List<RoutingEvent> events = new ArrayList<>();

    public TableJournal(RoutingTable table) {
        this.table = table;
    }

    /** Somebody came into the table. */
    public void gained(Heard change, long nowNanos) {
        switch (change) {
            case Heard.Inserted(Peer peer) -> events.add(new ContactAdded(peer.contact(), answers(peer, nowNanos)));
            case Heard.Replaced(Peer evicted, Peer peer, Heard.Better why) ->
                events.add(new ContactReplaced(evicted.id(), reason(why), peer.contact(), answers(peer, nowNanos)));
            case Heard.Refreshed r -> {}
            case Heard.Pending p -> {}
            case Heard.Refused r -> {}
        }
    }

    private boolean answers(Peer peer, long nowNanos) {
        boolean answers = table.isAnswering(peer.id());
        if (answers) {
            toldNanos.put(peer.id(), nowNanos);
        }
        return answers;
    }

    private static EvictedFor reason(Heard.Better why) {
        return switch (why) {
            case RARER_ASN -> EvictedFor.DIVERSITY;
            case EMPTIER_SLOT, LOWER_RTT -> EvictedFor.BETTER;
        };
    }

    /** A silent member went. */
    public void lost(Missed.Evicted change) {
        NodeId gone = change.peer().id();
        toldNanos.remove(gone);
        Peer by = change.promoted();
        events.add(
                by == null
                        ? new ContactEvicted(gone, EvictedFor.SILENCE)
                        : new ContactReplaced(gone, EvictedFor.SILENCE, by.contact(), false));
    }

    /** Somebody banned went, which the ban's own events say. */
    public void dropped(Missed.Evicted change) {
        toldNanos.remove(change.peer().id());
        Peer by = change.promoted();
        if (by != null) {
            events.add(new ContactAdded(by.contact(), false));
        }
    }

    /** A bucket was looked into. */
    public void bucketRefreshed(int bucket, int heard) {
        events.add(new BucketRefreshed(bucket, heard));
    }

    /** Tells of those who answered lately. */
    public void sweep(long nowNanos) {
        Map<Integer, List<NodeId>> byBucket = new TreeMap<>();
        Set<NodeId> members = new HashSet<>();
        for (Sighting s : table.sightings(nowNanos)) {
            NodeId id = s.peer().id();
            members.add(id);
            Long told = toldNanos.get(id);
            boolean heardSince = told == null || s.heardNanosAgo() < nowNanos - told;
            boolean due = told == null || nowNanos - told >= TOLD_AGAIN_NANOS;
            List<NodeId> bucket = byBucket.computeIfAbsent(s.bucket(), b -> new ArrayList<>());
            if (s.answering() && heardSince && due && bucket.size() < ContactRefreshed.NODES_MAX) {
                bucket.add(id);
                toldNanos.put(id, nowNanos);
            }
        }
        toldNanos.keySet().retainAll(members);
        byBucket.forEach((bucket, ids) -> {
            if (!ids.isEmpty()) {
                events.add(new ContactRefreshed(bucket, ids));
            }
        });
    }

    /** What there is to tell since the last call. */
    public List<RoutingEvent> take() {
        if (events.isEmpty()) {
            return List.of();
        }
        List<RoutingEvent> taken = events;
        events = new ArrayList<>();
        return taken;
    }
}
