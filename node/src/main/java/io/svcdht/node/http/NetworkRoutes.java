package io.svcdht.node.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.svcdht.node.Network;
import io.svcdht.node.Network.Wanted;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.Sighting;
import io.svcdht.node.lookup.LookupResult;
import io.svcdht.node.lookup.LookupResult.Outcome;
import io.svcdht.node.net.Ways;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.LookupRecord.Asker;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What other nodes are asked for, and which of them this one knows. */
final class NetworkRoutes {
    static final int DEADLINE_MILLIS_MAX = 60_000;
    static final int PATHS_MAX = 8;
    private static final long MILLI = 1_000_000L;

    private NetworkRoutes() {}

    /**
     * The answer of a find that this node could not give by itself.
     *
     * @param trace whether to tell how it went
     */
    static void find(Exchange x, Network network, Wanted wanted, int limit, boolean trace) {
        then(x, network.find(wanted.within(x.traceContext())), found -> {
            LookupResult r = found.result();
            if (found.origin() == Network.Origin.NETWORK) {
                x.loop().metrics().searched(x.elapsedNanos());
            }
            switch (r.outcome()) {
                case FOUND, NOT_FOUND, CONVERGED, NO_PEERS -> {
                    FindAnswer answer = x.loop().finds();
                    answer.show(found, x.node().nowMillis(), limit);
                    long nanos = x.elapsedNanos();
                    LookupRecord told = trace ? told(x, wanted, found) : null;
                    String id = wanted.lookupId().toString();
                    boolean traced = told != null || found.traced();
                    x.json(200, answer.whole(wanted.text(), id, nanos / MILLI, traced, told));
                    x.lookedUp(nanos, r.hops());
                }
                case DEADLINE, HOP_BUDGET -> x.fail(unknown(r));
            }
        });
    }

    private static LookupRecord told(Exchange x, Wanted w, Network.Found found) {
        LookupRecord record = found.trace();
        boolean any = !found.result().records().isEmpty();
        return record == null ? FindRoutes.askedNobody(x, w.lookupId(), w.key(), w.text(), any) : record;
    }

    /** A search that ended without knowing. */
    static ApiError unknown(LookupResult r) {
        ErrorCode code = r.outcome() == Outcome.HOP_BUDGET ? ErrorCode.HopExceeded : ErrorCode.Timeout;
        String outcome = FindAnswer.outcome(r.outcome());
        return ApiError.of(
                        code,
                        "outcome %s after %d ms and %d requests: whether it is there is not known"
                                .formatted(outcome, r.tookNanos() / MILLI, r.messages()))
                .withOutcome(outcome);
    }

    /** {@code GET /dht/find_node/{node_id}} */
    static void findNode(Exchange x) {
        UUID lookupId = x.loop().lookupId();
        x.lookup(lookupId.toString());
        NodeId id = nodeId(x.pathParameter());
        Wanted wanted = new Wanted(
                        id.key(),
                        id.text(),
                        lookupId,
                        x.query().number("deadline_ms", 1, DEADLINE_MILLIS_MAX),
                        x.query().number("paths", 1, PATHS_MAX))
                .by(Asker.HTTP);
        then(x, network(x).locate(wanted.within(x.traceContext())), found -> {
            LookupResult r = found.result();
            switch (r.outcome()) {
                case DEADLINE, HOP_BUDGET -> x.fail(unknown(r));
                case CONVERGED, NO_PEERS, FOUND, NOT_FOUND ->
                    x.json(200, Exchange.bytes(g -> closest(g, x, wanted, r)));
            }
        });
    }

    private static void closest(JsonGenerator g, Exchange x, Wanted wanted, LookupResult r) throws IOException {
        g.writeStartObject();
        g.writeStringField("node", wanted.text());
        g.writeBooleanField(
                "found",
                r.closest().stream().anyMatch(p -> p.key().equals(wanted.key()))
                        || x.node().id().key().equals(wanted.key()));
        g.writeNumberField("hops", r.hops());
        g.writeNumberField("messages", r.messages());
        g.writeNumberField("elapsed_ms", x.elapsedNanos() / MILLI);
        g.writeStringField("lookup_id", wanted.lookupId().toString());
        g.writeStringField("outcome", r.outcome() == Outcome.CONVERGED ? "converged" : "no_peers");
        g.writeArrayFieldStart("closest");
        for (Peer p : r.closest()) {
            g.writeStartObject();
            contact(g, p.contact());
            g.writeEndObject();
        }
        g.writeEndArray();
        g.writeEndObject();
    }

    private static void contact(JsonGenerator g, Contact c) throws IOException {
        g.writeStringField("node", c.id().text());
        g.writeArrayFieldStart("addresses");
        for (PeerAddress a : c.addrs()) {
            g.writeString(a.text());
        }
        g.writeEndArray();
        if (c.asn() != 0) {
            g.writeNumberField("asn", c.asn());
        }
    }

    private record Known(List<Sighting> contacts, Ways ways) {}

    /** {@code GET /dht/peers} */
    static void peers(Exchange x) {
        Network network = network(x);
        then(
                x,
                network.contacts().thenCompose(all -> network.ways(
                                all.stream().map(s -> s.peer().id()).toList(), 0)
                        .thenApply(ways -> new Known(all, ways))),
                known -> x.json(200, Exchange.bytes(g -> {
                    g.writeStartObject();
                    standing(g, network);
                    WaysJson.datagrams(g, known.ways().datagrams());
                    g.writeArrayFieldStart("peers");
                    for (Sighting s : known.contacts()) {
                        sighting(g, s, known.ways().peers().get(s.peer().id()));
                    }
                    g.writeEndArray();
                    g.writeEndObject();
                })));
    }

    private static void standing(JsonGenerator g, Network network) throws IOException {
        Network.Standing s = network.standing();
        g.writeStringField("listens", network.listens().map(PeerAddress::text).orElse("nowhere"));
        g.writeNumberField("contacts", s.contacts());
        g.writeNumberField("live", s.live());
        g.writeNumberField("connections", s.connections());
        g.writeNumberField("network_size", s.networkSize());
        g.writeNumberField("seeds", s.seeds());
        g.writeNumberField("seeds_up", s.seedsUp());
        g.writeNumberField("unpublished", s.unpublished());
    }

    private static void sighting(JsonGenerator g, Sighting s, Ways.@Nullable Peer way) throws IOException {
        g.writeStartObject();
        contact(g, s.peer().contact());
        g.writeNumberField("bucket", s.bucket());
        g.writeStringField("state", s.answering() ? "live" : s.suspect() ? "suspect" : "unverified");
        nullable(g, "heard_secs_ago", s.heardNanosAgo() < 0 ? null : s.heardNanosAgo() / (1_000 * MILLI));
        if (s.rttNanos() == 0) {
            g.writeNullField("rtt_ms");
        } else {
            g.writeNumberField("rtt_ms", Math.round(s.rttNanos() / 1e4) / 100.0);
        }
        g.writeNumberField("failed_pings", s.failedPings());
        WaysJson.way(g, way);
        g.writeEndObject();
    }

    private static void nullable(JsonGenerator g, String name, @Nullable Long value) throws IOException {
        if (value == null) {
            g.writeNullField(name);
        } else {
            g.writeNumberField(name, value);
        }
    }

    /** {@code GET /dht/buckets} */
    static void buckets(Exchange x) {
        Network network = network(x);
        then(
                x,
                network.contacts(),
                all -> x.json(200, Exchange.bytes(g -> {
                    Map<Integer, List<Sighting>> byBucket = all.stream()
                            .collect(Collectors.groupingBy(Sighting::bucket, TreeMap::new, Collectors.toList()));
                    g.writeStartObject();
                    standing(g, network);
                    g.writeNumberField("k", x.node().config().network().search().k());
                    g.writeArrayFieldStart("buckets");
                    for (Map.Entry<Integer, List<Sighting>> e : byBucket.entrySet()) {
                        g.writeStartObject();
                        g.writeNumberField("bucket", e.getKey());
                        g.writeNumberField("contacts", e.getValue().size());
                        g.writeNumberField(
                                "live",
                                e.getValue().stream()
                                        .filter(Sighting::answering)
                                        .count());
                        g.writeArrayFieldStart("nodes");
                        for (Sighting s : e.getValue()) {
                            g.writeString(s.peer().id().text());
                        }
                        g.writeEndArray();
                        g.writeEndObject();
                    }
                    g.writeEndArray();
                    g.writeEndObject();
                })));
    }

    /** Hands the result back to the request's event loop. */
    static <T> void then(Exchange x, CompletionStage<T> stage, Consumer<T> work) {
        var _ = stage.whenComplete((result, e) -> x.loop()
                .context()
                .runOnContext(v -> x.guard(() -> {
                    if (e != null) {
                        x.fail(e);
                    } else {
                        work.accept(result);
                    }
                })));
    }

    private static Network network(Exchange x) {
        return x.node()
                .network()
                .orElseThrow(() -> ApiError.of(ErrorCode.NotReady, "this node has not joined a network yet"));
    }

    private static NodeId nodeId(String text) {
        try {
            return NodeId.parse(text.strip());
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("a node id is n3: and 64 hex digits: " + e.getMessage());
        }
    }

    /** The text of a content id as it was asked for. */
    static Wanted wanted(Exchange x, ContentId cid, String asked, UUID lookupId) {
        return new Wanted(
                        cid.key(),
                        asked,
                        lookupId,
                        x.query().number("deadline_ms", 1, DEADLINE_MILLIS_MAX),
                        x.query().number("paths", 1, PATHS_MAX))
                .by(Asker.HTTP);
    }
}
