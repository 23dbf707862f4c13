package io.svcdht.storage.replay;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.StoredRecord;
import io.svcdht.storage.state.heap.HeapStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What differs between the states at two positions: the net of the events between them over the keys they touch,
 * each with the last event that touched the record.
 *
 * @param from position of the earlier state
 * @param to position of the later state
 * @param changes in order of (key, publisher, locator)
 * @param routing contacts and bans at both ends
 */
public record StateDiff(long from, long to, List<Change> changes, RoutingDiff routing) {
    public StateDiff {
        changes = List.copyOf(changes);
    }

    /** Which record of which publisher. */
    public record Identity(Key key, NodeId publisher, String locator) implements Comparable<Identity> {
        private static final Comparator<Identity> ORDER = Comparator.comparing(Identity::key)
                .thenComparing(Identity::publisher)
                .thenComparing(Identity::locator);

        static Identity of(ProviderRecord r) {
            return new Identity(r.cid().key(), r.publisher(), r.locator());
        }

        @Override
        public int compareTo(Identity o) {
            return ORDER.compare(this, o);
        }
    }

    /**
     * One record's change.
     *
     * @param before as it was, empty = not there
     * @param after as it is, empty = gone
     * @param causedBy position of the last event that touched it
     */
    public record Change(
            Identity identity, Optional<StoredRecord> before, Optional<StoredRecord> after, long causedBy) {}

    private record Touched(
            @Nullable StoredRecord before, @Nullable StoredRecord after, long by) {}

    /**
     * Replays to {@code from}, then on to {@code to}.
     *
     * @throws IllegalArgumentException if {@code from} is behind {@code to}
     * @throws io.svcdht.storage.journal.JournalTruncated if the journal no longer begins at its first event
     */
    public static StateDiff between(JournalSource journal, long from, long to, Budget budget) {
        if (from > to) {
            throw new IllegalArgumentException("from is %d, behind to, %d".formatted(from, to));
        }
        State state = new State(new HeapStore());
        try (JournalReader reader = Replay.fromStart(journal)) {
            Replay.run(reader, state, from, budget, p -> {});
            return goingOn(state, reader, to, budget);
        }
    }

    /**
     * Goes on from a state and tells what differs afterwards.
     *
     * @param reader stands behind the state's position
     */
    static StateDiff goingOn(State state, JournalReader reader, long to, Budget budget) {
        long from = state.position();
        Routing routingBefore = state.routing();
        // Events come portion by portion in the order of keys: what keeps it is sorted already but for some seams.
        Map<Identity, Touched> touched = new LinkedHashMap<>();
        Replay.runByKey(reader, state, to, budget, e -> touch(state, e, touched));
        List<Change> changes = new ArrayList<>();
        touched.forEach((identity, t) -> {
            if (t.before() != null || t.after() != null) {
                changes.add(
                        new Change(identity, Optional.ofNullable(t.before()), Optional.ofNullable(t.after()), t.by()));
            }
        });
        changes.sort(Comparator.comparing(Change::identity));
        return new StateDiff(from, state.position(), changes, RoutingDiff.of(routingBefore, state.routing()));
    }

    private static void touch(State state, JournalEntry entry, Map<Identity, Touched> touched) {
        StoredRecord before = subject(state, entry);
        Identity identity = identity(before, entry);
        Fold.applyToRecords(state, entry);
        if (identity == null) {
            return;
        }
        StoredRecord after = now(state, identity);
        // An event may also find nothing to change, as a refresh of a tombstone does.
        if (!Objects.equals(after, before)) {
            Touched first = touched.get(identity);
            touched.put(identity, new Touched(first == null ? before : first.before(), after, entry.position()));
        }
    }

    /** The record the event is about, as it stands before the event. */
    private static @Nullable StoredRecord subject(State state, JournalEntry entry) {
        return switch (entry.event()) {
            case DhtEvent.ProviderAnnounced e -> {
                ProviderRecord r = e.record();
                yield state.providers().record(r.cid().key(), r.publisher(), r.locator());
            }
            case DhtEvent.ProviderRefreshed e -> at(state, e.key(), entry.cause());
            case DhtEvent.ProviderWithdrawn e -> at(state, e.key(), entry.cause());
            case DhtEvent.ProviderExpired e -> at(state, e.key(), entry.cause());
            case DhtEvent.ProviderReplicated e -> null;
            case DhtEvent.NodeStarted e -> null;
            case DhtEvent.NodeStopped e -> null;
            case DhtEvent.ConfigChanged e -> null;
            case DhtEvent.ReadinessChanged e -> null;
            case DhtEvent.ClockStepped e -> null;
            case DhtEvent.DigestMarked e -> null;
            case DhtEvent.RoutingEvent e -> null;
            case DhtEvent.TrustEvent e -> null;
            case DhtEvent.Upkeep e -> null;
        };
    }

    private static @Nullable StoredRecord now(State state, Identity identity) {
        return state.providers().record(identity.key(), identity.publisher(), identity.locator());
    }

    private static @Nullable StoredRecord at(State state, Key key, long cause) {
        Holders holders = state.providers().holdersOf(key);
        return holders.at(cause);
    }

    private static @Nullable Identity identity(@Nullable StoredRecord before, JournalEntry entry) {
        if (entry.event() instanceof DhtEvent.ProviderAnnounced(ProviderRecord r)) {
            return Identity.of(r);
        }
        return before == null ? null : Identity.of(before.record());
    }
}
