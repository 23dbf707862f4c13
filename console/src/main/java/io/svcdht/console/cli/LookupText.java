package io.svcdht.console.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Lookups for a terminal. The bar of a leg runs over the time of the lookup: dots from when its peer was heard of, then
 * what it waited for, with a sign for how it ended.
 *
 * <pre>
 * 2.1  n3:0100…  .....=========*   answered with records
 *                =====>            answered with contacts      =====x   timed out, refused, somebody else
 *                =====-            cancelled                   ~~~~~    beyond the time at which it was called slow
 * </pre>
 */
final class LookupText {
    private static final int BAR = 40;

    private LookupText() {}

    /** A page, a line each. */
    static List<String> list(JsonNode page) {
        List<String> lines = new ArrayList<>();
        for (JsonNode l : page.path("lookups")) {
            lines.add("%s  %s  %-9s %-10s %9.3f ms  %d hops  %2d legs  %s"
                    .formatted(
                            text(l, "at"),
                            text(l, "lookup_id"),
                            text(l, "op"),
                            text(l, "outcome"),
                            l.path("took_ms").asDouble(),
                            l.path("hops").asInt(),
                            l.path("messages").asInt(),
                            subject(l)));
        }
        return lines;
    }

    /** One lookup, leg by leg. */
    static List<String> lookup(JsonNode l) {
        double took = l.path("took_ms").asDouble();
        List<String> lines = new ArrayList<>();
        lines.add("%s %s: %s after %.3f of %.0f ms%s"
                .formatted(
                        text(l, "op"),
                        subject(l),
                        text(l, "outcome"),
                        took,
                        l.path("deadline_ms").asDouble(),
                        l.has("asked_by") ? ", asked by " + text(l, "asked_by").replace('_', ' ') : ""));
        lines.add("%s, lookup %s, %d hops, %d messages, %d of them hedges, %d peers known"
                .formatted(
                        text(l, "at"),
                        text(l, "lookup_id"),
                        l.path("hops").asInt(),
                        l.path("messages").asInt(),
                        l.path("hedges").asInt(),
                        l.path("known").asInt()));
        if (l.path("legs").isEmpty()) {
            return lines;
        }
        lines.add("");
        lines.add("%-5s %-5s %-14s %-21s %-13s %9s %9s  %-11s  %s"
                .formatted(
                        "leg",
                        "via",
                        "peer",
                        "address",
                        "why",
                        "sent ms",
                        "took ms",
                        "outcome",
                        "0" + " ".repeat(BAR - 9) + "%.1f ms".formatted(took)));
        for (JsonNode leg : l.path("legs")) {
            lines.add("%-5s %-5s %-14s %-21s %-13s %9.3f %9.3f  %-11s  %s"
                    .formatted(
                            text(leg, "leg"),
                            leg.has("via") ? text(leg, "via") : "table",
                            shortened(text(leg, "peer")),
                            text(leg, "address"),
                            text(leg, "why"),
                            leg.path("sent_ms").asDouble(),
                            leg.path("took_ms").asDouble(),
                            text(leg, "outcome"),
                            bar(leg, took)));
        }
        return lines;
    }

    private static String bar(JsonNode leg, double took) {
        int heard = at(leg.path("heard_of_ms").asDouble(), took);
        int sent = at(leg.path("sent_ms").asDouble(), took);
        int end = at(leg.path("sent_ms").asDouble() + leg.path("took_ms").asDouble(), took);
        String sign =
                switch (leg.path("outcome").asText()) {
                    case "found" -> "*";
                    case "answered" -> ">";
                    case "cancelled" -> "-";
                    default -> "x";
                };
        String line = leg.path("overdue").asBoolean() ? "~" : "=";
        return " ".repeat(heard) + ".".repeat(sent - heard) + line.repeat(end - sent) + sign;
    }

    private static int at(double millis, double took) {
        return took <= 0 ? 0 : Math.clamp(Math.round(millis / took * BAR), 0, BAR);
    }

    private static String subject(JsonNode lookup) {
        return lookup.has("text") ? text(lookup, "text") : text(lookup, "target");
    }

    private static String shortened(String id) {
        return id.length() > 14 ? id.substring(0, 9) + "…" + id.substring(id.length() - 4) : id;
    }

    private static String text(JsonNode of, String name) {
        return Clean.text(of.path(name).asText());
    }
}
