package io.svcdht.node.http;

import io.svcdht.node.error.ErrorCode;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;

/**
 * In which form a list is wanted, by {@code Accept} (RFC 9110, 12.5.1). Lines are for those who name them; {@code *}{@code /*}
 * and a missing header mean JSON, as the routing specification wants it. Of two that are worth the same the first counts:
 * clients that are made from a description name all there is.
 */
enum Accepted {
    JSON,
    LINES;

    private static final String LINES_TYPE = Route.NDJSON;
    private static final String JSON_TYPE = Route.JSON;

    /** What a type is worth that is not named, and one that is named without a weight. */
    private static final double ABSENT = -1;

    private static final double FULL = 1;

    /** @throws ApiError 406 if the caller takes neither form */
    static Accepted of(HttpServerRequest request) {
        List<String> headers = request.headers().getAll(HttpHeaders.ACCEPT);
        return headers.isEmpty() ? JSON : of(String.join(",", headers));
    }

    static Accepted of(String header) {
        if (header.equals(JSON_TYPE) || header.equals("*/*") || header.isBlank()) {
            return JSON;
        }
        if (header.equals(LINES_TYPE)) {
            return LINES;
        }
        double lines = ABSENT;
        double json = ABSENT;
        double application = ABSENT;
        double any = ABSENT;
        for (String range : header.split(",", -1)) {
            int semicolon = range.indexOf(';');
            String type = (semicolon < 0 ? range : range.substring(0, semicolon))
                    .strip()
                    .toLowerCase(Locale.ROOT);
            double weight = semicolon < 0 ? FULL : weight(range.substring(semicolon + 1));
            switch (type) {
                case LINES_TYPE -> lines = Math.max(lines, weight);
                case JSON_TYPE -> json = Math.max(json, weight);
                case "application/*" -> application = Math.max(application, weight);
                case "*/*" -> any = Math.max(any, weight);
                default -> {
                    // Somebody else's type.
                }
            }
        }
        // The narrowest range that fits says what a type is worth.
        double jsonWorth = json != ABSENT ? json : application != ABSENT ? application : any;
        boolean linesFirst = header.indexOf(LINES_TYPE) < header.indexOf(JSON_TYPE) || json == ABSENT;
        if (lines > 0 && (lines > jsonWorth || lines == jsonWorth && linesFirst)) {
            return LINES;
        }
        if (jsonWorth > 0) {
            return JSON;
        }
        throw ApiError.of(
                        ErrorCode.UnsupportedMedia,
                        "Accept takes neither application/json nor application/x-ndjson, and there is nothing else")
                .withStatus(406);
    }

    /** The parameter q; broken ones count as if nobody had written them. */
    private static double weight(String parameters) {
        for (String parameter : parameters.split(";", -1)) {
            String p = parameter.strip();
            if (p.length() > 2 && p.length() <= 7 && (p.startsWith("q=") || p.startsWith("Q="))) {
                try {
                    return Math.clamp(Double.parseDouble(p.substring(2)), 0, 1);
                } catch (NumberFormatException e) {
                    return FULL;
                }
            }
        }
        return FULL;
    }
}
