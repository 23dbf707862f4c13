package io.svcdht.node.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.AddressPrefix;
import io.svcdht.storage.model.Blake3;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Events for others to read, with things left out. What is left out takes along whatever would confirm a guess of it:
 * signatures and digests are over the whole, so nothing that was redacted can become a journal again.
 *
 * <pre>
 * addresses   every IP address in any text becomes its /24 or /48, without the port; host names of contacts a dash
 * providers   a locator becomes a name of its own for this export, the addresses of records are left out
 * either      proof and digest are left out
 * </pre>
 */
public final class Redaction {
    /** Stands where something was. */
    private static final String GONE = "-";

    private static final int IP4_BITS = 24;
    private static final int IP6_BITS = 48;
    private static final int NAME_BYTES = 8;

    private static final Pattern IP4 = Pattern.compile(
            "(?<![0-9A-Za-z.])((?:[0-9]{1,3}\\.){3}[0-9]{1,3}(?:/[0-9]{1,2})?)(?::[0-9]{1,5})?(?![0-9A-Za-z]|\\.[0-9])");
    private static final Pattern IP6 = Pattern.compile(
            "\\[?(?<![0-9A-Za-z:.])([0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(?:/[0-9]{1,3})?)\\]?(?:(?<=\\]):[0-9]{1,5})?(?![0-9A-Za-z]|\\.[0-9])");

    /** Whose values are names of peers as much as addresses. */
    private static final Set<String> SETTINGS_OF_PEERS = Set.of("seeds", "advertise", "allowed_hosts");

    private static final JsonMapper MAPPER = new JsonMapper();

    private final boolean addresses;
    private final boolean providers;
    private final byte[] salt;

    /** @param salt makes names for locators that nobody can guess; another one for each export, kept nowhere */
    public Redaction(boolean addresses, boolean providers, byte[] salt) {
        this.addresses = addresses;
        this.providers = providers;
        this.salt = salt.clone();
    }

    /** What the export begins with, so that nobody takes it for a whole one. */
    public String header() {
        return Json.text(g -> {
            g.writeStartObject();
            g.writeArrayFieldStart("redacted");
            for (String what : addresses && providers
                    ? List.of("addresses", "providers")
                    : List.of(addresses ? "addresses" : "providers")) {
                g.writeString(what);
            }
            g.writeEndArray();
            g.writeEndObject();
        });
    }

    /** Whether a line is such a header. */
    public static boolean begins(String line) {
        return line.startsWith("{\"redacted\":");
    }

    /** The entry as one line, without the line break. */
    public String line(JournalEntry entry) {
        try {
            ObjectNode event = (ObjectNode) MAPPER.readTree(EventJson.line(entry));
            event.remove(List.of("proof", "digest"));
            if (providers) {
                leaveOutProviders(event, entry.event().type());
            }
            if (addresses) {
                leaveOutNames(event);
                cutAddresses(event);
            }
            return MAPPER.writeValueAsString(event);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("an event's own JSON cannot be read", e);
        }
    }

    private void leaveOutProviders(ObjectNode event, EventType type) {
        String locator = event.path("locator").asText("");
        if (!locator.isEmpty()) {
            event.put("locator", nameOf(locator));
            event.put("node", nameOf(locator));
        }
        if (event.get("addrs") instanceof ArrayNode addrs) {
            addrs.removeAll();
        }
        if (type == EventType.AuditRecorded) {
            // A content id, then the locator that was meant.
            event.put("subject", event.path("subject").asText().split(" ", 2)[0]);
        }
    }

    private String nameOf(String locator) {
        byte[] digest = new Blake3()
                .update(salt)
                .update(locator.getBytes(StandardCharsets.UTF_8))
                .finish();
        return "locator-" + HexFormat.of().formatHex(Arrays.copyOf(digest, NAME_BYTES));
    }

    private static void leaveOutNames(ObjectNode event) {
        if (SETTINGS_OF_PEERS.contains(event.path("setting").asText())) {
            event.put("from", GONE);
            event.put("to", GONE);
        }
        if (event.path("contact").path("addrs") instanceof ArrayNode addrs) {
            for (int i = 0; i < addrs.size(); i++) {
                if (cut(addrs.get(i).asText()).equals(addrs.get(i).asText())) {
                    addrs.set(i, new TextNode(GONE));
                }
            }
        }
    }

    private static void cutAddresses(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                if (field.getValue() instanceof TextNode text) {
                    field.setValue(new TextNode(cut(text.asText())));
                } else {
                    cutAddresses(field.getValue());
                }
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i) instanceof TextNode text) {
                    array.set(i, new TextNode(cut(text.asText())));
                } else {
                    cutAddresses(array.get(i));
                }
            }
        }
    }

    /** Every IP address in a text by its block. */
    static String cut(String text) {
        String without4 = IP4.matcher(text).replaceAll(m -> block(m, IP4_BITS));
        return IP6.matcher(without4).replaceAll(m -> block(m, IP6_BITS));
    }

    private static String block(MatchResult found, int bits) {
        try {
            return AddressPrefix.parse(found.group(1)).widened(bits).text();
        } catch (IllegalArgumentException e) {
            // It only looked like one, as a time of day does.
            return Matcher.quoteReplacement(found.group());
        }
    }
}
