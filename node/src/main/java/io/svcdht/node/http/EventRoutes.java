package io.svcdht.node.http;

import io.svcdht.node.Node;
import io.svcdht.node.view.EventJson;
import io.svcdht.node.view.EventJsonReader;
import io.svcdht.node.view.Moment;
import io.svcdht.storage.checkpoint.Sidecars.Span;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.Subject;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.vertx.core.http.HttpHeaders;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /journal/events}: events as they stand in the journal, as NDJSON up to now, or followed for ever as
 * server-sent events. A follower reads the journal itself: it has no queue that could overflow, and where the journal
 * drops events before it has read them, a {@code gap} says which. Events show once appended: the last few may not be
 * durable yet.
 */
final class EventRoutes {
    static final CharSequence EVENT_STREAM = HttpHeaders.createOptimized("text/event-stream");
    private static final CharSequence LAST_EVENT_ID = HttpHeaders.createOptimized("last-event-id");
    private static final long POLL_MILLIS = 50;
    static final long HEARTBEAT_MILLIS = 15_000;

    private EventRoutes() {}

    /**
     * Which events are asked for.
     *
     * @param from null = from the first retained, or for a follower from the next
     * @param to null = to the last, or for a follower for ever
     */
    private record Wanted(
            @Nullable Moment from,
            @Nullable Moment to,
            Set<EventType> types,
            @Nullable Key key,
            @Nullable NodeId peer,
            long limit) {
        /** Where in a span of the journal something that is wanted may be. */
        Optional<Span> next(Node node, long first, long last) {
            return node.history().sidecars().next(first, last, types, key, peer);
        }

        boolean matches(JournalEntry entry) {
            return types.contains(entry.event().type())
                    && (key == null || key.equals(Subject.keyOf(entry.event())))
                    && (peer == null || Subject.peersOf(entry.event()).contains(peer));
        }
    }

    private static NodeId peer(String text) {
        try {
            return NodeId.parse(text);
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("peer must be a node id: n3: and 64 lower-case hex digits");
        }
    }

    static void events(Exchange x) {
        Query q = x.query();
        Wanted wanted = new Wanted(
                q.text("from").map(JournalRoutes::moment).orElse(null),
                q.text("to").map(JournalRoutes::moment).orElse(null),
                q.text("type").map(EventRoutes::types).orElse(EnumSet.allOf(EventType.class)),
                q.text("cid")
                        .map(c -> ProvideRequest.cid(c, x.node().config()).key())
                        .orElse(null),
                q.text("peer").map(EventRoutes::peer).orElse(null),
                q.number("limit", Integer.MAX_VALUE, 1, Integer.MAX_VALUE));
        if (q.flag("follow")) {
            long lastSeen = lastEventId(x);
            x.request().response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            x.loop().streams().start(x, EVENT_STREAM, out -> follow(x, wanted, lastSeen, out));
        } else {
            x.loop().streams().start(x, FindRoutes.NDJSON, out -> export(x.node(), wanted, out));
        }
    }

    private static void export(Node node, Wanted wanted, Streams.Out out) throws Streams.Gone, InterruptedException {
        long first = node.journal().firstPosition();
        long from = wanted.from() == null ? first : begin(node, wanted.from());
        long to = wanted.to() == null ? node.journal().lastPosition() : JournalRoutes.position(node, wanted.to());
        if (from < first) {
            throw JournalRoutes.pruned(first);
        }
        long left = wanted.limit();
        long next = from;
        try {
            for (Optional<Span> span = wanted.next(node, next, to);
                    left > 0 && span.isPresent();
                    span = wanted.next(node, next, to)) {
                left = export(node, wanted, span.get(), left, out);
                next = span.get().last() + 1;
            }
        } catch (JournalTruncated e) {
            throw JournalRoutes.pruned(e.firstRetained());
        }
    }

    /** How many more are wanted behind the span. */
    private static long export(Node node, Wanted wanted, Span span, long limit, Streams.Out out)
            throws Streams.Gone, InterruptedException {
        long left = limit;
        try (JournalReader reader = open(node, span.first())) {
            while (left > 0) {
                JournalEntry entry = reader.next();
                if (entry == null || entry.position() > span.last()) {
                    break;
                }
                if (wanted.matches(entry)) {
                    out.text(EventJson.line(entry)).text("\n");
                    left--;
                }
            }
        }
        return left;
    }

    private static void follow(Exchange x, Wanted wanted, long lastSeen, Streams.Out out)
            throws Streams.Gone, InterruptedException {
        Node node = x.node();
        long next;
        if (lastSeen >= 0) {
            next = lastSeen + 1;
        } else {
            next = wanted.from() == null ? node.journal().lastPosition() + 1 : begin(node, wanted.from());
        }
        long to = wanted.to() == null ? Long.MAX_VALUE : JournalRoutes.position(node, wanted.to());
        long left = wanted.limit();
        out.text(": follows from position " + next + "\n\n").flush();
        JournalReader reader = null;
        try {
            long quietMillis = 0;
            while (!x.loop().streams().draining() && next <= to && left > 0) {
                JournalEntry entry = null;
                if (next <= node.journal().lastPosition()) {
                    try {
                        if (reader == null) {
                            reader = open(node, next);
                        }
                        entry = reader.next();
                    } catch (JournalTruncated e) {
                        out.text("event: gap\ndata: {\"missed_from\":%d,\"missed_to\":%d}\n\n"
                                .formatted(next, e.firstRetained() - 1));
                        next = e.firstRetained();
                        reader = close(reader);
                        continue;
                    }
                }
                if (entry != null) {
                    next = entry.position() + 1;
                    if (wanted.matches(entry)) {
                        out.text("id: %d\nevent: %s\ndata: %s\n\n"
                                .formatted(
                                        entry.position(), entry.event().type().name(), EventJson.line(entry)));
                        left--;
                        quietMillis = 0;
                    }
                } else {
                    if (out.pending()) {
                        out.flush();
                    } else if (quietMillis >= HEARTBEAT_MILLIS) {
                        out.text(":\n\n").flush();
                        quietMillis = 0;
                    }
                    if (!out.pause(POLL_MILLIS)) {
                        return;
                    }
                    quietMillis += POLL_MILLIS;
                }
            }
        } finally {
            close(reader);
        }
    }

    private static @Nullable JournalReader close(@Nullable JournalReader reader) {
        if (reader != null) {
            reader.close();
        }
        return null;
    }

    /** @throws JournalTruncated if the events from there on are no longer kept */
    private static JournalReader open(Node node, long from) {
        return switch (node.journal().read(from)) {
            case Read.From(JournalReader reader) -> reader;
            case Read.Truncated(long first) -> throw new JournalTruncated(from, first);
        };
    }

    /** The first position wanted: that of a position, or behind the last event before an instant. */
    private static long begin(Node node, Moment from) {
        return switch (from) {
            // One past the last is where the next event will be: nothing to read yet, but no mistake.
            case Moment.AtPosition(long p) when p == node.journal().lastPosition() + 1 -> p;
            case Moment.AtPosition p -> Math.max(1, JournalRoutes.position(node, p));
            case Moment.AtInstant(long millis) -> node.history().positionAt(millis - 1) + 1;
        };
    }

    private static long lastEventId(Exchange x) {
        String text = x.request().getHeader(LAST_EVENT_ID);
        if (text == null) {
            return -1;
        }
        try {
            long id = Long.parseLong(text);
            if (id >= 0 && id <= x.node().journal().lastPosition()) {
                return id;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw ApiError.badRequest("Last-Event-ID must be a position this journal has, such as the id of an event");
    }

    private static Set<EventType> types(String names) {
        Set<EventType> types = EnumSet.noneOf(EventType.class);
        for (String name : names.split(",", EventType.values().length + 1)) {
            try {
                types.add(EventJsonReader.type(name));
            } catch (IllegalArgumentException e) {
                throw ApiError.badRequest(
                        "type must be one or more, parted by commas, of " + EnumSet.allOf(EventType.class));
            }
        }
        return types;
    }
}
