package io.svcdht.console.view;

import io.svcdht.node.Discovery;
import io.svcdht.node.Discovery.Refusal;
import io.svcdht.node.Network;
import io.svcdht.storage.event.DhtEvent.DiscoveryRecordPublished;
import io.svcdht.storage.event.DhtEvent.PeerDiscovered;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whom discv5 led to, and the record by which this node is found.
 *
 * @param past whether a moment of the past is shown: the journal tells what was found, nothing tells what was counted
 * @param record of this node then; empty = none was published as far as was looked
 * @param scanned how far the journal was looked through
 * @param older the next page, empty = there is none
 */
public record DiscoveryPage(
        Frame frame,
        boolean on,
        boolean past,
        String record,
        String listens,
        List<String> boot,
        List<Count> counts,
        List<Row> rows,
        String scanned,
        String older)
        implements Page {
    private static final int ROWS = 50;
    private static final Set<EventType> TOLD = EnumSet.of(EventType.DiscoveryRecordPublished, EventType.PeerDiscovered);

    public DiscoveryPage {
        boot = List.copyOf(boot);
        counts = List.copyOf(counts);
        rows = List.copyOf(rows);
    }

    /** Something that was counted since the start. */
    public record Count(String what, String value) {}

    /**
     * One event.
     *
     * @param peer page of the node that was found, empty = the event is about this one
     */
    public record Row(
            String at, String iso, String what, String subject, String title, String peer, String event, String href) {}

    public static DiscoveryPage of(Visit visit) {
        return Scene.past(visit.node(), () -> page(visit));
    }

    private static DiscoveryPage page(Visit visit) {
        long first = visit.node().journal().firstPosition();
        var asked = Scene.asked(visit, "at");
        long upTo =
                asked.map(Scene.Asked::position).orElse(visit.node().journal().lastPosition());
        long before = visit.number("before", Long.MAX_VALUE, 0, Long.MAX_VALUE);
        EventSearch.Found found = EventSearch.of(visit.node(), TOLD, null, null)
                .newest(first, Math.min(upTo, before - 1), ROWS, visit.spent());
        Discovery.Status now = visit.node()
                .network()
                .map(Network::discovery)
                .orElse(Discovery.OFF)
                .status();
        boolean past = asked.isPresent();
        return new DiscoveryPage(
                Frame.lasting(visit, "Discovery", "what was found up to then; counts are of now alone"),
                now.on(),
                past,
                past ? published(visit, first, upTo) : now.record(),
                now.listens(),
                now.boot(),
                counts(now),
                found.entries().stream().map(e -> row(e, visit)).toList(),
                found.last() < found.first()
                        ? "there is nothing before"
                        : "%s, positions %s to %s looked through"
                                .formatted(
                                        Say.count(found.entries().size(), "event", "events"),
                                        Say.number(found.first()),
                                        Say.number(found.last())),
                found.complete() ? "" : visit.here("before", String.valueOf(found.first())));
    }

    private static String published(Visit visit, long first, long upTo) {
        return EventSearch.of(visit.node(), EnumSet.of(EventType.DiscoveryRecordPublished), null, null)
                .newest(first, upTo, 1, visit.spent())
                .entries()
                .stream()
                .map(e -> e.event() instanceof DiscoveryRecordPublished p ? p.record() : "")
                .findFirst()
                .orElse("");
    }

    private static List<Count> counts(Discovery.Status now) {
        return Stream.concat(
                        Stream.of(
                                new Count("answer, of all networks", Say.number(now.live())),
                                new Count("records heard", Say.number(now.heard())),
                                new Count("nodes found", Say.number(now.found()))),
                        Stream.of(Refusal.values()).map(why -> new Count(reason(why), Say.number(now.refusedFor(why)))))
                .toList();
    }

    private static String reason(Refusal why) {
        return switch (why) {
            case SIGNATURE -> "refused: wrongly signed";
            case NETWORK -> "refused: of another network";
            case MALFORMED -> "refused: keys or address malformed";
            case ADDRESS -> "refused: address reaches less far than ours";
            case BANNED -> "refused: banned here";
            case UNREACHABLE -> "refused: nobody answers there";
            case IDENTITY -> "refused: other keys at that address";
        };
    }

    private static Row row(JournalEntry e, Visit visit) {
        String at = Say.clock(e.instantMillis(), 0);
        String iso = Say.iso(e.instantMillis());
        String position = Say.number(e.position());
        String href = visit.links().event(e.position());
        return switch (e.event()) {
            case DiscoveryRecordPublished p ->
                new Row(at, iso, "published a record", p.record(), p.record(), "", position, href);
            case PeerDiscovered p -> {
                String id = p.contact().id().text();
                yield new Row(
                        at,
                        iso,
                        "found at " + p.contact().addr(),
                        Say.id(id),
                        id,
                        visit.links().peer(p.contact().id()),
                        position,
                        href);
            }
            default -> throw new IllegalStateException("not of discovery: " + e);
        };
    }
}
