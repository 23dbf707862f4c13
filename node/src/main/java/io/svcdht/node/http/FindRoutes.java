package io.svcdht.node.http;

import io.svcdht.node.Network;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.StoredRecord;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who has it, and everything that is known. */
final class FindRoutes {
    static final CharSequence NDJSON = HttpHeaders.createOptimized("application/x-ndjson");

    static final int PROVIDERS_DEFAULT = 100;
    static final int PROVIDERS_MAX = 1000;
    /** A local answer counts as one hop, as the seed counts. */
    private static final int LOCAL_HOPS = 1;

    private FindRoutes() {}

    /** {@code GET /dht/find_providers/{cid}}: what this node holds, else what others do. */
    static void find(Exchange x) {
        UUID id = x.loop().lookupId();
        String lookupId = id.toString();
        x.lookup(lookupId);
        ContentId cid = ProvideRequest.cid(x.pathParameter(), x.node().config());
        // What was asked for is the text itself; to make it again from the key costs a tenth of a find.
        String asked = x.pathParameter().strip();
        int limit = PROVIDERS_DEFAULT;
        boolean local = false;
        if (x.request().query() != null) {
            limit = x.query().number("limit", PROVIDERS_DEFAULT, 1, PROVIDERS_MAX);
            x.query().number("deadline_ms", 1, NetworkRoutes.DEADLINE_MILLIS_MAX);
            x.query().number("paths", 1, NetworkRoutes.PATHS_MAX);
            local = x.query().flag("local");
            x.query().flag("trace");
        }
        List<StoredRecord> holders = x.node().providers().holdersOf(cid.key()).records();
        long now = x.node().nowMillis();
        Network network = x.node().network().orElse(null);
        if (!local && network != null && holders.stream().noneMatch(r -> r.aliveAt(now))) {
            NetworkRoutes.find(x, network, NetworkRoutes.wanted(x, cid, asked, id), limit);
            return;
        }
        long nanos = x.elapsedNanos();
        x.json(200, found(x.loop(), asked, holders, limit, now, nanos / 1_000_000, lookupId));
        x.loop().metrics().lookedUp(nanos, LOCAL_HOPS);
    }

    private static Buffer found(
            Loop loop,
            String asked,
            List<StoredRecord> holders,
            int limit,
            long now,
            long elapsedMillis,
            String lookupId) {
        JsonBytes out = new JsonBytes(320 + 384 * Math.min(holders.size(), limit));
        out.beginObject().name("cid").value(asked);
        int shown = providers(loop, out, holders, limit, now);
        out.name("hops")
                .value(LOCAL_HOPS)
                .name("elapsed_ms")
                .value(elapsedMillis)
                .name("lookup_id")
                .plain(lookupId)
                .name("source")
                .plain("local")
                .name("outcome")
                .plain(outcome(shown))
                .name("traced")
                .value(false);
        records(loop, out, holders, shown, now);
        return out.endObject().toBuffer();
    }

    /** An answer of a batch: the same without what belongs to a lookup of its own. */
    static void line(Exchange x, JsonBytes out, ContentId cid, int limit, boolean withRecords) {
        long began = System.nanoTime();
        List<StoredRecord> holders = x.node().providers().holdersOf(cid.key()).records();
        long now = x.node().nowMillis();
        out.beginObject().name("cid");
        if (cid.isCanonical()) {
            out.canonical(cid.key());
        } else {
            out.value(cid.text());
        }
        int shown = providers(x.loop(), out, holders, limit, now);
        out.name("hops")
                .value(LOCAL_HOPS)
                .name("source")
                .plain("local")
                .name("outcome")
                .plain(outcome(shown));
        if (withRecords) {
            records(x.loop(), out, holders, shown, now);
        }
        out.endObject();
        x.loop().metrics().lookedUp(System.nanoTime() - began, LOCAL_HOPS);
    }

    private static String outcome(int shown) {
        return shown > 0 ? "found" : "not_found";
    }

    /** Writes the locators; returns how many. */
    private static int providers(Loop loop, JsonBytes out, List<StoredRecord> holders, int limit, long now) {
        out.name("providers").beginArray();
        int shown = 0;
        for (int i = 0; i < holders.size() && shown < limit; i++) {
            if (shows(holders, i, now)) {
                out.value(node(loop, holders.get(i).record()));
                shown++;
            }
        }
        out.endArray();
        return shown;
    }

    private static void records(Loop loop, JsonBytes out, List<StoredRecord> holders, int shown, long now) {
        out.name("records").beginArray();
        int left = shown;
        for (int i = 0; i < holders.size() && left > 0; i++) {
            if (shows(holders, i, now)) {
                record(loop, out, holders.get(i), now);
                left--;
            }
        }
        out.endArray();
    }

    /** Alive, and the first with its locator. */
    private static boolean shows(List<StoredRecord> holders, int i, long now) {
        StoredRecord r = holders.get(i);
        if (!r.aliveAt(now)) {
            return false;
        }
        for (int j = 0; j < i; j++) {
            StoredRecord earlier = holders.get(j);
            // One publisher's records differ in their locators already.
            if (!earlier.record().publisher().equals(r.record().publisher())
                    && earlier.aliveAt(now)
                    && earlier.record().node().equals(r.record().node())) {
                return false;
            }
        }
        return true;
    }

    private static String node(Loop loop, ProviderRecord p) {
        return p.locator().isEmpty() ? loop.text(p.publisher()) : p.locator();
    }

    private static void record(Loop loop, JsonBytes out, StoredRecord r, long now) {
        ProviderRecord p = r.record();
        out.beginObject()
                .name("node")
                .value(node(loop, p))
                .name("publisher")
                .plain(loop.text(p.publisher()))
                .name("locator")
                .value(p.locator())
                .name("addrs")
                .beginArray();
        for (String addr : p.addrs()) {
            out.value(addr);
        }
        out.endArray()
                .name("ttl_secs")
                .value(p.ttlSeconds())
                .name("issued_at")
                .instant(p.issuedAtMillis())
                .name("expires_at")
                .instant(r.endsAtMillis())
                .name("secs_left")
                .value(Paging.secondsLeft(r, now))
                .name("position")
                .value(r.position())
                .endObject();
    }

    /** {@code GET /dht/_debug/list}: pages in key order, or everything as NDJSON in no order. */
    static void list(Exchange x) {
        if (x.accepts("application/x-ndjson")) {
            x.loop().streams().start(x, NDJSON, out -> listAll(x, out));
            return;
        }
        Paging paging = Paging.of(x.query());
        x.blocking(() -> listPage(x, paging), page -> {
            paging.link(x, "/dht/_debug/list", page.next());
            x.json(200, page.json());
        });
    }

    private static Paging.Page listPage(Exchange x, Paging paging) {
        long now = x.node().nowMillis();
        List<Holders> page = x.node().providers().page(paging.after(), paging.limit() + 1);
        JsonBytes out = new JsonBytes(4096).beginArray();
        for (Holders holders : paging.shown(page)) {
            line(out, holders, now);
        }
        Key next = paging.next(page);
        return new Paging.Page(out.endArray().toBuffer(), next);
    }

    private static void listAll(Exchange x, Streams.Out out) throws Streams.Gone, InterruptedException {
        // The walk wants a plain visitor: what cannot pass through it ends it and is thrown again outside.
        Stopped stopped = new Stopped();
        try {
            x.node().providers().forEach(holders -> {
                JsonBytes json = new JsonBytes(256);
                if (line(json, holders, x.node().nowMillis())) {
                    try {
                        out.line(json.toBuffer());
                    } catch (Streams.Gone e) {
                        stopped.gone = e;
                        throw stopped;
                    } catch (InterruptedException e) {
                        stopped.interrupted = e;
                        throw stopped;
                    }
                }
            });
        } catch (Stopped s) {
            s.rethrow();
        }
    }

    private static boolean line(JsonBytes out, Holders holders, long now) {
        boolean begun = false;
        for (StoredRecord r : holders) {
            if (!r.aliveAt(now)) {
                continue;
            }
            if (!begun) {
                begun = true;
                out.beginObject()
                        .name("cid")
                        .value(r.record().cid().text())
                        .name("entries")
                        .beginArray();
            }
            out.beginObject()
                    .name("node")
                    .value(r.record().node())
                    .name("secs_left")
                    .value(Paging.secondsLeft(r, now))
                    .endObject();
        }
        if (begun) {
            out.endArray().endObject();
        }
        return begun;
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private transient Streams.@Nullable Gone gone;
        private transient @Nullable InterruptedException interrupted;

        Stopped() {
            super("stopped", null, false, false);
        }

        void rethrow() throws Streams.Gone, InterruptedException {
            if (gone != null) {
                throw gone;
            }
            if (interrupted != null) {
                throw interrupted;
            }
        }
    }
}
