package io.svcdht.console.cli;

import io.svcdht.node.view.EventJson;
import io.svcdht.node.view.Json;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import java.util.Locale;

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
            case DhtEvent.NodeStarted e -> "%s, start %d, version %s".formatted(e.node(), e.epoch(), e.version());
            case DhtEvent.NodeStopped e -> e.reason();
            case DhtEvent.ConfigChanged e -> "%s: %s -> %s (%s)".formatted(e.key(), e.from(), e.to(), e.source());
            case DhtEvent.ReadinessChanged e ->
                "%s, %s".formatted(e.readiness().name().toLowerCase(Locale.ROOT), e.reason());
            case DhtEvent.ClockStepped e -> "by %d ms".formatted(e.deltaMillis());
            case DhtEvent.DigestMarked e -> "%s up to %d".formatted(cid(e.digest()), e.upTo());
            case DhtEvent.CheckpointTaken e ->
                "%s up to %d, %d records, %d bytes".formatted(cid(e.digest()), e.upTo(), e.records(), e.bytes());
            case DhtEvent.JournalPruned e ->
                "begins at %d now, %d files of %d bytes were dropped"
                        .formatted(e.firstRetained(), e.files(), e.bytes());
        };
    }

    private static String cid(Key key) {
        return ContentId.canonical(key);
    }
}
