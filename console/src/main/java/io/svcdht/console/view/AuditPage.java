package io.svcdht.console.view;

import io.svcdht.storage.event.DhtEvent.AuditRecorded;
import io.svcdht.storage.event.DhtEvent.ConfigChanged;
import io.svcdht.storage.event.DhtEvent.PeerBanned;
import io.svcdht.storage.event.DhtEvent.PeerUnbanned;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What was changed by hand: who, what, why, and the event that says so.
 *
 * @param scanned how far the journal was looked through
 * @param older the next page, empty = there is none
 */
public record AuditPage(Frame frame, List<Row> rows, String scanned, String older, String csv) implements Page {
    private static final int ROWS = 50;
    private static final Set<EventType> BY_HAND =
            EnumSet.of(EventType.AuditRecorded, EventType.ConfigChanged, EventType.PeerBanned, EventType.PeerUnbanned);

    public AuditPage {
        rows = List.copyOf(rows);
    }

    /** One thing that was done. */
    public record Row(
            String at, String iso, String who, String what, String subject, String why, String event, String href) {}

    public static AuditPage of(Visit visit) {
        return Scene.past(visit.node(), () -> page(visit));
    }

    private static AuditPage page(Visit visit) {
        long first = visit.node().journal().firstPosition();
        long upTo = Scene.asked(visit, "at")
                .map(Scene.Asked::position)
                .orElse(visit.node().journal().lastPosition());
        long before = visit.number("before", Long.MAX_VALUE, 0, Long.MAX_VALUE);
        EventSearch.Found found = EventSearch.of(visit.node(), BY_HAND, null, null)
                .newest(first, Math.min(upTo, before - 1), ROWS, visit.spent());
        return new AuditPage(
                Frame.plain(visit, "Audit log"),
                found.entries().stream().map(e -> row(e, visit)).toList(),
                found.last() < found.first()
                        ? "there is nothing before"
                        : "%s, positions %s to %s looked through"
                                .formatted(
                                        Say.count(found.entries().size(), "entry", "entries"),
                                        Say.number(found.first()),
                                        Say.number(found.last())),
                found.complete() ? "" : visit.here("before", String.valueOf(found.first())),
                visit.links().to("audit.csv"));
    }

    /** Everything, oldest first, RFC 4180. */
    public static void csv(Visit visit, Lines out) {
        out.line("at,position,who,what,subject,why\r");
        Scene.past(visit.node(), () -> {
            long to = visit.node().journal().lastPosition();
            long from = visit.node().journal().firstPosition();
            while (from <= to) {
                EventSearch.Found found =
                        EventSearch.of(visit.node(), BY_HAND, null, null).oldest(from, to, 1024, () -> false);
                for (JournalEntry e : found.entries()) {
                    Row r = row(e, visit);
                    out.line("%s,%d,%s,%s,%s,%s\r"
                            .formatted(
                                    r.iso(),
                                    e.position(),
                                    Exports.field(r.who()),
                                    Exports.field(r.what()),
                                    Exports.field(r.subject()),
                                    Exports.field(r.why())));
                }
                from = found.complete() ? to + 1 : found.last() + 1;
            }
            return from;
        });
    }

    private static Row row(JournalEntry e, Visit visit) {
        Row said =
                switch (e.event()) {
                    case AuditRecorded a -> row(a.who(), a.what(), a.subject(), a.why());
                    case ConfigChanged c -> row(c.source(), "set", c.key(), "%s → %s".formatted(c.from(), c.to()));
                    case PeerBanned b -> row("", "ban", b.what().text(), b.reason());
                    case PeerUnbanned b -> row("", "lift a ban", b.what().text(), "");
                    default -> throw new IllegalStateException("not done by hand: " + e);
                };
        return new Row(
                Say.clock(e.instantMillis(), 0),
                Say.iso(e.instantMillis()),
                said.who(),
                said.what(),
                said.subject(),
                said.why(),
                Say.number(e.position()),
                visit.links().event(e.position()));
    }

    private static Row row(String who, String what, String subject, String why) {
        return new Row("", "", who, what, subject, why, "", "");
    }
}
