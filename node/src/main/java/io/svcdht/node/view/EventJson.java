package io.svcdht.node.view;

import com.fasterxml.jackson.core.JsonGenerator;
import io.svcdht.storage.event.DhtEvent.AuditRecorded;
import io.svcdht.storage.event.DhtEvent.CheckpointTaken;
import io.svcdht.storage.event.DhtEvent.ClockStepped;
import io.svcdht.storage.event.DhtEvent.ConfigChanged;
import io.svcdht.storage.event.DhtEvent.DigestMarked;
import io.svcdht.storage.event.DhtEvent.JournalPruned;
import io.svcdht.storage.event.DhtEvent.KeyLearned;
import io.svcdht.storage.event.DhtEvent.NodeStarted;
import io.svcdht.storage.event.DhtEvent.NodeStopped;
import io.svcdht.storage.event.DhtEvent.ProviderAnnounced;
import io.svcdht.storage.event.DhtEvent.ProviderExpired;
import io.svcdht.storage.event.DhtEvent.ProviderRefreshed;
import io.svcdht.storage.event.DhtEvent.ProviderReplicated;
import io.svcdht.storage.event.DhtEvent.ProviderWithdrawn;
import io.svcdht.storage.event.DhtEvent.ReadinessChanged;
import io.svcdht.storage.event.DhtEvent.RootAccepted;
import io.svcdht.storage.event.DhtEvent.RootDropped;
import io.svcdht.storage.event.DhtEvent.RoutingEvent;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.model.SignedRoot;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A journal entry as one JSON object; {@link EventJsonReader} reads it back exactly. Keys and digests look like
 * {@code b3:<64 hex>}, instants like {@code 2026-01-31T12:00:00.000Z}; {@code cause} is left out where there is none.
 *
 * <pre>
 * every event         position at [cause] type version, then:
 * ProviderAnnounced   cid key publisher locator node addrs ttl_secs issued_at [proof: ed25519 [ml_dsa_87_hash] sigs]
 * ProviderRefreshed   key ttl_secs issued_at
 * ProviderWithdrawn   key issued_at keep_until
 * ProviderExpired     key
 * ProviderReplicated  key holders
 * NodeStarted         node epoch node_version
 * NodeStopped         reason
 * ConfigChanged       setting from to source
 * ReadinessChanged    readiness (booting, ready, degraded) reason
 * ClockStepped        delta_ms
 * DigestMarked        up_to digest
 * CheckpointTaken     up_to digest records bytes
 * JournalPruned       first_retained files bytes
 * AuditRecorded       who what subject why
 * </pre>
 *
 * <p>The fields of routing events are in {@link RoutingJson}.
 *
 * <p>{@code locator} is empty and {@code node} is the publisher's id where the publisher itself has the content.
 */
public final class EventJson {
    private EventJson() {}

    /** The entry as one line, without the line break. */
    public static String line(JournalEntry entry) {
        return Json.text(g -> write(g, entry));
    }

    public static void write(JsonGenerator g, JournalEntry entry) throws IOException {
        g.writeStartObject();
        g.writeNumberField("position", entry.position());
        g.writeStringField("at", Json.instant(entry.instantMillis()));
        if (entry.cause() != 0) {
            g.writeNumberField("cause", entry.cause());
        }
        g.writeStringField("type", entry.event().type().name());
        g.writeNumberField("version", EventCodec.versionOf(entry.event()));
        writeBody(g, entry);
        g.writeEndObject();
    }

    private static void writeBody(JsonGenerator g, JournalEntry entry) throws IOException {
        switch (entry.event()) {
            case ProviderAnnounced e -> writeRecord(g, e.record());
            case ProviderRefreshed e -> {
                writeKey(g, "key", e.key());
                g.writeNumberField("ttl_secs", e.ttlSeconds());
                g.writeStringField("issued_at", Json.instant(e.issuedAtMillis()));
            }
            case ProviderWithdrawn e -> {
                writeKey(g, "key", e.key());
                g.writeStringField("issued_at", Json.instant(e.issuedAtMillis()));
                g.writeStringField("keep_until", Json.instant(e.keepUntilMillis()));
            }
            case ProviderExpired e -> writeKey(g, "key", e.key());
            case ProviderReplicated e -> {
                writeKey(g, "key", e.key());
                g.writeNumberField("holders", e.holders());
            }
            case NodeStarted e -> {
                g.writeStringField("node", e.node().text());
                g.writeNumberField("epoch", e.epoch());
                g.writeStringField("node_version", e.version());
            }
            case NodeStopped e -> g.writeStringField("reason", e.reason());
            case ConfigChanged e -> {
                g.writeStringField("setting", e.key());
                g.writeStringField("from", e.from());
                g.writeStringField("to", e.to());
                g.writeStringField("source", e.source());
            }
            case ReadinessChanged e -> {
                g.writeStringField("readiness", e.readiness().name().toLowerCase(Locale.ROOT));
                g.writeStringField("reason", e.reason());
            }
            case ClockStepped e -> g.writeNumberField("delta_ms", e.deltaMillis());
            case DigestMarked e -> {
                g.writeNumberField("up_to", e.upTo());
                writeKey(g, "digest", e.digest());
            }
            case RoutingEvent e -> RoutingJson.write(g, e);
            case KeyLearned e -> {
                g.writeStringField("node", e.keys().id().text());
                RoutingJson.writeKeys(g, e.keys());
                MlDsa87Key whole = e.mlDsa87();
                if (whole != null) {
                    g.writeStringField("ml_dsa_87", HexFormat.of().formatHex(whole.bytes()));
                }
            }
            case RootAccepted(SignedRoot root) -> {
                g.writeStringField("root", root.id().hex());
                g.writeStringField("node", root.publisher().id().text());
                RoutingJson.writeKeys(g, root.publisher());
                g.writeStringField("sigs", HexFormat.of().formatHex(root.signatures()));
            }
            case RootDropped e -> g.writeStringField("root", e.root().hex());
            case CheckpointTaken e -> {
                g.writeNumberField("up_to", e.upTo());
                writeKey(g, "digest", e.digest());
                g.writeNumberField("records", e.records());
                g.writeNumberField("bytes", e.bytes());
            }
            case JournalPruned e -> {
                g.writeNumberField("first_retained", e.firstRetained());
                g.writeNumberField("files", e.files());
                g.writeNumberField("bytes", e.bytes());
            }
            case AuditRecorded e -> {
                g.writeStringField("who", e.who());
                g.writeStringField("what", e.what());
                g.writeStringField("subject", e.subject());
                g.writeStringField("why", e.why());
            }
        }
    }

    /** The fields of a record, in the order every rendering has them. */
    static void writeRecord(JsonGenerator g, ProviderRecord r) throws IOException {
        g.writeStringField("cid", r.cid().text());
        writeKey(g, "key", r.cid().key());
        g.writeStringField("publisher", r.publisher().text());
        g.writeStringField("locator", r.locator());
        g.writeStringField("node", r.node());
        g.writeArrayFieldStart("addrs");
        for (String addr : r.addrs()) {
            g.writeString(addr);
        }
        g.writeEndArray();
        g.writeNumberField("ttl_secs", r.ttlSeconds());
        g.writeStringField("issued_at", Json.instant(r.issuedAtMillis()));
        Proof proof = r.proof();
        if (proof != null) {
            g.writeObjectFieldStart("proof");
            RoutingJson.writeKeys(g, proof.keys());
            g.writeStringField("sigs", HexFormat.of().formatHex(proof.signatures()));
            g.writeEndObject();
        }
    }

    static void writeKey(JsonGenerator g, String name, Key key) throws IOException {
        g.writeStringField(name, ContentId.canonical(key));
    }
}
