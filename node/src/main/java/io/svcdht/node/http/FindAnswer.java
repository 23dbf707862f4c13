package io.svcdht.node.http;

import io.svcdht.node.Network;
import io.svcdht.node.lookup.LookupResult;
import io.svcdht.node.view.Json;
import io.svcdht.node.view.SignedBy;
import io.svcdht.node.view.TraceJson;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.LiveHolders;
import io.svcdht.storage.state.ProviderView;
import io.svcdht.storage.state.StoredRecord;
import io.svcdht.storage.trace.LookupRecord;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the holders of a content id and writes the answer, from the bytes that records are kept in to the bytes
 * that are sent; answers of other nodes are written the same way. One serves an event loop, find after find.
 */
final class FindAnswer {
    /** A local answer counts as one hop, as the seed counts. */
    static final int LOCAL_HOPS = 1;

    private static final String LOCAL = "local";

    /** Of a record that is in no journal here. */
    private static final long NO_POSITION = 0;

    private static final int BYTES_BARE = 256;
    private static final int BYTES_HOLDER = 448;

    private final NodeId self;
    private final String selfText;
    private final LiveHolders found = new LiveHolders();
    /** What others answered, by the holders it makes. */
    private final List<ProviderRecord> shown = new ArrayList<>();
    /** What was looked into, null = others were asked. */
    private @Nullable ProviderView local;

    private Key localKey = new Key(0, 0, 0, 0);
    private long nowMillis;
    private int hops;
    private String source = LOCAL;
    private String outcome = "";
    private long messages;

    FindAnswer(NodeId self) {
        this.self = self;
        this.selfText = self.text();
    }

    /**
     * Finds what the next answer will show.
     *
     * @param limit providers at most
     */
    void look(ProviderView providers, Key key, long atMillis, int limit) {
        nowMillis = atMillis;
        local = providers;
        localKey = key;
        providers.find(key, atMillis, limit, found);
        hops = LOCAL_HOPS;
        source = LOCAL;
        outcome = found.size() > 0 ? "found" : "not_found";
    }

    /**
     * Takes what others answered as what the next answer will show.
     *
     * @param limit providers at most
     */
    void show(Network.Found others, long atMillis, int limit) {
        LookupResult r = others.result();
        nowMillis = atMillis;
        found.clear();
        shown.clear();
        local = null;
        for (ProviderRecord p : r.records()) {
            if (found.size() < limit) {
                found.add(p, NO_POSITION);
                if (found.size() > shown.size()) {
                    shown.add(p);
                }
            }
        }
        hops = r.hops();
        messages = r.messages();
        source = others.origin() == Network.Origin.CACHE ? "cache" : "network";
        outcome = outcome(r.outcome());
    }

    /** What an outcome is called in answers. */
    static String outcome(LookupResult.Outcome outcome) {
        return switch (outcome) {
            case FOUND -> "found";
            // With nobody there to ask, what this node holds is all there is.
            case NOT_FOUND, CONVERGED, NO_PEERS -> "not_found";
            case DEADLINE -> "deadline";
            case HOP_BUDGET -> "hop_budget";
        };
    }

    /** Whether nobody was found. */
    boolean isEmpty() {
        return found.size() == 0;
    }

    /**
     * The answer to a find of its own.
     *
     * @param asked the content id as it was asked for
     * @param traced whether there is a trace to ask for by the id
     * @param trace the trace to show at once, null = it was not asked for
     */
    Buffer whole(String asked, String lookupId, long elapsedMillis, boolean traced, @Nullable LookupRecord trace) {
        int room = BYTES_BARE + asked.length() + found.size() * BYTES_HOLDER + 2 * found.textBytes();
        JsonBytes out = new JsonBytes(room).beginObject().name("cid").value(asked);
        providers(out);
        out.name("hops")
                .value(hops)
                .name("elapsed_ms")
                .value(elapsedMillis)
                .name("lookup_id")
                .plain(lookupId);
        outcome(out);
        out.name("traced").value(traced);
        if (!source.equals(LOCAL)) {
            out.name("messages").value(messages);
        }
        records(out);
        if (trace != null) {
            out.name("trace").json(Json.text(g -> TraceJson.write(g, trace)));
        }
        return out.endObject().toBuffer();
    }

    /** An answer of a batch: the same without what belongs to a lookup of its own. */
    void line(JsonBytes out, ContentId cid, boolean withRecords) {
        out.beginObject().name("cid");
        if (cid.isCanonical()) {
            out.canonical(cid.key());
        } else {
            out.value(cid.text());
        }
        providers(out);
        out.name("hops").value(hops);
        outcome(out);
        if (withRecords) {
            records(out);
        }
        out.endObject();
    }

    private void outcome(JsonBytes out) {
        out.name("source").plain(source).name("outcome").plain(outcome);
    }

    private void providers(JsonBytes out) {
        out.name("providers").beginArray();
        for (int i = 0; i < found.size(); i++) {
            node(out, i);
        }
        out.endArray();
    }

    private void records(JsonBytes out) {
        out.name("records").beginArray();
        for (int i = 0; i < found.size(); i++) {
            record(out, i);
        }
        out.endArray();
    }

    private void record(JsonBytes out, int holder) {
        out.beginObject().name("node");
        node(out, holder);
        out.name("publisher");
        id(out, found.publisher(holder));
        out.name("locator");
        text(out, found.locator(holder));
        out.name("addrs").beginArray();
        for (int t = found.locator(holder) + 1; t < found.addrsEnd(holder); t++) {
            text(out, t);
        }
        long endsAtMillis = found.endsAtMillis(holder);
        out.endArray()
                .name("ttl_secs")
                .value(found.ttlSeconds(holder))
                .name("issued_at")
                .instant(found.issuedAtMillis(holder))
                .name("expires_at")
                .instant(endsAtMillis)
                .name("secs_left")
                .value(Paging.secondsLeft(endsAtMillis, nowMillis));
        signed(out, holder);
        if (found.position(holder) != NO_POSITION) {
            out.name("position").value(found.position(holder));
        }
        out.endObject();
    }

    /** Left out of our own records, which are signed when they are sent; so the hot find looks nothing up. */
    private void signed(JsonBytes out, int holder) {
        NodeId publisher = found.publisher(holder);
        ProviderView view = local;
        ProviderRecord record = null;
        if (view == null) {
            record = shown.get(holder);
        } else if (!publisher.equals(self)) {
            int at = found.locator(holder);
            String locator = new String(found.bytes(), found.from(at), found.length(at), StandardCharsets.UTF_8);
            StoredRecord stored = view.record(localKey, publisher, locator);
            record = stored == null ? null : stored.record();
        }
        if (record != null && record.proof() != null) {
            out.name("signed").beginArray();
            SignedBy.of(record).forEach(out::plain);
            out.endArray();
        }
    }

    /** The locator, or the publisher where the publisher itself has the content. */
    private void node(JsonBytes out, int holder) {
        if (found.length(found.locator(holder)) == 0) {
            id(out, found.publisher(holder));
        } else {
            text(out, found.locator(holder));
        }
    }

    /** Our own id, which nearly every answer holds, was made once. */
    private void id(JsonBytes out, NodeId id) {
        out.plain(id.equals(self) ? selfText : id.text());
    }

    private void text(JsonBytes out, int text) {
        out.value(found.bytes(), found.from(text), found.length(text));
    }
}
