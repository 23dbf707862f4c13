package io.svcdht.console.web;

import io.svcdht.console.view.PageRefused;
import io.svcdht.node.error.ErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** The fields of a form a page sent. */
final class Form {
    private static final int BYTES_MAX = 16 << 10;
    private static final String TYPE = "application/x-www-form-urlencoded";

    private Form() {}

    /** Reads the request's body, then hands over its fields or says why not; once, on the event loop. */
    static void read(HttpServerRequest r, Consumer<Map<String, String>> fields, Consumer<PageRefused> refused) {
        String type = r.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null
                || !type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals(TYPE)) {
            refused.accept(PageRefused.of(ErrorCode.UnsupportedMedia, "This address takes the forms of this console."));
            return;
        }
        Buffer body = Buffer.buffer();
        r.handler(part -> {
            if (body.length() <= BYTES_MAX) {
                body.appendBuffer(part);
            }
        });
        r.endHandler(v -> {
            if (body.length() > BYTES_MAX) {
                refused.accept(
                        PageRefused.of(ErrorCode.OverSize, "The form is larger than %,d bytes.".formatted(BYTES_MAX)));
                return;
            }
            try {
                fields.accept(parse(body.toString(StandardCharsets.UTF_8)));
            } catch (IllegalArgumentException e) {
                refused.accept(PageRefused.badRequest("The form cannot be read."));
            }
        });
    }

    /** @throws IllegalArgumentException if something is encoded wrongly */
    private static Map<String, String> parse(String body) {
        Map<String, String> fields = new HashMap<>();
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.putIfAbsent(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return fields;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
