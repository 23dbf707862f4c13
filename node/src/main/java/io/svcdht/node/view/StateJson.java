package io.svcdht.node.view;

import com.fasterxml.jackson.core.JsonGenerator;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.ProviderView;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.StoredRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A state, or a page of one, as JSON:
 *
 * <pre>
 * {"position":12,"at":"…","node":"n3:…","digest":"b3:…","counts":{"records":1,"tombstones":0,"content_ids":1},
 *  "records":[…],"next":"b3:…"}
 * </pre>
 *
 * <p>Records are in order of (key, publisher, locator), see {@link RecordJson}. {@code next} is the last key of a page
 * with more behind it: the next page begins after it. {@code at} and {@code node} are left out before the first event
 * and the first start. The digest is that of the whole state; a page leaves it out where it is not known and would cost
 * a walk over many records. The first page has {@code contacts} and {@code bans}
 * behind the counts where there are any, see {@link RoutingJson}.
 */
public final class StateJson {
    /** What the records of one page may weigh together, in KiB: pages are made in memory, several at once. */
    static final int PAGE_WEIGHT_MAX = 4096;

    private static final int PAGE_KEYS = 1024;

    private StateJson() {}

    /** How many of the content ids fit on a page by weight; one at least, so that every page gets somewhere. */
    public static int fitting(List<Holders> page) {
        int weight = 0;
        for (int i = 0; i < page.size(); i++) {
            for (StoredRecord r : page.get(i)) {
                weight += r.record().weight();
            }
            if (weight > PAGE_WEIGHT_MAX && i > 0) {
                return i;
            }
        }
        return page.size();
    }

    /**
     * Writes one page.
     *
     * @param digest that of the whole state, null = not known, and left out
     * @param after the key the page before ended with, null = the first page
     * @param limitKeys at most this many content ids; fewer where their records are large
     */
    public static void writePage(JsonGenerator g, State state, @Nullable Key digest, @Nullable Key after, int limitKeys)
            throws IOException {
        List<Holders> page = state.providers().page(after, limitKeys + 1);
        int shown = Math.min(limitKeys, fitting(page));
        write(g, state, digest, after == null, page.subList(0, shown), page.size() > shown);
    }

    /**
     * Writes the whole state, page by page.
     *
     * @param digest of all of it
     */
    public static void writeAll(JsonGenerator g, State state, Key digest) throws IOException {
        begin(g, state, digest, true);
        List<Holders> page = state.providers().page(null, PAGE_KEYS);
        while (!page.isEmpty()) {
            write(g, page);
            page = state.providers().page(page.getLast().key(), PAGE_KEYS);
        }
        g.writeEndArray();
        g.writeEndObject();
    }

    /** Shows all content ids in key order, page by page. */
    public static void inKeyOrder(ProviderView providers, Consumer<Holders> visitor) {
        List<Holders> page = providers.page(null, PAGE_KEYS);
        while (!page.isEmpty()) {
            page.forEach(visitor);
            page = providers.page(page.getLast().key(), PAGE_KEYS);
        }
    }

    /** The records and tombstones of one content id in order of (publisher, locator). */
    public static List<StoredRecord> inOrder(Holders holders) {
        List<StoredRecord> records = new ArrayList<>(holders.size());
        holders.forEach(records::add);
        records.sort(RecordJson.ORDER);
        return records;
    }

    private static void write(
            JsonGenerator g, State state, @Nullable Key digest, boolean first, List<Holders> page, boolean more)
            throws IOException {
        begin(g, state, digest, first);
        write(g, page);
        g.writeEndArray();
        if (more) {
            EventJson.writeKey(g, "next", page.getLast().key());
        }
        g.writeEndObject();
    }

    private static void write(JsonGenerator g, List<Holders> page) throws IOException {
        for (Holders holders : page) {
            for (StoredRecord r : inOrder(holders)) {
                RecordJson.write(g, r);
            }
        }
    }

    /** Up to the beginning of the records. */
    private static void begin(JsonGenerator g, State state, @Nullable Key digest, boolean first) throws IOException {
        g.writeStartObject();
        g.writeNumberField("position", state.position());
        if (state.position() > 0) {
            g.writeStringField("at", Json.instant(state.instantMillis()));
        }
        NodeId node = state.node();
        if (node != null) {
            g.writeStringField("node", node.text());
        }
        if (digest != null) {
            EventJson.writeKey(g, "digest", digest);
        }
        g.writeObjectFieldStart("counts");
        g.writeNumberField("records", state.providers().records());
        g.writeNumberField("tombstones", state.providers().tombstones());
        g.writeNumberField("content_ids", state.providers().contentIds());
        g.writeEndObject();
        if (first) {
            RoutingJson.writeState(g, state.routing());
        }
        g.writeArrayFieldStart("records");
    }
}
