package io.svcdht.console.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.svcdht.console.fleet.FleetNode;
import io.svcdht.console.fleet.FleetPlace;
import io.svcdht.console.fleet.FleetStore;
import io.svcdht.console.fleet.RecordedNode;
import io.svcdht.console.view.FleetFind;
import io.svcdht.console.view.FleetPage;
import io.svcdht.console.view.FleetRefusalPage;
import io.svcdht.console.view.FleetVisit;
import io.svcdht.console.view.PageRefused;
import io.svcdht.console.view.Visit;
import io.svcdht.console.view.Visit.Caller;
import io.svcdht.node.config.Role;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.http.Access;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fleet's pages, to be mounted under any path; below {@code nodes/} each node has the pages it would have by itself,
 * made of what was recorded, when somebody first asks for them. Nothing here changes anything.
 */
public final class FleetRouter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FleetRouter.class);
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private static final long REST_MILLIS = 60_000;
    private static final String REROUTED = "svcdht.rerouted";

    private final Vertx vertx;
    private final FleetStore store;
    private final FleetPlace place;
    private final Desks desks;
    private final Pages pages;
    private final Entrance entrance;
    private final Map<NodeId, RecordedNode> recorded = new ConcurrentHashMap<>();
    private final Router router;

    private FleetRouter(Vertx vertx, FleetStore store, FleetPlace place, Access access, Pages pages) {
        this.vertx = vertx;
        this.store = store;
        this.place = place;
        this.desks = new Desks(vertx);
        this.pages = pages;
        this.entrance = new Entrance(access, () -> true, new Sessions(System::nanoTime));
        this.router = Router.router(vertx);
    }

    /** Asks for tokens or sessions where {@code access} says so. */
    public static FleetRouter create(Vertx vertx, FleetStore store, FleetPlace place, Access access) {
        Asset style = Asset.load("console.css", "text/css; charset=utf-8");
        Asset mark = Asset.load("mark.svg", "image/svg+xml");
        Asset script = Asset.load("console.js", "text/javascript; charset=utf-8");
        FleetRouter fleet = new FleetRouter(vertx, store, place, access, new Pages(style, mark, script));
        Router router = fleet.router;
        router.route().handler(ConsoleRouter::protect);
        router.route().handler(ConsoleRouter::addSlash);
        fleet.pages.assets().forEach(a -> read(router, "/" + a.path(), rc -> Answers.send(rc, a)));
        router.post("/login").handler(fleet::signIn);
        router.post("/logout").handler(fleet::signOut);
        for (FleetPageRoute page : FleetPageRoute.ALL) {
            read(router, page.path(), rc -> fleet.admit(rc, v -> fleet.page(rc, v, page)));
        }
        if (!place.recorded()) {
            fleet.goOn(router);
        }
        read(router, "/find", rc -> fleet.admit(rc, v -> fleet.find(rc, v)));
        router.route("/nodes/:id/*").handler(fleet::mount);
        router.route()
                .handler(rc -> fleet.admit(
                        rc,
                        v -> fleet.refuse(
                                rc, v, PageRefused.of(ErrorCode.NotFound, "There is no page at this address."))));
        return fleet;
    }

    /** Where new things come, pages are told of them, and what nobody has looked at for a while is let go. */
    private void goOn(Router router) {
        LiveFeed feed = new LiveFeed(vertx, () -> FleetFigures.of(store, place));
        router.get("/live")
                .handler(rc -> admit(rc, v -> {
                    if (!feed.watch(rc)) {
                        refuse(rc, v, PageRefused.of(ErrorCode.QuotaHit, "Too many pages are watching already."));
                    }
                }));
        vertx.setPeriodic(
                REST_MILLIS,
                id -> vertx.executeBlocking(
                        () -> {
                            recorded.values().forEach(RecordedNode::dropIdle);
                            return true;
                        },
                        false));
    }

    /** What to mount. */
    public Router router() {
        return router;
    }

    private static void read(Router router, String path, Handler<RoutingContext> handler) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
    }

    private void admit(RoutingContext rc, Handler<FleetVisit> then) {
        Optional<Caller> caller = entrance.caller(rc.request());
        String path = ConsoleRouter.path(rc);
        if (caller.isEmpty()) {
            String query =
                    rc.request().query() == null ? "" : "?" + rc.request().query();
            boolean page = rc.request().method().equals(HttpMethod.GET);
            answerSignIn(rc, Visit.rootOf(path), page ? path + query : "", "");
            return;
        }
        if (!caller.get().may(Role.VIEWER)) {
            rc.fail(403);
            return;
        }
        Map<String, String> params = new HashMap<>();
        rc.queryParams().forEach((name, value) -> params.putIfAbsent(name, value));
        then.handle(new FleetVisit(store, place, path, params, caller.get()));
    }

    private record Made(int status, String type, String text) {}

    private void page(RoutingContext rc, FleetVisit visit, FleetPageRoute route) {
        desks.make(looksBack(visit), () -> made(visit, route), made -> send(rc, made), e -> Answers.failed(rc, e));
    }

    private static boolean looksBack(FleetVisit visit) {
        return visit.params().containsKey("at") || visit.params().containsKey("vs");
    }

    private void refuse(RoutingContext rc, FleetVisit visit, PageRefused why) {
        desks.make(false, () -> refusal(visit, why), made -> send(rc, made), e -> Answers.failed(rc, e));
    }

    private Made made(FleetVisit visit, FleetPageRoute route) {
        try {
            FleetPage page = route.make().apply(visit);
            return made(visit, 200, route.template(), page);
        } catch (PageRefused e) {
            return refusal(visit, e);
        } catch (RuntimeException e) {
            LOG.error("The page {} could not be made", visit.path(), e);
            return refusal(visit, PageRefused.of(ErrorCode.Internal, "This page could not be made. The log says why."));
        }
    }

    private Made refusal(FleetVisit visit, PageRefused why) {
        return made(visit, why.code().httpStatus(), "fleetrefusal", FleetRefusalPage.of(visit, why));
    }

    private Made made(FleetVisit visit, int status, String template, FleetPage page) {
        if (!visit.params().getOrDefault("format", "").equals("json")) {
            return new Made(status, "text/html; charset=utf-8", pages.html(template, page));
        }
        try {
            return new Made(status, "application/json", JSON.writeValueAsString(page.data()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records are JSON", e);
        }
    }

    private static void send(RoutingContext rc, Made made) {
        if (!rc.response().closed()) {
            rc.response()
                    .setStatusCode(made.status())
                    .putHeader(HttpHeaders.CONTENT_TYPE, made.type())
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            rc.end(made.text());
        }
    }

    private void find(RoutingContext rc, FleetVisit visit) {
        try {
            Answers.redirect(rc, FleetFind.where(visit));
        } catch (PageRefused e) {
            refuse(rc, visit, e);
        }
    }

    /** Gives a node its pages at the first request for one, and lets the request begin anew. */
    private void mount(RoutingContext rc) {
        admit(rc, visit -> {
            Optional<FleetNode> node = Optional.ofNullable(rc.pathParam("id"))
                    .filter(id -> id.matches("[0-9a-f]{64}"))
                    .flatMap(id -> store.node(new NodeId(Key.parseHex(id))));
            if (node.isEmpty() || rc.get(REROUTED) != null) {
                refuse(rc, visit, PageRefused.of(ErrorCode.NotFound, "There is no page at this address."));
                return;
            }
            RecordedNode one = new RecordedNode(node.get(), place.now());
            if (recorded.putIfAbsent(node.get().id(), one) == null) {
                mount(node.get().id(), one);
            }
            rc.put(REROUTED, true);
            rc.reroute(rc.request().uri());
        });
    }

    private void mount(NodeId id, RecordedNode node) {
        String path = "/nodes/" + id.key().hex();
        // What this process would say of its own settings and its own hour is not what was recorded.
        for (String own : new String[] {"/config", "/metrics"}) {
            router.route(path + own).order(-2).handler(rc -> Answers.redirect(rc, "../../node/" + id.text()));
        }
        router.route(path + "/*").order(-1).subRouter(ConsoleRouter.create(vertx, node, entrance, pages));
    }

    private void answerSignIn(RoutingContext rc, String root, String next, String why) {
        rc.response().putHeader("www-authenticate", "Bearer realm=\"svc-dht\"");
        desks.make(
                false,
                () -> new Made(401, "text/html; charset=utf-8", pages.signIn(root, next, why)),
                made -> send(rc, made),
                e -> Answers.failed(rc, e));
    }

    private void signIn(RoutingContext rc) {
        String root = Visit.rootOf(ConsoleRouter.path(rc));
        Form.read(
                rc.request(),
                form -> {
                    String next = form.getOrDefault("next", "");
                    if (entrance.signIn(
                            rc.request(), form.getOrDefault("token", "").strip())) {
                        Answers.redirect(rc, root + (ConsoleRouter.isBelow(next) ? next : ""));
                    } else {
                        answerSignIn(rc, root, next, "There is no such token.");
                    }
                },
                why -> answerSignIn(rc, root, "", why.sentence()));
    }

    private void signOut(RoutingContext rc) {
        admit(
                rc,
                visit -> Form.read(
                        rc.request(),
                        form -> {
                            if (Entrance.isOurs(visit.caller(), form.getOrDefault("csrf", ""))) {
                                entrance.signOut(rc.request());
                                Answers.redirect(rc, Visit.rootOf(visit.path()));
                            } else {
                                refuse(
                                        rc,
                                        visit,
                                        PageRefused.of(ErrorCode.Forbidden, "This form was not made for you."));
                            }
                        },
                        why -> refuse(rc, visit, why)));
    }

    @Override
    public void close() {
        recorded.values().forEach(RecordedNode::close);
    }
}
