package io.svcdht.console.web;

import io.svcdht.console.view.FindBox;
import io.svcdht.console.view.Notebook;
import io.svcdht.console.view.Page;
import io.svcdht.console.view.PageRefused;
import io.svcdht.console.view.RefusalPage;
import io.svcdht.console.view.Visit;
import io.svcdht.node.Node;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.config.Role;
import io.svcdht.node.error.ErrorCode;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The console's pages, to be mounted under any path: all links are relative. */
public final class ConsoleRouter {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleRouter.class);
    private static final long SCAN_MILLIS_MAX = 80;
    private static final CharSequence HTML = HttpHeaders.createOptimized("text/html; charset=utf-8");
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final Node node;
    private final Pages pages;
    private final Desks desks;
    private final Notebook notebook = new Notebook();

    private ConsoleRouter(Vertx vertx, Node node, Pages pages) {
        this.node = node;
        this.pages = pages;
        this.desks = new Desks(vertx);
    }

    /** The router to mount, at {@code /console} say. */
    public static Router create(Vertx vertx, Node node) {
        Asset style = Asset.load("console.css", "text/css; charset=utf-8");
        Asset mark = Asset.load("mark.svg", "image/svg+xml");
        ConsoleRouter console = new ConsoleRouter(vertx, node, new Pages(style, mark));
        Router router = Router.router(vertx);
        router.route().handler(ConsoleRouter::protect);
        router.route().handler(ConsoleRouter::addSlash);
        for (PageRoute page : PageRoute.ALL) {
            read(router, page.path(), rc -> console.page(rc, page));
        }
        for (Download download : Download.ALL) {
            read(router, download.path(), rc -> console.download(rc, download));
        }
        read(router, "/find", console::find);
        read(router, "/" + style.path(), rc -> send(rc, style));
        read(router, "/" + mark.path(), rc -> send(rc, mark));
        router.route()
                .handler(rc -> console.refuse(
                        rc,
                        console.visit(rc),
                        PageRefused.of(ErrorCode.NotFound, "There is no page at this address.")
                                .leadingTo("", "Overview")));
        return router;
    }

    private static void read(Router router, String path, Handler<RoutingContext> handler) {
        Route route = router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
        route.handler(handler);
    }

    /** Nothing of anybody else may run or be framed here, whatever a record's text says. */
    private static void protect(RoutingContext rc) {
        rc.response()
                .putHeader("content-security-policy", POLICY)
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("referrer-policy", "no-referrer")
                .putHeader("cross-origin-resource-policy", "same-origin")
                .putHeader("cross-origin-opener-policy", "same-origin");
        rc.next();
    }

    /** Without the slash at the end of the mount point every relative link would miss its directory. */
    private static void addSlash(RoutingContext rc) {
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

    private void page(RoutingContext rc, PageRoute route) {
        Visit visit = visit(rc);
        desks.make(visit, () -> made(visit, route), made -> answer(rc, made), why -> failed(rc, why));
    }

    private static void failed(RoutingContext rc, Throwable why) {
        if (why instanceof Desks.Busy) {
            busy(rc);
        } else {
            rc.fail(why);
        }
    }

    private void download(RoutingContext rc, Download download) {
        Visit visit = visit(rc);
        download.start(rc, visit, why -> refuse(rc, visit, why));
    }

    private void find(RoutingContext rc) {
        Visit visit = visit(rc);
        try {
            String where = FindBox.where(visit);
            rc.response().setStatusCode(303).putHeader(HttpHeaders.LOCATION, where);
            rc.end();
        } catch (PageRefused e) {
            refuse(rc, visit, e);
        }
    }

    /** A page with its status. */
    private record Made(int status, String html) {}

    private Made made(Visit visit, PageRoute route) {
        try {
            Page page = route.make().apply(visit);
            return new Made(200, pages.html(route.template(), page));
        } catch (PageRefused e) {
            return refusal(visit, e);
        } catch (RuntimeException e) {
            LOG.error("The page {} could not be made", visit.path(), e);
            return refusal(
                    visit, PageRefused.of(ErrorCode.Internal, "This page could not be made. The node's log says why."));
        }
    }

    private Made refusal(Visit visit, PageRefused why) {
        return new Made(why.code().httpStatus(), pages.html("refusal", RefusalPage.of(visit, why)));
    }

    private void refuse(RoutingContext rc, Visit visit, PageRefused why) {
        desks.make(visit, () -> refusal(visit, why), made -> answer(rc, made), e -> failed(rc, e));
    }

    private static void answer(RoutingContext rc, Made made) {
        if (!rc.response().closed()) {
            rc.response()
                    .setStatusCode(made.status())
                    .putHeader(HttpHeaders.CONTENT_TYPE, HTML)
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            rc.end(made.html());
        }
    }

    private Visit visit(RoutingContext rc) {
        Map<String, String> params = new HashMap<>();
        MultiMap query = rc.queryParams();
        query.forEach((name, value) -> params.putIfAbsent(name, value));
        String mount = rc.mountPoint() == null ? "" : rc.mountPoint();
        String path = rc.normalizedPath();
        String below = path.startsWith(mount) ? path.substring(mount.length()) : path;
        return new Visit(
                node,
                notebook,
                address(rc),
                below.startsWith("/") ? below.substring(1) : below,
                params,
                new Visit.Caller(Role.ADMIN, "", false, node.config().consoleReadOnly()),
                scanBudget());
    }

    /** Begins when it is first asked: a page may have waited for its turn. */
    private static BooleanSupplier scanBudget() {
        return new BooleanSupplier() {
            private long began;

            @Override
            public boolean getAsBoolean() {
                long now = System.nanoTime();
                if (began == 0) {
                    began = now;
                }
                return now - began >= TimeUnit.MILLISECONDS.toNanos(SCAN_MILLIS_MAX);
            }
        };
    }

    /** Where this page was asked at: with port 0 in the settings only the socket knows. */
    private String address(RoutingContext rc) {
        SocketAddress local = rc.request().localAddress();
        return local == null || local.host() == null
                ? node.config().adminBind().toString()
                : new HostPort(local.host(), local.port()).toString();
    }

    private static void busy(RoutingContext rc) {
        rc.response()
                .setStatusCode(503)
                .putHeader(HttpHeaders.RETRY_AFTER, "1")
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
        rc.end("Too many pages are being made at once. Reload in a second.\n");
    }

    private static void send(RoutingContext rc, Asset asset) {
        rc.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, asset.contentType())
                .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable");
        rc.end(asset.body());
    }
}
