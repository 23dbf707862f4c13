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
import io.svcdht.storage.event.JournalEntry;

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
            case ProviderAnnounced e -> state.store.announce(position, e.record());
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
            case DhtEvent.Upkeep e -> nothing();
        }
        state.foldedIn(position, instantMillis);
    }

    /** Folds in what the records' store has already: contacts and bans are all that is left to do. */
    public static void applyRouting(State state, JournalEntry entry) {
        if (entry.event() instanceof RoutingEvent e) {
            state.routed(state.routing().after(e));
        } else if (entry.event() instanceof NodeStarted e) {
            state.startedAs(e.node());
        }
    }

    /** What tells a story but changes no state. */
    private static void nothing() {}
}
