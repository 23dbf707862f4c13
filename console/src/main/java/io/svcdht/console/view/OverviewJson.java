package io.svcdht.console.view;

import com.fasterxml.jackson.core.JsonGenerator;
import io.svcdht.console.view.MetricsPage.Rule;
import io.svcdht.node.Node;
import io.svcdht.node.Node.Status;
import io.svcdht.node.recent.Figure;
import io.svcdht.node.recent.Slice;
import io.svcdht.node.recent.Span;
import io.svcdht.node.view.Json;
import java.io.IOException;
import java.util.Locale;

/** The overview for machines: names and numbers, times in milliseconds, nothing rounded for the eye. */
final class OverviewJson {
    private static final int BUCKETS = 256;

    private OverviewJson() {}

    static void write(Visit visit, Scene scene, Lines out) {
        out.line(Json.text(g -> {
            g.writeStartObject();
            moment(g, visit, scene);
            if (!scene.past()) {
                live(g, visit);
            }
            state(g, scene);
            g.writeEndObject();
        }));
    }

    private static void moment(JsonGenerator g, Visit visit, Scene scene) throws IOException {
        Node node = visit.node();
        g.writeStringField("node", node.id().text());
        g.writeStringField("version", node.build().version());
        g.writeStringField("at", Json.instant(scene.nowMillis()));
        g.writeNumberField("position", scene.position());
        g.writeBooleanField("past", scene.past());
    }

    private static void live(JsonGenerator g, Visit visit) throws IOException {
        Status status = visit.node().status();
        Stretch stretch = Stretch.of(visit);
        g.writeStringField("readiness", status.readiness().name().toLowerCase(Locale.ROOT));
        g.writeStringField("reason", status.readinessReason());
        g.writeNumberField("durable_position", status.durablePosition());
        g.writeNumberField("queue_depth", status.queueDepth());
        g.writeNumberField("journal_bytes", status.journalBytes());
        g.writeObjectFieldStart("recent");
        g.writeNumberField("seconds", (stretch.toMillis() - stretch.fromMillis()) / 1000);
        g.writeNumberField("samples", stretch.samples().size());
        for (Figure f : Figure.values()) {
            if (f.kind() == Figure.Kind.COUNT) {
                g.writeNumberField(f.name().toLowerCase(Locale.ROOT), Math.round(stretch.total(f)));
            }
        }
        spread(g, "find_ms", stretch.all(Span.FIND), 1e6);
        spread(g, "network_find_ms", stretch.all(Span.SEARCH), 1e6);
        spread(g, "hops", stretch.all(Span.HOPS), 1);
        spread(g, "journal_append_ms", stretch.all(Span.APPEND), 1e6);
        spread(g, "journal_sync_ms", stretch.all(Span.SYNC), 1e6);
        g.writeEndObject();
        g.writeArrayFieldStart("rules");
        for (Rule r : Rules.of(visit, stretch)) {
            g.writeStartObject();
            g.writeStringField("id", r.id());
            g.writeStringField("now", r.now());
            g.writeBooleanField("firing", r.firing());
            g.writeEndObject();
        }
        g.writeEndArray();
    }

    private static void spread(JsonGenerator g, String name, Slice all, double unit) throws IOException {
        g.writeObjectFieldStart(name);
        g.writeNumberField("count", all.count());
        for (double part : new double[] {0.5, 0.95, 0.99}) {
            if (all.count() > 0) {
                g.writeNumberField(
                        "p%.0f".formatted(part * 100), all.quantile(part).orElse(0) / unit);
            }
        }
        g.writeEndObject();
    }

    private static void state(JsonGenerator g, Scene scene) throws IOException {
        g.writeNumberField("records", scene.providers().records());
        g.writeNumberField("tombstones", scene.providers().tombstones());
        g.writeNumberField("content_ids", scene.providers().contentIds());
        g.writeNumberField("contacts", scene.routing().contacts().size());
        g.writeArrayFieldStart("buckets");
        for (int i = 0; i < BUCKETS; i++) {
            int held = scene.routing().bucket(i).size();
            if (held > 0) {
                g.writeStartObject();
                g.writeNumberField("bucket", i);
                g.writeNumberField("contacts", held);
                g.writeEndObject();
            }
        }
        g.writeEndArray();
    }
}
