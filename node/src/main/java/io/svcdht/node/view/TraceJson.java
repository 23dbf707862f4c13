package io.svcdht.node.view;

import com.fasterxml.jackson.core.JsonGenerator;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceLog;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * How lookups went, as JSON. Times are milliseconds with three decimals since the lookup began, by the node's own
 * monotonic clock.
 *
 * <pre>
 * page    lookups [lookup …] scanned complete [next]
 * lookup  lookup_id at op [asked_by] target [text] outcome hops messages hedges known took_ms deadline_ms, by itself also legs
 * leg     leg peer address hop path [via] why outcome heard_of_ms sent_ms took_ms overdue [way]
 * </pre>
 */
public final class TraceJson {
    private TraceJson() {}

    public static void writePage(JsonGenerator g, TraceLog.Page page) throws IOException {
        g.writeStartObject();
        g.writeArrayFieldStart("lookups");
        for (LookupRecord lookup : page.lookups()) {
            g.writeStartObject();
            fields(g, lookup);
            g.writeEndObject();
        }
        g.writeEndArray();
        g.writeNumberField("scanned", page.scanned());
        g.writeBooleanField("complete", page.next() == null);
        if (page.next() != null) {
            g.writeStringField("next", page.next().toString());
        }
        g.writeEndObject();
    }

    public static void write(JsonGenerator g, LookupRecord lookup) throws IOException {
        g.writeStartObject();
        fields(g, lookup);
        g.writeArrayFieldStart("legs");
        for (int i = 0; i < lookup.legs().size(); i++) {
            leg(g, lookup, i);
        }
        g.writeEndArray();
        g.writeEndObject();
    }

    private static void fields(JsonGenerator g, LookupRecord lookup) throws IOException {
        g.writeStringField("lookup_id", lookup.id().toString());
        g.writeStringField("at", Json.instant(lookup.startedAtMillis()));
        g.writeStringField("op", word(lookup.operation()));
        if (lookup.asker() != LookupRecord.Asker.UNTOLD) {
            g.writeStringField("asked_by", word(lookup.asker()));
        }
        g.writeStringField("target", ContentId.canonical(lookup.target()));
        if (!lookup.text().isEmpty()) {
            g.writeStringField("text", lookup.text());
        }
        g.writeStringField("outcome", word(lookup.outcome()));
        g.writeNumberField("hops", lookup.hops());
        g.writeNumberField("messages", lookup.messages());
        g.writeNumberField("hedges", lookup.hedges());
        g.writeNumberField("known", lookup.known());
        g.writeNumberField("took_ms", millis(lookup.tookNanos()));
        g.writeNumberField("deadline_ms", millis(lookup.deadlineNanos()));
    }

    private static void leg(JsonGenerator g, LookupRecord lookup, int index) throws IOException {
        LegRecord leg = lookup.legs().get(index);
        g.writeStartObject();
        g.writeStringField("leg", lookup.legName(index));
        g.writeStringField("peer", leg.peer().text());
        g.writeStringField("address", leg.address());
        g.writeNumberField("hop", leg.hop());
        g.writeNumberField("path", leg.path());
        if (leg.via() >= 0) {
            g.writeStringField("via", lookup.legName(leg.via()));
        }
        g.writeStringField("why", word(leg.why()));
        g.writeStringField("outcome", word(leg.outcome()));
        g.writeNumberField("heard_of_ms", millis(leg.heardOfNanos()));
        g.writeNumberField("sent_ms", millis(leg.sentNanos()));
        g.writeNumberField("took_ms", millis(leg.waitedNanos()));
        g.writeBooleanField("overdue", leg.overdue());
        if (leg.way() != LegRecord.Way.UNTOLD) {
            g.writeStringField("way", word(leg.way()));
        }
        g.writeEndObject();
    }

    /** How an outcome, an operation or a reason is written: {@code NOT_FOUND} as {@code not_found}. */
    public static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Milliseconds to the microsecond. */
    private static BigDecimal millis(long nanos) {
        return BigDecimal.valueOf(nanos / 1_000, 3);
    }
}
