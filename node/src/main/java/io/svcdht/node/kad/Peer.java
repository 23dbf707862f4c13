package io.svcdht.node.kad;

import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.PeerAddress.Ip4;
import io.svcdht.storage.model.PeerAddress.Ip6;
import io.svcdht.storage.model.PeerAddress.Named;
import io.svcdht.storage.model.PeerAddress.Scope;

/**
 * Somebody else in the network: where it stands in the key space, and how to reach it. Whoever answers must prove the
 * id, so a peer whose id and keys do not belong together is never more than one wasted message.
 */
public record Peer(NodeId id, Contact contact) {
    /** Neither an ASN nor a network is known, or the address is nobody's neighbour in public. */
    static final long UNJUDGED = 0;

    /** The peer whose id follows from its contact. */
    public static Peer of(Contact contact) {
        return new Peer(contact.id(), contact);
    }

    public Key key() {
        return id.key();
    }

    /** The autonomous system, 0 = not known or not public: then nobody judges it. */
    public long asn() {
        return contact.addr().scope() == Scope.PUBLIC ? contact.asn() : UNJUDGED;
    }

    /**
     * Whose the peer is, as far as anybody can tell: its autonomous system, below zero its /24 or /48 where that is not
     * known, 0 = not judged.
     */
    public long owner() {
        long asn = asn();
        return asn != UNJUDGED ? asn : -network();
    }

    /** The /24 or /48 a public address lies in, 0 = not judged. Two families never give the same number. */
    long network() {
        PeerAddress addr = contact.addr();
        if (addr.scope() != Scope.PUBLIC) {
            return UNJUDGED;
        }
        return switch (addr) {
            case Ip4 a -> (a.bits() & 0xffffffffL) >>> 8;
            case Ip6 a -> a.high() >>> 16;
            case Named n -> UNJUDGED;
        };
    }
}
