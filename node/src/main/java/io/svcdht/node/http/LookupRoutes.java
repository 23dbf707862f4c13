package io.svcdht.node.http;

import static io.svcdht.node.http.Route.Parameter.path;
import static io.svcdht.node.http.Route.Parameter.query;

import io.svcdht.node.config.Role;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.http.Route.Answer;
import io.svcdht.node.view.TraceJson;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceLog;
import io.vertx.core.http.HttpMethod;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** What lookups over the network did, from the trace journal, which is read on worker threads. */
final class LookupRoutes {
    static final String PATH = "/dht/lookups";
    static final int LIMIT_DEFAULT = 100;
    static final int LIMIT_MAX = 1_000;

    private LookupRoutes() {}

    static void addTo(List<Route> routes) {
        routes.add(new Route(
                HttpMethod.GET,
                PATH,
                Role.VIEWER,
                "lookups",
                "How lookups over the network went, newest first",
                List.of(
                        query(
                                "outcome",
                                "only those that ended so",
                                "{\"type\":\"string\",\"enum\":[\"%s\"]}".formatted(outcomes("\",\""))),
                        query(
                                "op",
                                "only those that were for this",
                                "{\"type\":\"string\",\"enum\":[\"%s\"]}".formatted(operations("\",\""))),
                        query("min_ms", "only those that took so long", "{\"type\":\"integer\",\"minimum\":0}"),
                        query("target", "only those for this content id or node id", Routes.STRING),
                        query("before", "only those older than this lookup", Routes.STRING),
                        query("limit", "lookups on a page", Routes.range(1, LIMIT_MAX, LIMIT_DEFAULT))),
                null,
                List.of(Answer.json("Lookups", "a page and how much was looked through; Link names the next")),
                LookupRoutes::list));
        routes.add(new Route(
                HttpMethod.GET,
                PATH + "/{lookup_id}",
                Role.VIEWER,
                "lookup",
                "How one lookup went, leg by leg",
                List.of(path("lookup_id", "as the answer of a find names it")),
                null,
                List.of(Answer.json("Lookup", "with its legs in the order in which they were sent")),
                LookupRoutes::one));
    }

    /** {@code GET /dht/lookups?outcome=&min_ms=&target=&before=&limit=}, newest first. */
    static void list(Exchange x) {
        Query q = x.query();
        TraceLog.Filter filter = new TraceLog.Filter(
                        q.text("outcome").map(LookupRoutes::outcome).orElse(null),
                        q.number("min_ms", 0, 0, Integer.MAX_VALUE),
                        q.text("target").map(t -> target(t, x)).orElse(null),
                        q.text("before").map(LookupRoutes::id).orElse(null))
                .of(q.text("op").map(LookupRoutes::operation).orElse(null));
        int limit = q.number("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        x.blocking(() -> x.node().traces().page(filter, limit), page -> {
            if (page.next() != null) {
                x.request().response().putHeader("link", next(q, page.next(), limit));
            }
            x.json(g -> TraceJson.writePage(g, page));
        });
    }

    private static String next(Query q, UUID before, int limit) {
        StringBuilder url = new StringBuilder(PATH).append('?');
        for (String name : new String[] {"op", "outcome", "min_ms", "target"}) {
            q.text(name).ifPresent(v -> url.append(name)
                    .append('=')
                    .append(URLEncoder.encode(v, StandardCharsets.UTF_8))
                    .append('&'));
        }
        return "<%sbefore=%s&limit=%d>; rel=\"next\"".formatted(url, before, limit);
    }

    /** {@code GET /dht/lookups/{lookup_id}}, leg by leg. */
    static void one(Exchange x) {
        UUID id = id(x.pathParameter());
        x.lookup(id.toString());
        x.blocking(() -> x.node().traces().get(id), found -> x.json(g -> TraceJson.write(g, found(found, id))));
    }

    private static LookupRecord found(Optional<LookupRecord> found, UUID id) {
        return found.orElseThrow(() -> ApiError.of(
                ErrorCode.NotFound,
                "no trace of lookup %s is kept: it asked nobody, is too old, or was over the trace budget"
                        .formatted(id)));
    }

    private static UUID id(String text) {
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equalsIgnoreCase(text)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw ApiError.badRequest(
                "a lookup id is a UUID such as 019ab697-e800-7abc-8000-000000000001; find answers carry theirs");
    }

    private static LookupRecord.Outcome outcome(String text) {
        return Arrays.stream(LookupRecord.Outcome.values())
                .filter(o -> TraceJson.word(o).equals(text))
                .findFirst()
                .orElseThrow(() -> ApiError.badRequest("outcome must be one of " + outcomes(", ")));
    }

    private static LookupRecord.Operation operation(String text) {
        return Arrays.stream(LookupRecord.Operation.values())
                .filter(o -> TraceJson.word(o).equals(text))
                .findFirst()
                .orElseThrow(() -> ApiError.badRequest("op must be one of " + operations(", ")));
    }

    private static String operations(String between) {
        return Arrays.stream(LookupRecord.Operation.values())
                .map(TraceJson::word)
                .collect(Collectors.joining(between));
    }

    static String outcomes(String between) {
        return Arrays.stream(LookupRecord.Outcome.values()).map(TraceJson::word).collect(Collectors.joining(between));
    }

    private static Key target(String text, Exchange x) {
        return NodeId.looksLike(text)
                ? NodeId.parse(text).key()
                : ProvideRequest.cid(text, x.node().config()).key();
    }
}
