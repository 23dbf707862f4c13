package io.svcdht.storage.state;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.ClockStepped;
import io.svcdht.storage.event.DhtEvent.ConfigChanged;
import io.svcdht.storage.event.DhtEvent.DigestMarked;
import io.svcdht.storage.event.DhtEvent.NodeStarted;
import io.svcdht.storage.event.DhtEvent.NodeStopped;
import io.svcdht.storage.event.DhtEvent.ProviderAnnounced;
import io.svcdht.storage.event.DhtEvent.ProviderExpired;
import io.svcdht.storage.event.DhtEvent.ProviderRefreshed;
import io.svcdht.storage.event.DhtEvent.ProviderReplicated;
import io.svcdht.storage.event.DhtEvent.ProviderWithdrawn;
import io.svcdht.storage.event.DhtEvent.ReadinessChanged;
import io.svcdht.storage.event.DhtEvent.RoutingEvent;
import io.svcdht.storage.event.DhtEvent.TrustEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.Subject;
import io.svcdht.storage.model.Key;
import java.util.List;

/**
 * Applies events to a state: the one place that does, for the engine, a restart, a view of the past and a
 * verification alike. It decides nothing and cannot fail: an event that refers to what is not there changes nothing
 * but the position.
 */
public final class Fold {
    private Fold() {}

    public static void apply(State state, JournalEntry entry) {
        apply(state, entry.position(), entry.instantMillis(), entry.cause(), entry.event());
    }

    public static void apply(State state, long position, long instantMillis, long cause, DhtEvent event) {
        records(state.store, position, cause, event);
        rest(state, position, instantMillis, event);
    }

    /**
     * Folds in the part of an event that is about records. No record depends on one of another content id: whoever
     * folds many events at once may take them in any order that keeps each content id's.
     */
    public static void applyToRecords(State state, JournalEntry entry) {
        records(state.store, entry.position(), entry.cause(), entry.event());
    }

    /** Folds in the other part: the moment, whose journal it is, contacts, bans and roots. In the order of positions. */
    public static void applyButRecords(State state, JournalEntry entry) {
        rest(state, entry.position(), entry.instantMillis(), entry.event());
    }

    /** Tells the store what the next events are about, some dozens of them; changes nothing. */
    public static void foresee(State state, List<JournalEntry> next) {
        Key[] keys = new Key[next.size()];
        int count = 0;
        for (JournalEntry entry : next) {
            Key key = Subject.keyOf(entry.event());
            if (key != null) {
                keys[count++] = key;
            }
        }
        state.foresee(keys, count);
    }

    private static void records(RecordStore store, long position, long cause, DhtEvent event) {
        switch (event) {
            case ProviderAnnounced e -> store.announce(position, e.record());
            case ProviderRefreshed e -> store.refresh(e.key(), cause, position, e.ttlSeconds(), e.issuedAtMillis());
            case ProviderWithdrawn e ->
                store.withdraw(e.key(), cause, position, e.issuedAtMillis(), e.keepUntilMillis());
            case ProviderExpired e -> store.expire(e.key(), cause);
            case ProviderReplicated e -> nothing();
            case NodeStarted e -> nothing();
            case NodeStopped e -> nothing();
            case ConfigChanged e -> nothing();
            case ReadinessChanged e -> nothing();
            case ClockStepped e -> nothing();
            case DigestMarked e -> nothing();
            case RoutingEvent e -> nothing();
            case TrustEvent e -> nothing();
            case DhtEvent.Upkeep e -> nothing();
        }
    }

    private static void rest(State state, long position, long instantMillis, DhtEvent event) {
        beside(state, instantMillis, event);
        state.foldedIn(position, instantMillis);
    }

    private static void beside(State state, long instantMillis, DhtEvent event) {
        if (event instanceof RoutingEvent e) {
            state.routed(state.routing().after(e));
        } else if (event instanceof TrustEvent e) {
            state.roots.apply(e, instantMillis);
        } else if (event instanceof ProviderAnnounced e) {
            state.roots.announced(e.record());
        } else if (event instanceof NodeStarted e) {
            state.startedAs(e.node());
        }
    }

    /** What an event is about to change; to be asked just before it is applied. */
    public static Before before(State state, JournalEntry entry) {
        Key key = Subject.keyOf(entry.event());
        return new Before(
                state.position(),
                state.instantMillis(),
                state.node(),
                state.routing(),
                key == null ? null : state.store.holdersOf(key),
                state.roots.before(entry.event()));
    }

    /** Takes the last event back. For views of the past: what was journaled stays. */
    public static void undo(State state, Before before) {
        Holders then = before.holders();
        if (then != null) {
            // All of them, so that their order is the old one too.
            for (StoredRecord r : state.store.holdersOf(then.key())) {
                state.store.expire(then.key(), r.position());
            }
            then.forEach(state.store::restore);
        }
        state.roots.undo(before.roots());
        state.takenBack(before);
    }

    /** Folds in what the records' store has already: contacts, bans and roots are all that is left to do. */
    public static void applyBesideRecords(State state, JournalEntry entry) {
        beside(state, entry.instantMillis(), entry.event());
    }

    /** What tells a story but changes no state. */
    private static void nothing() {}
}
