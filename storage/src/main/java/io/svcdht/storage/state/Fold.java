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
        switch (event) {
            case ProviderAnnounced e -> {
                state.store.announce(position, e.record());
                state.roots.announced(e.record());
            }
            case ProviderRefreshed e ->
                state.store.refresh(e.key(), cause, position, e.ttlSeconds(), e.issuedAtMillis());
            case ProviderWithdrawn e ->
                state.store.withdraw(e.key(), cause, position, e.issuedAtMillis(), e.keepUntilMillis());
            case ProviderExpired e -> state.store.expire(e.key(), cause);
            case ProviderReplicated e -> nothing();
            case NodeStarted e -> state.startedAs(e.node());
            case NodeStopped e -> nothing();
            case ConfigChanged e -> nothing();
            case ReadinessChanged e -> nothing();
            case ClockStepped e -> nothing();
            case DigestMarked e -> nothing();
            case RoutingEvent e -> state.routed(state.routing().after(e));
            case TrustEvent e -> state.roots.apply(e, instantMillis);
            case DhtEvent.Upkeep e -> nothing();
        }
        state.foldedIn(position, instantMillis);
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
        if (entry.event() instanceof RoutingEvent e) {
            state.routed(state.routing().after(e));
        } else if (entry.event() instanceof TrustEvent e) {
            state.roots.apply(e, entry.instantMillis());
        } else if (entry.event() instanceof ProviderAnnounced e) {
            state.roots.announced(e.record());
        } else if (entry.event() instanceof NodeStarted e) {
            state.startedAs(e.node());
        }
    }

    /** What tells a story but changes no state. */
    private static void nothing() {}
}
