package io.svcdht.storage.event;

import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.List;
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
            case DhtEvent.ProviderReplicated e -> e.key();
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

    /** The nodes it names. */
    public static List<NodeId> peersOf(DhtEvent event) {
        return switch (event) {
            case DhtEvent.ProviderAnnounced e -> List.of(e.record().publisher());
            case DhtEvent.NodeStarted e -> List.of(e.node());
            case DhtEvent.ProviderRefreshed e -> List.of();
            case DhtEvent.ProviderWithdrawn e -> List.of();
            case DhtEvent.ProviderExpired e -> List.of();
            case DhtEvent.ProviderReplicated e -> List.of();
            case DhtEvent.NodeStopped e -> List.of();
            case DhtEvent.ConfigChanged e -> List.of();
            case DhtEvent.ReadinessChanged e -> List.of();
            case DhtEvent.ClockStepped e -> List.of();
            case DhtEvent.DigestMarked e -> List.of();
            case DhtEvent.KeyLearned e -> List.of(e.keys().id());
            case DhtEvent.RootAccepted e -> List.of(e.root().publisher().id());
            case DhtEvent.RootDropped e -> List.of();
            case DhtEvent.ContactAdded e -> List.of(e.contact().id());
            case DhtEvent.ContactRefreshed e -> e.nodes();
            case DhtEvent.ContactEvicted e -> List.of(e.node());
            case DhtEvent.ContactReplaced e -> List.of(e.node(), e.by().id());
            case DhtEvent.PeerBanned e -> peersOf(e.what());
            case DhtEvent.PeerUnbanned e -> peersOf(e.what());
            case DhtEvent.BucketRefreshed e -> List.of();
            case DhtEvent.DiscoveryRecordPublished e -> List.of();
            case DhtEvent.PeerDiscovered e -> List.of(e.contact().id());
            case DhtEvent.Upkeep e -> List.of();
        };
    }

    private static List<NodeId> peersOf(Banned what) {
        return what instanceof Banned.Peer(NodeId node) ? List.of(node) : List.of();
    }
}
