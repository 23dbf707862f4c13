package io.svcdht.node.peering;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.kad.Distance;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.SamplePeers;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Somebody closes in on a key, or the network has only grown: what other places look like tells the two apart. */
class SuspicionTest {
    private final Suspicion suspicion = new Suspicion();
    private final Random random = new Random(1);

    private List<Peer> network(int size) {
        List<Peer> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            all.add(SamplePeers.at(new NodeId(SamplePeers.key(random))));
        }
        return all;
    }

    private static List<Peer> closest(List<Peer> all, Key target) {
        return all.stream()
                .sorted((a, b) -> Distance.compare(target, a.key(), b.key()))
                .limit(20)
                .toList();
    }

    private boolean look(List<Peer> all, Key target, long now) {
        return suspicion.suspects(target, closest(all, target), true, now);
    }

    private boolean verdict(List<Peer> all, long now) {
        boolean crowded = false;
        for (int i = 0; i < Suspicion.OTHERS; i++) {
            Key other = SamplePeers.key(random);
            crowded = suspicion.other(other, closest(all, other), true, now).crowded();
        }
        return crowded;
    }

    @Test
    void ids_made_for_a_key_make_the_network_hostile_for_a_while() {
        List<Peer> all = network(1_000);
        for (int i = 0; i < 5; i++) {
            assertThat(look(all, SamplePeers.key(random), 0)).isFalse();
        }
        Key victim = SamplePeers.key(random);
        for (int i = 0; i < 20; i++) {
            long first = victim.w0() & -1L << 44 | random.nextLong() >>> 20;
            all.add(SamplePeers.at(new NodeId(new Key(first, random.nextLong(), 0, 0))));
        }
        assertThat(look(all, victim, 1)).isTrue();
        assertThat(suspicion.hostile(1)).as("not before others were looked at").isFalse();
        assertThat(verdict(all, 2)).isTrue();
        assertThat(suspicion.hostile(2)).isTrue();
        assertThat(suspicion.hostile(3 + Peering.HOSTILE_NANOS)).isFalse();
    }

    @Test
    void a_network_that_grew_is_not_hostile() {
        List<Peer> few = network(30);
        for (int i = 0; i < 10; i++) {
            assertThat(look(few, SamplePeers.key(random), 0)).isFalse();
        }
        List<Peer> many = network(5_000);
        long now = 0;
        int suspected = 0;
        for (int i = 0; i < 100; i++) {
            now += 10_000_000_000L;
            if (look(many, SamplePeers.key(random), now)) {
                suspected++;
                assertThat(verdict(many, now)).isFalse();
            }
        }
        assertThat(suspected).as("until the new places are known").isBetween(1, 6);
        assertThat(suspicion.hostile(now)).isFalse();
    }

    @Test
    void a_place_as_full_as_one_of_the_others_is_not_crowded_though_others_look_empty() {
        List<Peer> few = network(30);
        for (int i = 0; i < 10; i++) {
            assertThat(look(few, SamplePeers.key(random), 0)).isFalse();
        }
        List<Peer> many = network(5_000);
        assertThat(look(many, SamplePeers.key(random), 10_000_000_000L)).isTrue();
        // Whoever lies on the way to the first two hides nearly everybody there.
        assertThat(verdictOf(List.of(few, few, many))).isFalse();
        assertThat(suspicion.hostile(20_000_000_000L)).isFalse();
    }

    private boolean verdictOf(List<List<Peer>> seen) {
        boolean crowded = false;
        for (List<Peer> all : seen) {
            Key other = SamplePeers.key(random);
            crowded = suspicion
                    .other(other, closest(all, other), true, 20_000_000_000L)
                    .crowded();
        }
        return crowded;
    }
}
