package io.svcdht.node.wire.oap;

import io.svcdht.node.wire.CborOut;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.Texts;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** What messages are made of: contacts, records, roots, reasons. */
final class Parts {
    /** Bytes of the longest address, a host name with a port. */
    private static final int ADDRESS_BYTES_MAX = PeerAddress.Named.CHARS_MAX + 6;

    private static final int BINARY_ADDRESS_BYTES_MAX = 18;
    private static final int CONTACT_FIELDS = 4;
    private static final int UUID_BYTES = 16;

    private Parts() {}

    static void contacts(CborOut out, List<Contact> contacts) {
        out.array(contacts.size());
        for (Contact c : contacts) {
            out.array(CONTACT_FIELDS).key(c.keys().ed25519());
            if (c.keys().classicalOnly()) {
                out.nothing();
            } else {
                out.key(c.keys().mlDsa87Hash());
            }
            out.array(c.addrs().size());
            for (PeerAddress a : c.addrs()) {
                switch (a) {
                    case PeerAddress.Ip4 ip -> out.bytes(ip.bytes());
                    case PeerAddress.Ip6 ip -> out.bytes(ip.bytes());
                    case PeerAddress.Named name -> out.text(name.text());
                }
            }
            out.number(c.asn());
        }
    }

    static List<Contact> contacts(CborIn in) {
        int n = in.array(Message.CONTACTS_MAX, "contacts");
        List<Contact> contacts = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            contacts.add(contact(in));
        }
        return contacts;
    }

    private static Contact contact(CborIn in) {
        if (in.array(CONTACT_FIELDS, "contact") != CONTACT_FIELDS) {
            throw new Malformed(WireError.NoMessage, "a contact has four fields");
        }
        Key ed = in.key32("a contact's Ed25519 key");
        Key ml = in.tookNull() ? NodeKeys.CLASSICAL_ONLY : in.key32("a contact's ML-DSA-87 key hash");
        int n = in.array(Contact.ADDRS_MAX, "a contact's addresses");
        List<PeerAddress> addrs = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            addrs.add(address(in));
        }
        long asn = in.number(Contact.ASN_MAX, "a contact's asn");
        return new Contact(NodeKeys.of(ed, ml), addrs, asn);
    }

    private static PeerAddress address(CborIn in) {
        if (!in.isText()) {
            return PeerAddress.ofBytes(in.bytes(BINARY_ADDRESS_BYTES_MAX, "an address"));
        }
        PeerAddress address = PeerAddress.parse(in.text(ADDRESS_BYTES_MAX, "an address"));
        if (!(address instanceof PeerAddress.Named)) {
            // One form for each address, so that the same message has the same bytes.
            throw new Malformed(WireError.NoMessage, "an IP address as text");
        }
        return address;
    }

    static void records(CborOut out, List<Encoded> records) {
        out.array(records.size());
        records.forEach(r -> out.raw(r.array()));
    }

    static List<Encoded> records(CborIn in) {
        int n = in.array(Message.RECORDS_MAX, "records");
        List<Encoded> records = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            records.add(Encoded.checked(in.raw(Cbor.MAP, Message.RECORD_BYTES_MAX, "a record")));
        }
        return records;
    }

    /** Keys in the order of their bytes, which is that of the numbers. */
    static void roots(CborOut out, Map<Key, Encoded> roots) {
        out.map(roots.size());
        new TreeMap<>(roots).forEach((root, signatures) -> out.key(root).raw(signatures.array()));
    }

    static Map<Key, Encoded> roots(CborIn in) {
        int n = in.map(Message.ROOTS_MAX, "roots");
        Map<Key, Encoded> roots = new TreeMap<>();
        for (int i = 0; i < n; i++) {
            roots.put(in.key32("a root"), signatures(in));
        }
        return roots;
    }

    static Encoded signatures(CborIn in) {
        return Encoded.checked(in.raw(Cbor.ARRAY, Message.SIGNATURES_BYTES_MAX, "signatures"));
    }

    static void results(CborOut out, List<Response.Result> results) {
        out.array(results.size());
        for (Response.Result r : results) {
            out.array(2).number(r.code().number()).text(r.reason());
        }
    }

    static List<Response.Result> results(CborIn in) {
        int n = in.array(Message.RECORDS_MAX, "results");
        List<Response.Result> results = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            if (in.array(2, "a result") != 2) {
                throw new Malformed(WireError.NoMessage, "a result has two fields");
            }
            results.add(new Response.Result(code(in.number(0xffff, "a result's code")), reason(in)));
        }
        return results;
    }

    static WireCode code(long number) {
        return WireCode.of((int) number)
                .orElseThrow(() -> new Malformed(WireError.UnknownCode, "code %d".formatted(number)));
    }

    /** A text for people; one that is not printable is dropped rather than shown. */
    static String reason(CborIn in) {
        String text = in.text(Message.REASON_BYTES_MAX, "a reason");
        try {
            return text.isEmpty() ? "" : Texts.checked("reason", text);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    static void uuid(CborOut out, UUID id) {
        out.bytes(ByteBuffer.allocate(UUID_BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array());
    }

    static UUID uuid(CborIn in) {
        byte[] b = in.bytes(UUID_BYTES, "lookup_id");
        if (b.length != UUID_BYTES) {
            throw new Malformed(WireError.NoMessage, "a lookup_id of %d bytes".formatted(b.length));
        }
        ByteBuffer buffer = ByteBuffer.wrap(b);
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
