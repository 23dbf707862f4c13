package io.svcdht.node.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress.Ip4;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random actions against a table; what must hold is checked after every single one. */
class KBucketPropsTest {
    private static final int STEPS = 4_000;
    private static final long SECOND = 1_000_000_000L;
    private static final NodeKeys KEYS = NodeKeys.classical(new Key(1, 2, 3, 4));

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 12);
    }

    /** One run: a table, and what a plain list of memberships says of it. */
    private static final class Run {
        final Random random;
        final TableRules rules;
        final RoutingTable table;
        final List<Peer> world = new ArrayList<>();
        final Map<NodeId, Integer> missesInARow = new HashMap<>();
        long now = SECOND;

        Run(long seed) {
            random = new Random(seed);
            rules = new TableRules(
                    1 + random.nextInt(20), random.nextInt(5), random.nextBoolean(), 20 + random.nextInt(80), 2);
            table = new RoutingTable(new NodeId(SamplePeers.key(random)), rules);
            for (int i = 0; i < 300; i++) {
                // Geometric over the buckets, as in a real network, with a few very close ones.
                int prefix = Math.min(255, Long.numberOfTrailingZeros(random.nextLong() | 1L << 40));
                Key key = Distance.inBucket(table.self(), prefix, SamplePeers.key(random));
                int address = random.nextInt(3) == 0 ? 0x0a000001 : 0x50000000 + random.nextInt(1 << 12);
                world.add(new Peer(
                        new NodeId(key), new Contact(KEYS, List.of(new Ip4(address, 5302)), random.nextInt(6))));
            }
        }

        Peer any() {
            return world.get(random.nextInt(world.size()));
        }

        void step() {
            now += random.nextInt(4) * SECOND;
            switch (random.nextInt(8)) {
                case 0 -> table.restore(any());
                case 1, 2 -> hear(any(), false);
                case 3, 4 -> hear(any(), true);
                case 5 -> miss(any());
                case 6 -> {
                    Peer due = table.nextToCheck(60 * SECOND, now);
                    if (due != null) {
                        assertThat(table.contains(due.id())).isTrue();
                        if (random.nextBoolean()) {
                            hear(due, true);
                        } else {
                            miss(due);
                        }
                    }
                }
                default -> table.suspect(any().id());
            }
        }

        private void hear(Peer peer, boolean answered) {
            boolean member = table.contains(peer.id());
            int before = table.size();
            Heard heard = table.heard(peer, answered, answered ? 1 + random.nextInt(1_000_000) : 0, now);
            int prefix = Distance.commonPrefix(table.self(), peer.key());
            switch (heard) {
                case Heard.Inserted(var _) -> {
                    assertThat(member).isFalse();
                    assertThat(table.size()).isEqualTo(before + 1);
                }
                case Heard.Refreshed(var _) -> {
                    assertThat(member).isTrue();
                    assertThat(table.bucketMembers(prefix).getLast()).isEqualTo(peer);
                }
                case Heard.Replaced(Peer evicted, Peer in, var _) -> {
                    assertThat(answered).as("only who answers takes a place").isTrue();
                    assertThat(table.contains(evicted.id())).isFalse();
                    assertThat(table.contains(in.id())).isTrue();
                    missesInARow.remove(evicted.id());
                    assertThat(table.size()).isEqualTo(before);
                }
                case Heard.Pending(Peer ping) -> {
                    boolean welcome = !answered && ping.equals(peer);
                    assertThat(welcome || table.bucketMembers(prefix).getFirst().equals(ping))
                            .as("the oldest member, or a newcomer who has still to answer")
                            .isTrue();
                }
                case Heard.Refused(var _) ->
                    assertThat(table.contains(peer.id())).isFalse();
            }
            missesInARow.remove(peer.id());
        }

        private void miss(Peer peer) {
            boolean member = table.contains(peer.id());
            Missed missed = table.missed(peer.id(), now);
            if (!member) {
                assertThat(missed).isEqualTo(new Missed.Stranger());
                return;
            }
            int row = missesInARow.merge(peer.id(), 1, Integer::sum);
            if (row < KBucket.PINGS_MAX) {
                assertThat(missed).isInstanceOf(Missed.AskAgain.class);
                assertThat(table.contains(peer.id())).isTrue();
            } else {
                assertThat(missed).isInstanceOf(Missed.Evicted.class);
                assertThat(table.contains(peer.id())).isFalse();
                missesInARow.remove(peer.id());
            }
        }

        void checkClosest() {
            Key target = random.nextBoolean() ? SamplePeers.key(random) : any().key();
            List<Peer> wanted = new ArrayList<>();
            for (Peer p : table.closest(target, 10_000)) {
                wanted.add(p);
            }
            wanted.sort((a, b) -> Distance.compare(target, a.key(), b.key()));
            List<Peer> members = new ArrayList<>();
            for (int prefix = 0; prefix < 256; prefix++) {
                members.addAll(table.bucketMembers(prefix));
            }
            assertThat(members).containsAll(wanted);
            int n = 1 + random.nextInt(25);
            assertThat(table.closest(target, n)).isEqualTo(wanted.subList(0, Math.min(n, wanted.size())));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void random_actions_keep_the_invariants(long seed) {
        Run run = new Run(seed);
        for (int i = 0; i < STEPS; i++) {
            try {
                run.step();
                run.table.checkInvariants();
                if (i % 16 == 0) {
                    run.checkClosest();
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed %d, step %d, %s".formatted(seed, i, run.rules), e);
            }
        }
    }

    /** Without a bucket in the way the answer is that of sorting everybody. */
    @ParameterizedTest
    @MethodSource("seeds")
    void closest_is_the_order_of_the_whole_table(long seed) {
        Random random = new Random(seed);
        RoutingTable table =
                new RoutingTable(new NodeId(SamplePeers.key(random)), new TableRules(64, 0, false, 100, 64));
        List<Peer> all = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            int prefix = random.nextInt(4) == 0 ? random.nextInt(256) : random.nextInt(6);
            Peer p = SamplePeers.at(new NodeId(Distance.inBucket(table.self(), prefix, SamplePeers.key(random))));
            if (table.heard(p, true, 0, i) instanceof Heard.Inserted) {
                all.add(p);
            }
        }
        for (int i = 0; i < 200; i++) {
            Key target = i % 3 == 0
                    ? Distance.inBucket(table.self(), random.nextInt(256), SamplePeers.key(random))
                    : SamplePeers.key(random);
            Comparator<Peer> nearer = (a, b) -> Distance.compare(target, a.key(), b.key());
            List<Peer> sorted = all.stream().sorted(nearer).toList();
            assertThat(table.closest(target, 20))
                    .as("seed %d, target %d", seed, i)
                    .isEqualTo(sorted.subList(0, Math.min(20, sorted.size())));
        }
    }
}
