package io.svcdht.console.view;

import io.svcdht.node.kad.Distance;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.lookup.HedgePolicy;
import io.svcdht.node.lookup.Leg;
import io.svcdht.node.lookup.Lookup;
import io.svcdht.node.lookup.LookupAction;
import io.svcdht.node.lookup.LookupEvent;
import io.svcdht.node.lookup.LookupSpec;
import io.svcdht.node.lookup.RoundTrips;
import io.svcdht.node.network.LookupRecords;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.trace.LookupRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * Lookups by the real machine in a small network that a seed makes: peers know a few others, answer late, or not at
 * all.
 */
public final class RealLookups {
    private static final long MILLI = 1_000_000L;
    private static final int PEERS = 600;

    private final Random random;
    private final List<Peer> peers = new ArrayList<>();
    private int number;

    public RealLookups(long seed) {
        random = new Random(seed);
        for (int i = 0; i < PEERS; i++) {
            Key key = new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
            String address = "198.51.%d.%d:5302".formatted(random.nextInt(256), random.nextInt(1, 255));
            peers.add(Peer.of(new Contact(NodeKeys.classical(key), List.of(PeerAddress.parse(address)), 0)));
        }
    }

    private record Due(long atNanos, int order, Leg leg, boolean answers) {}

    /**
     * Looks for a content id.
     *
     * @param held how many of the closest hold the record
     * @param silent of a hundred peers so many do not answer
     */
    public LookupRecord find(String cid, long startedAtMillis, int held, int silent) {
        ContentId content = ContentId.parse(cid, true);
        List<Peer> closest = closest(content.key(), peers, held);
        Set<Peer> holders = new HashSet<>(closest);
        LookupSpec spec = new LookupSpec(
                content.key(), LookupSpec.Goal.RECORDS, LookupSpec.Limits.standard(), HedgePolicy.adaptive());
        Lookup lookup = new Lookup(spec, peers.getFirst().id(), some(content.key(), 60), trips(), 0);
        PriorityQueue<Due> due =
                new PriorityQueue<>(Comparator.comparingLong(Due::atNanos).thenComparingInt(Due::order));
        long now = 0;
        tell(lookup, new LookupEvent.Started(), now, due, silent);
        while (lookup.result() == null) {
            Due next = due.peek();
            if (next != null && next.atNanos() <= lookup.wakeAtNanos()) {
                now = due.remove().atNanos();
                tell(lookup, answer(next, content, holders), now, due, silent);
            } else {
                now = lookup.wakeAtNanos();
                tell(lookup, new LookupEvent.TimePassed(), now, due, silent);
            }
        }
        UUID id = new UUID(startedAtMillis << 16 | 0x7000 | ++number, 0x8000_0000_0000_0000L | number);
        return LookupRecords.of(
                id, startedAtMillis, LookupRecord.Operation.FIND, LookupRecord.Asker.HTTP, cid, lookup.trace(now));
    }

    private void tell(Lookup lookup, LookupEvent event, long now, PriorityQueue<Due> due, int silent) {
        lookup.on(event, now, action -> {
            if (action instanceof LookupAction.Ask(Leg leg)) {
                boolean answers = random.nextInt(100) >= silent;
                long after = answers ? (8 + (long) Math.abs(random.nextGaussian() * 30)) * MILLI : leg.timeoutNanos();
                due.add(new Due(now + Math.min(after, leg.timeoutNanos()), due.size() + number, leg, answers));
            }
        });
    }

    private LookupEvent answer(Due due, ContentId content, Set<Peer> holders) {
        Peer peer = due.leg().peer();
        if (!due.answers()) {
            return new LookupEvent.TimedOut(due.leg());
        }
        List<ProviderRecord> records = holders.contains(peer)
                ? List.of(new ProviderRecord(content, peer.id(), "local://shelf", List.of(), 600, 1))
                : List.of();
        return new LookupEvent.Answered(due.leg(), peer.id(), some(content.key(), 90), records);
    }

    /** The closest of some that were drawn. */
    private List<Peer> some(Key target, int drawn) {
        List<Peer> few = new ArrayList<>();
        for (int i = 0; i < drawn; i++) {
            few.add(peers.get(random.nextInt(1, peers.size())));
        }
        return closest(target, few.stream().distinct().toList(), 8);
    }

    private static List<Peer> closest(Key target, List<Peer> among, int count) {
        return among.stream()
                .sorted((a, b) -> Distance.compare(target, a.key(), b.key()))
                .limit(count)
                .toList();
    }

    private static RoundTrips trips() {
        return new RoundTrips() {
            @Override
            public long p95Nanos(Peer peer) {
                return 70 * MILLI;
            }

            @Override
            public long slowNanos(Peer peer) {
                return 40 * MILLI;
            }
        };
    }
}
