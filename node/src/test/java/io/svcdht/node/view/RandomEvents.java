package io.svcdht.node.view;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
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
import java.util.Random;

/** Events of every type with odd values, the same for the same seed. */
final class RandomEvents {
    private final Random random;

    RandomEvents(long seed) {
        random = new Random(seed);
    }

    JournalEntry entry(long position) {
        EventType[] types = EventType.values();
        return entry(position, types[random.nextInt(types.length)]);
    }

    JournalEntry entry(long position, EventType type) {
        long cause = random.nextBoolean() ? 0 : random.nextLong(position);
        return new JournalEntry(position, millis(), cause, event(type, position));
    }

    private MlDsa87Key mlDsa87() {
        byte[] bytes = new byte[MlDsa87Key.BYTES];
        random.nextBytes(bytes);
        return new MlDsa87Key(bytes);
    }

    private SignedRoot root(NodeKeys keys) {
        byte[] signatures = new byte[1 + random.nextInt(200)];
        random.nextBytes(signatures);
        return new SignedRoot(key(), keys, signatures);
    }

    private DhtEvent event(EventType type, long position) {
        return switch (type) {
            case ProviderAnnounced -> new DhtEvent.ProviderAnnounced(record());
            case ProviderRefreshed -> new DhtEvent.ProviderRefreshed(key(), ttl(), millis());
            case ProviderWithdrawn -> new DhtEvent.ProviderWithdrawn(key(), millis(), millis());
            case ProviderExpired -> new DhtEvent.ProviderExpired(key());
            case ProviderReplicated -> new DhtEvent.ProviderReplicated(key(), random.nextInt(1, 100));
            case NodeStarted -> new DhtEvent.NodeStarted(new NodeId(key()), random.nextLong(1L << 40), text());
            case NodeStopped -> new DhtEvent.NodeStopped(text());
            case ConfigChanged -> new DhtEvent.ConfigChanged(text(), text(), text(), text());
            case ReadinessChanged ->
                new DhtEvent.ReadinessChanged(
                        DhtEvent.Readiness.values()[random.nextInt(DhtEvent.Readiness.values().length)], text());
            case ClockStepped -> new DhtEvent.ClockStepped(random.nextLong());
            case DigestMarked -> new DhtEvent.DigestMarked(random.nextLong(position), key());
            case KeyLearned -> {
                NodeKeys told = keys();
                MlDsa87Key whole = random.nextBoolean() ? mlDsa87() : null;
                yield new DhtEvent.KeyLearned(whole == null ? told : NodeKeys.of(told.ed25519(), whole.hash()), whole);
            }
            case RootAccepted -> new DhtEvent.RootAccepted(root(keys()));
            case RootDropped -> new DhtEvent.RootDropped(key());
            case ContactAdded -> new DhtEvent.ContactAdded(contact(), random.nextBoolean());
            case ContactRefreshed ->
                new DhtEvent.ContactRefreshed(random.nextInt(256), List.of(new NodeId(key()), new NodeId(key())));
            case ContactEvicted -> new DhtEvent.ContactEvicted(new NodeId(key()), evictedFor());
            case ContactReplaced ->
                new DhtEvent.ContactReplaced(new NodeId(key()), evictedFor(), contact(), random.nextBoolean());
            case BucketRefreshed -> new DhtEvent.BucketRefreshed(random.nextInt(256), random.nextInt(100));
            case PeerBanned -> new DhtEvent.PeerBanned(banned(), text());
            case PeerUnbanned -> new DhtEvent.PeerUnbanned(banned());
            case DiscoveryRecordPublished -> new DhtEvent.DiscoveryRecordPublished(text(), text());
            case PeerDiscovered -> new DhtEvent.PeerDiscovered(text(), contact());
            case CheckpointTaken ->
                new DhtEvent.CheckpointTaken(
                        random.nextLong(position), key(), random.nextLong(1L << 40), random.nextLong(1L << 40));
            case JournalPruned ->
                new DhtEvent.JournalPruned(
                        1 + random.nextLong(position), random.nextInt(1, 1000), random.nextLong(1L << 40));
            case AuditRecorded -> new DhtEvent.AuditRecorded(text(), text(), text(), text());
        };
    }

    private DhtEvent.EvictedFor evictedFor() {
        return DhtEvent.EvictedFor.values()[random.nextInt(DhtEvent.EvictedFor.values().length)];
    }

    private NodeKeys keys() {
        return random.nextBoolean() ? NodeKeys.classical(key()) : NodeKeys.of(key(), key());
    }

    private Contact contact() {
        List<PeerAddress> addrs = List.of(
                new PeerAddress.Ip4(random.nextInt(), 1 + random.nextInt(65_535)),
                new PeerAddress.Ip6(0x2001_0db8_0000_0000L, random.nextLong(), 5302),
                new PeerAddress.Named("a-%d.example".formatted(random.nextInt(100)), 5302));
        return new Contact(keys(), addrs.subList(random.nextInt(3), 3), random.nextLong(Contact.ASN_MAX + 1));
    }

    private Banned banned() {
        return switch (random.nextInt(4)) {
            case 0 -> new Banned.Content(key());
            case 1 -> new Banned.Addresses(new AddressPrefix(false, (long) random.nextInt() << 32, 0, 32));
            case 2 -> new Banned.Addresses(AddressPrefix.parse("2001:db8::/" + (32 + random.nextInt(97))));
            default -> new Banned.Peer(new NodeId(key()));
        };
    }

    private ProviderRecord record() {
        Key key = key();
        ContentId cid = random.nextBoolean() ? ContentId.of(key) : new ContentId(text(), key);
        List<String> addrs = new ArrayList<>();
        for (int i = random.nextInt(ProviderRecord.ADDRS_MAX + 1); i > 0; i--) {
            addrs.add(text());
        }
        String locator = random.nextBoolean() ? "" : text();
        if (random.nextBoolean()) {
            NodeKeys keys = keys();
            byte[] signatures = new byte[1 + random.nextInt(300)];
            random.nextBytes(signatures);
            return new ProviderRecord(cid, keys.id(), locator, addrs, ttl(), millis(), new Proof(keys, signatures));
        }
        return new ProviderRecord(cid, new NodeId(key()), locator, addrs, ttl(), millis());
    }

    private Key key() {
        return new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    private int ttl() {
        return 1 + random.nextInt(ProviderRecord.TTL_SECONDS_MAX);
    }

    /** Up to the largest instant a record may carry. */
    private long millis() {
        return random.nextBoolean()
                ? random.nextLong(ProviderRecord.ISSUED_AT_MILLIS_MAX)
                : random.nextLong(2_000_000_000_000L);
    }

    /** Any code points but surrogates: quotes, line breaks, control and bidirectional characters among them. */
    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            int cp = random.nextBoolean() ? random.nextInt(0x80) : random.nextInt(Character.MAX_CODE_POINT + 1);
            text.appendCodePoint(cp >= 0xd800 && cp < 0xe000 ? '"' : cp);
        }
        return text.toString();
    }
}
