package io.svcdht.node.http;

import io.svcdht.node.Node;
import io.svcdht.node.Tracing;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.metrics.RouteMeters;
import io.svcdht.node.view.Json;
import io.svcdht.node.wire.TraceContext;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer. Belongs to the event loop; answers exactly once. */
final class Exchange {
    static final CharSequence APPLICATION_JSON = HttpHeaders.createOptimized("application/json");
    static final CharSequence PROBLEM_JSON = HttpHeaders.createOptimized("application/problem+json");
    static final CharSequence TEXT_PLAIN = HttpHeaders.createOptimized("text/plain; charset=utf-8");

    private static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");
    private static final int SERVER_ERROR = 500;
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final Loop loop;
    private final HttpServerRequest request;
    private final long beganNanos;
    private RouteMeters meters;
    private @Nullable String pathParameter;
    private @Nullable String lookupId;
    private @Nullable Query query;
    private HttpQuotas.@Nullable Caller caller;
    private Tracing.@Nullable Span span;
    private boolean closing;

    Exchange(Loop loop, HttpServerRequest request, long beganNanos) {
        this.loop = loop;
        this.request = request;
        this.beganNanos = beganNanos;
        this.meters = loop.metrics().unmatched();
    }

    Loop loop() {
        return loop;
    }

    Node node() {
        return loop.node();
    }

    HttpServerRequest request() {
        return request;
    }

    void matched(RouteMeters routeMeters, @Nullable String parameter) {
        meters = routeMeters;
        pathParameter = parameter;
    }

    /** The one variable segment of the path, percent-decoded. */
    String pathParameter() {
        return pathParameter == null ? "" : pathParameter;
    }

    /** From now on it is a span of the caller's trace, or of one of its own. */
    void trace(Tracing tracing, Route route) {
        String method = route.method().name();
        span = tracing.begin(
                        Tracing.Kind.SERVER,
                        method + " " + route.path(),
                        TraceContext.parse(request.getHeader(TRACEPARENT)))
                .note("http.request.method", method)
                .note("http.route", route.path());
    }

    /** What a part of it is within; null = it is not traced. */
    @Nullable
    TraceContext traceContext() {
        Tracing.Span s = span;
        return s == null ? null : s.context();
    }

    /** Named in the problem should this request fail. */
    void lookup(String id) {
        lookupId = id;
    }

    /** Counts a find that this request has answered. */
    void lookedUp(long nanos, int hops) {
        TraceContext trace = traceContext();
        if (trace == null) {
            loop.metrics().lookedUp(nanos, hops);
        } else {
            loop.metrics().within(trace, () -> loop.metrics().lookedUp(nanos, hops));
        }
    }

    long elapsedNanos() {
        return System.nanoTime() - beganNanos;
    }

    Query query() {
        Query q = query;
        if (q == null) {
            q = Query.of(request.query());
            query = q;
        }
        return q;
    }

    boolean accepts(String mediaType) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return accept != null && accept.contains(mediaType);
    }

    void json(int status, Buffer body) {
        end(status, APPLICATION_JSON, body);
    }

    void json(Json.Body body) {
        json(200, bytes(body));
    }

    void text(int status, String body) {
        end(status, TEXT_PLAIN, Buffer.buffer(body));
    }

    /** An answer without a body. */
    void empty(int status) {
        HttpServerResponse response = request.response();
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status).end();
            finished(status);
        }
    }

    void end(int status, CharSequence contentType, Buffer body) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (status != 200) {
            response.setStatusCode(status);
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        if (closing) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        response.end(body);
        finished(status);
    }

    /** Counts the answer; for answers that were streamed. */
    void finished(int status) {
        Tracing.Span s = span;
        if (s == null) {
            measure(status);
        } else {
            loop.metrics().within(s.context(), () -> measure(status));
            s.note("http.response.status_code", status).end(status >= SERVER_ERROR);
        }
        HttpQuotas.Caller c = caller;
        if (c != null) {
            caller = null;
            loop.quotas().leave(c, request.bytesRead(), System.nanoTime());
        }
    }

    private void measure(int status) {
        meters.done(RouteMeters.Method.of(request.method().name()), status, elapsedNanos());
    }

    /** It is counted against somebody's quotas until it is answered. */
    void counted(HttpQuotas.Caller by) {
        caller = by;
    }

    /** The rest of the request is not wanted: the connection ends with the answer. */
    void closeAfter() {
        closing = true;
    }

    /** Runs a handler's code and turns what it throws into a problem. */
    void guard(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** Runs blocking work on a worker thread, then hands its result back to the event loop. */
    <T> void blocking(Callable<T> work, Consumer<T> then) {
        loop.vertx()
                .executeBlocking(work, false)
                .onComplete(r -> guard(() -> {
                    if (r.failed()) {
                        fail(r.cause());
                    } else {
                        then.accept(r.result());
                    }
                }));
    }

    void fail(Throwable e) {
        if (e instanceof ApiError a) {
            fail(a);
        } else {
            String corrId = newCorrId();
            logFailure(e, corrId);
            fail(ApiError.of(ErrorCode.Internal, ErrorCode.Internal.advice()), corrId);
        }
    }

    private void logFailure(Throwable e, String corrId) {
        var line = LOG.atError().setCause(e).addKeyValue("corr_id", corrId);
        String id = lookupId;
        if (id != null) {
            line = line.addKeyValue("lookup_id", id);
        }
        line.log("Request failed: {}", e.toString());
    }

    void fail(ApiError e) {
        fail(e, newCorrId());
    }

    private void fail(ApiError e, String corrId) {
        HttpServerResponse response = request.response();
        if (response.headWritten() || response.closed()) {
            // Too late to say it: a cut answer is the only sign left.
            request.connection().close();
            return;
        }
        loop.metrics().rejected(e.code());
        e.headers().forEach(response::putHeader);
        end(e.status(), PROBLEM_JSON, problem(e, corrId, lookupId));
    }

    /** RFC 9457, with the code of contracts §7 beside. */
    static Buffer problem(ApiError e, @Nullable String corrId, @Nullable String lookupId) {
        JsonBytes out = new JsonBytes(384)
                .beginObject()
                .name("type")
                .value("urn:svc-dht:error:" + e.code().name())
                .name("title")
                .value(e.code().advice())
                .name("status")
                .value(e.status())
                .name("detail")
                .value(e.detail())
                .name("code")
                .value(e.code().name());
        if (!e.quota().isEmpty()) {
            out.name("quota").value(e.quota());
        }
        if (!e.outcome().isEmpty()) {
            out.name("outcome").value(e.outcome());
        }
        if (corrId != null) {
            out.name("corr_id").value(corrId);
        }
        if (lookupId != null) {
            out.name("lookup_id").value(lookupId);
        }
        return out.endObject().toBuffer();
    }

    private static String newCorrId() {
        return "%016x".formatted(ThreadLocalRandom.current().nextLong());
    }

    static Buffer bytes(Json.Body body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try {
            Json.write(out, body);
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array failed", e);
        }
        return Buffer.buffer(out.toByteArray());
    }
}
