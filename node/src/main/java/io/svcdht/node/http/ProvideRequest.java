package io.svcdht.node.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.model.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code POST /dht/provide} carries, read and checked. Unknown fields are ignored, {@code null} is the same as
 * absent, a name given twice is refused.
 *
 * @param text the content id as it was written, trimmed
 * @param locator empty = at this node itself
 */
record ProvideRequest(ContentId cid, String text, String locator, List<String> addrs, int ttlSeconds) {
    private static final int DEPTH_MAX = 32;
    private static final int NUMBER_CHARS_MAX = 1000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_CHARS_MAX)
                    .build())
            .build();

    /** @throws ApiError with a sentence that names the field and what it may hold */
    static ProvideRequest parse(String json, NodeConfig config, NodeId self) {
        return parse(json, "the body", config, self);
    }

    /** @param what is read, as sentences about it call it */
    static ProvideRequest parse(String json, String what, NodeConfig config, NodeId self) {
        try (JsonParser p = FACTORY.createParser(json)) {
            return new Reader(p, what, config).read(self);
        } catch (StreamConstraintsException e) {
            throw ApiError.badRequest("the JSON is nested deeper than %d levels, or holds an endless number or name"
                    .formatted(DEPTH_MAX));
        } catch (JsonProcessingException e) {
            throw ApiError.badRequest(what + " is no valid JSON: " + sentence(e));
        } catch (IOException e) {
            throw ApiError.badRequest(what + " cannot be read");
        }
    }

    /** Where it went wrong; never what stood there, which may be long or harmful to a terminal. */
    private static String sentence(JsonProcessingException e) {
        String message = String.valueOf(e.getOriginalMessage());
        String where = e.getLocation() == null
                ? ""
                : " at line %d, column %d"
                        .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
        return (message.startsWith("Duplicate field") ? "a field is given twice" : "syntax error") + where;
    }

    /**
     * The locator that a {@code node} stands for (contracts §1): absent, {@code self} and our own id are we ourselves;
     * another node's id cannot be published from here; all else is an opaque locator.
     */
    static String locator(@Nullable String node, NodeId self) {
        if (node == null) {
            return "";
        }
        String text = checked("node", node);
        if (text.equals("self") || text.equals(self.text())) {
            return "";
        }
        if (text.startsWith(NodeId.PREFIX)) {
            throw ApiError.badRequest("node is another node's id; leave it out, write self, or give a locator");
        }
        return text;
    }

    static ContentId cid(String text, NodeConfig config) {
        try {
            return ContentId.parse(text, config.lenientIds());
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static String checked(String what, String raw) {
        try {
            return Texts.checked(what, raw);
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static final class Reader {
        private final JsonParser p;
        private final String what;
        private final NodeConfig config;
        private @Nullable String cid;
        private @Nullable String node;
        private List<String> addrs = List.of();
        private int ttlSeconds;

        Reader(JsonParser p, String what, NodeConfig config) {
            this.p = p;
            this.what = what;
            this.config = config;
            this.ttlSeconds = config.ttlSeconds();
        }

        ProvideRequest read(NodeId self) throws IOException {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                throw ApiError.badRequest(what + " must be a JSON object such as {\"cid\":\"b3:…\",\"ttl_secs\":600}");
            }
            while (p.nextToken() != JsonToken.END_OBJECT) {
                String name = p.currentName();
                JsonToken token = p.nextToken();
                if (token == JsonToken.VALUE_NULL) {
                    continue;
                }
                switch (name) {
                    case "cid" -> cid = text("cid", token);
                    case "node" -> node = text("node", token);
                    case "ttl_secs" -> ttlSeconds = ttl(token);
                    case "addrs" -> addrs = addrs(token);
                    default -> p.skipChildren();
                }
            }
            if (p.nextToken() != null) {
                throw ApiError.badRequest("something follows the JSON object; send exactly one");
            }
            if (cid == null) {
                throw ApiError.badRequest("cid is missing; send {\"cid\":\"b3:<64 hex digits>\"}");
            }
            return new ProvideRequest(cid(cid, config), cid.strip(), locator(node, self), addrs, ttlSeconds);
        }

        private String text(String what, JsonToken token) throws IOException {
            if (token != JsonToken.VALUE_STRING) {
                throw ApiError.badRequest(what + " must be a text");
            }
            return p.getText();
        }

        private int ttl(JsonToken token) throws IOException {
            int max = config.ttlSecondsMax();
            if (token == JsonToken.VALUE_NUMBER_INT && p.getTextLength() <= 10) {
                long n = p.getLongValue();
                if (n >= 1 && n <= max) {
                    return (int) n;
                }
            }
            throw ApiError.badRequest("ttl_secs must be a whole number of seconds from 1 to %d".formatted(max));
        }

        private List<String> addrs(JsonToken token) throws IOException {
            if (token != JsonToken.START_ARRAY) {
                throw ApiError.badRequest("addrs must be an array of texts");
            }
            List<String> found = new ArrayList<>();
            while (p.nextToken() != JsonToken.END_ARRAY) {
                if (found.size() == ProviderRecord.ADDRS_MAX) {
                    throw ApiError.badRequest("addrs holds more than %d addresses".formatted(ProviderRecord.ADDRS_MAX));
                }
                found.add(checked("addrs", text("each of addrs", p.currentToken())));
            }
            return found;
        }
    }
}
