package io.svcdht.node.wire;

import com.upokecenter.cbor.CBORObject;
import com.upokecenter.cbor.CBORType;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A contact on the wire (contracts §1): the array [Ed25519 key, ML-DSA-87 key hash or null, addresses, ASN]. An
 * address is 6 or 18 bytes, IP address and port; or the text {@code name:port}.
 */
public final class ContactCbor {
    /** Largest form that is read, bytes: eight host names at their longest. */
    public static final int BYTES_MAX = 2_560;

    private ContactCbor() {}

    public static byte[] encode(Contact contact) {
        return Cbor.encode(toCbor(contact));
    }

    /**
     * Reads the wire form.
     *
     * @throws Malformed with the reason
     */
    public static Contact decode(byte[] bytes) throws Malformed {
        return ofCbor(Cbor.decode(bytes, BYTES_MAX));
    }

    static CBORObject toCbor(Contact contact) {
        NodeKeys keys = contact.keys();
        return CBORObject.NewArray()
                .Add(keys.ed25519().bytes())
                .Add(
                        keys.classicalOnly()
                                ? CBORObject.Null
                                : CBORObject.FromObject(keys.mlDsa87Hash().bytes()))
                .Add(addrsToCbor(contact.addrs()))
                .Add(contact.asn());
    }

    static Contact ofCbor(CBORObject item) throws Malformed {
        List<CBORObject> parts = Fields.list("contact", item, 4);
        if (parts.size() != 4) {
            throw Fields.wrong("contact", "four items");
        }
        Key ed25519 = key(parts.get(0));
        boolean classical = parts.get(1).isNull();
        Key hash = classical ? NodeKeys.CLASSICAL_ONLY : key(parts.get(1));
        if (!classical && hash.equals(NodeKeys.CLASSICAL_ONLY)) {
            throw Fields.wrong("contact", "null where there is no ML-DSA-87 key");
        }
        List<PeerAddress> addrs = addrs(Fields.list("addrs", parts.get(2), Contact.ADDRS_MAX));
        return new Contact(NodeKeys.of(ed25519, hash), addrs, Fields.number("asn", parts.get(3), 0, Contact.ASN_MAX));
    }

    /** 64 bytes, or 32 for a classical-only node. */
    static byte[] keyBytes(NodeKeys keys) {
        ByteBuffer bytes = ByteBuffer.allocate(keys.classicalOnly() ? Key.BYTES : 2 * Key.BYTES);
        bytes.put(keys.ed25519().bytes());
        if (!keys.classicalOnly()) {
            bytes.put(keys.mlDsa87Hash().bytes());
        }
        return bytes.array();
    }

    static NodeKeys keys(byte[] bytes) throws Malformed {
        if (bytes.length == Key.BYTES) {
            return NodeKeys.classical(Key.of(bytes));
        }
        if (bytes.length == 2 * Key.BYTES) {
            Key hash = Key.of(bytes, Key.BYTES);
            if (!hash.equals(NodeKeys.CLASSICAL_ONLY)) {
                return NodeKeys.of(Key.of(bytes, 0), hash);
            }
        }
        throw Fields.wrong("publisher", "32 or 64 bytes of keys");
    }

    static CBORObject addrsToCbor(List<PeerAddress> addrs) {
        CBORObject list = CBORObject.NewArray();
        for (PeerAddress addr : addrs) {
            switch (addr) {
                case PeerAddress.Ip4 a -> list.Add(a.bytes());
                case PeerAddress.Ip6 a -> list.Add(a.bytes());
                case PeerAddress.Named a -> list.Add(a.text());
            }
        }
        return list;
    }

    /** The addresses of a node, in their one form each, none twice. */
    static List<PeerAddress> addrs(List<CBORObject> list) throws Malformed {
        List<PeerAddress> addrs = new ArrayList<>();
        try {
            for (CBORObject item : list) {
                PeerAddress addr = item.getType() == CBORType.ByteString
                        ? PeerAddress.ofBytes(item.GetByteString())
                        : PeerAddress.parse(Fields.text("addrs", item));
                if (item.getType() != CBORType.ByteString && !(addr instanceof PeerAddress.Named)) {
                    throw Fields.wrong("addrs", "bytes where it is an IP address");
                }
                addrs.add(addr);
            }
            Contact.checkAddrs(addrs);
        } catch (IllegalArgumentException e) {
            throw new Malformed(Refusal.ADDRESS, String.valueOf(e.getMessage()));
        }
        return addrs;
    }

    private static Key key(CBORObject item) throws Malformed {
        byte[] bytes = Fields.bytes("contact", item, Key.BYTES);
        if (bytes.length != Key.BYTES) {
            throw Fields.wrong("contact", "keys of 32 bytes");
        }
        return Key.of(bytes);
    }
}
