package io.svcdht.node.view;

import com.fasterxml.jackson.core.JsonGenerator;
import io.svcdht.storage.event.DhtEvent.BucketRefreshed;
import io.svcdht.storage.event.DhtEvent.ContactAdded;
import io.svcdht.storage.event.DhtEvent.ContactEvicted;
import io.svcdht.storage.event.DhtEvent.ContactRefreshed;
import io.svcdht.storage.event.DhtEvent.ContactReplaced;
import io.svcdht.storage.event.DhtEvent.DiscoveryRecordPublished;
import io.svcdht.storage.event.DhtEvent.EvictedFor;
import io.svcdht.storage.event.DhtEvent.PeerBanned;
import io.svcdht.storage.event.DhtEvent.PeerDiscovered;
import io.svcdht.storage.event.DhtEvent.PeerUnbanned;
import io.svcdht.storage.event.DhtEvent.RoutingEvent;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.replay.RoutingDiff;
import io.svcdht.storage.state.Routing;
import java.io.IOException;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Contacts, bans and their events as JSON. Keys are 64 hex digits, addresses {@code host:port}; {@code ml_dsa_87_hash}
 * is left out for a classical-only node. {@code node} stands beside the keys for people: it follows from them.
 *
 * <pre>
 * contact             node ed25519 [ml_dsa_87_hash] addrs asn
 * ContactAdded        contact verified
 * ContactRefreshed    bucket nodes
 * ContactEvicted      node why (silence, diversity, better, banned, misbehaved)
 * ContactReplaced     node why contact verified
 * BucketRefreshed     bucket heard
 * PeerBanned          banned (n3:…, b3:… or an address prefix) reason
 * PeerUnbanned        banned
 * DiscoveryRecordPublished   by record
 * PeerDiscovered      by contact
 * </pre>
 */
final class RoutingJson {
    private RoutingJson() {}

    static void write(JsonGenerator g, RoutingEvent event) throws IOException {
        switch (event) {
            case ContactAdded e -> writeContact(g, e.contact(), e.verified());
            case ContactRefreshed e -> {
                g.writeNumberField("bucket", e.bucket());
                g.writeArrayFieldStart("nodes");
                for (NodeId node : e.nodes()) {
                    g.writeString(node.text());
                }
                g.writeEndArray();
            }
            case ContactEvicted e -> writeEvicted(g, e.node(), e.why());
            case ContactReplaced e -> {
                writeEvicted(g, e.node(), e.why());
                writeContact(g, e.by(), e.verified());
            }
            case BucketRefreshed e -> {
                g.writeNumberField("bucket", e.bucket());
                g.writeNumberField("heard", e.heard());
            }
            case PeerBanned e -> {
                g.writeStringField("banned", e.what().text());
                g.writeStringField("reason", e.reason());
            }
            case PeerUnbanned e -> g.writeStringField("banned", e.what().text());
            case DiscoveryRecordPublished e -> {
                g.writeStringField("by", e.by());
                g.writeStringField("record", e.record());
            }
            case PeerDiscovered e -> {
                g.writeStringField("by", e.by());
                writeContact(g, e.contact());
            }
        }
    }

    static void writeKeys(JsonGenerator g, NodeKeys keys) throws IOException {
        g.writeStringField("ed25519", keys.ed25519().hex());
        if (!keys.classicalOnly()) {
            g.writeStringField("ml_dsa_87_hash", keys.mlDsa87Hash().hex());
        }
    }

    private static void writeEvicted(JsonGenerator g, NodeId node, EvictedFor why) throws IOException {
        g.writeStringField("node", node.text());
        g.writeStringField("why", why.name().toLowerCase(Locale.ROOT));
    }

    private static void writeContact(JsonGenerator g, Contact contact, boolean verified) throws IOException {
        writeContact(g, contact);
        g.writeBooleanField("verified", verified);
    }

    private static void writeContact(JsonGenerator g, Contact contact) throws IOException {
        g.writeObjectFieldStart("contact");
        writeFields(g, contact);
        g.writeEndObject();
    }

    private static void writeFields(JsonGenerator g, Contact contact) throws IOException {
        g.writeStringField("node", contact.id().text());
        writeKeys(g, contact.keys());
        g.writeArrayFieldStart("addrs");
        for (PeerAddress addr : contact.addrs()) {
            g.writeString(addr.text());
        }
        g.writeEndArray();
        g.writeNumberField("asn", contact.asn());
    }

    /** Fields {@code contacts} and {@code bans} of a state; nothing where there are none. */
    static void writeState(JsonGenerator g, Routing routing) throws IOException {
        if (!routing.contacts().isEmpty()) {
            g.writeArrayFieldStart("contacts");
            for (Routing.Known known : routing.contacts()) {
                g.writeStartObject();
                g.writeNumberField("bucket", routing.bucketOf(known.contact().id()));
                writeKnown(g, known);
                g.writeEndObject();
            }
            g.writeEndArray();
        }
        writeBans(g, "bans", routing.bans());
    }

    /** Fields {@code contacts}, {@code banned} and {@code unbanned} of a diff; nothing where there are none. */
    static void writeDiff(JsonGenerator g, RoutingDiff diff) throws IOException {
        if (!diff.contacts().isEmpty()) {
            g.writeArrayFieldStart("contacts");
            for (RoutingDiff.Change change : diff.contacts()) {
                g.writeStartObject();
                g.writeStringField(
                        "change",
                        change.before().isEmpty() ? "added" : change.after().isEmpty() ? "removed" : "changed");
                g.writeStringField("node", change.node().text());
                writeSide(g, "before", change.before().orElse(null));
                writeSide(g, "after", change.after().orElse(null));
                g.writeEndObject();
            }
            g.writeEndArray();
        }
        writeBans(g, "banned", diff.banned());
        writeBans(g, "unbanned", diff.unbanned());
    }

    private static void writeSide(JsonGenerator g, String name, Routing.@Nullable Known side) throws IOException {
        if (side != null) {
            g.writeObjectFieldStart(name);
            writeKnown(g, side);
            g.writeEndObject();
        }
    }

    private static void writeKnown(JsonGenerator g, Routing.Known known) throws IOException {
        writeFields(g, known.contact());
        g.writeBooleanField("verified", known.verified());
    }

    private static void writeBans(JsonGenerator g, String name, Collection<Routing.Ban> bans) throws IOException {
        if (!bans.isEmpty()) {
            g.writeArrayFieldStart(name);
            for (Routing.Ban ban : bans) {
                g.writeStartObject();
                g.writeStringField("banned", ban.what().text());
                g.writeStringField("reason", ban.reason());
                g.writeEndObject();
            }
            g.writeEndArray();
        }
    }
}
