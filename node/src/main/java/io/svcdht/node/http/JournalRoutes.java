package io.svcdht.node.http;

import io.svcdht.node.History;
import io.svcdht.node.Node;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.view.DiffJson;
import io.svcdht.node.view.Moment;
import io.svcdht.node.view.StateJson;
import io.svcdht.storage.checkpoint.CheckpointDamaged;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.replay.StateDiff;
import io.svcdht.storage.state.State;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.concurrent.Callable;

/** States of the past and what lies between them. Views are rebuilt on worker threads; the last one is kept. */
final class JournalRoutes {
    private static final int LIMIT_DEFAULT = 1000;
    private static final int LIMIT_MAX = 10_000;

    /** Records up to which a page derives the whole state's digest unasked. */
    private static final int DIGEST_RECORDS_MAX = 20_000;

    private JournalRoutes() {}

    /** {@code GET /journal/state?at=&after=&limit=&digest=} */
    static void state(Exchange x) {
        Optional<Moment> at = x.query().text("at").map(JournalRoutes::moment);
        Paging paging = Paging.of(x.query());
        boolean digest = x.query().flag("digest");
        past(x, () -> {
            long position = at.isPresent() ? position(x.node(), at.get()) : last(x.node());
            return x.node().history().at(position, (view, budget) -> {
                Optional<Key> shown =
                        digest || isSmall(view.state()) ? Optional.of(view.digest(budget)) : view.knownDigest();
                return Exchange.bytes(
                        g -> StateJson.writePage(g, view.state(), shown.orElse(null), paging.after(), paging.limit()));
            });
        });
    }

    private static boolean isSmall(State state) {
        return state.providers().records() + state.providers().tombstones() <= DIGEST_RECORDS_MAX;
    }

    /** {@code GET /journal/diff?from=&to=&after=&limit=}; without {@code to} up to now. */
    static void diff(Exchange x) {
        Moment from = x.query()
                .text("from")
                .map(JournalRoutes::moment)
                .orElseThrow(() -> ApiError.badRequest("the parameter from is missing; give a position or an instant"));
        Optional<Moment> to = x.query().text("to").map(JournalRoutes::moment);
        int after = x.query().number("after", 0, 0, Integer.MAX_VALUE);
        int limit = x.query().number("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        past(x, () -> {
            long a = position(x.node(), from);
            long b = to.isPresent() ? position(x.node(), to.get()) : last(x.node());
            if (a > b) {
                throw ApiError.badRequest("from is position %d, behind to, %d; exchange them".formatted(a, b));
            }
            StateDiff diff = x.node().history().diff(a, b);
            return Exchange.bytes(g -> DiffJson.writePage(g, diff, after, limit));
        });
    }

    private static void past(Exchange x, Callable<Buffer> view) {
        if (x.node().config().amnesia()) {
            throw ApiError.of(
                    ErrorCode.AmnesiaMode,
                    "this node runs in amnesia and keeps no past; /journal/events shows the latest events");
        }
        x.blocking(
                () -> {
                    try {
                        return view.call();
                    } catch (History.TooMuch e) {
                        throw ApiError.of(ErrorCode.QuotaHit, String.valueOf(e.getMessage()));
                    } catch (JournalTruncated e) {
                        throw pruned(e.firstRetained());
                    } catch (JournalDamaged | CheckpointDamaged e) {
                        throw ApiError.of(ErrorCode.JournalUnavailable, String.valueOf(e.getMessage()));
                    }
                },
                body -> x.json(200, body));
    }

    static ApiError pruned(long firstRetained) {
        return ApiError.of(
                ErrorCode.PositionPruned,
                "events before position %d are no longer kept; ask from there on".formatted(firstRetained));
    }

    static Moment moment(String text) {
        try {
            return Moment.parse(text);
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest(String.valueOf(e.getMessage()));
        }
    }

    /** The position a moment stands for, never beyond the last; blocks where it has to look for an instant. */
    static long position(Node node, Moment moment) {
        return switch (moment) {
            case Moment.AtInstant(long millis) -> node.history().positionAt(millis);
            case Moment.AtPosition(long position) -> {
                if (position > last(node)) {
                    throw ApiError.of(
                            ErrorCode.FuturePosition,
                            "position %d is not there yet; the last is %d".formatted(position, last(node)));
                }
                yield position;
            }
        };
    }

    private static long last(Node node) {
        return node.journal().lastPosition();
    }
}
