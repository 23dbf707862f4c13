package io.svcdht.node.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** How answers of {@code /routing/v1} are sent, and what caches and browsers are told about them. */
final class RoutingAnswer {
    private static final CharSequence CACHE_CONTROL = HttpHeaders.createOptimized("cache-control");
    private static final CharSequence LAST_MODIFIED = HttpHeaders.createOptimized("last-modified");
    private static final CharSequence VARY = HttpHeaders.createOptimized("vary");
    private static final CharSequence ACCEPT = HttpHeaders.createOptimized("Accept");
    private static final CharSequence ALLOW_ORIGIN = HttpHeaders.createOptimized("access-control-allow-origin");
    private static final CharSequence ALLOW_METHODS = HttpHeaders.createOptimized("access-control-allow-methods");
    private static final CharSequence ANY = HttpHeaders.createOptimized("*");
    private static final CharSequence METHODS = HttpHeaders.createOptimized("GET, OPTIONS");

    /** Somebody may announce it any moment. */
    private static final int EMPTY_SECONDS = 15;

    private static final int FOUND_SECONDS = 300;
    /** As long as a record may live at all. */
    private static final int STALE_SECONDS = 172_800;

    private static final CharSequence[] CACHING = {
        caching("public", FOUND_SECONDS),
        caching("public", EMPTY_SECONDS),
        caching("private", FOUND_SECONDS),
        caching("private", EMPTY_SECONDS)
    };

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final int BYTES_BARE = 64;
    private static final int BYTES_RECORD = 256;

    private record Second(long number, CharSequence text) {}

    private static volatile Second last = new Second(-1, "");

    private RoutingAnswer() {}

    private static CharSequence caching(String who, int seconds) {
        return HttpHeaders.createOptimized("%s, max-age=%d, stale-while-revalidate=%d, stale-if-error=%d"
                .formatted(who, seconds, STALE_SECONDS, STALE_SECONDS));
    }

    /** Pages of any site may read what comes, be it an error. */
    static void allowAnyOrigin(HttpServerResponse response) {
        response.putHeader(ALLOW_ORIGIN, ANY).putHeader(ALLOW_METHODS, METHODS);
    }

    /** @param name of the list in JSON */
    static void send(Exchange x, String name, Accepted as, List<RoutingRecord> shown) {
        switch (as) {
            case JSON -> {
                JsonBytes out = new JsonBytes(BYTES_BARE + shown.size() * BYTES_RECORD);
                out.beginObject().name(name).beginArray();
                shown.forEach(r -> r.write(out));
                headers(x, shown.isEmpty());
                x.json(200, out.endArray().endObject().toBuffer());
            }
            case LINES -> lines(x, shown);
        }
    }

    /**
     * Sends line by line, as fast as the reader reads: the head and the first line at once, the rest as it is made.
     *
     * @param shown at least one
     */
    static void stream(Exchange x, Iterator<RoutingRecord> shown) {
        x.loop().streams().start(x, FindRoutes.NDJSON, out -> {
            line(shown.next(), out);
            out.flush();
            while (shown.hasNext()) {
                line(shown.next(), out);
            }
        });
        // What refuses a stream is no answer to keep; nothing of this one is sent before this loop is free again.
        headers(x, false);
    }

    private static void line(RoutingRecord r, Streams.Out out) throws Streams.Gone, InterruptedException {
        JsonBytes json = new JsonBytes(BYTES_RECORD);
        r.write(json);
        out.line(json.toBuffer());
    }

    private static void lines(Exchange x, List<RoutingRecord> shown) {
        JsonBytes out = new JsonBytes(shown.size() * BYTES_RECORD);
        shown.forEach(r -> {
            r.write(out);
            out.endLine();
        });
        headers(x, shown.isEmpty());
        x.end(200, FindRoutes.NDJSON, out.toBuffer());
    }

    private static void headers(Exchange x, boolean empty) {
        // What one needs a token for is in nobody's cache but the caller's own.
        boolean shared = x.node().config().publicRouting() || !x.loop().doors().asksForTokens();
        x.request()
                .response()
                .putHeader(CACHE_CONTROL, CACHING[(shared ? 0 : 2) + (empty ? 1 : 0)])
                .putHeader(VARY, ACCEPT)
                .putHeader(LAST_MODIFIED, date(x.node().nowMillis()));
    }

    /** An HTTP date (RFC 9110, 5.6.7), made once a second. */
    private static CharSequence date(long nowMillis) {
        long second = Math.floorDiv(nowMillis, 1000L);
        Second s = last;
        if (s.number() != second) {
            s = new Second(second, HttpHeaders.createOptimized(HTTP_DATE.format(Instant.ofEpochSecond(second))));
            last = s;
        }
        return s.text();
    }
}
