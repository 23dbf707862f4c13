package io.svcdht.console.view;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.StoredRecord;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;

/**
 * One content id: who has it at the moment, and what became of its records.
 *
 * @param key its canonical text
 * @param rows who has it; {@code rowsNote} says of how many
 * @param events what the journal has about it, newest first; {@code eventsNote} says how far was looked
 */
public record ContentPage(
        Frame frame,
        String cid,
        String key,
        String sentence,
        List<ProviderRow> rows,
        String rowsNote,
        LifeLine life,
        List<EventRow> events,
        String eventsNote,
        String inJournal,
        String find,
        String withdraw)
        implements Page {
    private static final int ROWS_MAX = 200;
    private static final int EVENTS_MAX = 200;

    public ContentPage {
        rows = List.copyOf(rows);
        events = List.copyOf(events);
    }

    public static ContentPage of(Visit visit) {
        return Scene.look(visit, scene -> Scene.past(visit.node(), () -> page(visit, scene)));
    }

    private static ContentPage page(Visit visit, Scene scene) {
        ContentId asked = asked(visit);
        Key key = asked.key();
        Holders holders = scene.providers().holdersOf(key);
        EventSearch.Found found = EventSearch.of(visit.node(), EnumSet.allOf(EventType.class), key, null)
                .newest(visit.node().journal().firstPosition(), scene.position(), EVENTS_MAX, visit.spent());
        List<JournalEntry> events = found.entries();
        String text = holders.records().stream()
                .map(r -> r.record().cid().text())
                .findFirst()
                .orElse(asked.text());
        String canonical = ContentId.canonical(key);
        return new ContentPage(
                Frame.of(visit, scene, Say.id(text)),
                text,
                canonical,
                sentence(holders, scene),
                holders.records().stream()
                        .limit(ROWS_MAX)
                        .map(r -> ProviderRow.of(r, visit, scene))
                        .toList(),
                holders.size() <= ROWS_MAX
                        ? ""
                        : "%d of %s shown; the export has all".formatted(ROWS_MAX, Say.number(holders.size())),
                LifeLine.of(events, scene.nowMillis(), visit.links()),
                events.stream()
                        .map(e -> EventRow.of(e, scene.nowMillis(), visit.links()))
                        .toList(),
                found.complete()
                        ? Say.count(events.size(), "event", "events")
                        : "%s; looked back to position %s"
                                .formatted(Say.count(events.size(), "event", "events"), Say.number(found.first())),
                Links.with(visit.links().to("journal"), "cid", canonical),
                visit.links().root() + "../dht/find_providers/" + canonical,
                visit.links().root() + "providers/" + canonical + "/withdraw");
    }

    private static ContentId asked(Visit visit) {
        String text = URLDecoder.decode(visit.lastSegment().replace("+", "%2B"), StandardCharsets.UTF_8);
        try {
            return ContentId.parse(text, visit.node().config().lenientIds());
        } catch (IllegalArgumentException e) {
            throw PageRefused.of(ErrorCode.NotFound, "A content id is named as b3: and 64 hex digits, or as a CID.")
                    .leadingTo("providers", "Providers");
        }
    }

    private static String sentence(Holders holders, Scene scene) {
        long alive = holders.records().stream()
                .filter(r -> r.aliveAt(scene.nowMillis()))
                .count();
        long withdrawn =
                holders.records().stream().filter(StoredRecord::tombstone).count();
        if (holders.size() == 0) {
            return scene.past()
                    ? "Nobody had it, as far as this node knew."
                    : "Nobody has it, as far as this node knows.";
        }
        return Say.count(alive, "provider", "providers")
                + (withdrawn == 0 ? "" : ", %s withdrawn".formatted(Say.number(withdrawn)));
    }
}
