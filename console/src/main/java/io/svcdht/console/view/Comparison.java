package io.svcdht.console.view;

import io.svcdht.node.Node;
import io.svcdht.storage.event.DhtEvent.ConfigChanged;
import io.svcdht.storage.event.DhtEvent.PeerBanned;
import io.svcdht.storage.event.DhtEvent.PeerUnbanned;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.Subject;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.replay.RoutingDiff;
import io.svcdht.storage.replay.StateDiff;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.StoredRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * What differs between two moments, in the order of the events that caused it.
 *
 * @param causesKnown whether the causes of all contacts' changes were found in the time for it
 */
record Comparison(long from, long to, List<Change> changes, boolean causesKnown) {
    /** Kept between pages up to so many changes. */
    private static final int KEPT_MAX = 100_000;

    private static final long CAUSE_NANOS_MAX = 1_000_000_000L;

    private static final Set<EventType> ROUTING_OR_CONFIG = EnumSet.of(
            EventType.ContactAdded,
            EventType.ContactRefreshed,
            EventType.ContactEvicted,
            EventType.ContactReplaced,
            EventType.NodeStarted,
            EventType.PeerBanned,
            EventType.PeerUnbanned,
            EventType.ConfigChanged);

    /** What is compared. */
    enum Kind {
        RECORD("record"),
        CONTACT("contact"),
        BAN("ban"),
        CONFIG("config");

        final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    /** One change, with what it is about. */
    sealed interface What {
        Kind kind();

        record OfRecord(StateDiff.Change change) implements What {
            @Override
            public Kind kind() {
                return Kind.RECORD;
            }
        }

        record OfContact(RoutingDiff.Change change, int bucket) implements What {
            @Override
            public Kind kind() {
                return Kind.CONTACT;
            }
        }

        record OfBan(Routing.Ban ban, boolean added) implements What {
            @Override
            public Kind kind() {
                return Kind.BAN;
            }
        }

        record OfConfig(ConfigChanged change) implements What {
            @Override
            public Kind kind() {
                return Kind.CONFIG;
            }
        }
    }

    /** @param causedBy position of the event, 0 = not found */
    record Change(What what, long causedBy) {}

    boolean isSmall() {
        return changes.size() <= KEPT_MAX;
    }

    long count(Kind kind) {
        return changes.stream().filter(c -> c.what().kind() == kind).count();
    }

    static Comparison of(Visit visit, long from, long to) {
        Node node = visit.node();
        StateDiff diff = node.history().diff(from, to);
        EventSearch.Found events = EventSearch.of(node, ROUTING_OR_CONFIG, null, null)
                .oldest(from + 1, to, Integer.MAX_VALUE, causeBudget());
        Map<NodeId, Long> lastOf = new HashMap<>();
        Map<String, Long> banOf = new HashMap<>();
        List<Change> changes = new ArrayList<>();
        for (JournalEntry e : events.entries()) {
            if (e.event() instanceof ConfigChanged c) {
                changes.add(new Change(new What.OfConfig(c), e.position()));
            } else if (e.event() instanceof PeerBanned b) {
                banOf.put(b.what().text(), e.position());
            } else if (e.event() instanceof PeerUnbanned b) {
                banOf.put(b.what().text(), e.position());
            } else {
                Subject.peersOf(e.event()).forEach(n -> lastOf.put(n, e.position()));
            }
        }
        diff.changes().forEach(c -> changes.add(new Change(new What.OfRecord(c), c.causedBy())));
        Routing now = Routing.of(node.id(), List.of());
        for (RoutingDiff.Change c : diff.routing().contacts()) {
            long cause = lastOf.getOrDefault(c.node(), 0L);
            changes.add(new Change(new What.OfContact(c, now.bucketOf(c.node())), cause));
        }
        diff.routing().banned().forEach(b -> changes.add(ban(b, true, banOf)));
        diff.routing().unbanned().forEach(b -> changes.add(ban(b, false, banOf)));
        // Those whose cause was not found come last.
        changes.sort(Comparator.comparingLong(c -> c.causedBy() == 0 ? Long.MAX_VALUE : c.causedBy()));
        return new Comparison(from, to, List.copyOf(changes), events.complete());
    }

    /** A comparison is made once and looked at page by page: more than a page's time is well spent. */
    private static BooleanSupplier causeBudget() {
        long until = System.nanoTime() + CAUSE_NANOS_MAX;
        return () -> System.nanoTime() - until > 0;
    }

    private static Change ban(Routing.Ban ban, boolean added, Map<String, Long> positions) {
        return new Change(
                new What.OfBan(ban, added), positions.getOrDefault(ban.what().text(), 0L));
    }

    /** How a record's change reads: what became of it. */
    static String why(StateDiff.Change c) {
        Optional<StoredRecord> before = c.before();
        Optional<StoredRecord> after = c.after();
        if (after.isEmpty()) {
            return before.map(b -> b.tombstone() ? "tombstone forgotten" : "expired, ttl " + ttl(b))
                    .orElse("");
        }
        if (after.get().tombstone()) {
            return "withdrawn";
        }
        if (before.isEmpty()) {
            return "stored, ttl " + ttl(after.get());
        }
        return before.get().record().ttlSeconds() == after.get().record().ttlSeconds()
                ? "renewed, ttl " + ttl(after.get())
                : "renewed, ttl %s to %s".formatted(ttl(before.get()), ttl(after.get()));
    }

    private static String ttl(StoredRecord r) {
        return Say.duration(r.record().ttlSeconds() * 1000L);
    }
}
