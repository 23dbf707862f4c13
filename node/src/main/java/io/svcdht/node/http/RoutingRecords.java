package io.svcdht.node.http;

import io.svcdht.node.Node;
import io.svcdht.node.multiaddr.Multiaddr;
import io.svcdht.node.multiaddr.PeerId;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Routing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells clients of IPFS what this node knows, in their words. May be used by any thread.
 *
 * <pre>
 * locator                              becomes
 * none: at the publisher               a peer, its id from the publisher's Ed25519 key, at the record's addresses,
 *                                      or where there are none at the publisher's own
 * a multiaddr that ends in /p2p/ID     the peer ID, at that address and the record's
 * anything else                        a locator of our own schema, at the record's addresses
 * </pre>
 *
 * Of a record's {@code addrs} those that are multiaddrs are addresses, and those that begin with {@code transport-} are
 * names of transfer protocols. All else in them is between publisher and finder.
 */
final class RoutingRecords {
    private static final String PROTOCOL_PREFIX = "transport-";
    private static final int PROTOCOL_CHARS_MAX = 63;

    private final Node node;
    /** Our own, which nearly every answer holds. */
    private final @Nullable PeerId self;

    RoutingRecords(Node node) {
        this.node = node;
        this.self = node.keys().map(k -> PeerId.of(k.ed25519())).orElse(null);
    }

    /** What a provider's record says. */
    RoutingRecord of(ProviderRecord r) {
        List<Multiaddr> addrs = new ArrayList<>();
        List<String> protocols = new ArrayList<>();
        for (String text : r.addrs()) {
            if (isProtocol(text)) {
                protocols.add(text);
            } else {
                Multiaddr.parse(text).ifPresent(addrs::add);
            }
        }
        if (r.locator().isEmpty()) {
            PeerId id = idOf(r);
            if (id == null) {
                return new RoutingRecord.Locator(r.node(), r.publisher(), addrs, protocols);
            }
            return new RoutingRecord.Peer(id, addrs.isEmpty() ? addressesOf(r.publisher()) : addrs, protocols);
        }
        Optional<Multiaddr> at = Multiaddr.parse(r.locator());
        Optional<PeerId> peer = at.flatMap(Multiaddr::peer);
        at.flatMap(peer.isPresent() ? Multiaddr::withoutPeer : Optional::of).ifPresent(a -> {
            if (!addrs.contains(a)) {
                addrs.addFirst(a);
            }
        });
        return peer.<RoutingRecord>map(id -> new RoutingRecord.Peer(id, addrs, protocols))
                .orElseGet(() -> new RoutingRecord.Locator(r.locator(), r.publisher(), addrs, protocols));
    }

    private static boolean isProtocol(String text) {
        return text.startsWith(PROTOCOL_PREFIX) && text.length() <= PROTOCOL_CHARS_MAX;
    }

    private @Nullable PeerId idOf(ProviderRecord r) {
        if (r.publisher().equals(node.id())) {
            return self;
        }
        Proof proof = r.proof();
        if (proof != null) {
            return PeerId.of(proof.keys().ed25519());
        }
        return node.routing()
                .of(r.publisher())
                .map(known -> PeerId.of(known.contact().keys().ed25519()))
                .orElse(null);
    }

    /** Where a node of this network is reached. */
    private List<Multiaddr> addressesOf(NodeId id) {
        List<PeerAddress> addresses = id.equals(node.id())
                ? ownAddresses()
                : node.routing().of(id).map(k -> k.contact().addrs()).orElse(List.of());
        return addresses.stream().map(Multiaddr::of).toList();
    }

    private List<PeerAddress> ownAddresses() {
        List<PeerAddress> told = node.config().network().advertise().stream()
                .filter(a -> a.port() > 0)
                .map(a -> PeerAddress.parse(a.toString()))
                .toList();
        return told.isEmpty()
                ? node.network().flatMap(n -> n.listens()).stream().toList()
                : told;
    }

    /** A node of this network. */
    RoutingRecord.Peer of(Contact contact) {
        return new RoutingRecord.Peer(
                PeerId.of(contact.keys().ed25519()),
                contact.addrs().stream().map(Multiaddr::of).toList(),
                List.of());
    }

    /** This node and its contacts, as far as they are the peer; normally one at most. */
    List<RoutingRecord> of(PeerId peer) {
        List<RoutingRecord> found = new ArrayList<>();
        if (peer.equals(self)) {
            found.add(new RoutingRecord.Peer(peer, addressesOf(node.id()), List.of()));
        }
        Optional<Key> key = peer.ed25519();
        if (key.isPresent()) {
            for (Routing.Known known : node.routing().contacts()) {
                if (known.contact().keys().ed25519().equals(key.get())) {
                    found.add(of(known.contact()));
                }
            }
        }
        return found;
    }

    /** Where a peer stands in the key space, empty where it is nobody this node knows. */
    Optional<Key> placeOf(PeerId peer) {
        Optional<Key> key = peer.ed25519();
        if (key.isEmpty()) {
            return Optional.empty();
        }
        if (peer.equals(self)) {
            return Optional.of(node.id().key());
        }
        return node.routing().contacts().stream()
                .map(known -> known.contact().keys())
                .filter(k -> k.ed25519().equals(key.get()))
                .map(NodeKeys::id)
                .map(NodeId::key)
                .findFirst();
    }
}
