package io.svcdht.console.web;

import io.svcdht.console.view.FakeNode;
import io.svcdht.console.view.RealLookups;
import io.svcdht.node.view.EventJson;
import io.svcdht.storage.event.DhtEvent.BucketRefreshed;
import io.svcdht.storage.event.DhtEvent.CheckpointTaken;
import io.svcdht.storage.event.DhtEvent.ConfigChanged;
import io.svcdht.storage.event.DhtEvent.ContactAdded;
import io.svcdht.storage.event.DhtEvent.ContactEvicted;
import io.svcdht.storage.event.DhtEvent.ContactRefreshed;
import io.svcdht.storage.event.DhtEvent.EvictedFor;
import io.svcdht.storage.event.DhtEvent.NodeStarted;
import io.svcdht.storage.event.DhtEvent.PeerBanned;
import io.svcdht.storage.event.DhtEvent.ProviderAnnounced;
import io.svcdht.storage.event.DhtEvent.ProviderExpired;
import io.svcdht.storage.event.DhtEvent.ProviderRefreshed;
import io.svcdht.storage.event.DhtEvent.ProviderWithdrawn;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.event.DhtEvent.ReadinessChanged;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Two hours of a node in a network of some thousands, made up from one seed: records come, are renewed and run out,
 * contacts come and go, and at 34 minutes before the end a publisher falls silent, so that its records run out at once.
 */
public final class DemoNode {
    /** What falls silent. */
    static final String SILENT = "/dns4/cache-7.example.net/tcp/4001";

    private static final long SEED = 20_261_123;
    private static final int K = 20;
    private static final int LOOKUPS = 90;

    private final Random luck = new Random(SEED);
    private final FakeNode node;
    private final long endMillis;
    /** Whether it meets nobody. */
    private final boolean alone;

    private final List<NodeId> peers = new ArrayList<>();
    private int contents;
    /** None ends before: asking for the next that does is what making this takes longest for. */
    private long nextEndMillis = Long.MAX_VALUE;

    private DemoNode(FakeNode node, long endMillis, boolean alone) {
        this.node = node;
        this.endMillis = endMillis;
        this.alone = alone;
    }

    public static FakeNode make() {
        DemoNode demo = new DemoNode(new FakeNode(1 << 16), FakeNode.NOW, false);
        demo.play();
        return demo.node;
    }

    /** The same two hours of a node that meets nobody, up to some moment, as lines of an export. */
    public static List<String> history(NodeId id, long endMillis) {
        DemoNode demo = new DemoNode(new FakeNode(1 << 16, id), endMillis, true);
        demo.play();
        List<String> lines = new ArrayList<>();
        if (demo.node.journal().read(1) instanceof Read.From(JournalReader reader)) {
            try (reader) {
                for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                    lines.add(EventJson.line(e));
                }
            }
        }
        return lines;
    }

    private void play() {
        long from = endMillis - 7_200_000;
        node.happened(from, 0, new NodeStarted(node.id(), 7, "0.1.0"));
        node.happened(from + 40, 0, new ReadinessChanged(Readiness.BOOTING, "asking 3 seeds"));
        for (int i = 0; i < 260; i++) {
            meet(from + 50 + i * 9L, i);
        }
        node.happened(from + 3_000, 0, new ReadinessChanged(Readiness.READY, "3 seeds answer, 11 buckets filled"));
        for (int i = 0; i < 400; i++) {
            announce(from + 3_100 + i * 2L, SILENT, 4_960);
        }
        for (int second = 5; second < 7_200; second++) {
            minute(from + second * 1000L, second);
        }
        RealLookups network = new RealLookups(SEED);
        for (int i = 0; i < LOOKUPS; i++) {
            int held = i % 5 == 3 ? 0 : 3;
            node.traces().keep(network.find("b3:thing-" + i, from + i * 79_000L, held, i % 7 == 2 ? 45 : 12));
        }
    }

    private void minute(long at, int second) {
        expire(at);
        if (luck.nextInt(100) < 55) {
            announce(at + luck.nextInt(300), luck.nextInt(3) == 0 ? "" : "local://shelf/" + luck.nextInt(40), ttl());
        }
        if (luck.nextInt(100) < 30) {
            renew(at + 310);
        }
        if (second % 97 == 0) {
            withdraw(at + 320);
        }
        int bucket = luck.nextInt(14);
        List<NodeId> answered = node.routing().bucket(bucket).stream()
                .limit(1 + luck.nextInt(6))
                .map(k -> k.contact().id())
                .toList();
        if (luck.nextInt(100) < 60 && !answered.isEmpty()) {
            node.happened(at + 400, 0, new ContactRefreshed(bucket, answered));
        }
        if (second % 61 == 0) {
            node.happened(at + 500, 0, new BucketRefreshed(second / 61 % 16, luck.nextInt(20)));
            meet(at + 510, 1000 + second);
        }
        if (second % 83 == 0 || second > 5_000 && second < 5_040) {
            lose(at + 600);
        }
        if (second % 1_200 == 0) {
            long upTo = node.journal().lastPosition();
            node.happened(
                    at + 700,
                    0,
                    new CheckpointTaken(upTo, key(second), node.providers().records(), 1 << 20));
        }
        if (second == 4_300) {
            node.happened(at + 800, 0, new ConfigChanged("ttl_secs", "600", "900", "SIGHUP"));
            node.happened(
                    at + 900,
                    0,
                    new PeerBanned(
                            new Banned.Peer(contact(1).id()),
                            alone ? "answers with records nobody signed" : "lies about <b>its</b> keys"));
        }
    }

    private int ttl() {
        return List.of(600, 600, 900, 1800, 3600, 7200, 43_200, 86_400).get(luck.nextInt(8));
    }

    private static Key key(long n) {
        return Key.of(Blake3.hash(ByteBuffer.allocate(8).putLong(n).array()));
    }

    private void announce(long at, String locator, int ttl) {
        NodeId publisher = locator.equals(SILENT) || luck.nextBoolean() || peers.isEmpty()
                ? node.id()
                : peers.get(luck.nextInt(peers.size()));
        nextEndMillis = Math.min(nextEndMillis, at + ttl * 1000L);
        node.happened(
                at,
                0,
                new ProviderAnnounced(
                        new ProviderRecord(FakeNode.cid(contents++), publisher, locator, List.of(), ttl, at)));
    }

    private @Nullable StoredRecord some(long at) {
        List<StoredRecord> next = node.providers().byExpiry(at, -1, 12);
        return next.isEmpty() ? null : next.get(luck.nextInt(next.size()));
    }

    private void renew(long at) {
        StoredRecord r = some(at);
        if (r != null && r.aliveAt(at) && !r.record().locator().equals(SILENT)) {
            node.happened(
                    at,
                    r.position(),
                    new ProviderRefreshed(r.record().cid().key(), r.record().ttlSeconds(), at));
        }
    }

    private void withdraw(long at) {
        StoredRecord r = some(at);
        if (r != null && r.aliveAt(at)) {
            node.happened(
                    at, r.position(), new ProviderWithdrawn(r.record().cid().key(), at, r.endsAtMillis() + 300_000));
        }
    }

    private void expire(long at) {
        if (nextEndMillis > at) {
            return;
        }
        List<StoredRecord> next = node.providers().byExpiry(0, -1, 20);
        while (!next.isEmpty() && next.getFirst().endsAtMillis() <= at) {
            for (StoredRecord r : next) {
                if (r.endsAtMillis() <= at) {
                    node.happened(
                            at,
                            r.position(),
                            new ProviderExpired(r.record().cid().key()));
                }
            }
            next = node.providers().byExpiry(0, -1, 20);
        }
        nextEndMillis = next.isEmpty() ? Long.MAX_VALUE : next.getFirst().endsAtMillis();
    }

    private void meet(long at, int n) {
        if (alone) {
            return;
        }
        Contact contact = contact(n);
        int bucket = node.routing().bucketOf(contact.id());
        if (node.routing().bucket(bucket).size() < K) {
            peers.add(contact.id());
            node.happened(at, 0, new ContactAdded(contact, luck.nextInt(5) > 0));
        }
    }

    private void lose(long at) {
        List<Routing.Known> all = node.routing().contacts();
        if (!all.isEmpty()) {
            node.happened(
                    at,
                    0,
                    new ContactEvicted(
                            all.get(luck.nextInt(all.size())).contact().id(), EvictedFor.SILENCE));
        }
    }

    private Contact contact(int n) {
        int asn = 64_500 + luck.nextInt(14);
        PeerAddress addr =
                PeerAddress.parse("%d.%d.%d.%d:5302".formatted(198, 18 + n % 2, 1 + n / 250 % 250, 1 + n % 250));
        return new Contact(NodeKeys.of(key(n + 1), key(-n - 1)), List.of(addr), asn);
    }
}
