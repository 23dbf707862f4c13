package io.svcdht.console.view;

import io.svcdht.console.fleet.FleetNode;
import io.svcdht.console.fleet.TraceShelf;
import io.svcdht.node.view.TraceJson;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceLog;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The lookups of all nodes, newest first by their ids, which begin with the time of the node that looked. */
public record FleetLookupsPage(
        FleetFrame frame,
        String sentence,
        String note,
        List<LookupsPage.Choice> operations,
        List<LookupsPage.Choice> outcomes,
        Asked asked,
        List<Row> rows,
        String next,
        String clear,
        Object data)
        implements FleetPage {
    private static final int ROWS = 50;
    private static final Set<String> FILTERS = Set.of("op", "outcome", "min_ms", "target", "node");

    public FleetLookupsPage {
        operations = List.copyOf(operations);
        outcomes = List.copyOf(outcomes);
        rows = List.copyOf(rows);
    }

    /** The filters as they were given. */
    public record Asked(String operation, String outcome, String minMillis, String target, String node, boolean any) {}

    public record Row(
            String id,
            String href,
            String at,
            String iso,
            String label,
            String nodeTitle,
            String operation,
            String subject,
            String subjectTitle,
            String outcome,
            String tone,
            String took,
            String hops,
            String legs) {}

    public static FleetLookupsPage of(FleetVisit visit) {
        TraceLog.Filter filter = new TraceLog.Filter(
                        visit.text("outcome").map(Asking::outcome).orElse(null),
                        visit.number("min_ms", 0, 0, Integer.MAX_VALUE),
                        visit.text("target")
                                .map(t -> NodeId.looksLike(t)
                                        ? Asking.node(t).key()
                                        : visit.content(t).key())
                                .orElse(null),
                        visit.text("before").map(LookupsPage::id).orElse(null))
                .of(visit.text("op").map(Asking::operation).orElse(null))
                .until(visit.past() ? visit.millis() : Long.MAX_VALUE);
        NodeId node =
                visit.text("node").map(t -> FleetNodePage.node(visit, t).id()).orElse(null);
        TraceShelf.Found page = visit.store().traces().page(node, filter, ROWS);
        Asked asked = new Asked(
                visit.text("op").orElse(""),
                visit.text("outcome").orElse(""),
                visit.text("min_ms").orElse(""),
                visit.text("target").orElse(""),
                visit.text("node").orElse(""),
                visit.params().keySet().stream().anyMatch(FILTERS::contains));
        return new FleetLookupsPage(
                FleetFrame.of(visit, "Lookups"),
                Say.count(visit.store().traces().size(), "trace", "traces") + " of all nodes",
                "%s shown of %s looked through%s"
                        .formatted(
                                Say.number(page.lookups().size()),
                                Say.count(page.scanned(), "lookup", "lookups"),
                                page.next() == null ? "; nothing follows" : "; older ones follow"),
                LookupsPage.Choice.operations(),
                LookupsPage.Choice.outcomes(),
                asked,
                page.lookups().stream().map(t -> row(visit, t)).toList(),
                page.next() == null ? "" : visit.here("before", page.next().toString()),
                visit.to("lookups"),
                Map.of(
                        "lookups",
                        page.lookups().stream().map(FleetLookupsPage::data).toList(),
                        "scanned",
                        page.scanned(),
                        "complete",
                        page.next() == null));
    }

    private static Map<String, Object> data(TraceShelf.Told t) {
        return Map.of(
                "lookup_id", t.lookup().id().toString(),
                "node", t.node().text(),
                "at_millis", t.lookup().startedAtMillis(),
                "op", TraceJson.word(t.lookup().operation()),
                "outcome", TraceJson.word(t.lookup().outcome()),
                "took_nanos", t.lookup().tookNanos(),
                "hops", t.lookup().hops(),
                "messages", t.lookup().messages());
    }

    private static Row row(FleetVisit visit, TraceShelf.Told told) {
        LookupRecord l = told.lookup();
        String whole = l.text().isEmpty() ? LookupPage.target(l) : l.text();
        return new Row(
                l.id().toString(),
                visit.to("lookups/" + l.id()),
                Say.clock(l.startedAtMillis(), visit.millis()),
                Say.iso(l.startedAtMillis()),
                Say.shortened(
                        visit.store()
                                .node(told.node())
                                .map(FleetNode::label)
                                .orElse(told.node().text()),
                        20,
                        6),
                told.node().text(),
                TraceWords.operation(l.operation()),
                Say.shortened(whole, 22, 6),
                whole,
                TraceWords.outcome(l.outcome()),
                TraceWords.tone(l.outcome()),
                TraceWords.millis(l.tookNanos()),
                String.valueOf(l.hops()),
                Say.number(l.messages()));
    }
}
