package io.svcdht.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who writes a node's journal, and where its newest checkpoint is; on the topic of nodes, beside the card. It is written
 * in the transactions of the journal, so that only the writer who may append can write it.
 *
 * @param epoch how many writers there were, this one included
 * @param instance of the writer, made anew at each open
 * @param checkpoint the newest that is whole on the topic; null = none yet
 */
record WriterRecord(
        long epoch,
        UUID instance,
        String host,
        long atMillis,
        @Nullable Head checkpoint) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte KIND = 1;

    /**
     * A checkpoint on its topic.
     *
     * @param partition of its chunks
     * @param firstOffset of chunk 0
     * @param blake3 of the file, in hex
     * @param near an event at or before {@code position}, and its offset on the topic of events: from there one may look
     */
    record Head(long position, long bytes, int chunks, String blake3, int partition, long firstOffset, Place near) {}

    /** Where an event is on its topic. */
    record Place(long position, long offset) {}

    /** The key of this record: the node's and a byte that a card's key has not. */
    static byte[] key(NodeId node) {
        byte[] key = Arrays.copyOf(node.key().bytes(), Key.BYTES + 1);
        key[Key.BYTES] = KIND;
        return key;
    }

    static boolean isKey(byte @Nullable [] key) {
        return key != null && key.length == Key.BYTES + 1 && key[Key.BYTES] == KIND;
    }

    byte[] json(NodeId node) {
        ObjectNode n = JSON.createObjectNode();
        n.put("node", node.text())
                .put("epoch", epoch)
                .put("instance", instance.toString())
                .put("host", host)
                .put("at_ms", atMillis);
        if (checkpoint != null) {
            n.putObject("checkpoint")
                    .put("position", checkpoint.position())
                    .put("bytes", checkpoint.bytes())
                    .put("chunks", checkpoint.chunks())
                    .put("blake3", checkpoint.blake3())
                    .put("partition", checkpoint.partition())
                    .put("first_offset", checkpoint.firstOffset())
                    .put("near_position", checkpoint.near().position())
                    .put("near_offset", checkpoint.near().offset());
        }
        try {
            return JSON.writeValueAsBytes(n);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a writer's record could not be written", e);
        }
    }

    static Optional<WriterRecord> read(byte @Nullable [] json) {
        if (json == null) {
            return Optional.empty();
        }
        try {
            JsonNode n = JSON.readTree(json);
            if (n == null || !n.path("epoch").isIntegralNumber()) {
                return Optional.empty();
            }
            JsonNode c = n.path("checkpoint");
            Head head = !c.isObject()
                    ? null
                    : new Head(
                            c.path("position").asLong(),
                            c.path("bytes").asLong(),
                            c.path("chunks").asInt(),
                            c.path("blake3").asText(),
                            c.path("partition").asInt(),
                            c.path("first_offset").asLong(),
                            new Place(
                                    c.path("near_position").asLong(),
                                    c.path("near_offset").asLong()));
            return Optional.of(new WriterRecord(
                    n.path("epoch").asLong(),
                    UUID.fromString(n.path("instance").asText()),
                    n.path("host").asText(),
                    n.path("at_ms").asLong(),
                    head));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
