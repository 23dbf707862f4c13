package io.svcdht.console.web;

import io.svcdht.console.view.FindBox;
import io.svcdht.console.view.Notebook;
import io.svcdht.console.view.PageRefused;
import io.svcdht.console.view.Visit;
import io.svcdht.console.view.Visit.Caller;
import io.svcdht.node.Node;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.config.Role;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.http.Access;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The console's pages, to be mounted under any path: all links are relative. Here it is decided who may have which
 * page and do which deed; templates ask the same {@link Caller}.
 */
public final class ConsoleRouter {
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final Node node;
    private final Answers answers;
    private final Entrance entrance;
    private final LiveFeed feed;
    private final Notebook notebook = new Notebook();

    private ConsoleRouter(Vertx vertx, Node node, Entrance entrance, Pages pages) {
        this.node = node;
        this.feed = new LiveFeed(vertx, () -> NodeFigures.of(node));
        this.answers = new Answers(new Desks(vertx), pages);
        this.entrance = entrance;
    }

    /** The router to mount, at {@code /console} say; it asks for tokens or sessions where {@code access} says so. */
    public static Router create(Vertx vertx, Node node, Access access) {
        Asset style = Asset.load("console.css", "text/css; charset=utf-8");
        Asset mark = Asset.load("mark.svg", "image/svg+xml");
        Asset script = Asset.load("console.js", "text/javascript; charset=utf-8");
        Entrance entrance = new Entrance(access, () -> node.config().consoleReadOnly(), new Sessions(System::nanoTime));
        return create(vertx, node, entrance, new Pages(style, mark, script));
    }

    /** The same behind a door that others share. */
    static Router create(Vertx vertx, Node node, Entrance entrance, Pages pages) {
        ConsoleRouter console = new ConsoleRouter(vertx, node, entrance, pages);
        Router router = Router.router(vertx);
        router.route().handler(ConsoleRouter::protect);
        router.route().handler(ConsoleRouter::addSlash);
        // What a page looks like is no secret, and the page to sign in needs it.
        pages.assets().forEach(a -> read(router, "/" + a.path(), rc -> Answers.send(rc, a)));
        router.post("/login").handler(console::signIn);
        router.post("/logout").handler(rc -> console.form(rc, Role.VIEWER, (v, form) -> console.signOut(rc, v)));
        for (PageRoute page : PageRoute.ALL) {
            read(router, page.path(), rc -> console.admit(rc, page.role(), v -> console.answers.page(rc, v, page)));
        }
        for (Download d : Download.ALL) {
            read(
                    router,
                    d.path(),
                    rc -> console.admit(rc, d.role(), v -> d.start(rc, v, why -> console.answers.refuse(rc, v, why))));
        }
        read(router, "/find", rc -> console.admit(rc, Role.VIEWER, v -> console.find(rc, v)));
        router.get("/live").handler(rc -> console.admit(rc, Role.VIEWER, v -> console.live(rc, v)));
        for (Deed deed : Deed.ALL) {
            router.post(deed.path())
                    .handler(rc -> console.form(rc, deed.role(), (v, form) -> console.perform(rc, v, form, deed)));
        }
        // Shows what would be done, and does nothing yet: the second step is a deed.
        router.post(PageRoute.REVIEW.path())
                .handler(rc -> console.form(
                        rc,
                        PageRoute.REVIEW.role(),
                        (v, form) -> console.answers.page(rc, v.asking(form, "value", "reason"), PageRoute.REVIEW)));
        router.route().handler(rc -> console.admit(rc, Role.VIEWER, v -> console.nothingHere(rc, v)));
        return router;
    }

    private static void read(Router router, String path, Handler<RoutingContext> handler) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
    }

    /** Nothing of anybody else may run or be framed here, whatever a record's text says. */
    static void protect(RoutingContext rc) {
        rc.response()
                .putHeader("content-security-policy", POLICY)
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("referrer-policy", "no-referrer")
                .putHeader("cross-origin-resource-policy", "same-origin")
                .putHeader("cross-origin-opener-policy", "same-origin");
        rc.next();
    }

    /** Without the slash at the end of the mount point every relative link would miss its directory. */
    static void addSlash(RoutingContext rc) {
        String path = rc.normalizedPath();
        String mount = rc.mountPoint();
        if (mount == null || path.endsWith("/") || !(path + "/").equals(mount.endsWith("/") ? mount : mount + "/")) {
            rc.next();
            return;
        }
        rc.response()
                .setStatusCode(308)
                .putHeader(HttpHeaders.LOCATION, path.substring(path.lastIndexOf('/') + 1) + "/");
        rc.end();
    }

    /** The one place where it is decided who may have what. */
    private void admit(RoutingContext rc, Role needed, Handler<Visit> then) {
        Optional<Caller> caller = entrance.caller(rc.request());
        String path = path(rc);
        if (caller.isEmpty()) {
            boolean page = rc.request().method().equals(HttpMethod.GET);
            String query =
                    rc.request().query() == null ? "" : "?" + rc.request().query();
            answers.signIn(rc, Visit.rootOf(path), page ? path + query : "", "");
            return;
        }
        Visit visit = visit(rc, path, caller.get());
        if (!caller.get().may(needed)) {
            answers.refuse(rc, visit, refusal(caller.get(), needed));
            return;
        }
        then.handle(visit);
    }

    private static PageRefused refusal(Caller caller, Role needed) {
        return PageRefused.of(
                ErrorCode.Forbidden,
                caller.role().covers(needed)
                        ? "This console is read-only: console_read_only is set."
                        : "You are here as %s; this needs %s."
                                .formatted(caller.role().text(), needed.text()));
    }

    /** Admits a form that was made for who sends it. */
    private void form(RoutingContext rc, Role needed, BiConsumer<Visit, Map<String, String>> then) {
        admit(
                rc,
                needed,
                visit -> Form.read(
                        rc.request(),
                        form -> {
                            if (Entrance.isOurs(visit.caller(), form.getOrDefault("csrf", ""))) {
                                then.accept(visit, form);
                            } else {
                                answers.refuse(
                                        rc,
                                        visit,
                                        PageRefused.of(
                                                ErrorCode.Forbidden,
                                                "This form was not made for you, or before you signed in anew. Go back, reload the page and send it again."));
                            }
                        },
                        why -> answers.refuse(rc, visit, why)));
    }

    private void perform(RoutingContext rc, Visit visit, Map<String, String> form, Deed deed) {
        String subject = rc.pathParams().values().iterator().next();
        // Deeds look into traces and files, so they begin at a desk; the answer belongs to this event loop again.
        answers.perform(
                        visit,
                        () -> deed.doing().run(visit, subject, form),
                        rc.vertx().getOrCreateContext())
                .onComplete(done -> {
                    if (done.succeeded()) {
                        Answers.redirect(rc, done.result());
                    } else {
                        answers.refuse(rc, visit, PageRefused.from(done.cause()));
                    }
                });
    }

    /** Without a session there is no form to protect yet; a token nobody knows cannot be sent in a victim's name. */
    private void signIn(RoutingContext rc) {
        String root = Visit.rootOf(path(rc));
        Form.read(
                rc.request(),
                form -> {
                    String next = form.getOrDefault("next", "");
                    if (entrance.signIn(
                            rc.request(), form.getOrDefault("token", "").strip())) {
                        Answers.redirect(rc, root + (isBelow(next) ? next : ""));
                    } else {
                        answers.signIn(rc, root, next, "This node knows no such token.");
                    }
                },
                why -> answers.signIn(rc, root, "", why.sentence()));
    }

    /** Whether a text leads to a page of this console and nowhere else. */
    static boolean isBelow(String next) {
        return next.length() <= 2048 && next.matches("[a-z.]+([/?][A-Za-z0-9:./?&=_%,+-]*)?") && !next.contains("..");
    }

    private void signOut(RoutingContext rc, Visit visit) {
        entrance.signOut(rc.request());
        Answers.redirect(rc, visit.links().root());
    }

    private void find(RoutingContext rc, Visit visit) {
        try {
            Answers.redirect(rc, FindBox.where(visit));
        } catch (PageRefused e) {
            answers.refuse(rc, visit, e);
        }
    }

    private void live(RoutingContext rc, Visit visit) {
        if (!feed.watch(rc)) {
            answers.refuse(rc, visit, PageRefused.of(ErrorCode.QuotaHit, "Too many pages are watching already."));
        }
    }

    private void nothingHere(RoutingContext rc, Visit visit) {
        answers.refuse(
                rc,
                visit,
                PageRefused.of(ErrorCode.NotFound, "There is no page at this address.")
                        .leadingTo("", "Overview"));
    }

    /** Below the console, without a slash at its beginning. */
    static String path(RoutingContext rc) {
        String mount = rc.mountPoint() == null ? "" : rc.mountPoint();
        String path = rc.normalizedPath();
        String below = path.startsWith(mount) ? path.substring(mount.length()) : path;
        return below.startsWith("/") ? below.substring(1) : below;
    }

    private Visit visit(RoutingContext rc, String path, Caller caller) {
        Map<String, String> params = new HashMap<>();
        rc.queryParams().forEach((name, value) -> params.putIfAbsent(name, value));
        return new Visit(
                node,
                notebook,
                address(rc),
                path,
                params,
                caller,
                ScanTime.of(params.keySet().equals(Set.of("at"))));
    }

    /** Where this page was asked at: with port 0 in the settings only the socket knows. */
    private String address(RoutingContext rc) {
        SocketAddress local = rc.request().localAddress();
        return local == null || local.host() == null
                ? node.config().adminBind().toString()
                : new HostPort(local.host(), local.port()).toString();
    }
}
