package io.svcdht.console.fleet;

import io.svcdht.node.view.TraceJson;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * A lookup as the node that looked told it, with what each node it asked knew of the target, from that node's own
 * journal. Nothing here compares two clocks: legs are by the asker's monotonic clock, each lane by its node's own.
 *
 * @param asker who looked
 * @param lookup with its legs
 * @param lanes of the asker and of each node asked, in the order in which they were asked
 * @param strangers nodes asked whose journals are not here
 */
public record StitchedLookup(FleetNode asker, LookupRecord lookup, List<Lane> lanes, List<NodeId> strangers) {
    /** To each side of the lookup's time, by the node's own clock: clocks may differ so far. */
    public static final long WINDOW_MILLIS = 300_000;

    private static final int OTHERS_MAX = 20;

    public StitchedLookup {
        lanes = List.copyOf(lanes);
        strangers = List.copyOf(strangers);
    }

    /**
     * One node and the target.
     *
     * @param legs by name, of those that asked it; empty for the asker
     * @param history of the target there
     * @param heldThen records it would have shown when its own clock showed the time of the lookup's
     * @param answered what the legs to it came to, as words
     * @param others lookups of its own for the same target within the window
     */
    public record Lane(
            FleetNode node,
            List<String> legs,
            ContentHistory.Lane history,
            int heldThen,
            String answered,
            List<UUID> others) {
        public Lane {
            legs = List.copyOf(legs);
            others = List.copyOf(others);
        }
    }

    /** Empty = no node told of it. */
    public static Optional<StitchedLookup> of(FleetStore store, UUID id) {
        return store.traces().get(id).flatMap(told -> store.node(told.node()).map(n -> of(store, n, told.lookup())));
    }

    private static StitchedLookup of(FleetStore store, FleetNode asker, LookupRecord lookup) {
        Map<NodeId, List<Integer>> asked = new LinkedHashMap<>();
        for (int i = 0; i < lookup.legs().size(); i++) {
            asked.computeIfAbsent(lookup.legs().get(i).peer(), p -> new ArrayList<>())
                    .add(i);
        }
        Map<FleetNode, List<Integer>> touched = new LinkedHashMap<>();
        touched.put(asker, List.of());
        List<NodeId> strangers = new ArrayList<>();
        asked.forEach((peer, legs) ->
                store.node(peer).ifPresentOrElse(node -> touched.put(node, legs), () -> strangers.add(peer)));
        long at = lookup.startedAtMillis();
        Map<FleetNode, ContentHistory.Lane> histories =
                ContentHistory.at(store, lookup.target(), at + WINDOW_MILLIS, touched.keySet());
        Map<NodeId, List<UUID>> others = new HashMap<>();
        for (TraceShelf.Told told : store.traces().within(lookup.target(), at - WINDOW_MILLIS, at + WINDOW_MILLIS)) {
            List<UUID> of = others.computeIfAbsent(told.node(), n -> new ArrayList<>());
            if (!told.lookup().id().equals(lookup.id()) && of.size() < OTHERS_MAX) {
                of.add(told.lookup().id());
            }
        }
        List<Lane> lanes = new ArrayList<>();
        touched.forEach((node, legs) -> {
            ContentHistory.Lane history = Objects.requireNonNull(histories.get(node));
            lanes.add(new Lane(
                    node,
                    legs.stream().map(lookup::legName).toList(),
                    history,
                    history.liveAt(at),
                    answered(lookup, legs),
                    others.getOrDefault(node.id(), List.of())));
        });
        return new StitchedLookup(asker, lookup, lanes, strangers);
    }

    private static String answered(LookupRecord lookup, List<Integer> legs) {
        return String.join(
                ", ",
                legs.stream()
                        .map(i -> TraceJson.word(lookup.legs().get(i).outcome()))
                        .toList());
    }

    /** Whether a leg to the node brought records. */
    public boolean found(Lane lane) {
        return lookup.legs().stream()
                .anyMatch(l -> l.peer().equals(lane.node().id()) && l.outcome() == LegRecord.Outcome.FOUND);
    }
}
