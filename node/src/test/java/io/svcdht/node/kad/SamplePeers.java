package io.svcdht.node.kad;

import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.PeerAddress.Ip4;
import java.util.List;
import java.util.Random;

/** Peers at chosen places of the key space. Their ids are made up, so their keys do not fit them. */
public final class SamplePeers {
    private static final NodeKeys KEYS = NodeKeys.classical(new Key(1, 2, 3, 4));
    private static final PeerAddress PRIVATE = new Ip4(10 << 24 | 1, 5302);

    private SamplePeers() {}

    /** The id whose first eight bits these are; all others are zero. */
    public static NodeId id(int bits) {
        return new NodeId(new Key((long) bits << 56, 0, 0, 0));
    }

    /** At a private address, which nobody judges. */
    public static Peer peer(int bits) {
        return at(id(bits));
    }

    public static Peer at(NodeId id) {
        return new Peer(id, new Contact(KEYS, List.of(PRIVATE), 0));
    }

    /** At a public address. */
    static Peer peer(int bits, int asn, String address) {
        return new Peer(id(bits), new Contact(KEYS, List.of(PeerAddress.parse(address)), asn));
    }

    public static Key key(Random random) {
        return new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }
}
