package io.svcdht.node.net;

import io.svcdht.storage.model.OnionName;
import io.svcdht.storage.model.PeerAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A SOCKS5 proxy that every stream of a transport goes through. Names are the proxy's to resolve; nothing is resolved,
 * dialled or sent around it.
 *
 * @param at numerical, so that the proxy itself is looked up nowhere
 * @param named hosts the operator named. Other names that are no onion services are not dialled: what they lead to the
 *     policy could judge only after resolving them, which nobody does here
 * @param onion where peers reach this node, once they can
 */
public record Proxy(InetSocketAddress at, Set<String> named, Supplier<Optional<PeerAddress>> onion) {
    public Proxy {
        named = Set.copyOf(named);
        if (at.isUnresolved()) {
            throw new IllegalArgumentException("the proxy must be a numerical address, not " + at.getHostString());
        }
    }

    /** One behind which nobody reaches this node. */
    public Proxy(InetSocketAddress at, Set<String> named) {
        this(at, named, Optional::empty);
    }

    /** Whether the proxy may be asked for the name. */
    boolean leadsTo(PeerAddress.Named name) {
        return OnionName.isOnion(name.host()) ? OnionName.isValid(name.host()) : named.contains(name.host());
    }
}
