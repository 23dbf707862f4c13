package io.svcdht.console.view;

import io.svcdht.console.fleet.Differences;
import java.util.List;
import java.util.Map;

/** What changed on each node between two moments; without the earlier one, the fields to ask with. */
public record FleetChangesPage(
        FleetFrame frame,
        boolean asked,
        String sentence,
        String from,
        String to,
        List<Row> rows,
        List<Change> changes,
        String note,
        Object data)
        implements FleetPage {
    public FleetChangesPage {
        rows = List.copyOf(rows);
        changes = List.copyOf(changes);
    }

    /** @param more this node's own page about it */
    public record Row(
            String label,
            String nodeTitle,
            String span,
            String added,
            String changed,
            String gone,
            String contacts,
            String why,
            String more) {}

    public record Change(
            String label,
            String nodeTitle,
            String what,
            String tone,
            String cid,
            String cidTitle,
            String href,
            String who,
            String whoTitle,
            String event,
            String eventHref) {}

    public static FleetChangesPage of(FleetVisit visit) {
        FleetFrame frame = FleetFrame.of(visit, "What changed");
        long to = visit.millis();
        if (visit.moment("vs").isEmpty()) {
            return new FleetChangesPage(
                    frame,
                    false,
                    "Give the earlier moment, and the later one where it is not the end.",
                    "",
                    Say.iso(to),
                    List.of(),
                    List.of(),
                    "",
                    Map.of());
        }
        long from = visit.moment("vs").orElseThrow();
        if (from > to) {
            throw PageRefused.badRequest(
                    "vs is %s, later than at, %s; exchange them.".formatted(Say.moment(from), Say.moment(to)));
        }
        Differences d = Differences.of(visit.store(), from, to);
        long all = d.nodes().stream()
                .mapToLong(r -> r.added() + r.changed() + r.gone())
                .sum();
        return new FleetChangesPage(
                frame,
                true,
                "%s, from %s to %s, each by the node's own clock"
                        .formatted(
                                Say.count(all, "record changed", "records changed"), Say.moment(from), Say.moment(to)),
                Say.iso(from),
                Say.iso(to),
                d.nodes().stream().map(r -> row(visit, r)).toList(),
                d.changes().stream().map(c -> change(visit, c)).toList(),
                all > d.changes().size()
                        ? "%s of %s; a node's own page has all of its"
                                .formatted(Say.number(d.changes().size()), Say.number(all))
                        : "",
                d);
    }

    private static Row row(FleetVisit visit, Differences.Row r) {
        String own = visit.root() + FleetVisit.ofNode(r.node()) + "journal?vs=seq:" + Math.max(0, r.fromPosition())
                + "&at=seq:" + r.toPosition();
        return new Row(
                Say.shortened(r.label(), 24, 8),
                r.node(),
                "%s to %s".formatted(Say.number(r.fromPosition()), Say.number(r.toPosition())),
                Say.number(r.added()),
                Say.number(r.changed()),
                Say.number(r.gone()),
                "+%s −%s".formatted(Say.number(r.contactsAdded()), Say.number(r.contactsGone())),
                r.why(),
                r.why().isEmpty() ? own : "");
    }

    private static Change change(FleetVisit visit, Differences.Change c) {
        String who = c.locator().isEmpty() ? c.publisher() : c.locator();
        return new Change(
                Say.shortened(c.label(), 24, 8),
                c.node(),
                c.what(),
                switch (c.what()) {
                    case "added" -> "add";
                    case "gone" -> "del";
                    default -> "chg";
                },
                Say.id(c.cid()),
                c.cid(),
                visit.to("content/" + c.cid()),
                Say.shortened(who, 20, 6),
                who,
                Say.number(c.causedBy()),
                visit.toNode(c.node(), "journal/" + c.causedBy()));
    }
}
