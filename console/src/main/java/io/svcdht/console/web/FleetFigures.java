package io.svcdht.console.web;

import io.svcdht.console.fleet.FleetPlace;
import io.svcdht.console.fleet.FleetStore;
import io.svcdht.node.view.Json;

/**
 * What open pages of a fleet are told.
 *
 * @param position events that are kept, of all nodes
 * @param sampledMillis by the second, for cards come without events
 * @param trouble why nothing new comes, empty = all is well
 */
record FleetFigures(long position, long sampledMillis, String trouble) implements LiveFeed.Figures {
    private static final long SECOND_MILLIS = 1_000;

    static FleetFigures of(FleetStore store, FleetPlace place) {
        return new FleetFigures(
                store.events(),
                place.now().getAsLong() / SECOND_MILLIS * SECOND_MILLIS,
                place.trouble().get());
    }

    @Override
    public String json(long missed) {
        return Json.text(g -> {
            g.writeStartObject();
            g.writeNumberField("seq", position);
            g.writeNumberField("sampled", sampledMillis);
            g.writeStringField("trouble", trouble);
            g.writeNumberField("missed", missed);
            g.writeEndObject();
        });
    }
}
