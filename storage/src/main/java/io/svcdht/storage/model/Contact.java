package io.svcdht.storage.model;

import java.util.List;

/**
 * How a node is known to others: its keys, where it can be reached, and whose network that is. On the wire it is
 * [Ed25519 key, ML-DSA-87 key hash or absent, addresses, ASN] (contracts §1); the id follows from the keys.
 *
 * @param addrs where to reach it, best first, 1 … {@value #ADDRS_MAX}, none twice
 * @param asn number of the autonomous system the first address belongs to, 0 = unknown
 */
public record Contact(NodeKeys keys, List<PeerAddress> addrs, long asn) {
    /** Most addresses of one contact. */
    public static final int ADDRS_MAX = 8;
    /** Highest number of an autonomous system (RFC 6793: 32 bits). */
    public static final long ASN_MAX = 0xffff_ffffL;

    public Contact {
        addrs = List.copyOf(addrs);
        checkAddrs(addrs);
        if (asn < 0 || asn > ASN_MAX) {
            throw new IllegalArgumentException("asn %d is outside 0…%d".formatted(asn, ASN_MAX));
        }
    }

    /**
     * The rule for every list of addresses of a node.
     *
     * @throws IllegalArgumentException with the number or address that breaks it
     */
    public static void checkAddrs(List<PeerAddress> addrs) {
        if (addrs.isEmpty() || addrs.size() > ADDRS_MAX) {
            throw new IllegalArgumentException("%d addresses; a node has 1…%d".formatted(addrs.size(), ADDRS_MAX));
        }
        for (int i = 1; i < addrs.size(); i++) {
            if (addrs.subList(0, i).contains(addrs.get(i))) {
                throw new IllegalArgumentException("address " + addrs.get(i) + " is there twice");
            }
        }
    }

    public NodeId id() {
        return keys.id();
    }

    /** The address to try first. */
    public PeerAddress addr() {
        return addrs.getFirst();
    }

    /** The same node, reached elsewhere. */
    public Contact at(List<PeerAddress> newAddrs, long newAsn) {
        return new Contact(keys, newAddrs, newAsn);
    }
}
