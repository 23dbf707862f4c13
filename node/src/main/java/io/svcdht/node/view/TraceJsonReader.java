package io.svcdht.node.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** Reads back a lookup that {@link TraceJson} wrote, to the microsecond. Unknown fields are ignored. */
public final class TraceJsonReader {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final BigDecimal NANOS_PER_MILLI = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal MILLIS_MAX = BigDecimal.valueOf(1L << 40);

    private TraceJsonReader() {}

    /**
     * Reads one line.
     *
     * @param lineNumber from 1, for the message
     * @throws BadLine if it is no lookup with its legs
     */
    public static LookupRecord parse(String line, long lineNumber) throws BadLine {
        try {
            return lookup(MAPPER.readTree(line));
        } catch (JsonProcessingException e) {
            throw new BadLine(lineNumber, "is no JSON object: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            throw new BadLine(lineNumber, String.valueOf(e.getMessage()));
        }
    }

    private static LookupRecord lookup(JsonNode l) {
        List<LegRecord> legs = new ArrayList<>();
        Map<String, Integer> named = new HashMap<>();
        for (JsonNode leg : l.path("legs")) {
            String via = leg.path("via").asText("");
            Integer index = via.isEmpty() ? Integer.valueOf(-1) : named.get(via);
            if (index == null) {
                throw new IllegalArgumentException("has a leg that comes after one that is not there");
            }
            named.put(text(leg, "leg"), legs.size());
            legs.add(leg(leg, index));
        }
        return new LookupRecord(
                UUID.fromString(text(l, "lookup_id")),
                Json.millis(text(l, "at")),
                word(LookupRecord.Operation.class, text(l, "op")),
                l.has("asked_by") ? word(LookupRecord.Asker.class, text(l, "asked_by")) : LookupRecord.Asker.UNTOLD,
                key(text(l, "target")),
                l.path("text").asText(""),
                word(LookupRecord.Outcome.class, text(l, "outcome")),
                l.path("hops").asInt(),
                l.path("messages").asInt(),
                l.path("hedges").asInt(),
                l.path("known").asInt(),
                nanos(l, "took_ms"),
                nanos(l, "deadline_ms"),
                legs);
    }

    private static LegRecord leg(JsonNode leg, int via) {
        return new LegRecord(
                NodeId.parse(text(leg, "peer")),
                text(leg, "address"),
                leg.path("hop").asInt(),
                leg.path("path").asInt(),
                via,
                word(LegRecord.Why.class, text(leg, "why")),
                nanos(leg, "heard_of_ms"),
                nanos(leg, "sent_ms"),
                nanos(leg, "took_ms"),
                leg.path("overdue").asBoolean(),
                word(LegRecord.Outcome.class, text(leg, "outcome")),
                leg.has("way") ? word(LegRecord.Way.class, text(leg, "way")) : LegRecord.Way.UNTOLD);
    }

    private static Key key(String text) {
        return ContentId.parse(text, false).key();
    }

    private static String text(JsonNode of, String name) {
        JsonNode value = of.path(name);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("has no text \"%s\"".formatted(name));
        }
        return value.asText();
    }

    private static long nanos(JsonNode of, String name) {
        JsonNode value = of.path(name);
        BigDecimal millis = value.isNumber() ? value.decimalValue() : BigDecimal.ONE.negate();
        if (millis.signum() < 0 || millis.compareTo(MILLIS_MAX) > 0) {
            throw new IllegalArgumentException("has no time \"%s\"".formatted(name));
        }
        return millis.multiply(NANOS_PER_MILLI).longValue();
    }

    private static <E extends Enum<E>> E word(Class<E> type, String word) {
        try {
            return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("says \"%s\" where it is one of others".formatted(word), e);
        }
    }
}
