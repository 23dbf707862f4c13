package io.svcdht.storage.event;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import org.jspecify.annotations.Nullable;

/** What an event is about: by this a search finds it, and by this what makes searches cheap is filled. */
public final class Subject {
    private Subject() {}

    /** The content id's key, null where it is about none. */
    public static @Nullable Key keyOf(DhtEvent event) {
        return switch (event) {
            case DhtEvent.ProviderAnnounced e -> e.record().cid().key();
            case DhtEvent.ProviderRefreshed e -> e.key();
            case DhtEvent.ProviderWithdrawn e -> e.key();
            case DhtEvent.ProviderExpired e -> e.key();
            case DhtEvent.NodeStarted e -> null;
            case DhtEvent.NodeStopped e -> null;
            case DhtEvent.ConfigChanged e -> null;
            case DhtEvent.ReadinessChanged e -> null;
            case DhtEvent.ClockStepped e -> null;
            case DhtEvent.DigestMarked e -> null;
            case DhtEvent.Upkeep e -> null;
        };
    }

    /** The node it names, null where it names none. */
    public static @Nullable NodeId peerOf(DhtEvent event) {
        return switch (event) {
            case DhtEvent.ProviderAnnounced e -> e.record().publisher();
            case DhtEvent.NodeStarted e -> e.node();
            case DhtEvent.ProviderRefreshed e -> null;
            case DhtEvent.ProviderWithdrawn e -> null;
            case DhtEvent.ProviderExpired e -> null;
            case DhtEvent.NodeStopped e -> null;
            case DhtEvent.ConfigChanged e -> null;
            case DhtEvent.ReadinessChanged e -> null;
            case DhtEvent.ClockStepped e -> null;
            case DhtEvent.DigestMarked e -> null;
            case DhtEvent.Upkeep e -> null;
        };
    }
}
