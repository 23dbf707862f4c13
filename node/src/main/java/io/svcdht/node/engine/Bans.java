package io.svcdht.node.engine;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.event.DhtEvent.BucketRefreshed;
import io.svcdht.storage.event.DhtEvent.ContactAdded;
import io.svcdht.storage.event.DhtEvent.ContactEvicted;
import io.svcdht.storage.event.DhtEvent.ContactRefreshed;
import io.svcdht.storage.event.DhtEvent.ContactReplaced;
import io.svcdht.storage.event.DhtEvent.DiscoveryRecordPublished;
import io.svcdht.storage.event.DhtEvent.PeerBanned;
import io.svcdht.storage.event.DhtEvent.PeerDiscovered;
import io.svcdht.storage.event.DhtEvent.PeerUnbanned;
import io.svcdht.storage.event.DhtEvent.RoutingEvent;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.Routing;
import org.jspecify.annotations.Nullable;

/** What may be banned, and what a ban forbids the engine to journal. */
final class Bans {
    /** A ban is asked about with every request of a peer. */
    static final int BANS_MAX = 10_000;

    private Bans() {}

    /** Why it may not be banned, null if it may. */
    static Outcome.@Nullable Refused refuses(Routing routing, NodeId self, Banned what) {
        if (what instanceof Banned.Peer(NodeId node) && node.equals(self)) {
            return new Outcome.Refused(ErrorCode.BadRequest, "a node cannot ban itself");
        }
        if (routing.bans().size() >= BANS_MAX && !routing.isBanned(what)) {
            return new Outcome.Refused(
                    ErrorCode.CapReached, "there are %d bans; lift one, or ban a whole block".formatted(BANS_MAX));
        }
        return null;
    }

    /** Why nothing may be said of the content, null if something may. */
    static Outcome.@Nullable Refused refuses(Routing routing, Key content) {
        return routing.denied().refuses(content)
                ? new Outcome.Refused(ErrorCode.Forbidden, "this content id is banned at this node")
                : null;
    }

    /** What is left of an event of the routing table that was on its way when somebody in it was banned. */
    static @Nullable RoutingEvent admitted(RoutingEvent event, DenyList denied) {
        return switch (event) {
            case ContactAdded e -> denied.refuses(e.contact()) ? null : e;
            case ContactReplaced e -> denied.refuses(e.by()) ? new ContactEvicted(e.node(), e.why()) : e;
            case ContactRefreshed e -> e;
            case ContactEvicted e -> e;
            case BucketRefreshed e -> e;
            case DiscoveryRecordPublished e -> e;
            case PeerDiscovered e -> denied.refuses(e.contact()) ? null : e;
            case PeerBanned e -> e;
            case PeerUnbanned e -> e;
        };
    }
}
