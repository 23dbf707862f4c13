package io.svcdht.console.view;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.BucketRefreshed;
import io.svcdht.storage.event.DhtEvent.ClockStepped;
import io.svcdht.storage.event.DhtEvent.ConfigChanged;
import io.svcdht.storage.event.DhtEvent.ContactAdded;
import io.svcdht.storage.event.DhtEvent.ContactEvicted;
import io.svcdht.storage.event.DhtEvent.ContactRefreshed;
import io.svcdht.storage.event.DhtEvent.ContactReplaced;
import io.svcdht.storage.event.DhtEvent.DigestMarked;
import io.svcdht.storage.event.DhtEvent.DiscoveryRecordPublished;
import io.svcdht.storage.event.DhtEvent.EvictedFor;
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
import io.svcdht.storage.event.DhtEvent.ReadinessChanged;
import io.svcdht.storage.event.DhtEvent.RoutingEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.Locale;

/**
 * One journal event as a line of a table.
 *
 * @param href the event itself
 * @param subject what it is about, shortened; empty = the node as a whole
 * @param subjectTitle the same in full
 * @param subjectHref what is known about the subject; empty = nowhere to go
 * @param causeHref the event it follows from; empty = none
 */
public record EventRow(
        String position,
        String href,
        String at,
        String iso,
        String event,
        String subject,
        String subjectTitle,
        String subjectHref,
        String detail,
        String cause,
        String causeHref) {
    private static final int DETAIL_HEAD = 60;
    private static final int DETAIL_TAIL = 20;

    /** Who or what an event is about. */
    private record Subject(String text, String title, String href) {
        static final Subject NODE = new Subject("", "", "");

        static Subject content(String text, Key key, Links links) {
            return new Subject(Say.id(text), text, links.content(key));
        }

        static Subject content(Key key, Links links) {
            return content(ContentId.canonical(key), key, links);
        }

        static Subject node(NodeId node, Links links) {
            return new Subject(Say.id(node.text()), node.text(), links.peer(node));
        }

        static Subject bucket(int bucket, Links links) {
            return new Subject("bucket " + bucket, "bucket " + bucket, links.bucket(bucket));
        }

        static Subject banned(Banned what, Links links) {
            return switch (what) {
                case Banned.Peer(NodeId node) -> node(node, links);
                case Banned.Content(Key key) -> content(key, links);
                case Banned.Addresses a -> new Subject(a.text(), a.text(), "");
            };
        }
    }

    /** The page about something banned, empty = there is none. */
    static String href(Banned what, Links links) {
        return Subject.banned(what, links).href();
    }

    static EventRow of(JournalEntry entry, long nowMillis, Links links) {
        Subject subject = subject(entry, links);
        return new EventRow(
                Say.number(entry.position()),
                links.event(entry.position()),
                Say.clock(entry.instantMillis(), nowMillis),
                Say.iso(entry.instantMillis()),
                entry.event().type().name(),
                subject.text(),
                subject.title(),
                subject.href(),
                Say.shortened(detail(entry), DETAIL_HEAD, DETAIL_TAIL),
                entry.cause() == 0 ? "" : Say.number(entry.cause()),
                entry.cause() == 0 ? "" : links.event(entry.cause()));
    }

    private static Subject subject(JournalEntry entry, Links links) {
        return switch (entry.event()) {
            case ProviderAnnounced(ProviderRecord r) ->
                Subject.content(r.cid().text(), r.cid().key(), links);
            case ProviderRefreshed e -> Subject.content(e.key(), links);
            case ProviderWithdrawn e -> Subject.content(e.key(), links);
            case ProviderExpired e -> Subject.content(e.key(), links);
            case ProviderReplicated e -> Subject.content(e.key(), links);
            case NodeStarted e -> Subject.node(e.node(), links);
            case NodeStopped e -> Subject.NODE;
            case ConfigChanged e -> new Subject(e.key(), e.key(), "");
            case ReadinessChanged e -> Subject.NODE;
            case ClockStepped e -> Subject.NODE;
            case DigestMarked e -> Subject.NODE;
            case RoutingEvent e -> subject(e, links);
            case DhtEvent.KeyLearned e -> Subject.node(e.keys().id(), links);
            case DhtEvent.RootAccepted e -> Subject.node(e.root().publisher().id(), links);
            case DhtEvent.RootDropped e -> Subject.NODE;
            case DhtEvent.Upkeep e -> Subject.NODE;
        };
    }

    private static Subject subject(RoutingEvent event, Links links) {
        return switch (event) {
            case ContactAdded e -> Subject.node(e.contact().id(), links);
            case ContactRefreshed e -> Subject.bucket(e.bucket(), links);
            case ContactEvicted e -> Subject.node(e.node(), links);
            case ContactReplaced e -> Subject.node(e.node(), links);
            case BucketRefreshed e -> Subject.bucket(e.bucket(), links);
            case PeerBanned e -> Subject.banned(e.what(), links);
            case PeerUnbanned e -> Subject.banned(e.what(), links);
            case DiscoveryRecordPublished e -> Subject.NODE;
            case PeerDiscovered e -> Subject.node(e.contact().id(), links);
        };
    }

    static String detail(JournalEntry entry) {
        return switch (entry.event()) {
            case ProviderAnnounced(ProviderRecord r) ->
                "%s%s · at %s"
                        .formatted(
                                lives(r.ttlSeconds()),
                                r.addrs().isEmpty()
                                        ? ""
                                        : " · " + Say.count(r.addrs().size(), "address", "addresses"),
                                r.locator().isEmpty() ? "the publisher itself" : r.locator());
            case ProviderRefreshed e -> lives(e.ttlSeconds());
            case ProviderWithdrawn e -> "tombstone for " + Say.duration(e.keepUntilMillis() - entry.instantMillis());
            case ProviderExpired e -> "";
            case ProviderReplicated e -> "held by " + Say.count(e.holders(), "node", "nodes");
            case NodeStarted e -> "epoch %d · version %s".formatted(e.epoch(), e.version());
            case NodeStopped e -> e.reason();
            case ConfigChanged e -> "%s → %s · %s".formatted(e.from(), e.to(), e.source());
            case ReadinessChanged e -> "%s · %s".formatted(e.readiness().name().toLowerCase(Locale.ROOT), e.reason());
            case ClockStepped e -> "by %+,d ms".formatted(e.deltaMillis());
            case DigestMarked e ->
                "%s… at position %s".formatted(e.digest().hex().substring(0, 16), Say.number(e.upTo()));
            case RoutingEvent e -> detail(e);
            case DhtEvent.KeyLearned e -> "its ML-DSA-87 key is known";
            case DhtEvent.RootAccepted e ->
                "it signed a batch, root " + Say.id(e.root().id().hex());
            case DhtEvent.RootDropped e -> "root " + Say.id(e.root().hex());
            case DhtEvent.CheckpointTaken e ->
                "%s records at position %s".formatted(Say.number(e.records()), Say.number(e.upTo()));
            case DhtEvent.JournalPruned e -> "begins at position %s".formatted(Say.number(e.firstRetained()));
            case DhtEvent.AuditRecorded e -> "%s: %s %s · %s".formatted(e.who(), e.what(), e.subject(), e.why());
        };
    }

    private static String detail(RoutingEvent event) {
        return switch (event) {
            case ContactAdded e -> "at " + e.contact().addr() + (e.verified() ? "" : " · unverified");
            case ContactRefreshed e -> Say.count(e.nodes().size(), "contact", "contacts") + " answered";
            case ContactEvicted e -> word(e.why());
            case ContactReplaced e ->
                "%s · by %s at %s".formatted(word(e.why()), Say.id(e.by().id().text()), e.by().addr());
            case BucketRefreshed e -> Say.count(e.heard(), "contact", "contacts") + " heard";
            case PeerBanned e -> e.reason();
            case PeerUnbanned e -> "";
            case DiscoveryRecordPublished e -> "%s · %s".formatted(e.by(), e.record());
            case PeerDiscovered e -> "at %s, by %s".formatted(e.contact().addr(), e.by());
        };
    }

    private static String word(EvictedFor why) {
        return why.name().toLowerCase(Locale.ROOT);
    }

    private static String lives(int ttlSeconds) {
        return "ttl " + Say.duration(ttlSeconds * 1000L);
    }
}
