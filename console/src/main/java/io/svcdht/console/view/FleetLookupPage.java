package io.svcdht.console.view;

import io.svcdht.console.fleet.ContentHistory;
import io.svcdht.console.fleet.StitchedLookup;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * One lookup over all nodes it touched: the legs by the clock of who looked, and what each node asked knew, by its own.
 *
 * @param window how far the lanes reach to each side
 * @param strangers how many nodes asked are not here
 */
public record FleetLookupPage(
        FleetFrame frame,
        String id,
        String sentence,
        String target,
        String targetHref,
        String asker,
        String askerHref,
        Waterfall chart,
        List<LegRow> legs,
        FleetLanes lanes,
        String window,
        List<Row> rows,
        String strangers,
        Object data)
        implements FleetPage {
    public FleetLookupPage {
        legs = List.copyOf(legs);
        rows = List.copyOf(rows);
    }

    /**
     * One node.
     *
     * @param odd what does not fit together; empty = nothing
     */
    public record Row(
            String label,
            String nodeTitle,
            String href,
            String legs,
            String answered,
            String held,
            String tone,
            String odd,
            List<Other> others) {
        public Row {
            others = List.copyOf(others);
        }
    }

    public record Other(String words, String href) {}

    public static FleetLookupPage of(FleetVisit visit) {
        UUID id = LookupsPage.id(visit.lastSegment());
        StitchedLookup s = StitchedLookup.of(visit.store(), id)
                .orElseThrow(() -> PageRefused.of(
                        ErrorCode.NotFound,
                        "No node here told of lookup %s: it was answered locally, or its trace was not kept."
                                .formatted(id)));
        LookupRecord lookup = s.lookup();
        String asker = s.asker().id().text();
        Links links = new Links(
                visit.root() + FleetVisit.ofNode(asker), visit.text("at").orElse(""));
        List<LegRow> legs = IntStream.range(0, lookup.legs().size())
                .mapToObj(i -> LegRow.of(lookup, i, links))
                .toList();
        long at = lookup.startedAtMillis();
        boolean content = lookup.operation() == LookupRecord.Operation.FIND
                || lookup.operation() == LookupRecord.Operation.PROVIDE;
        List<ContentHistory.Lane> lanes =
                s.lanes().stream().map(StitchedLookup.Lane::history).toList();
        return new FleetLookupPage(
                FleetFrame.of(visit, "Lookup " + id.toString().substring(0, 13)),
                id.toString(),
                "%s · %s after %s · began %s by the clock of the node that looked"
                        .formatted(
                                TraceWords.operation(lookup.operation()),
                                TraceWords.outcome(lookup.outcome()),
                                TraceWords.millis(lookup.tookNanos()),
                                Say.moment(at)),
                lookup.text().isEmpty() ? LookupPage.target(lookup) : lookup.text(),
                content ? visit.to("content/" + io.svcdht.storage.model.ContentId.canonical(lookup.target())) : "",
                s.asker().label(),
                visit.toNode(asker, "lookups/" + id),
                Waterfall.of(lookup, legs),
                Waterfall.order(lookup).stream().map(legs::get).toList(),
                content
                        ? FleetLanes.between(
                                visit, lanes, at - StitchedLookup.WINDOW_MILLIS, at + StitchedLookup.WINDOW_MILLIS, at)
                        : FleetLanes.NONE,
                Say.duration(StitchedLookup.WINDOW_MILLIS),
                s.lanes().stream().map(l -> row(visit, s, l, content)).toList(),
                s.strangers().isEmpty()
                        ? ""
                        : Say.count(s.strangers().size(), "node", "nodes") + " asked of which nothing is here",
                data(s));
    }

    private static Row row(FleetVisit visit, StitchedLookup s, StitchedLookup.Lane l, boolean content) {
        String node = l.node().id().text();
        return new Row(
                Say.shortened(l.node().label(), 24, 8),
                node,
                visit.toNode(node, ""),
                l.legs().isEmpty() ? "looked" : String.join(", ", l.legs()),
                l.answered().replace('_', ' '),
                !content ? "–" : l.heldThen() == 0 ? "no" : Say.count(l.heldThen(), "record", "records"),
                l.heldThen() > 0 ? "add" : "mut",
                content ? odd(s, l) : "",
                l.others().stream()
                        .map(o -> new Other(o.toString().substring(0, 13), visit.to("lookups/" + o)))
                        .toList());
    }

    /** What a reader should look into; both may be a clock as much as a fault. */
    private static String odd(StitchedLookup s, StitchedLookup.Lane l) {
        if (l.legs().isEmpty() || !l.node().isWhole()) {
            return "";
        }
        if (s.found(l) && l.heldThen() == 0) {
            return "it brought records its journal did not have by its clock";
        }
        boolean answeredWithout = s.lookup().legs().stream()
                .anyMatch(g -> g.peer().equals(l.node().id()) && g.outcome() == LegRecord.Outcome.ANSWERED);
        return answeredWithout && !s.found(l) && l.heldThen() > 0
                ? "it had records by its clock and did not bring them"
                : "";
    }

    private static Map<String, Object> data(StitchedLookup s) {
        List<Map<String, Object>> lanes = new ArrayList<>();
        for (StitchedLookup.Lane l : s.lanes()) {
            Map<String, Object> lane = new LinkedHashMap<>();
            lane.put("node", l.node().id().text());
            lane.put("label", l.node().label());
            lane.put("legs", l.legs());
            lane.put("answered", l.answered());
            lane.put("held_then", l.heldThen());
            lane.put("history", l.history());
            lane.put("other_lookups", l.others().stream().map(UUID::toString).toList());
            lanes.add(lane);
        }
        return Map.of(
                "lookup_id",
                s.lookup().id().toString(),
                "asker",
                s.asker().id().text(),
                "outcome",
                s.lookup().outcome().name().toLowerCase(java.util.Locale.ROOT),
                "at_millis",
                s.lookup().startedAtMillis(),
                "took_nanos",
                s.lookup().tookNanos(),
                "lanes",
                lanes,
                "strangers",
                s.strangers().stream().map(io.svcdht.storage.model.NodeId::text).toList());
    }
}
