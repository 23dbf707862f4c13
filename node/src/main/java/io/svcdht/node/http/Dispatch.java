package io.svcdht.node.http;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.metrics.RouteMeters;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Takes every request of one event loop through the doors to its route. The hot routes are told by their path
 * alone; all others go through a router, by the same table and the same doors.
 */
final class Dispatch implements Handler<HttpServerRequest> {
    private static final String BEGAN = "began";

    /** A route with its meters. */
    private record Mounted(Route route, RouteMeters meters) {}

    private final Loop loop;
    private final Router router;
    private final Mounted provide;
    private final Mounted find;
    private final Mounted providers;

    Dispatch(Vertx vertx, Loop loop, List<Route> routes, List<ApiServer.Mount> mounts) {
        this.loop = loop;
        this.router = Router.router(vertx);
        Map<String, TreeSet<String>> methods = new TreeMap<>();
        Mounted hotProvide = null;
        Mounted hotFind = null;
        Mounted hotProviders = null;
        for (Route r : routes) {
            Mounted m = new Mounted(r, loop.metrics().route(r.path()));
            methods.computeIfAbsent(r.path(), p -> new TreeSet<>())
                    .add(r.method().name());
            router.route(r.method(), routerPath(r)).handler(rc -> run(exchange(rc), m, rc.pathParam("v")));
            if (r.path().equals(Routes.PROVIDE_PATH) && r.method().equals(HttpMethod.POST)) {
                hotProvide = m;
            } else if (r.hasVariable() && r.prefix().equals(Routes.FIND_PREFIX)) {
                hotFind = m;
            } else if (r.hasVariable() && r.prefix().equals(DelegatedRoutes.PROVIDERS_PREFIX)) {
                hotProviders = m;
            }
        }
        if (hotProvide == null || hotFind == null || hotProviders == null) {
            throw new IllegalStateException("the table of routes lacks provide or a find");
        }
        this.provide = hotProvide;
        this.find = hotFind;
        this.providers = hotProviders;
        mounts.forEach(this::mount);
        for (Route r : routes) {
            TreeSet<String> allowed = methods.remove(r.path());
            if (allowed != null) {
                RouteMeters meters = loop.metrics().route(r.path());
                router.route(routerPath(r))
                        .handler(rc -> refuseMethod(exchange(rc), meters, String.join(", ", allowed)));
            }
        }
        router.route().handler(rc -> exchange(rc).fail(notFound()));
        router.errorHandler(400, rc -> exchange(rc).fail(ApiError.badRequest("the path cannot be decoded")));
        router.errorHandler(500, rc -> {
            Throwable why = rc.failure();
            exchange(rc).fail(why == null ? new IllegalStateException("a route failed without a reason") : why);
        });
    }

    private static String routerPath(Route r) {
        return r.hasVariable() ? r.prefix() + ":v" : r.path();
    }

    private void mount(ApiServer.Mount m) {
        RouteMeters meters = loop.metrics().route(m.path());
        router.route(m.path() + "/*").handler(rc -> {
            Exchange x = exchange(rc);
            boolean reads = rc.request().method().equals(HttpMethod.GET)
                    || rc.request().method().equals(HttpMethod.HEAD);
            try {
                x.matched(meters, null);
                loop.doors().authorize(rc.request(), reads ? m.reads() : m.writes());
            } catch (ApiError e) {
                x.fail(e);
                return;
            }
            rc.addEndHandler(r -> x.finished(rc.response().getStatusCode()));
            rc.next();
        });
        router.route(m.path() + "/*").subRouter(m.router());
    }

    @Override
    public void handle(HttpServerRequest r) {
        long began = System.nanoTime();
        Exchange x = new Exchange(loop, r, began);
        if (r.version() == null) {
            x.closeAfter();
            x.fail(ApiError.badRequest("speak HTTP/1.1"));
            return;
        }
        String path = r.path() == null ? "" : r.path();
        boolean delegated = path.startsWith(DelegatedRoutes.PREFIX);
        if (delegated) {
            RoutingAnswer.allowAnyOrigin(r.response());
        }
        boolean asks = r.method().equals(HttpMethod.GET);
        boolean preflight = r.method().equals(HttpMethod.OPTIONS);
        try {
            count(x, path);
            loop.doors().admit(r, delegated && (asks || preflight));
        } catch (ApiError e) {
            x.fail(e);
            return;
        }
        if (r.method().equals(HttpMethod.POST) && path.equals(Routes.PROVIDE_PATH)) {
            run(x, provide, null);
        } else if (asks && isBelow(path, Routes.FIND_PREFIX)) {
            run(x, find, path.substring(Routes.FIND_PREFIX.length()));
        } else if (asks && isBelow(path, DelegatedRoutes.PROVIDERS_PREFIX)) {
            run(x, providers, path.substring(DelegatedRoutes.PROVIDERS_PREFIX.length()));
        } else if (delegated && preflight) {
            x.empty(204);
        } else if (!path.startsWith("/")) {
            x.fail(ApiError.badRequest("the request line must hold a path such as /version"));
        } else {
            router.handle(r);
        }
    }

    /** Against the quotas of whoever asks. Who only wants to know whether this node is alive gets to know it in a storm. */
    private void count(Exchange x, String path) {
        HttpQuotas.Caller caller =
                loop.callers().isEmpty() ? null : loop.callers().get(x.request().connection());
        if (caller == null || path.equals(Routes.HEALTH_PATH) || path.equals(Routes.READY_PATH)) {
            return;
        }
        try {
            loop.quotas().enter(caller, System.nanoTime());
        } catch (ApiError e) {
            if (!x.request().isEnded()) {
                x.closeAfter();
            }
            throw e;
        }
        x.counted(caller);
    }

    /** Whether exactly one segment follows. */
    private static boolean isBelow(String path, String prefix) {
        return path.startsWith(prefix) && path.length() > prefix.length() && path.indexOf('/', prefix.length()) < 0;
    }

    /** What the decoder could not read: answered, then the connection is closed, for nobody knows where it stands. */
    void invalid(HttpServerRequest r) {
        Throwable cause = r.decoderResult().cause();
        ApiError e;
        if (cause instanceof TooLongHttpLineException) {
            e = ApiError.of(ErrorCode.OverSize, "the request line is longer than " + limit())
                    .withStatus(414);
        } else if (cause instanceof TooLongFrameException) {
            e = ApiError.of(ErrorCode.OverSize, "the headers are longer than " + limit())
                    .withStatus(431);
        } else {
            e = ApiError.badRequest("the request is no valid HTTP/1.1");
        }
        Exchange x = new Exchange(loop, r, System.nanoTime());
        x.closeAfter();
        x.fail(e);
    }

    private String limit() {
        return loop.limits().headerBytesMax() + " bytes";
    }

    private Exchange exchange(RoutingContext rc) {
        Exchange x = rc.get(BEGAN);
        if (x == null) {
            x = new Exchange(loop, rc.request(), System.nanoTime());
            rc.put(BEGAN, x);
        }
        return x;
    }

    private void run(Exchange x, Mounted m, @Nullable String parameter) {
        try {
            if (loop.tracing().on()) {
                x.trace(loop.tracing(), m.route());
            }
            x.matched(m.meters(), parameter == null ? null : Query.decode(parameter, false));
            loop.doors().authorize(x.request(), loop.roleFor(m.route()));
            if (m.route().bodySchema() != null) {
                Doors.checkContentType(x.request(), m.route().bodyType());
            }
            m.route().handler().accept(x);
        } catch (RuntimeException e) {
            x.fail(e);
        }
    }

    private static void refuseMethod(Exchange x, RouteMeters meters, String allowed) {
        x.matched(meters, null);
        x.fail(ApiError.of(ErrorCode.MethodNotAllowed, "this path takes " + allowed)
                .withHeader("allow", allowed));
    }

    private static ApiError notFound() {
        return ApiError.of(ErrorCode.NotFound, "there is nothing at this path; /openapi.json lists what there is");
    }

    /** For tests that hold the router against the description. */
    Router router() {
        return router;
    }
}
