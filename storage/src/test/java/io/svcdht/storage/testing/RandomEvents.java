package io.svcdht.storage.testing;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.model.AddressPrefix;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.model.SignedRoot;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/** Events with values from every corner of their ranges; one seed gives one sequence. */
public final class RandomEvents {
    /** Highest instant an event can carry. */
    public static final long INSTANT_MAX = (1L << 47) - 1 - ProviderRecord.TTL_SECONDS_MAX * 1000L;

    private static final String[] EXTREME_TEXTS = {
        "",
        "x",
        "\u0000\u001f\u007f",
        "ünïcödé",
        "\u202eright to left\u202c",
        "\ud83d\ude00".repeat(128),
        "日本語テキスト",
        "a".repeat(512),
        "\uffff\ufffd",
        "{\"json\":\"\\\"\"}",
        "line\nbreak\r\n",
        "x".repeat(70_000)
    };

    private final RandomGenerator random;

    public RandomEvents(long seed) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    public RandomGenerator random() {
        return random;
    }

    public DhtEvent any() {
        EventType[] types = EventType.values();
        return of(types[random.nextInt(types.length)]);
    }

    public DhtEvent of(EventType type) {
        return switch (type) {
            case ProviderAnnounced -> new DhtEvent.ProviderAnnounced(record());
            case ProviderRefreshed -> new DhtEvent.ProviderRefreshed(key(), ttl(), instant());
            case ProviderWithdrawn -> new DhtEvent.ProviderWithdrawn(key(), instant(), instant());
            case ProviderExpired -> new DhtEvent.ProviderExpired(key());
            case ProviderReplicated ->
                new DhtEvent.ProviderReplicated(key(), random.nextInt(1, DhtEvent.ProviderReplicated.HOLDERS_MAX + 1));
            case NodeStarted -> new DhtEvent.NodeStarted(node(), random.nextLong(1, Long.MAX_VALUE), text());
            case NodeStopped -> new DhtEvent.NodeStopped(text());
            case ConfigChanged -> new DhtEvent.ConfigChanged(text(), text(), text(), text());
            case ReadinessChanged ->
                new DhtEvent.ReadinessChanged(
                        DhtEvent.Readiness.values()[random.nextInt(DhtEvent.Readiness.values().length)], text());
            case ClockStepped -> new DhtEvent.ClockStepped(anyLong());
            case DigestMarked -> new DhtEvent.DigestMarked(random.nextLong(1L << 47), key());
            case KeyLearned -> {
                NodeKeys told = keys();
                MlDsa87Key whole = random.nextBoolean() ? mlDsa87() : null;
                yield new DhtEvent.KeyLearned(whole == null ? told : NodeKeys.of(told.ed25519(), whole.hash()), whole);
            }
            case RootAccepted -> new DhtEvent.RootAccepted(root(keys()));
            case RootDropped -> new DhtEvent.RootDropped(key());
            case ContactAdded -> new DhtEvent.ContactAdded(contact(), random.nextBoolean());
            case ContactRefreshed ->
                new DhtEvent.ContactRefreshed(
                        random.nextInt(256),
                        Stream.generate(this::node)
                                .limit(random.nextInt(8) == 0 ? 256 : random.nextInt(1, 5))
                                .toList());
            case ContactEvicted -> new DhtEvent.ContactEvicted(node(), evictedFor());
            case ContactReplaced -> new DhtEvent.ContactReplaced(node(), evictedFor(), contact(), random.nextBoolean());
            case BucketRefreshed ->
                new DhtEvent.BucketRefreshed(
                        random.nextInt(256), random.nextInt(4) == 0 ? Integer.MAX_VALUE : random.nextInt(30));
            case PeerBanned -> new DhtEvent.PeerBanned(banned(), text());
            case PeerUnbanned -> new DhtEvent.PeerUnbanned(banned());
            case DiscoveryRecordPublished -> new DhtEvent.DiscoveryRecordPublished(text(), text());
            case PeerDiscovered -> new DhtEvent.PeerDiscovered(text(), contact());
            case CheckpointTaken ->
                new DhtEvent.CheckpointTaken(random.nextLong(1L << 47), key(), anyLong(), anyLong());
            case JournalPruned ->
                new DhtEvent.JournalPruned(random.nextLong(1L << 47), random.nextInt(1 << 20), anyLong());
            case AuditRecorded -> new DhtEvent.AuditRecorded(text(), text(), text(), text());
        };
    }

    public DhtEvent.EvictedFor evictedFor() {
        return DhtEvent.EvictedFor.values()[random.nextInt(DhtEvent.EvictedFor.values().length)];
    }

    public NodeKeys keys() {
        return random.nextInt(3) == 0 ? NodeKeys.classical(key()) : NodeKeys.of(key(), key());
    }

    public Contact contact() {
        return contact(keys());
    }

    public Contact contact(NodeKeys keys) {
        int n = random.nextInt(8) == 0 ? Contact.ADDRS_MAX : 1;
        List<PeerAddress> addrs =
                Stream.generate(this::address).distinct().limit(n).toList();
        return new Contact(keys, addrs, random.nextInt(3) == 0 ? Contact.ASN_MAX : random.nextInt(70_000));
    }

    public PeerAddress address() {
        int port = random.nextInt(4) == 0 ? PeerAddress.PORT_MAX : random.nextInt(1, 65_536);
        return switch (random.nextInt(4)) {
            case 0 -> new PeerAddress.Ip6(0x2001_0db8_0000_0000L, random.nextLong(), port);
            case 1 -> new PeerAddress.Named("node-%d.example".formatted(random.nextInt(1000)), port);
            default -> new PeerAddress.Ip4(random.nextInt(), port);
        };
    }

    public Banned banned() {
        return switch (random.nextInt(4)) {
            case 0 -> new Banned.Content(key());
            case 1 -> new Banned.Addresses(new AddressPrefix(false, (long) random.nextInt() << 32, 0, 32));
            case 2 -> new Banned.Addresses(AddressPrefix.parse("2001:db8::/" + random.nextInt(32, 129)));
            default -> new Banned.Peer(node());
        };
    }

    public MlDsa87Key mlDsa87() {
        byte[] bytes = new byte[MlDsa87Key.BYTES];
        random.nextBytes(bytes);
        return new MlDsa87Key(bytes);
    }

    public SignedRoot root(NodeKeys keys) {
        byte[] signatures = new byte[random.nextInt(8) == 0 ? SignedRoot.SIGNATURE_BYTES_MAX : random.nextInt(1, 200)];
        random.nextBytes(signatures);
        return new SignedRoot(key(), keys, signatures);
    }

    /** A list of signatures that refers to the root: {@code [{"alg": 2, "path": [], "root": …}]}. */
    public static Proof proof(NodeKeys keys, Key root) {
        ByteSink out = new ByteSink(64).u8(0x81).u8(0xa3);
        out.u8(0x63).raw(new byte[] {'a', 'l', 'g'}).u8(2);
        out.u8(0x64).raw(new byte[] {'p', 'a', 't', 'h'}).u8(0x80);
        out.u8(0x64).raw(new byte[] {'r', 'o', 'o', 't'}).u8(0x58).u8(32).key(root);
        return new Proof(keys, out.toByteArray());
    }

    /** Signatures as a peer's record brings them; storage looks for a root in them and for nothing else. */
    public Proof proof(NodeKeys keys) {
        byte[] signatures = new byte[random.nextInt(8) == 0 ? Proof.SIGNATURE_BYTES_MAX : random.nextInt(1, 200)];
        random.nextBytes(signatures);
        return new Proof(keys, signatures);
    }

    public ProviderRecord record() {
        Key key = key();
        ContentId cid = random.nextBoolean() ? ContentId.of(key) : new ContentId(text(), key);
        List<String> addrs = new ArrayList<>();
        int n = random.nextInt(4) == 0 ? ProviderRecord.ADDRS_MAX : random.nextInt(3);
        for (int i = 0; i < n; i++) {
            addrs.add(text());
        }
        if (random.nextInt(3) == 0) {
            NodeKeys keys = keys();
            return new ProviderRecord(cid, keys.id(), text(), addrs, ttl(), instant(), proof(keys));
        }
        return new ProviderRecord(cid, node(), text(), addrs, ttl(), instant());
    }

    /** An instant from anywhere, both ends included. */
    public long instant() {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> INSTANT_MAX;
            case 2 -> random.nextLong(INSTANT_MAX);
            default -> 1_700_000_000_000L + random.nextInt(1_000_000);
        };
    }

    public int ttl() {
        return switch (random.nextInt(4)) {
            case 0 -> 1;
            case 1 -> ProviderRecord.TTL_SECONDS_MAX;
            default -> random.nextInt(1, ProviderRecord.TTL_SECONDS_MAX);
        };
    }

    public Key key() {
        return switch (random.nextInt(16)) {
            case 0 -> new Key(0, 0, 0, 0);
            case 1 -> new Key(-1, -1, -1, -1);
            default -> new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
        };
    }

    public NodeId node() {
        return new NodeId(key());
    }

    public String text() {
        if (random.nextInt(3) == 0) {
            // The long one is rare, for it is two orders of magnitude more work.
            int i = random.nextInt(EXTREME_TEXTS.length);
            return i < EXTREME_TEXTS.length - 1 || random.nextInt(8) == 0 ? EXTREME_TEXTS[i] : "";
        }
        return "local://" + Long.toHexString(random.nextLong());
    }

    private long anyLong() {
        return switch (random.nextInt(5)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            case 2 -> 0;
            default -> random.nextLong();
        };
    }
}
