package io.svcdht.console.view;

import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalSource.Read;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The latest events, newest first.
 *
 * @param note what is shown of how many, or why nothing is
 * @param href the page with all of them
 */
public record EventTable(List<EventRow> rows, String note, String href) {
    private static final int ROWS = 20;

    public EventTable {
        rows = List.copyOf(rows);
    }

    /** The latest events up to the scene's moment. */
    static EventTable latest(JournalSource journal, Scene scene, Links links) {
        String all = links.to("journal");
        try {
            long last = scene.position();
            long first = journal.firstPosition();
            long from = Math.max(first, last - ROWS + 1);
            if (last == 0) {
                return new EventTable(List.of(), "Nothing has happened yet.", all);
            }
            List<EventRow> rows = rows(journal, from, last, scene.nowMillis(), links);
            String kept = first == 1 ? "" : "; events before %s are no longer kept".formatted(Say.number(first));
            return new EventTable(rows, "the last %s of %s%s".formatted(rows.size(), Say.number(last), kept), all);
        } catch (RuntimeException e) {
            // A journal that failed is being opened anew; all else on the page still holds.
            return new EventTable(List.of(), "The journal cannot be read now: " + e.getMessage(), all);
        }
    }

    private static List<EventRow> rows(JournalSource journal, long from, long last, long nowMillis, Links links) {
        List<EventRow> rows = new ArrayList<>(ROWS);
        if (journal.read(from) instanceof Read.From(JournalReader reader)) {
            try (reader) {
                for (JournalEntry e = reader.next(); e != null && e.position() <= last; e = reader.next()) {
                    rows.add(EventRow.of(e, nowMillis, links));
                }
            }
        }
        Collections.reverse(rows);
        return rows;
    }
}
