package io.svcdht.node.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.svcdht.node.config.Role;
import io.svcdht.node.http.Route.Answer;
import io.svcdht.node.recent.Recent;
import io.svcdht.node.recent.Refusals;
import io.svcdht.node.recent.Refusals.Way;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Who was refused, and why. */
final class RefusalRoutes {
    private RefusalRoutes() {}

    static void addTo(List<Route> routes) {
        routes.add(new Route(
                HttpMethod.GET,
                "/dht/refusals",
                Role.VIEWER,
                "refusals",
                "Which peers were refused what since the start, and who refused records of this node",
                List.of(Route.Parameter.query("who", "only this node id or address", Routes.STRING)),
                null,
                List.of(Answer.json("Refusals", "a row for each peer and reason, the latest first")),
                RefusalRoutes::list));
    }

    private static void list(Exchange x) {
        Refusals refusals = x.node().recent().map(Recent::refusals).orElseGet(Refusals::new);
        String who = x.query().text("who").orElse("");
        long now = System.nanoTime();
        x.json(g -> {
            g.writeStartObject();
            g.writeObjectFieldStart("totals");
            for (Way way : Way.values()) {
                g.writeNumberField(word(way), refusals.total(way));
            }
            g.writeEndObject();
            g.writeNumberField("forgotten", refusals.forgotten());
            g.writeArrayFieldStart("refusals");
            for (Refusals.Row row : refusals.rows()) {
                if (who.isEmpty() || row.who().equals(who)) {
                    row(g, row, now);
                }
            }
            g.writeEndArray();
            g.writeEndObject();
        });
    }

    private static void row(JsonGenerator g, Refusals.Row row, long nowNanos) throws IOException {
        g.writeStartObject();
        g.writeStringField("way", word(row.way()));
        g.writeStringField("who", row.who());
        g.writeStringField("reason", row.reason());
        g.writeNumberField("times", row.times());
        g.writeNumberField("first_secs_ago", seconds(nowNanos - row.firstNanos()));
        g.writeNumberField("last_secs_ago", seconds(nowNanos - row.lastNanos()));
        g.writeStringField("detail", row.what().detail());
        text(g, "cid", row.what().cid());
        text(g, "publisher", row.what().publisher());
        g.writeEndObject();
    }

    private static void text(JsonGenerator g, String name, String value) throws IOException {
        if (value.isEmpty()) {
            g.writeNullField(name);
        } else {
            g.writeStringField(name, value);
        }
    }

    private static long seconds(long nanos) {
        return Math.max(0, TimeUnit.NANOSECONDS.toSeconds(nanos));
    }

    private static String word(Way way) {
        return way.name().toLowerCase(Locale.ROOT);
    }
}
