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
import io.svcdht.storage.event.DhtEvent.ProviderWithdrawn;
import io.svcdht.storage.event.DhtEvent.ReadinessChanged;
import io.svcdht.storage.event.DhtEvent.RoutingEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.ProviderRecord;

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
            case ProviderAnnounced e -> announced(state, position, e.record());
            case ProviderRefreshed e -> refreshed(state, position, cause, e);
            case ProviderWithdrawn e -> withdrawn(state, position, cause, e);
            case ProviderExpired e -> expired(state, cause, e);
            case NodeStarted e -> state.startedAs(e.node());
            case NodeStopped e -> nothing();
            case ConfigChanged e -> nothing();
            case ReadinessChanged e -> nothing();
            case ClockStepped e -> nothing();
            case DigestMarked e -> nothing();
            case RoutingEvent e -> state.routed(state.routing().after(e));
        }
        state.foldedIn(position, instantMillis);
    }

    private static void announced(State state, long position, ProviderRecord record) {
        Holders holders = state.index.holdersFor(record.cid().key());
        StoredRecord old = holders.of(record.publisher(), record.locator());
        StoredRecord fresh = new StoredRecord(record, position, record.expiresAtMillis(), false);
        if (old == null) {
            state.wheel.add(fresh);
            state.index.add(holders, fresh);
        } else {
            replace(state, holders, old, fresh);
        }
    }

    private static void refreshed(State state, long position, long cause, ProviderRefreshed e) {
        Holders holders = state.index.holdersOf(e.key());
        StoredRecord old = holders.at(cause);
        if (old != null && !old.tombstone()) {
            ProviderRecord renewed = old.record().renewed(e.ttlSeconds(), e.issuedAtMillis());
            replace(state, holders, old, new StoredRecord(renewed, position, renewed.expiresAtMillis(), false));
        }
    }

    private static void withdrawn(State state, long position, long cause, ProviderWithdrawn e) {
        Holders holders = state.index.holdersOf(e.key());
        StoredRecord old = holders.at(cause);
        if (old != null) {
            ProviderRecord last = old.record().renewed(old.record().ttlSeconds(), e.issuedAtMillis());
            replace(state, holders, old, new StoredRecord(last, position, e.keepUntilMillis(), true));
        }
    }

    private static void expired(State state, long cause, ProviderExpired e) {
        Holders holders = state.index.holdersOf(e.key());
        StoredRecord old = holders.at(cause);
        if (old != null) {
            state.wheel.remove(old);
            state.index.remove(holders, old);
        }
    }

    private static void replace(State state, Holders holders, StoredRecord old, StoredRecord fresh) {
        state.wheel.remove(old);
        state.wheel.add(fresh);
        state.index.replace(holders, old, fresh);
    }

    /** What tells a story but changes no state. */
    private static void nothing() {}
}
