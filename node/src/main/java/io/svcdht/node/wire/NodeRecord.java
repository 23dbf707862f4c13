package io.svcdht.node.wire;

import com.upokecenter.cbor.CBORObject;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.Texts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself (contracts §1), signed: a map in deterministic CBOR.
 *
 * <pre>
 * ed25519         32 bytes
 * ml-dsa-87       the key, 2,592 bytes     or     ml-dsa-87-hash   its BLAKE3-256, 32 bytes     or neither
 * addrs           [6 or 18 bytes, or text name:port …], best first
 * network         text
 * versions        [number …] of the peer protocol, rising
 * seq             number; rises with each new record
 * sigs            [{alg, sig} …]: Ed25519, and ML-DSA-87 where its key is there
 * </pre>
 *
 * <p>All but {@code sigs} is signed.
 *
 * @param mlDsa87 the whole key where the record carries it, null where it carries the hash or there is none
 */
public record NodeRecord(
        NodeKeys keys,
        @Nullable MlDsa87Key mlDsa87,
        List<PeerAddress> addrs,
        String network,
        List<Integer> versions,
        long sequence,
        List<Signature> signatures) {
    /** Largest form, bytes: what fits eight datagrams. */
    public static final int BYTES_MAX = 9_216;

    private static final int VERSIONS_MAX = 16;

    private static final int VERSION_MAX = 65_535;

    public NodeRecord {
        addrs = List.copyOf(addrs);
        versions = List.copyOf(versions);
        signatures = List.copyOf(signatures);
        Contact.checkAddrs(addrs);
        if (mlDsa87 != null && !mlDsa87.hash().equals(keys.mlDsa87Hash())) {
            throw new IllegalArgumentException("%s is not that of node %s".formatted(mlDsa87, keys));
        }
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence number " + sequence);
        }
    }

    public NodeId id() {
        return keys.id();
    }

    /** The short form, for others' tables. */
    public Contact contact(long asn) {
        return new Contact(keys, addrs, asn);
    }

    public NodeRecord with(List<Signature> newSignatures) {
        return new NodeRecord(keys, mlDsa87, addrs, network, versions, sequence, newSignatures);
    }

    /** The bytes that are signed, behind the context: the map without {@code sigs}. */
    public byte[] signedBytes() {
        return Cbor.encode(unsigned());
    }

    /** @throws IllegalStateException if the record is larger than others read */
    public byte[] encode() {
        byte[] bytes = Cbor.encode(unsigned().Add("sigs", CBORObject.DecodeFromBytes(Signature.encode(signatures))));
        if (bytes.length > BYTES_MAX) {
            throw new IllegalStateException(
                    "a node record of %d bytes; at most %d are read".formatted(bytes.length, BYTES_MAX));
        }
        return bytes;
    }

    private CBORObject unsigned() {
        CBORObject numbers = CBORObject.NewArray();
        versions.forEach(v -> numbers.Add(v.intValue()));
        CBORObject map = CBORObject.NewMap()
                .Add("ed25519", keys.ed25519().bytes())
                .Add("addrs", ContactCbor.addrsToCbor(addrs))
                .Add("network", network)
                .Add("versions", numbers)
                .Add("seq", sequence);
        MlDsa87Key whole = mlDsa87;
        if (whole != null) {
            map.Add("ml-dsa-87", whole.bytes());
        } else if (!keys.classicalOnly()) {
            map.Add("ml-dsa-87-hash", keys.mlDsa87Hash().bytes());
        }
        return map;
    }

    /**
     * Reads the wire form; checks everything but the signatures.
     *
     * @throws Malformed with the reason
     */
    public static NodeRecord decode(byte[] bytes) throws Malformed {
        Fields f = new Fields(Cbor.decode(bytes, BYTES_MAX));
        if (f.has("ml-dsa-87") && f.has("ml-dsa-87-hash")) {
            throw Fields.wrong("ml-dsa-87-hash", "left out where the key is there");
        }
        MlDsa87Key whole = f.has("ml-dsa-87") ? whole(f) : null;
        Key hash = whole != null
                ? whole.hash()
                : f.has("ml-dsa-87-hash") ? f.key("ml-dsa-87-hash") : NodeKeys.CLASSICAL_ONLY;
        if (f.has("ml-dsa-87-hash") && hash.equals(NodeKeys.CLASSICAL_ONLY)) {
            throw Fields.wrong("ml-dsa-87-hash", "left out where there is no key");
        }
        return new NodeRecord(
                NodeKeys.of(f.key("ed25519"), hash),
                whole,
                ContactCbor.addrs(f.list("addrs", Contact.ADDRS_MAX)),
                network(f.text("network")),
                versions(f),
                f.number("seq", 0, Long.MAX_VALUE),
                Signature.ofCbor(f.list("sigs", Signature.LIST_MAX)));
    }

    private static MlDsa87Key whole(Fields f) throws Malformed {
        byte[] bytes = f.bytes("ml-dsa-87", MlDsa87Key.BYTES);
        if (bytes.length != MlDsa87Key.BYTES) {
            throw Fields.wrong("ml-dsa-87", MlDsa87Key.BYTES + " bytes");
        }
        return new MlDsa87Key(bytes);
    }

    private static String network(String text) throws Malformed {
        try {
            if (Texts.checked("network", text).equals(text)) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            throw new Malformed(Refusal.WRONG_SHAPE, String.valueOf(e.getMessage()));
        }
        throw Fields.wrong("network", "trimmed");
    }

    private static List<Integer> versions(Fields f) throws Malformed {
        List<Integer> versions = new ArrayList<>();
        int before = -1;
        for (CBORObject item : f.list("versions", VERSIONS_MAX)) {
            int version = (int) Fields.number("versions", item, 0, VERSION_MAX);
            if (version <= before) {
                throw Fields.wrong("versions", "a list of rising numbers");
            }
            versions.add(version);
            before = version;
        }
        if (versions.isEmpty()) {
            throw Fields.wrong("versions", "a list with a version in it");
        }
        return versions;
    }
}
