package io.svcdht.console.cli;

import io.svcdht.node.view.EventJson;
import io.svcdht.node.view.Json;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.Locale;
import java.util.stream.Collectors;

/** An event as a line for people. */
final class EventText {
    private EventText() {}

    static void print(Io io, JournalEntry entry, boolean json) {
        io.line(json ? EventJson.line(entry) : line(entry));
    }

    static String line(JournalEntry entry) {
        String cause = entry.cause() == 0 ? "" : " (from %d)".formatted(entry.cause());
        return "%8d  %s  %-17s  %s%s"
                .formatted(
                        entry.position(),
                        Json.instant(entry.instantMillis()),
                        entry.event().type(),
                        Clean.text(what(entry.event())),
                        cause);
    }

    private static String what(DhtEvent event) {
        return switch (event) {
            case DhtEvent.ProviderAnnounced(ProviderRecord r) ->
                "%s at %s for %d s".formatted(r.cid().text(), r.node(), r.ttlSeconds());
            case DhtEvent.ProviderRefreshed e -> "%s for %d s".formatted(cid(e.key()), e.ttlSeconds());
            case DhtEvent.ProviderWithdrawn e -> cid(e.key());
            case DhtEvent.ProviderExpired e -> cid(e.key());
            case DhtEvent.ProviderReplicated e -> "%s, held by %d".formatted(cid(e.key()), e.holders());
            case DhtEvent.NodeStarted e -> "%s, start %d, version %s".formatted(e.node(), e.epoch(), e.version());
            case DhtEvent.NodeStopped e -> e.reason();
            case DhtEvent.ConfigChanged e -> "%s: %s -> %s (%s)".formatted(e.key(), e.from(), e.to(), e.source());
            case DhtEvent.ReadinessChanged e -> "%s, %s".formatted(word(e.readiness()), e.reason());
            case DhtEvent.ClockStepped e -> "by %d ms".formatted(e.deltaMillis());
            case DhtEvent.DigestMarked e -> "%s up to %d".formatted(cid(e.digest()), e.upTo());
            case DhtEvent.RoutingEvent e -> what(e);
            case DhtEvent.KeyLearned e -> e.keys().id().text();
            case DhtEvent.RootAccepted e ->
                "%s of %s".formatted(e.root().id().hex(), e.root().publisher());
            case DhtEvent.RootDropped e -> e.root().hex();
            case DhtEvent.CheckpointTaken e ->
                "%s up to %d, %d records, %d bytes".formatted(cid(e.digest()), e.upTo(), e.records(), e.bytes());
            case DhtEvent.JournalPruned e ->
                "begins at %d now, %d files of %d bytes were dropped"
                        .formatted(e.firstRetained(), e.files(), e.bytes());
            case DhtEvent.AuditRecorded e -> "%s: %s %s (%s)".formatted(e.who(), e.what(), e.subject(), e.why());
        };
    }

    private static String what(DhtEvent.RoutingEvent event) {
        return switch (event) {
            case DhtEvent.ContactAdded e ->
                "%s at %s%s".formatted(e.contact().id(), e.contact().addr(), e.verified() ? "" : ", unverified");
            case DhtEvent.ContactRefreshed e ->
                "bucket %d: %s"
                        .formatted(
                                e.bucket(), e.nodes().stream().map(NodeId::text).collect(Collectors.joining(", ")));
            case DhtEvent.ContactEvicted e -> "%s, %s".formatted(e.node(), word(e.why()));
            case DhtEvent.ContactReplaced e ->
                "%s, %s, by %s at %s".formatted(e.node(), word(e.why()), e.by().id(), e.by().addr());
            case DhtEvent.BucketRefreshed e -> "bucket %d, heard %d".formatted(e.bucket(), e.heard());
            case DhtEvent.PeerBanned e -> "%s: %s".formatted(e.what().text(), e.reason());
            case DhtEvent.PeerUnbanned e -> e.what().text();
            case DhtEvent.DiscoveryRecordPublished e -> "%s: %s".formatted(e.by(), e.record());
            case DhtEvent.PeerDiscovered e ->
                "%s at %s, by %s".formatted(e.contact().id(), e.contact().addr(), e.by());
        };
    }

    private static String word(Enum<?> why) {
        return why.name().toLowerCase(Locale.ROOT);
    }

    private static String cid(Key key) {
        return ContentId.canonical(key);
    }
}
