package io.svcdht.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads what a node says, and writes what it is told. Fields that are not known here are passed over. */
final class Answers {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Answers() {}

    static String provide(Provide p) {
        ObjectNode o = JSON.createObjectNode().put("cid", p.cid());
        p.locator().ifPresent(l -> o.put("node", l));
        p.ttlSeconds().ifPresent(t -> o.put("ttl_secs", t));
        if (!p.addrs().isEmpty()) {
            ArrayNode addrs = o.putArray("addrs");
            p.addrs().forEach(addrs::add);
        }
        return o.toString();
    }

    static String find(String cid) {
        return JSON.createObjectNode().put("cid", cid).toString();
    }

    static Provided provided(JsonNode n) {
        return new Provided(
                text(n, "cid"),
                number(n, "position"),
                Math.toIntExact(number(n, "ttl_secs_used")),
                instant(n, "expires_at"));
    }

    static Found found(JsonNode n) {
        List<Found.Holder> records = new ArrayList<>();
        for (JsonNode r : n.path("records")) {
            records.add(new Found.Holder(
                    text(r, "node"), text(r, "publisher"), texts(r, "addrs"), instant(r, "expires_at")));
        }
        return new Found(
                text(n, "cid"), texts(n, "providers"), Math.toIntExact(number(n, "hops")), text(n, "source"), records);
    }

    static RoutedProvider routed(JsonNode n) {
        return new RoutedProvider(
                text(n, "Schema"),
                n.hasNonNull("ID") ? text(n, "ID") : text(n, "Locator"),
                texts(n, "Addrs"),
                texts(n, "Protocols"));
    }

    /** What a problem (RFC 9457) says; also of an answer that is none. */
    static Attempts.Problem problem(String body) {
        try {
            JsonNode n = JSON.readTree(body);
            return new Attempts.Problem(
                    n.path("code").asText(""), n.path("detail").asText("no detail"));
        } catch (JsonProcessingException e) {
            return new Attempts.Problem("", "an answer that is no problem document");
        }
    }

    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw DhtException.badAnswer("an answer that is no JSON", e);
        }
    }

    private static String text(JsonNode n, String name) {
        JsonNode v = n.path(name);
        if (!v.isTextual()) {
            throw DhtException.badAnswer("an answer without the text " + name, null);
        }
        return v.asText();
    }

    private static long number(JsonNode n, String name) {
        JsonNode v = n.path(name);
        if (!v.isIntegralNumber()) {
            throw DhtException.badAnswer("an answer without the number " + name, null);
        }
        return v.asLong();
    }

    private static Instant instant(JsonNode n, String name) {
        try {
            return Instant.parse(text(n, name));
        } catch (DateTimeException e) {
            throw DhtException.badAnswer("an answer whose %s is no instant".formatted(name), e);
        }
    }

    private static List<String> texts(JsonNode n, String name) {
        List<String> texts = new ArrayList<>();
        n.path(name).forEach(t -> texts.add(t.asText()));
        return texts;
    }
}
