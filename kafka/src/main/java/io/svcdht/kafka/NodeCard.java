package io.svcdht.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.svcdht.node.shipping.Cargo;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself on the topic of nodes, and what it needs to know itself when it starts again.
 *
 * @param shipped the mark at or before which everything was acknowledged; null = nothing yet
 * @param traced the lookup shipped last; null = none yet
 */
record NodeCard(@Nullable Mark shipped, @Nullable UUID traced) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Where the event at a position is on the topic. */
    record Mark(long position, int partition, long offset) {}

    /**
     * What else the card says.
     *
     * @param position up to which all is on the topic, where no mark tells
     */
    record Saying(Cargo cargo, String state, long position, long lost) {}

    byte[] json(Saying saying) {
        Cargo cargo = saying.cargo();
        Cargo.Card card = cargo.card();
        ObjectNode n = JSON.createObjectNode();
        n.put("node", cargo.node().text())
                .put("version", card.version())
                .put("git", card.git())
                .put("network", card.network())
                .put("http", card.http())
                .put("first_position", cargo.journal().firstPosition())
                .put("last_position", cargo.journal().lastPosition())
                .put("shipped_position", shipped == null ? saying.position() : shipped.position())
                .put("records", card.records())
                .put("contacts", card.contacts())
                .put("state", saying.state())
                .put("at_ms", cargo.nowMillis())
                .put("epoch", cargo.epoch());
        if (shipped != null) {
            n.put("partition", shipped.partition()).put("offset", shipped.offset());
        }
        if (traced != null) {
            n.put("traced", traced.toString());
        }
        n.put("lost", saying.lost());
        try {
            return JSON.writeValueAsBytes(n);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a card could not be written", e);
        }
    }

    /** What a starting node needs of a card; empty = it is none. */
    static Optional<NodeCard> read(byte @Nullable [] json) {
        if (json == null) {
            return Optional.empty();
        }
        try {
            JsonNode n = JSON.readTree(json);
            if (n == null || !n.path("node").isTextual()) {
                return Optional.empty();
            }
            Mark mark = n.path("partition").isIntegralNumber()
                            && n.path("offset").isIntegralNumber()
                            && n.path("shipped_position").asLong() > 0
                    ? new Mark(
                            n.path("shipped_position").asLong(),
                            n.path("partition").asInt(),
                            n.path("offset").asLong())
                    : null;
            UUID traced = n.path("traced").isTextual()
                    ? UUID.fromString(n.path("traced").asText())
                    : null;
            return Optional.of(new NodeCard(mark, traced));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
