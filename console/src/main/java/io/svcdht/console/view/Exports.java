package io.svcdht.console.view;

import io.svcdht.node.Node;
import io.svcdht.node.view.BaseLines;
import io.svcdht.node.view.EventJson;
import io.svcdht.node.view.Json;
import io.svcdht.node.view.RecordJson;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.StoredRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** What pages show, as files: everything, not a page of it. */
public final class Exports {
    private static final int EVENTS_AT_ONCE = 4096;
    private static final String HEADER =
            "cid,key,publisher,locator,addrs,ttl_secs,issued_at,expires_at,position,withdrawn";

    private Exports() {}

    /**
     * The events a journal page lists, oldest first. Without a filter these are all up to the moment, behind the state
     * they begin with where the beginning was given up: what {@code journal import} makes a journal of.
     */
    public static void events(Visit visit, Lines out) {
        Scene.past(visit.node(), () -> {
            JournalSnapshot asked = new JournalSnapshot(visit);
            long to = asked.upTo();
            long from = since(visit);
            if (from > 1
                    && from <= to
                    && !asked.filtered()
                    && !visit.node().config().amnesia()) {
                base(visit.node(), from - 1, out);
            }
            while (from <= to) {
                EventSearch.Found found = asked.search().oldest(from, to, EVENTS_AT_ONCE, () -> false);
                for (JournalEntry e : found.entries()) {
                    out.line(EventJson.line(e));
                }
                from = found.complete() ? to + 1 : found.last() + 1;
            }
            return from;
        });
    }

    /** The first position at or after the moment that was asked for; amnesia has no state to begin with in between. */
    private static long since(Visit visit) {
        long first = visit.node().journal().firstPosition();
        Optional<Scene.Asked> asked = visit.node().config().amnesia() ? Optional.empty() : Scene.asked(visit, "since");
        return asked.map(a -> Math.max(
                        first,
                        a.instantMillis() > 0
                                ? visit.node().history().positionAt(a.instantMillis() - 1) + 1
                                : a.position()))
                .orElse(first);
    }

    private static void base(Node node, long position, Lines out) {
        node.history().alone(position, (view, budget) -> {
            try {
                BaseLines.write(view, out::line);
                return position;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** The records a page of providers lists, each as the API shows it. */
    public static void recordsAsJson(Visit visit, Lines out) {
        ProviderList.walk(visit, r -> out.line(Json.text(g -> RecordJson.write(g, r))));
    }

    /** The same as a table, RFC 4180. */
    public static void recordsAsCsv(Visit visit, Lines out) {
        out.line(HEADER + "\r");
        ProviderList.walk(visit, r -> out.line(csv(r) + "\r"));
    }

    private static String csv(StoredRecord stored) {
        ProviderRecord r = stored.record();
        return String.join(
                ",",
                field(r.cid().text()),
                r.cid().key().hex(),
                r.publisher().text(),
                field(r.locator()),
                field(String.join(" ", r.addrs())),
                String.valueOf(r.ttlSeconds()),
                Json.instant(r.issuedAtMillis()),
                Json.instant(stored.endsAtMillis()),
                String.valueOf(stored.position()),
                String.valueOf(stored.tombstone()));
    }

    /** Quoted, and so that no spreadsheet takes a stranger's text for a formula. */
    static String field(String text) {
        boolean formula = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
        return '"' + (formula ? "'" : "") + text.replace("\"", "\"\"") + '"';
    }
}
