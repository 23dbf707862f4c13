package io.svcdht.node.http;

import io.svcdht.node.Network;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.StoredRecord;
import io.svcdht.storage.trace.LookupRecord;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who has it, and everything that is known. */
final class FindRoutes {
    static final CharSequence NDJSON = HttpHeaders.createOptimized("application/x-ndjson");

    static final int PROVIDERS_DEFAULT = 100;
    static final int PROVIDERS_MAX = 1000;

    private FindRoutes() {}

    /** {@code GET /dht/find_providers/{cid}}: what this node holds, else what others do. */
    static void find(Exchange x) {
        UUID id = x.loop().lookupId();
        String lookupId = id.toString();
        x.lookup(lookupId);
        ContentId cid = ProvideRequest.cid(x.pathParameter(), x.node().config());
        checkAllowed(x, cid);
        // What was asked for is the text itself; to make it again from the key costs a tenth of a find.
        String asked = x.pathParameter().strip();
        int limit = PROVIDERS_DEFAULT;
        boolean local = false;
        boolean trace = false;
        if (x.request().query() != null) {
            limit = x.query().number("limit", PROVIDERS_DEFAULT, 1, PROVIDERS_MAX);
            x.query().number("deadline_ms", 1, NetworkRoutes.DEADLINE_MILLIS_MAX);
            x.query().number("paths", 1, NetworkRoutes.PATHS_MAX);
            local = x.query().flag("local");
            trace = x.query().flag("trace");
        }
        FindAnswer answer = x.loop().finds();
        answer.look(x.node().providers(), cid.key(), x.node().nowMillis(), limit);
        Network network = local || !answer.isEmpty() ? null : x.node().network().orElse(null);
        if (network != null && network.standing().contacts() > 0) {
            NetworkRoutes.find(x, network, NetworkRoutes.wanted(x, cid, asked, id), limit, trace);
            return;
        }
        long nanos = x.elapsedNanos();
        LookupRecord told = trace ? askedNobody(x, id, cid.key(), asked, !answer.isEmpty()) : null;
        x.json(200, answer.whole(asked, lookupId, nanos / 1_000_000, told != null, told));
        x.lookedUp(nanos, FindAnswer.LOCAL_HOPS);
    }

    /** Keeps the trace of a find that was answered without asking others: it has no legs. */
    static LookupRecord askedNobody(Exchange x, UUID id, Key key, String asked, boolean found) {
        long nanos = x.elapsedNanos();
        LookupRecord record = new LookupRecord(
                id,
                x.node().nowMillis() - nanos / 1_000_000,
                LookupRecord.Operation.FIND,
                LookupRecord.Asker.HTTP,
                key,
                asked,
                found ? LookupRecord.Outcome.FOUND : LookupRecord.Outcome.NOT_FOUND,
                FindAnswer.LOCAL_HOPS,
                0,
                0,
                0,
                nanos,
                0,
                List.of());
        x.node().traces().keep(record);
        return record;
    }

    /** @throws ApiError if the content is banned here */
    static void checkAllowed(Exchange x, ContentId cid) {
        if (x.node().routing().denied().refuses(cid.key())) {
            throw ApiError.of(ErrorCode.Forbidden, "this content id is banned at this node");
        }
    }

    /** An answer of a batch. */
    static void line(Exchange x, JsonBytes out, ContentId cid, int limit, boolean withRecords) {
        long began = System.nanoTime();
        FindAnswer answer = x.loop().finds();
        answer.look(x.node().providers(), cid.key(), x.node().nowMillis(), limit);
        answer.line(out, cid, withRecords);
        x.lookedUp(System.nanoTime() - began, FindAnswer.LOCAL_HOPS);
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
                    .value(Paging.secondsLeft(r.endsAtMillis(), now))
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
