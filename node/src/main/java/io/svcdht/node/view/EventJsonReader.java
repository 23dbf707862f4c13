package io.svcdht.node.view;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.AuditRecorded;
import io.svcdht.storage.event.DhtEvent.BucketRefreshed;
import io.svcdht.storage.event.DhtEvent.CheckpointTaken;
import io.svcdht.storage.event.DhtEvent.ClockStepped;
import io.svcdht.storage.event.DhtEvent.ConfigChanged;
import io.svcdht.storage.event.DhtEvent.ContactAdded;
import io.svcdht.storage.event.DhtEvent.ContactEvicted;
import io.svcdht.storage.event.DhtEvent.ContactRefreshed;
import io.svcdht.storage.event.DhtEvent.ContactReplaced;
import io.svcdht.storage.event.DhtEvent.DigestMarked;
import io.svcdht.storage.event.DhtEvent.DiscoveryRecordPublished;
import io.svcdht.storage.event.DhtEvent.EvictedFor;
import io.svcdht.storage.event.DhtEvent.JournalPruned;
import io.svcdht.storage.event.DhtEvent.KeyLearned;
import io.svcdht.storage.event.DhtEvent.NodeStarted;
import io.svcdht.storage.event.DhtEvent.NodeStopped;
import io.svcdht.storage.event.DhtEvent.PeerBanned;
import io.svcdht.storage.event.DhtEvent.PeerDiscovered;
import io.svcdht.storage.event.DhtEvent.PeerUnbanned;
import io.svcdht.storage.event.DhtEvent.ProviderAnnounced;
import io.svcdht.storage.event.DhtEvent.ProviderExpired;
import io.svcdht.storage.event.DhtEvent.ProviderRefreshed;
import io.svcdht.storage.event.DhtEvent.ProviderReplicated;
import io.svcdht.storage.event.DhtEvent.ProviderWithdrawn;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.event.DhtEvent.ReadinessChanged;
import io.svcdht.storage.event.DhtEvent.RootAccepted;
import io.svcdht.storage.event.DhtEvent.RootDropped;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.model.SignedRoot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads back what {@link EventJson} wrote. Unknown fields are ignored; a missing or wrong one is named. */
public final class EventJsonReader {
    private final Map<String, Object> fields;

    private EventJsonReader(Map<String, Object> fields) {
        this.fields = fields;
    }

    /**
     * Reads one line.
     *
     * @param lineNumber from 1, for the message
     * @throws BadLine if it is no journal entry of a version this build reads
     */
    public static JournalEntry parse(String line, long lineNumber) throws BadLine {
        try (JsonParser p = Json.FACTORY.createParser(line)) {
            return new EventJsonReader(wholeObject(p)).entry();
        } catch (JsonProcessingException e) {
            throw new BadLine(lineNumber, "is no JSON object: " + e.getOriginalMessage());
        } catch (IOException | IllegalArgumentException e) {
            throw new BadLine(lineNumber, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Numbers as Long, texts as String, arrays of texts as List, objects as Map; all else is kept as its token, to be
     * refused if used.
     */
    private static Map<String, Object> wholeObject(JsonParser p) throws IOException {
        if (p.nextToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("is no JSON object");
        }
        Map<String, Object> fields = object(p);
        if (p.nextToken() != null) {
            throw new IllegalArgumentException("something follows the JSON object");
        }
        return fields;
    }

    private static Map<String, Object> object(JsonParser p) throws IOException {
        Map<String, Object> fields = new HashMap<>();
        while (p.nextToken() != JsonToken.END_OBJECT) {
            String name = p.currentName();
            JsonToken token = p.nextToken();
            fields.put(
                    name,
                    switch (token) {
                        case VALUE_STRING -> p.getText();
                        case VALUE_NUMBER_INT -> p.getLongValue();
                        case START_ARRAY -> array(p);
                        case START_OBJECT -> object(p);
                        default -> token;
                    });
        }
        return fields;
    }

    private static Object array(JsonParser p) throws IOException {
        List<String> texts = new ArrayList<>();
        boolean textsOnly = true;
        for (JsonToken t = p.nextToken(); t != JsonToken.END_ARRAY; t = p.nextToken()) {
            textsOnly &= t == JsonToken.VALUE_STRING;
            texts.add(p.getText());
            p.skipChildren();
        }
        return textsOnly ? texts : JsonToken.START_ARRAY;
    }

    private JournalEntry entry() {
        long version = number("version");
        if (version < 1 || version > EventCodec.VERSION) {
            throw new IllegalArgumentException(
                    "event version %d; this build reads 1 to %d".formatted(version, EventCodec.VERSION));
        }
        EventType type = type(text("type"));
        long cause = fields.containsKey("cause") ? number("cause") : 0;
        DhtEvent event = body(type);
        if (version != EventCodec.versionOf(event)) {
            throw new IllegalArgumentException(
                    "event version %d, but what it says is version %d".formatted(version, EventCodec.versionOf(event)));
        }
        return new JournalEntry(number("position"), instant("at"), cause, event);
    }

    /**
     * The event type of this name.
     *
     * @throws IllegalArgumentException listing the known ones
     */
    public static EventType type(String name) {
        for (EventType t : EventType.values()) {
            if (t.name().equals(name)) {
                return t;
            }
        }
        throw new IllegalArgumentException("type \"%s\" is not known; known are %s"
                .formatted(
                        name, Arrays.stream(EventType.values()).map(Enum::name).collect(Collectors.joining(", "))));
    }

    private DhtEvent body(EventType type) {
        return switch (type) {
            case ProviderAnnounced -> new ProviderAnnounced(record());
            case ProviderRefreshed -> new ProviderRefreshed(key("key"), seconds("ttl_secs"), instant("issued_at"));
            case ProviderWithdrawn -> new ProviderWithdrawn(key("key"), instant("issued_at"), instant("keep_until"));
            case ProviderExpired -> new ProviderExpired(key("key"));
            case ProviderReplicated ->
                new ProviderReplicated(key("key"), upTo("holders", ProviderReplicated.HOLDERS_MAX));
            case NodeStarted -> new NodeStarted(NodeId.parse(text("node")), number("epoch"), text("node_version"));
            case NodeStopped -> new NodeStopped(text("reason"));
            case ConfigChanged -> new ConfigChanged(text("setting"), text("from"), text("to"), text("source"));
            case ReadinessChanged -> new ReadinessChanged(readiness(text("readiness")), text("reason"));
            case ClockStepped -> new ClockStepped(number("delta_ms"));
            case DigestMarked -> new DigestMarked(number("up_to"), key("digest"));
            case KeyLearned ->
                new KeyLearned(keys(), fields.containsKey("ml_dsa_87") ? new MlDsa87Key(bytes("ml_dsa_87")) : null);
            case RootAccepted -> new RootAccepted(new SignedRoot(Key.parseHex(text("root")), keys(), bytes("sigs")));
            case RootDropped -> new RootDropped(Key.parseHex(text("root")));
            case ContactAdded -> new ContactAdded(contact(), flag("verified"));
            case ContactRefreshed ->
                new ContactRefreshed(
                        upTo("bucket", 255),
                        list("nodes").stream().map(NodeId::parse).toList());
            case ContactEvicted -> new ContactEvicted(NodeId.parse(text("node")), why());
            case ContactReplaced -> new ContactReplaced(NodeId.parse(text("node")), why(), contact(), flag("verified"));
            case BucketRefreshed -> new BucketRefreshed(upTo("bucket", 255), upTo("heard", Integer.MAX_VALUE));
            case PeerBanned -> new PeerBanned(banned(), text("reason"));
            case PeerUnbanned -> new PeerUnbanned(banned());
            case DiscoveryRecordPublished -> new DiscoveryRecordPublished(text("by"), text("record"));
            case PeerDiscovered -> new PeerDiscovered(text("by"), contact());
            case CheckpointTaken ->
                new CheckpointTaken(number("up_to"), key("digest"), number("records"), number("bytes"));
            case JournalPruned ->
                new JournalPruned(number("first_retained"), Math.toIntExact(number("files")), number("bytes"));
            case AuditRecorded -> new AuditRecorded(text("who"), text("what"), text("subject"), text("why"));
        };
    }

    private Contact contact() {
        EventJsonReader contact = inner("contact");
        List<PeerAddress> addrs =
                contact.list("addrs").stream().map(PeerAddress::parse).toList();
        return new Contact(contact.keys(), addrs, contact.number("asn"));
    }

    private NodeKeys keys() {
        return NodeKeys.of(
                hexKey("ed25519"),
                fields.containsKey("ml_dsa_87_hash") ? hexKey("ml_dsa_87_hash") : NodeKeys.CLASSICAL_ONLY);
    }

    private Banned banned() {
        return Banned.parse(text("banned"));
    }

    private EvictedFor why() {
        String word = text("why");
        for (EvictedFor why : EvictedFor.values()) {
            if (why.name().toLowerCase(Locale.ROOT).equals(word)) {
                return why;
            }
        }
        throw new IllegalArgumentException("why \"%s\" is not known".formatted(word));
    }

    private ProviderRecord record() {
        ContentId cid = new ContentId(text("cid"), key("key"));
        NodeId publisher = NodeId.parse(text("publisher"));
        return new ProviderRecord(
                cid, publisher, text("locator"), list("addrs"), seconds("ttl_secs"), instant("issued_at"), proof());
    }

    private byte[] bytes(String name) {
        return HexFormat.of().parseHex(text(name));
    }

    private @Nullable Proof proof() {
        if (!fields.containsKey("proof")) {
            return null;
        }
        EventJsonReader proof = inner("proof");
        return new Proof(proof.keys(), proof.bytes("sigs"));
    }

    private static Readiness readiness(String text) {
        return switch (text) {
            case "booting" -> Readiness.BOOTING;
            case "ready" -> Readiness.READY;
            case "degraded" -> Readiness.DEGRADED;
            default ->
                throw new IllegalArgumentException(
                        "readiness \"%s\" is none of booting, ready, degraded".formatted(text));
        };
    }

    private Object field(String name) {
        Object value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("field \"%s\" is missing".formatted(name));
        }
        return value;
    }

    private String text(String name) {
        if (field(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("field \"%s\" must be a text".formatted(name));
    }

    private long number(String name) {
        if (field(name) instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException("field \"%s\" must be a whole number".formatted(name));
    }

    private int upTo(String name, int max) {
        long n = number(name);
        if (n < 0 || n > max) {
            throw new IllegalArgumentException("field \"%s\" is %d; it must be 0…%d".formatted(name, n, max));
        }
        return (int) n;
    }

    private boolean flag(String name) {
        Object value = field(name);
        if (value != JsonToken.VALUE_TRUE && value != JsonToken.VALUE_FALSE) {
            throw new IllegalArgumentException("field \"%s\" must be true or false".formatted(name));
        }
        return value == JsonToken.VALUE_TRUE;
    }

    private EventJsonReader inner(String name) {
        if (field(name) instanceof Map<?, ?> inner) {
            Map<String, Object> named = new HashMap<>();
            inner.forEach((key, value) -> named.put((String) key, value));
            return new EventJsonReader(named);
        }
        throw new IllegalArgumentException("field \"%s\" must be an object".formatted(name));
    }

    private Key hexKey(String name) {
        String hex = text(name);
        if (hex.length() != 2 * Key.BYTES) {
            throw new IllegalArgumentException("field \"%s\" must be 64 hex digits".formatted(name));
        }
        return Key.parseHex(hex);
    }

    private List<String> list(String name) {
        if (field(name) instanceof List<?> list) {
            return list.stream().map(String.class::cast).toList();
        }
        throw new IllegalArgumentException("field \"%s\" must be an array of texts".formatted(name));
    }

    private int seconds(String name) {
        long n = number(name);
        if (n < 1 || n > ProviderRecord.TTL_SECONDS_MAX) {
            throw new IllegalArgumentException(
                    "field \"%s\" is %d; it must be 1…%d".formatted(name, n, ProviderRecord.TTL_SECONDS_MAX));
        }
        return (int) n;
    }

    private long instant(String name) {
        return Json.millis(text(name));
    }

    private Key key(String name) {
        String text = text(name);
        String hex = text.startsWith(ContentId.PREFIX) ? text.substring(ContentId.PREFIX.length()) : "";
        if (hex.length() == 2 * Key.BYTES) {
            try {
                return Key.parseHex(hex);
            } catch (IllegalArgumentException e) {
                // Told below, with the field's name.
            }
        }
        throw new IllegalArgumentException("field \"%s\" must be b3: and 64 hex digits".formatted(name));
    }
}
