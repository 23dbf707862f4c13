package io.svcdht.console.view;

import io.svcdht.node.Node;
import io.svcdht.node.Node.Status;
import io.svcdht.node.recent.Recent;
import io.svcdht.node.view.Json;

/**
 * The figures of the overview as they stand now, written as the page writes them.
 *
 * @param position of the last event
 * @param sampledMillis when the last sample was taken, 0 = there is none
 * @param contacts members of the routing table
 */
public record LiveFigures(long position, long nowMillis, Status status, long sampledMillis, int contacts) {
    public static LiveFigures of(Node node) {
        Status status = node.status();
        return new LiveFigures(
                status.journalPosition(),
                node.nowMillis(),
                status,
                node.recent().map(Recent::lastMillis).orElse(0L),
                node.network()
                        .map(n -> n.standing().contacts())
                        .orElseGet(() -> node.routing().contacts().size()));
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
            g.writeStringField("contacts", Say.number(contacts));
            g.writeNumberField("sampled", sampledMillis);
            g.writeStringField("queue", Say.number(status.queueDepth()));
            g.writeStringField("readiness", status.readiness().name());
            g.writeNumberField("missed", missed);
            g.writeEndObject();
        });
    }
}
