package io.svcdht.storage.event;

import io.svcdht.storage.event.DhtEvent.BucketRefreshed;
import io.svcdht.storage.event.DhtEvent.ContactAdded;
import io.svcdht.storage.event.DhtEvent.ContactEvicted;
import io.svcdht.storage.event.DhtEvent.ContactRefreshed;
import io.svcdht.storage.event.DhtEvent.ContactReplaced;
import io.svcdht.storage.event.DhtEvent.DiscoveryRecordPublished;
import io.svcdht.storage.event.DhtEvent.EvictedFor;
import io.svcdht.storage.event.DhtEvent.PeerBanned;
import io.svcdht.storage.event.DhtEvent.PeerDiscovered;
import io.svcdht.storage.event.DhtEvent.PeerUnbanned;
import io.svcdht.storage.event.DhtEvent.RoutingEvent;
import io.svcdht.storage.model.AddressPrefix;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The bodies of routing events, in the notation of {@link EventCodec}.
 *
 * <pre>
 * keys                Ed25519 key 32 | BLAKE3 of the ML-DSA-87 key 32, zeros where there is none
 * address             4 u8 | IPv4 4 | port u16     or  6 u8 | IPv6 16 | port u16     or  0 u8 | text host:port
 * contact             keys | asn varint | n u8, n × address
 * banned              0 u8 | node 32     or  1 u8 | key 32     or  4 u8 | high u64 | low u64 | bits u8     or  6 u8 | "
 *
 * ContactAdded        verified u8 | contact
 * ContactRefreshed    bucket u8 | n varint, n × node 32
 * ContactEvicted      node 32 | why u8 (0 silence, 1 diversity, 2 better, 3 banned, 4 misbehaved)
 * ContactReplaced     node 32 | why u8 | verified u8 | contact
 * BucketRefreshed     bucket u8 | heard varint
 * PeerBanned          banned | reason text
 * PeerUnbanned        banned
 * DiscoveryRecordPublished   by text | record text
 * PeerDiscovered      by text | contact
 * </pre>
 */
public final class RoutingCodec {
    private static final EvictedFor[] EVICTED_FOR = EvictedFor.values();

    private RoutingCodec() {}

    static void encode(RoutingEvent event, ByteSink out) {
        switch (event) {
            case ContactAdded e -> contact(e.contact(), out.u8(e.verified() ? 1 : 0));
            case ContactRefreshed e -> {
                out.u8(e.bucket()).varint(e.nodes().size());
                e.nodes().forEach(n -> out.key(n.key()));
            }
            case ContactEvicted e -> out.key(e.node().key()).u8(e.why().ordinal());
            case ContactReplaced e ->
                contact(e.by(), out.key(e.node().key()).u8(e.why().ordinal()).u8(e.verified() ? 1 : 0));
            case BucketRefreshed e -> out.u8(e.bucket()).varint(e.heard());
            case PeerBanned e -> {
                banned(e.what(), out);
                out.text(e.reason());
            }
            case PeerUnbanned e -> banned(e.what(), out);
            case DiscoveryRecordPublished e -> out.text(e.by()).text(e.record());
            case PeerDiscovered e -> contact(e.contact(), out.text(e.by()));
        }
    }

    /** Appends the events without position, instant and cause: type u8 and body, one behind the other. */
    public static void encodeAll(List<RoutingEvent> events, ByteSink out) {
        for (RoutingEvent event : events) {
            encode(event, out.u8(event.type().code()));
        }
    }

    /**
     * Reads what {@link #encodeAll} wrote.
     *
     * @throws MalformedEvent if the bytes are anything else
     */
    public static List<RoutingEvent> decodeAll(byte[] bytes) {
        ByteSource in = new ByteSource(bytes, 0, bytes.length);
        List<RoutingEvent> events = new ArrayList<>();
        while (in.remaining() > 0) {
            int code = in.u8();
            if (code == EventType.ContactAdded.code()) {
                events.add(added(in));
            } else if (code == EventType.PeerBanned.code()) {
                events.add(peerBanned(in));
            } else {
                throw new MalformedEvent("event type %d tells no contact and no ban".formatted(code));
            }
        }
        return events;
    }

    private static void keys(NodeKeys keys, ByteSink out) {
        out.key(keys.ed25519()).key(keys.mlDsa87Hash());
    }

    /** Appends a contact's binary form. */
    public static void contact(Contact contact, ByteSink out) {
        keys(contact.keys(), out);
        out.varint(contact.asn()).u8(contact.addrs().size());
        for (PeerAddress addr : contact.addrs()) {
            switch (addr) {
                case PeerAddress.Ip4 a -> out.u8(4).raw(a.bytes());
                case PeerAddress.Ip6 a -> out.u8(6).raw(a.bytes());
                case PeerAddress.Named a -> out.u8(0).text(a.text());
            }
        }
    }

    /** Appends the binary form of what is banned. */
    public static void banned(Banned banned, ByteSink out) {
        switch (banned) {
            case Banned.Peer(NodeId node) -> out.u8(0).key(node.key());
            case Banned.Content(var key) -> out.u8(1).key(key);
            case Banned.Addresses(AddressPrefix p) ->
                out.u8(p.ip6() ? 6 : 4).u64(p.high()).u64(p.low()).u8(p.bits());
        }
    }

    static ContactAdded added(ByteSource in) {
        boolean verified = flag(in);
        return new ContactAdded(contact(in), verified);
    }

    static ContactEvicted evicted(ByteSource in) {
        NodeId node = new NodeId(in.key());
        return new ContactEvicted(node, why(in));
    }

    static ContactReplaced replaced(ByteSource in) {
        NodeId node = new NodeId(in.key());
        EvictedFor why = why(in);
        boolean verified = flag(in);
        return new ContactReplaced(node, why, contact(in), verified);
    }

    static BucketRefreshed bucketRefreshed(ByteSource in) {
        int bucket = in.u8();
        return new BucketRefreshed(bucket, in.count(Integer.MAX_VALUE, "a number of contacts"));
    }

    static PeerBanned peerBanned(ByteSource in) {
        Banned what = banned(in);
        return new PeerBanned(what, in.text());
    }

    static PeerUnbanned peerUnbanned(ByteSource in) {
        return new PeerUnbanned(banned(in));
    }

    static DiscoveryRecordPublished published(ByteSource in) {
        String by = in.text();
        return new DiscoveryRecordPublished(by, in.text());
    }

    static PeerDiscovered discovered(ByteSource in) {
        String by = in.text();
        return new PeerDiscovered(by, contact(in));
    }

    static ContactRefreshed refreshed(ByteSource in) {
        int bucket = in.u8();
        int n = in.count(ContactRefreshed.NODES_MAX, "a number of contacts");
        List<NodeId> nodes = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            nodes.add(new NodeId(in.key()));
        }
        return new ContactRefreshed(bucket, nodes);
    }

    private static NodeKeys keys(ByteSource in) {
        return NodeKeys.of(in.key(), in.key());
    }

    private static Contact contact(ByteSource in) {
        NodeKeys keys = keys(in);
        long asn = in.varint();
        int n = in.u8();
        List<PeerAddress> addrs = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            addrs.add(address(in));
        }
        return new Contact(keys, addrs, asn);
    }

    private static PeerAddress address(ByteSource in) {
        int kind = in.u8();
        return switch (kind) {
            case 4 -> PeerAddress.ofBytes(in.raw(6));
            case 6 -> PeerAddress.ofBytes(in.raw(18));
            case 0 -> {
                PeerAddress named = PeerAddress.parse(in.text());
                if (!(named instanceof PeerAddress.Named)) {
                    throw new MalformedEvent("the IP address " + named + " written as a name");
                }
                yield named;
            }
            default -> throw new MalformedEvent("an address of kind " + kind);
        };
    }

    private static Banned banned(ByteSource in) {
        int kind = in.u8();
        return switch (kind) {
            case 0 -> new Banned.Peer(new NodeId(in.key()));
            case 1 -> new Banned.Content(in.key());
            case 4, 6 -> new Banned.Addresses(new AddressPrefix(kind == 6, in.u64(), in.u64(), in.u8()));
            default -> throw new MalformedEvent("a ban of kind " + kind);
        };
    }

    private static EvictedFor why(ByteSource in) {
        int ordinal = in.u8();
        if (ordinal >= EVICTED_FOR.length) {
            throw new MalformedEvent("evicted for reason " + ordinal);
        }
        return EVICTED_FOR[ordinal];
    }

    private static boolean flag(ByteSource in) {
        int flag = in.u8();
        if (flag > 1) {
            throw new MalformedEvent("a flag of " + flag);
        }
        return flag == 1;
    }
}
