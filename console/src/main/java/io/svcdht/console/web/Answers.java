package io.svcdht.console.web;

import io.svcdht.console.view.Page;
import io.svcdht.console.view.PageRefused;
import io.svcdht.console.view.RefusalPage;
import io.svcdht.console.view.Visit;
import io.svcdht.node.error.ErrorCode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes pages at a desk and sends them; whatever goes wrong is a page in words as well. */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
    private static final CharSequence HTML = HttpHeaders.createOptimized("text/html; charset=utf-8");

    private final Desks desks;
    private final Pages pages;

    Answers(Desks desks, Pages pages) {
        this.desks = desks;
        this.pages = pages;
    }

    /** A page with its status. */
    private record Made(int status, String html) {}

    void page(RoutingContext rc, Visit visit, PageRoute route) {
        desks.make(visit, () -> made(visit, route), made -> send(rc, made), why -> failed(rc, why));
    }

    void refuse(RoutingContext rc, Visit visit, PageRefused why) {
        desks.make(visit, () -> refusal(visit, why), made -> send(rc, made), e -> failed(rc, e));
    }

    /** Does something at a desk, and ends on the context when it is done; a refusal fails it. */
    <T> Future<T> perform(Visit visit, Supplier<CompletionStage<T>> deed, Context context) {
        Promise<T> done = Promise.promise();
        desks.make(
                visit,
                deed::get,
                begun -> Future.fromCompletionStage(begun, context).onComplete(done),
                why -> done.fail(
                        why instanceof Desks.Busy
                                ? PageRefused.of(ErrorCode.QuotaHit, "Too much is under way. Try again in a second.")
                                : why));
        return done.future();
    }

    /** The page to sign in at, which says nothing about the node. */
    void signIn(RoutingContext rc, String root, String next, String why) {
        rc.response().putHeader("www-authenticate", "Bearer realm=\"svc-dht\"");
        desks.make(() -> new Made(401, pages.signIn(root, next, why)), made -> send(rc, made), e -> failed(rc, e));
    }

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

    static void failed(RoutingContext rc, Throwable why) {
        if (why instanceof Desks.Busy) {
            rc.response()
                    .setStatusCode(503)
                    .putHeader(HttpHeaders.RETRY_AFTER, "1")
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
            rc.end("Too many pages are being made at once. Reload in a second.\n");
        } else {
            rc.fail(why);
        }
    }

    private static void send(RoutingContext rc, Made made) {
        if (!rc.response().closed()) {
            rc.response()
                    .setStatusCode(made.status())
                    .putHeader(HttpHeaders.CONTENT_TYPE, HTML)
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            rc.end(made.html());
        }
    }

    static void send(RoutingContext rc, Asset asset) {
        rc.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, asset.contentType())
                .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable");
        rc.end(asset.body());
    }

    /** Another page instead; {@code where} is relative. */
    static void redirect(RoutingContext rc, String where) {
        rc.response()
                .setStatusCode(303)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.LOCATION, where);
        rc.end();
    }
}
