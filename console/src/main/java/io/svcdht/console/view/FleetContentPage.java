package io.svcdht.console.view;

import io.svcdht.console.fleet.ContentHistory;
import io.svcdht.storage.model.ContentId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Where a content id's records live and lived, node by node; without a content id, the field to ask in.
 *
 * @param cid empty = none was asked for
 */
public record FleetContentPage(
        FleetFrame frame,
        String cid,
        String sentence,
        FleetLanes picture,
        List<Row> rows,
        List<Event> events,
        String eventsNote,
        Object data)
        implements FleetPage {
    private static final int EVENTS_MAX = 200;

    public FleetContentPage {
        rows = List.copyOf(rows);
        events = List.copyOf(events);
    }

    /** A node. */
    public record Row(
            String label,
            String idTitle,
            String href,
            String bits,
            String live,
            String tone,
            String since,
            String note) {}

    /** An event of a node's journal. */
    public record Event(
            String at,
            String iso,
            String label,
            String idTitle,
            String what,
            String tone,
            String detail,
            String href,
            String position) {}

    public static FleetContentPage of(FleetVisit visit) {
        String asked = visit.path().startsWith("content/")
                ? visit.lastSegment()
                : visit.text("cid").orElse("");
        if (asked.isEmpty()) {
            return new FleetContentPage(
                    FleetFrame.of(visit, "Content"),
                    "",
                    "Which nodes have a content id, and since when.",
                    FleetLanes.NONE,
                    List.of(),
                    List.of(),
                    "",
                    Map.of());
        }
        ContentId cid = visit.content(asked);
        ContentHistory history = ContentHistory.of(visit.store(), cid.key(), visit.millis());
        return new FleetContentPage(
                FleetFrame.of(visit, "Content"),
                ContentId.canonical(cid.key()),
                sentence(history),
                FleetLanes.of(visit, history.lanes(), visit.millis()),
                history.lanes().stream().map(l -> row(visit, l)).toList(),
                events(visit, history),
                eventsNote(history),
                history);
    }

    private static String sentence(ContentHistory history) {
        long holding = history.lanes().stream().filter(l -> l.live() > 0).count();
        if (history.lanes().isEmpty()) {
            return "No node here ever had a record of it.";
        }
        return "%s to hold it at this moment, %s had it once."
                .formatted(
                        Say.count(holding, "node is known", "nodes are known"),
                        Say.number(history.lanes().size()));
    }

    private static Row row(FleetVisit visit, ContentHistory.Lane lane) {
        String since =
                lane.spans().isEmpty() ? "" : Say.moment(lane.spans().getLast().fromMillis());
        return new Row(
                Say.shortened(lane.label(), 24, 8),
                lane.node(),
                visit.toNode(lane.node(), "providers/" + canonical(visit)),
                String.valueOf(lane.sharedBits()),
                lane.live() == 0 ? "no" : Say.count(lane.live(), "record", "records"),
                lane.live() == 0 ? "mut" : "add",
                lane.live() == 0 ? "" : since,
                note(lane));
    }

    private static String note(ContentHistory.Lane lane) {
        String older = lane.truncated() ? "older events are not told" : "";
        return lane.whole()
                ? older
                : (older.isEmpty() ? "" : older + "; ") + "what was before is not known: there may be more records";
    }

    private static String canonical(FleetVisit visit) {
        return ContentId.canonical(visit.content(
                        visit.path().startsWith("content/")
                                ? visit.lastSegment()
                                : visit.text("cid").orElse(""))
                .key());
    }

    private record Told(ContentHistory.Lane lane, ContentHistory.Mark mark) {}

    private static List<Event> events(FleetVisit visit, ContentHistory history) {
        List<Told> all = new ArrayList<>();
        history.lanes().forEach(l -> l.marks().forEach(m -> all.add(new Told(l, m))));
        return all.stream()
                .sorted(Comparator.comparingLong((Told t) -> t.mark().millis()).reversed())
                .limit(EVENTS_MAX)
                .map(t -> new Event(
                        Say.clock(t.mark().millis(), visit.millis()),
                        Say.iso(t.mark().millis()),
                        Say.shortened(t.lane().label(), 24, 8),
                        t.lane().node(),
                        t.mark().what(),
                        FleetLanes.words(t.mark().what()),
                        t.mark().detail(),
                        visit.toNode(t.lane().node(), "journal/" + t.mark().position()),
                        Say.number(t.mark().position())))
                .toList();
    }

    private static String eventsNote(ContentHistory history) {
        long all = history.lanes().stream().mapToLong(l -> l.marks().size()).sum();
        return all > EVENTS_MAX
                ? "the latest %s of %s".formatted(Say.number(EVENTS_MAX), Say.number(all))
                : Say.count(all, "event", "events");
    }
}
