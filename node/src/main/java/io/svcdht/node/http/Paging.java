package io.svcdht.node.http;

import io.svcdht.node.view.StateJson;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.state.Holders;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list by key.
 *
 * @param after the key the page before ended with, null = the first page
 * @param limit content ids on a page at most; a page ends earlier where its records are large
 */
record Paging(@Nullable Key after, int limit) {
    static final int LIMIT_DEFAULT = 1000;
    static final int LIMIT_MAX = 10_000;

    /** A page as JSON and the key to go on after, if there is more. */
    record Page(Buffer json, @Nullable Key next) {}

    static Paging of(Query q) {
        return new Paging(
                q.text("after").map(Paging::key).orElse(null), q.number("limit", LIMIT_DEFAULT, 1, LIMIT_MAX));
    }

    private static Key key(String text) {
        try {
            ContentId id = ContentId.parse(text, false);
            if (id.isCanonical()) {
                return id.key();
            }
        } catch (IllegalArgumentException e) {
            // Told below: only what a page before has handed out makes sense here.
        }
        throw ApiError.badRequest("after must be the \"next\" of the page before: b3: and 64 hex digits");
    }

    /** Of limit + 1 entries those to show: at most the limit, and no more than a page may weigh. */
    List<Holders> shown(List<Holders> page) {
        return page.subList(0, Math.min(limit, StateJson.fitting(page)));
    }

    @Nullable
    Key next(List<Holders> page) {
        List<Holders> shown = shown(page);
        return page.size() > shown.size() ? shown.getLast().key() : null;
    }

    void link(Exchange x, String path, @Nullable Key next) {
        if (next != null) {
            x.request()
                    .response()
                    .putHeader(
                            "link",
                            "<%s?after=%s&limit=%d>; rel=\"next\"".formatted(path, ContentId.canonical(next), limit));
        }
    }

    /** Whole seconds a record has left, rounded up, so that what is still found never shows 0. */
    static long secondsLeft(long endsAtMillis, long nowMillis) {
        return Math.ceilDiv(endsAtMillis - nowMillis, 1000L);
    }
}
