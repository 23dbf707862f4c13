package io.svcdht.console.web;

import io.svcdht.console.view.Overview;
import io.svcdht.node.Node;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The console's pages, to be mounted under any path: all links are relative. Pages are made on two threads of their
 * own within a budget, so that they never hold up the API; when those have enough to do, the next reader is asked to
 * come again.
 */
public final class ConsoleRouter {
    private static final int THREADS = 2;
    private static final int UNDER_WAY_MAX = 16;
    private static final long SCAN_MILLIS_MAX = 80;
    private static final CharSequence HTML = HttpHeaders.createOptimized("text/html; charset=utf-8");
    private static final String POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
            + "form-action 'self'; frame-ancestors 'none'";

    private final Node node;
    private final WorkerExecutor executor;
    private final Pages pages;
    private final AtomicInteger underWay = new AtomicInteger();

    private ConsoleRouter(Vertx vertx, Node node, Pages pages) {
        this.node = node;
        this.pages = pages;
        this.executor = vertx.createSharedWorkerExecutor("console", THREADS, 5, TimeUnit.SECONDS);
    }

    /** The router to mount, at {@code /console} say. */
    public static Router create(Vertx vertx, Node node) {
        Asset style = Asset.load("console.css", "text/css; charset=utf-8");
        Asset mark = Asset.load("mark.svg", "image/svg+xml");
        ConsoleRouter console = new ConsoleRouter(vertx, node, new Pages(style, mark));
        Router router = Router.router(vertx);
        router.route().handler(ConsoleRouter::protect);
        router.route().handler(ConsoleRouter::addSlash);
        read(router, "/", console::overview);
        read(router, "/" + style.path(), rc -> send(rc, style));
        read(router, "/" + mark.path(), rc -> send(rc, mark));
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

    private void overview(RoutingContext rc) {
        if (underWay.incrementAndGet() > UNDER_WAY_MAX) {
            underWay.decrementAndGet();
            busy(rc);
            return;
        }
        String address = address(rc);
        executor.executeBlocking(() -> pages.overview(Overview.of(node, address, scanBudget())), false)
                .onComplete(html -> {
                    underWay.decrementAndGet();
                    if (html.failed()) {
                        rc.fail(html.cause());
                    } else if (!rc.response().closed()) {
                        rc.response()
                                .putHeader(HttpHeaders.CONTENT_TYPE, HTML)
                                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                        rc.end(html.result());
                    }
                });
    }

    private static BooleanSupplier scanBudget() {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SCAN_MILLIS_MAX);
        return () -> System.nanoTime() - until >= 0;
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
