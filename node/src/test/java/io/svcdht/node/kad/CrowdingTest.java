package io.svcdht.node.kad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.svcdht.node.kad.Crowding.Place;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids that were made for a key stand too close to it, and honest ones do not. */
class CrowdingTest {
    private static final int K = 20;

    private final Crowding crowding = new Crowding();

    private static List<Peer> network(int size, Random random) {
        List<Peer> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            all.add(SamplePeers.at(new NodeId(SamplePeers.key(random))));
        }
        return all;
    }

    private static List<Peer> closest(List<Peer> all, Key target, int count) {
        return all.stream()
                .sorted((a, b) -> Distance.compare(target, a.key(), b.key()))
                .limit(count)
                .toList();
    }

    /** An id that shares the first so many bits with the key. */
    private static Peer beside(Key key, int bits, Random random) {
        long low = random.nextLong() >>> bits;
        return SamplePeers.at(new NodeId(new Key(key.w0() & -1L << 64 - bits | low, 1, 2, random.nextLong())));
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 1_000, 5_000})
    void honest_places_are_not_crowded(int size) {
        Random random = new Random(size);
        List<Peer> all = network(size, random);
        for (int i = 0; i < 400; i++) {
            Key target = SamplePeers.key(random);
            Place place = crowding.look(target, closest(all, target, i % 3 == 0 ? 4 : K), i % 2 == 0);
            assertThat(place.crowded())
                    .as("place %d of %d nodes: %s", i, size, place)
                    .isFalse();
        }
    }

    @Test
    void eight_ids_made_for_a_key_are_noticed() {
        Random random = new Random(7);
        List<Peer> all = network(2_000, random);
        for (int i = 0; i < 5; i++) {
            Key target = SamplePeers.key(random);
            crowding.look(target, closest(all, target, K), true);
        }
        Key victim = SamplePeers.key(random);
        // Twenty bits of a key take a million tries; a network of 2,000 needs eleven.
        for (int i = 0; i < 8; i++) {
            all.add(beside(victim, 20, random));
        }
        Place place = crowding.look(victim, closest(all, victim, K), true);
        assertThat(place.crowded()).as(place.toString()).isTrue();
        assertThat(place.nodesHere()).isGreaterThan(20 * place.nodes());
        assertThat(place.nodes()).isBetween(1_200L, 3_200L);
    }

    @Test
    void one_who_happens_to_be_close_is_luck() {
        Random random = new Random(8);
        List<Peer> all = network(2_000, random);
        for (int i = 0; i < 5; i++) {
            Key target = SamplePeers.key(random);
            crowding.look(target, closest(all, target, K), true);
        }
        Key key = SamplePeers.key(random);
        all.add(beside(key, 30, random));
        assertThat(crowding.look(key, closest(all, key, K), true).crowded()).isFalse();
    }

    @Test
    void crowded_places_do_not_become_the_measure() {
        Random random = new Random(9);
        List<Peer> all = network(2_000, random);
        for (int i = 0; i < 5; i++) {
            Key target = SamplePeers.key(random);
            crowding.look(target, closest(all, target, K), true);
        }
        for (int i = 0; i < 50; i++) {
            Key victim = SamplePeers.key(random);
            List<Peer> attacked = new ArrayList<>(all);
            for (int j = 0; j < K; j++) {
                attacked.add(beside(victim, 20, random));
            }
            assertThat(crowding.look(victim, closest(attacked, victim, K), true).crowded())
                    .as("key %d", i)
                    .isTrue();
        }
    }

    @Test
    void nothing_is_judged_before_anything_was_seen() {
        Random random = new Random(10);
        Key victim = SamplePeers.key(random);
        List<Peer> made = new ArrayList<>();
        for (int i = 0; i < K; i++) {
            made.add(beside(victim, 40, random));
        }
        assertThat(crowding.look(victim, closest(made, victim, K), false)).isEqualTo(Place.UNKNOWN);
    }

    @Test
    void luck_is_the_tail_of_the_binomial_distribution() {
        // Two or more of three at one half: 4 of 8.
        assertThat(Crowding.luck(2, 2, 0.5)).isEqualTo(0.5, within(1e-12));
        // Three of three at a tenth.
        assertThat(Crowding.luck(3, 1, 0.1)).isEqualTo(0.001, within(1e-12));
    }
}
