package io.svcdht.node.view;

import com.fasterxml.jackson.core.JsonGenerator;
import io.svcdht.storage.replay.StateDiff;
import io.svcdht.storage.replay.StateDiff.Change;
import io.svcdht.storage.state.StoredRecord;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two states as JSON:
 *
 * <pre>
 * {"from":3,"to":9,"changes":[{"change":"added|removed|changed","cid":"…","key":"b3:…","publisher":"n3:…",
 *  "locator":"…","before":{…},"after":{…},"caused_by":7}]}
 * </pre>
 *
 * <p>{@code before} is left out of what was added, {@code after} out of what was removed; both look as in
 * {@link RecordJson}. A record that became a tombstone is {@code changed}. The first page ends with {@code contacts}
 * ({@code change node before after}), {@code banned} and {@code unbanned} where there are any.
 */
public final class DiffJson {
    private DiffJson() {}

    public static void write(JsonGenerator g, StateDiff diff) throws IOException {
        write(g, diff, 0, diff.changes().size());
    }

    /**
     * Writes some of the changes; with more behind them {@code "next"} is the index to go on from.
     *
     * @param fromIndex index of the first change, from 0
     * @param limit at most this many; fewer where their records are large
     */
    public static void writePage(JsonGenerator g, StateDiff diff, int fromIndex, int limit) throws IOException {
        List<Change> all = diff.changes();
        int start = Math.min(fromIndex, all.size());
        int end = start;
        for (int weight = 0; end < all.size() && end - start < limit; end++) {
            weight += weight(all.get(end));
            if (weight > StateJson.PAGE_WEIGHT_MAX && end > start) {
                break;
            }
        }
        write(g, diff, start, end);
    }

    private static int weight(Change change) {
        return change.before().map(r -> r.record().weight()).orElse(0)
                + change.after().map(r -> r.record().weight()).orElse(0);
    }

    private static void write(JsonGenerator g, StateDiff diff, int start, int end) throws IOException {
        List<Change> all = diff.changes();
        g.writeStartObject();
        g.writeNumberField("from", diff.from());
        g.writeNumberField("to", diff.to());
        g.writeArrayFieldStart("changes");
        for (Change change : all.subList(start, end)) {
            write(g, change);
        }
        g.writeEndArray();
        if (end < all.size()) {
            g.writeNumberField("next", end);
        }
        if (start == 0) {
            RoutingJson.writeDiff(g, diff.routing());
        }
        g.writeEndObject();
    }

    public static void write(JsonGenerator g, Change change) throws IOException {
        g.writeStartObject();
        g.writeStringField("change", kind(change));
        g.writeStringField("cid", cid(change));
        EventJson.writeKey(g, "key", change.identity().key());
        g.writeStringField("publisher", change.identity().publisher().text());
        g.writeStringField("locator", change.identity().locator());
        writeSide(g, "before", change.before().orElse(null));
        writeSide(g, "after", change.after().orElse(null));
        g.writeNumberField("caused_by", change.causedBy());
        g.writeEndObject();
    }

    /** Contacts and bans that differ, as fields of the object that is open. */
    public static void writeRouting(JsonGenerator g, StateDiff diff) throws IOException {
        RoutingJson.writeDiff(g, diff.routing());
    }

    /** One word: added, removed or changed. */
    public static String kind(Change change) {
        if (change.before().isEmpty()) {
            return "added";
        }
        return change.after().isEmpty() ? "removed" : "changed";
    }

    /** The text of the content id, as its publisher last wrote it. */
    public static String cid(Change change) {
        StoredRecord shown = change.after().or(change::before).orElseThrow();
        return shown.record().cid().text();
    }

    private static void writeSide(JsonGenerator g, String name, @Nullable StoredRecord side) throws IOException {
        if (side != null) {
            g.writeFieldName(name);
            RecordJson.write(g, side);
        }
    }
}
