package io.svcdht.node.http;

import static io.svcdht.node.http.Route.Parameter.header;
import static io.svcdht.node.http.Route.Parameter.path;
import static io.svcdht.node.http.Route.Parameter.query;
import static io.svcdht.node.http.Route.Parameter.wanted;

import io.svcdht.node.config.Role;
import io.svcdht.node.http.Route.Answer;
import io.svcdht.node.http.Route.Parameter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The one table of routes: mounted by {@link Dispatch}, described by {@link OpenApi}. */
final class Routes {
    static final String HEALTH_PATH = "/healthz";
    static final String READY_PATH = "/readyz";
    static final String PROVIDE_PATH = "/dht/provide";
    static final String FIND_PREFIX = "/dht/find_providers/";

    private static final String TEXT = "text/plain";
    static final String STRING = "{\"type\":\"string\"}";
    private static final String FLAG = "{\"type\":\"boolean\",\"default\":false}";
    private static final String MOMENT =
            "{\"type\":\"string\",\"description\":\"a position such as 1234 or seq:1234, or an ISO 8601 instant\"}";

    private static final Parameter WAIT = query(
            "wait",
            "replicated: answer when the holders were told, with their number",
            "{\"type\":\"string\",\"enum\":[\"replicated\"]}");

    private static final Parameter WAIT_MILLIS = query(
            "deadline_ms",
            "with wait=replicated: how long to wait for them, absent = provide_deadline_ms",
            "{\"type\":\"integer\",\"minimum\":1,\"maximum\":60000}");
    private static final Parameter TRACE_HOLDERS =
            query("trace", "with wait=replicated: show how its holders were looked for, leg by leg", FLAG);

    private final List<Route> all;

    /** @param addresses where the server listens, known once it does */
    Routes(Supplier<List<String>> addresses) {
        List<Route> routes = new ArrayList<>();
        provide(routes);
        find(routes);
        network(routes);
        DelegatedRoutes.addTo(routes);
        LookupRoutes.addTo(routes);
        journal(routes);
        BusRoutes.addTo(routes);
        admin(routes);
        BanRoutes.addTo(routes);
        probes(routes, addresses);
        Buffer description = OpenApi.describe(routes);
        routes.add(openApi(x -> x.json(200, description)));
        all = List.copyOf(routes);
    }

    List<Route> all() {
        return all;
    }

    private static void provide(List<Route> routes) {
        routes.add(new Route(
                HttpMethod.POST,
                PROVIDE_PATH,
                Role.OPERATOR,
                "provide",
                "Announce that a content id can be had here, or at a locator",
                List.of(WAIT, WAIT_MILLIS, TRACE_HOLDERS),
                "ProvideRequest",
                List.of(Answer.json("Provided", "journaled, as durable as the sync policy says")),
                ProvideRoutes::provide));
        routes.add(new Route(
                HttpMethod.POST,
                PROVIDE_PATH + "/batch",
                Role.OPERATOR,
                "provide_batch",
                "Announce any number of content ids, a line each",
                List.of(),
                Route.NDJSON,
                "ProvideRequest",
                List.of(new Answer(
                        200,
                        Route.NDJSON,
                        "ProvideResult",
                        "a result a line, in the order of the lines; a line that is refused does not end the batch")),
                BatchRoutes::provide));
        routes.add(new Route(
                HttpMethod.DELETE,
                PROVIDE_PATH,
                Role.OPERATOR,
                "withdraw",
                "Take back an announcement of this node",
                List.of(
                        wanted("cid", "content id", STRING),
                        query("node", "the locator; absent or self = this node itself", STRING),
                        WAIT,
                        WAIT_MILLIS,
                        TRACE_HOLDERS),
                null,
                List.of(Answer.json("Withdrawn", "taken back")),
                ProvideRoutes::withdraw));
        routes.add(new Route(
                HttpMethod.GET,
                "/dht/provides",
                Role.VIEWER,
                "provides",
                "What this node publishes",
                paging("content ids on a page"),
                null,
                List.of(Answer.json("Provides", "a page; Link names the next")),
                ProvideRoutes::provides));
    }

    private static void find(List<Route> routes) {
        routes.add(new Route(
                HttpMethod.GET,
                FIND_PREFIX + "{cid}",
                Role.VIEWER,
                "find_providers",
                "Who provides a content id",
                List.of(
                        path("cid", "content id, percent-encoded where needed"),
                        query("limit", "providers shown", range(1, 1000, 100)),
                        query(
                                "deadline_ms",
                                "time for the search",
                                "{\"type\":\"integer\",\"minimum\":1,\"maximum\":60000}"),
                        query("paths", "disjoint paths of the search", range(1, 8, 1)),
                        query("local", "ask nobody else", FLAG),
                        query(
                                "trace",
                                "show how the find went, leg by leg, and keep that also of one that asked nobody",
                                FLAG)),
                null,
                List.of(Answer.json("Found", "outcome is found or not_found")),
                FindRoutes::find));
        routes.add(new Route(
                HttpMethod.POST,
                "/dht/find_providers",
                Role.VIEWER,
                "find_providers_batch",
                "Who provides any number of content ids, a line each",
                List.of(
                        query("limit", "providers shown for a content id", range(1, 1000, 100)),
                        query("records", "show the records as well", FLAG),
                        query("local", "ask nobody else", FLAG)),
                Route.NDJSON,
                "FindRequest",
                List.of(new Answer(200, Route.NDJSON, "FindResult", "an answer a line, in the order of the lines")),
                BatchRoutes::find));
        List<Answer> list = List.of(
                Answer.json("List", "a page; Link names the next"),
                new Answer(
                        200, Route.NDJSON, "ListEntry", "with Accept: application/x-ndjson, everything, a line each"));
        routes.add(new Route(
                HttpMethod.GET,
                "/dht/_debug/list",
                Role.VIEWER,
                "debug_list",
                "Every content id with its providers",
                paging("content ids on a page"),
                null,
                list,
                FindRoutes::list));
    }

    private static void network(List<Route> routes) {
        routes.add(new Route(
                HttpMethod.GET,
                "/dht/find_node/{node_id}",
                Role.VIEWER,
                "find_node",
                "Who is closest to a node id",
                List.of(
                        path("node_id", "n3: and 64 hex digits"),
                        query(
                                "deadline_ms",
                                "time for the search",
                                "{\"type\":\"integer\",\"minimum\":1,\"maximum\":60000}"),
                        query("paths", "disjoint paths of the search", range(1, 8, 1))),
                null,
                List.of(Answer.json("Closest", "the closest that answered, closest first")),
                NetworkRoutes::findNode));
        routes.add(new Route(
                HttpMethod.GET,
                "/dht/buckets",
                Role.VIEWER,
                "buckets",
                "The routing table by bucket",
                List.of(),
                null,
                List.of(Answer.json("Buckets", "occupied buckets, the widest first")),
                NetworkRoutes::buckets));
        routes.add(new Route(
                HttpMethod.GET,
                "/dht/peers",
                Role.VIEWER,
                "peers",
                "Whom this node knows, and how they do",
                List.of(),
                null,
                List.of(Answer.json("Peers", "contacts by bucket, the longest unheard of first")),
                NetworkRoutes::peers));
        RefusalRoutes.addTo(routes);
    }

    private static void journal(List<Route> routes) {
        routes.add(new Route(
                HttpMethod.GET,
                "/journal/events",
                Role.VIEWER,
                "journal_events",
                "Events as they stand in the journal",
                List.of(
                        query("from", "first event", MOMENT),
                        query("to", "last event", MOMENT),
                        query("type", "only these types, parted by commas", STRING),
                        query("cid", "only events of this content id", STRING),
                        query("peer", "only events that name this node", STRING),
                        query("limit", "at most so many", "{\"type\":\"integer\",\"minimum\":1}"),
                        query("follow", "go on with what happens from now on, as server-sent events", FLAG),
                        header("Last-Event-ID", "follow from behind this position", "{\"type\":\"integer\"}")),
                null,
                List.of(
                        new Answer(200, Route.NDJSON, "Event", "an event a line"),
                        new Answer(
                                200,
                                "text/event-stream",
                                null,
                                "with follow: id = position, event = type, data = the event; a gap event names what was missed")),
                EventRoutes::events));
        List<Parameter> stateParameters = new ArrayList<>(paging("content ids on a page"));
        stateParameters.add(query("at", "which moment; absent = now", MOMENT));
        stateParameters.add(query(
                "digest",
                "derive the digest of the whole state; without it shown where it is known or the state is small",
                FLAG));
        routes.add(new Route(
                HttpMethod.GET,
                "/journal/state",
                Role.VIEWER,
                "journal_state",
                "The state at a moment, rebuilt from the journal",
                stateParameters,
                null,
                List.of(Answer.json("State", "a page; next names the key to go on after")),
                JournalRoutes::state));
        routes.add(new Route(
                HttpMethod.GET,
                "/journal/diff",
                Role.VIEWER,
                "journal_diff",
                "What differs between two moments",
                List.of(
                        wanted("from", "the earlier moment", MOMENT),
                        query("to", "the later moment; absent = now", MOMENT),
                        query("after", "the \"next\" of the page before", "{\"type\":\"integer\",\"minimum\":0}"),
                        query("limit", "changes on a page", range(1, 10_000, 1000))),
                null,
                List.of(Answer.json("Diff", "a page of the changes in order of key")),
                JournalRoutes::diff));
    }

    private static void admin(List<Route> routes) {
        routes.add(new Route(
                HttpMethod.POST,
                "/admin/backup",
                Role.ADMIN,
                "backup",
                "Copy the running node's data to a new or empty directory on its machine",
                List.of(),
                "BackupRequest",
                List.of(Answer.json("Backup", "what was copied, once it is on the medium")),
                AdminRoutes::backup));
    }

    private static void probes(List<Route> routes, Supplier<List<String>> addresses) {
        routes.add(probe(
                HEALTH_PATH,
                "healthz",
                "Whether the process answers",
                List.of(new Answer(200, TEXT, null, "ok, or starting")),
                ProbeRoutes::health));
        routes.add(probe(
                READY_PATH,
                "readyz",
                "Whether writes are taken",
                List.of(
                        new Answer(200, TEXT, null, "ready"),
                        new Answer(503, TEXT, null, "booting or degraded"),
                        new Answer(503, Route.JSON, "NotReady", "with Accept: application/json")),
                ProbeRoutes::ready));
        routes.add(probe(
                "/version",
                "version",
                "What this build is and where it listens",
                List.of(Answer.json("Version", "about this process")),
                x -> ProbeRoutes.version(x, addresses.get())));
        routes.add(new Route(
                HttpMethod.GET,
                "/metrics",
                Role.VIEWER,
                "metrics",
                "All meters, for Prometheus",
                List.of(),
                null,
                List.of(new Answer(200, TEXT, null, "text format 0.0.4")),
                ProbeRoutes::metrics));
    }

    /** The description describes its own route too, without a handler that would have to be known before. */
    static Route openApi(java.util.function.Consumer<Exchange> handler) {
        return probe(
                "/openapi.json",
                "openapi",
                "This description",
                List.of(new Answer(200, Route.JSON, null, "OpenAPI 3.1")),
                handler);
    }

    private static Route probe(
            String path,
            String id,
            String summary,
            List<Answer> answers,
            java.util.function.Consumer<Exchange> handler) {
        return new Route(HttpMethod.GET, path, null, id, summary, List.of(), null, answers, handler);
    }

    private static List<Parameter> paging(String what) {
        return List.of(
                query("after", "the key the page before ended with", STRING),
                query("limit", what, range(1, Paging.LIMIT_MAX, Paging.LIMIT_DEFAULT)));
    }

    static String range(int min, int max, int ifAbsent) {
        return "{\"type\":\"integer\",\"minimum\":%d,\"maximum\":%d,\"default\":%d}".formatted(min, max, ifAbsent);
    }
}
