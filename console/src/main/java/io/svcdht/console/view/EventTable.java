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
 * @param href all of them from the oldest shown on, as NDJSON
 */
public record EventTable(List<EventRow> rows, String note, String href) {
    private static final int ROWS = 20;

    public EventTable {
        rows = List.copyOf(rows);
    }

    static EventTable latest(JournalSource journal, long nowMillis) {
        try {
            long last = journal.lastPosition();
            long first = journal.firstPosition();
            long from = Math.max(first, last - ROWS + 1);
            if (last == 0) {
                return new EventTable(List.of(), "Nothing has happened yet.", "../journal/events");
            }
            List<EventRow> rows = rows(journal, from, nowMillis);
            String kept = first == 1 ? "" : "; events before %s are no longer kept".formatted(Say.number(first));
            return new EventTable(
                    rows,
                    "the last %s of %s%s".formatted(rows.size(), Say.number(last), kept),
                    "../journal/events?from=" + from);
        } catch (RuntimeException e) {
            // A journal that failed is being opened anew; all else on the page still holds.
            return new EventTable(List.of(), "The journal cannot be read now: " + e.getMessage(), "../journal/events");
        }
    }

    private static List<EventRow> rows(JournalSource journal, long from, long nowMillis) {
        List<EventRow> rows = new ArrayList<>(ROWS);
        if (journal.read(from) instanceof Read.From(JournalReader reader)) {
            try (reader) {
                for (JournalEntry e = reader.next(); e != null && rows.size() < ROWS; e = reader.next()) {
                    rows.add(EventRow.of(e, nowMillis));
                }
            }
        }
        Collections.reverse(rows);
        return rows;
    }
}
