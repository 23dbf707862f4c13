package io.svcdht.console.view;

import io.svcdht.node.Node;
import io.svcdht.node.Node.Status;
import io.svcdht.node.view.Json;

/**
 * The figures of the overview as they stand now, written as the page writes them.
 *
 * @param position of the last event
 */
public record LiveFigures(long position, long nowMillis, Status status) {
    public static LiveFigures of(Node node) {
        Status status = node.status();
        return new LiveFigures(status.journalPosition(), node.nowMillis(), status);
    }

    /**
     * One object of texts, each for the element of that name; {@code missed} is how many updates the reader did not
     * get before this one.
     */
    public String json(long missed) {
        return Json.text(g -> {
            g.writeStartObject();
            g.writeNumberField("seq", position);
            g.writeStringField("position", Say.number(position));
            g.writeStringField("at", Say.moment(nowMillis));
            g.writeStringField("records", Say.number(status.records()));
            g.writeStringField("tombstones", Say.number(status.tombstones()));
            g.writeStringField("durable", Say.number(status.durablePosition()));
            g.writeStringField("queue", Say.number(status.queueDepth()));
            g.writeStringField("readiness", status.readiness().name());
            g.writeNumberField("missed", missed);
            g.writeEndObject();
        });
    }
}
