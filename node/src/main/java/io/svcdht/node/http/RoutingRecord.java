package io.svcdht.node.http;

import io.svcdht.node.multiaddr.Multiaddr;
import io.svcdht.node.multiaddr.PeerId;
import io.svcdht.storage.model.NodeId;
import java.util.List;

/** One entry of an answer of {@code /routing/v1}, see the "Known Schemas" of the Delegated Routing V1 specification. */
sealed interface RoutingRecord {
    /** Schema of a place that is no peer of libp2p; clients that do not know it pass over it. */
    String LOCATOR_SCHEMA = "svc-dht-locator";

    /** Known addresses, perhaps none. */
    List<Multiaddr> addrs();

    /** Names of the transfer protocols it is known to speak, perhaps none. */
    List<String> protocols();

    RoutingRecord withAddrs(List<Multiaddr> other);

    /** Somebody who can be dialled. */
    record Peer(PeerId id, List<Multiaddr> addrs, List<String> protocols) implements RoutingRecord {
        public Peer {
            addrs = List.copyOf(addrs);
            protocols = List.copyOf(protocols);
        }

        @Override
        public Peer withAddrs(List<Multiaddr> other) {
            return new Peer(id, other, protocols);
        }
    }

    /**
     * A place by whatever name its publisher gave it.
     *
     * @param publisher who says so
     */
    record Locator(String text, NodeId publisher, List<Multiaddr> addrs, List<String> protocols)
            implements RoutingRecord {
        public Locator {
            addrs = List.copyOf(addrs);
            protocols = List.copyOf(protocols);
        }

        @Override
        public Locator withAddrs(List<Multiaddr> other) {
            return new Locator(text, publisher, other, protocols);
        }
    }

    /** Writes it as one JSON object. */
    default void write(JsonBytes out) {
        out.beginObject().name("Schema");
        switch (this) {
            case Peer p -> out.plain("peer").name("ID").plain(p.id().text());
            case Locator l ->
                out.plain(LOCATOR_SCHEMA)
                        .name("Locator")
                        .value(l.text())
                        .name("Publisher")
                        .plain(l.publisher().text());
        }
        out.name("Addrs").beginArray();
        for (Multiaddr a : addrs()) {
            out.value(a.text());
        }
        out.endArray().name("Protocols").beginArray();
        for (String protocol : protocols()) {
            out.value(protocol);
        }
        out.endArray().endObject();
    }
}
