package io.svcdht.node.http;

import static io.svcdht.node.http.Route.Parameter.query;

import io.svcdht.node.config.Role;
import io.svcdht.node.http.Backlog.Item;
import io.svcdht.node.http.Route.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code GET /bus/events}: what this node publishes on the event bus, as server-sent events from now on. Nothing is kept
 * for who is not there; a reader who is too slow is told how much it missed.
 */
final class BusRoutes {
    static final String PATH = "/bus/events";
    /** News that wait for one reader. */
    static final int WAITING_MAX = 1_024;

    /** How soon a reader who left is noticed. */
    private static final long LOOK_MILLIS = 500;

    private BusRoutes() {}

    static void addTo(List<Route> routes) {
        routes.add(new Route(
                HttpMethod.GET,
                PATH,
                Role.VIEWER,
                "bus_events",
                "What this node publishes on the event bus, from now on",
                List.of(query("types", "only these addresses, parted by commas", Routes.STRING)),
                null,
                List.of(new Answer(
                        200,
                        "text/event-stream",
                        null,
                        "event = address, data = what is published; a gap event tells how many were missed")),
                BusRoutes::events));
    }

    static void events(Exchange x) {
        Set<String> addresses =
                x.query().text("types").map(BusRoutes::addresses).orElse(BusNews.ADDRESSES);
        x.request().response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        x.loop().streams().start(x, EventRoutes.EVENT_STREAM, out -> follow(x, addresses, out));
    }

    private static Set<String> addresses(String names) {
        Set<String> wanted = new LinkedHashSet<>();
        for (String name : names.split(",", BusNews.ADDRESSES.size() + 1)) {
            if (!BusNews.ADDRESSES.contains(name)) {
                throw ApiError.badRequest(
                        "types must be one or more, parted by commas, of " + String.join(", ", BusNews.ADDRESSES));
            }
            wanted.add(name);
        }
        return wanted;
    }

    private static void follow(Exchange x, Set<String> addresses, Streams.Out out)
            throws Streams.Gone, InterruptedException {
        Backlog backlog = new Backlog(WAITING_MAX);
        List<MessageConsumer<JsonObject>> consumers = listen(x.loop().vertx(), addresses, backlog);
        try {
            out.text(": hears " + String.join(",", addresses) + "\n\n").flush();
            write(x, backlog, out);
        } finally {
            consumers.forEach(MessageConsumer::unregister);
        }
    }

    private static List<MessageConsumer<JsonObject>> listen(Vertx vertx, Set<String> addresses, Backlog backlog) {
        List<MessageConsumer<JsonObject>> consumers = new ArrayList<>(addresses.size());
        for (String address : addresses) {
            consumers.add(vertx.eventBus()
                    .localConsumer(address, m -> backlog.add(address, m.body().encode())));
        }
        return consumers;
    }

    private static void write(Exchange x, Backlog backlog, Streams.Out out) throws Streams.Gone, InterruptedException {
        long quietMillis = 0;
        while (!x.loop().streams().draining() && out.heard()) {
            Item next = backlog.poll(out.pending() ? 1 : LOOK_MILLIS);
            switch (next) {
                case Item.News(String address, String json) -> {
                    out.text("event: %s\ndata: %s\n\n".formatted(address, json));
                    quietMillis = 0;
                }
                case Item.Gap(long missed) -> out.text("event: gap\ndata: {\"missed\":%d}\n\n".formatted(missed));
                case null -> {
                    if (out.pending()) {
                        out.flush();
                        continue;
                    }
                    quietMillis += LOOK_MILLIS;
                    if (quietMillis >= EventRoutes.HEARTBEAT_MILLIS) {
                        out.text(":\n\n").flush();
                        quietMillis = 0;
                    }
                }
            }
        }
    }
}
