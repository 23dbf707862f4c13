package io.svcdht.storage.state.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.RecordStore;
import io.svcdht.storage.state.RecordStoreContract;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class HeapStoreTest extends RecordStoreContract {
    private static final long T0 = 1_700_000_000_000L;
    private static final NodeId NODE = new NodeId(new Key(5, 6, 7, 8));

    @Override
    protected RecordStore create() {
        return new HeapStore();
    }

    @Override
    protected void checkInvariants(RecordStore store) {
        StoreInvariants.check((HeapStore) store);
    }

    private static Key key(RandomGenerator random) {
        return new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    private static void fill(HeapStore store, long seed, int from, int to, String locator) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = from; i < to; i++) {
            ContentId cid = ContentId.of(key(random));
            store.announce(
                    i + 1L, new ProviderRecord(cid, NODE, locator.formatted(i), List.of(), 3_600, T0 + i % 60_000));
        }
    }

    /** The number that says how many records a node can hold; 20 bytes of locator, the same for all, as a node's own. */
    @Test
    void a_record_takes_less_than_a_hundred_bytes() {
        int records = 400_000;
        long before = usedAfterCollection();
        HeapStore store = new HeapStore();
        fill(store, 71, 0, records, "/ip4/192.0.2.1/t/400");
        long measured = usedAfterCollection() - before;

        long perRecord = store.heapBytes() / records;
        System.out.printf("# %d bytes a record counted, %.1f measured%n", perRecord, (double) measured / records);
        assertThat(perRecord).isBetween(72L, 100L);
        assertThat((double) measured / records).as("measured").isLessThan(105);
    }

    private static long usedAfterCollection() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void what_is_removed_makes_room_for_what_comes() {
        HeapStore store = new HeapStore();
        fill(store, 81, 0, 50_000, "local://a/%08d");
        long full = store.heapBytes();
        for (int round = 1; round <= 4; round++) {
            RandomGenerator same = RandomGeneratorFactory.of("L64X128MixRandom").create(80 + round);
            int from = (round - 1) * 50_000;
            for (int i = from; i < from + 50_000; i++) {
                store.expire(key(same), i + 1L);
            }
            assertThat(store.records()).isZero();
            assertThat(store.heapBytes()).as("empty again, round %d", round).isLessThan(full / 4);
            // Texts of another length each round: what one length gave back the next must be able to use.
            fill(store, 81 + round, from + 50_000, from + 100_000, "local://" + "b".repeat(round * 40) + "/%08d");
            StoreInvariants.check(store);
        }
    }

    @Test
    void keys_that_collide_in_every_hash_cost_no_more_than_a_leaf() {
        HeapStore store = new HeapStore();
        // All 256 bits but the last 13 alike: one path of 61 steps down to the leaves.
        for (int i = 0; i < 8_192; i++) {
            store.announce(
                    i + 1L,
                    new ProviderRecord(ContentId.of(new Key(-1, -1, -1, -8_192 + i)), NODE, "", List.of(), 60, T0));
        }
        StoreInvariants.check(store);
        assertThat(store.page(new Key(-1, -1, -1, -8), 100)).hasSize(7);
        for (int i = 0; i < 8_192; i++) {
            store.expire(new Key(-1, -1, -1, -8_192 + i), i + 1L);
        }
        assertThat(store.index.heapBytes()).isEqualTo(new HeapStore().index.heapBytes());
    }

    /** Thirty nodes in one process are to fit where one did. */
    @Test
    void a_wheel_takes_room_only_for_the_minutes_in_which_something_ends() {
        HeapStore store = new HeapStore();
        long empty = store.wheel.heapBytes();
        assertThat(empty).isLessThan(32_768);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(91);
        Key one = key(random);
        Key other = key(random);
        store.announce(1, new ProviderRecord(ContentId.of(one), NODE, "", List.of(), 60, T0));
        store.announce(2, new ProviderRecord(ContentId.of(other), NODE, "", List.of(), 172_800, T0));
        StoreInvariants.check(store);
        assertThat(store.wheel.heapBytes()).isBetween(empty + 2_048, empty + 2_200);

        store.expire(one, 1);
        store.expire(other, 2);
        StoreInvariants.check(store);
        assertThat(store.wheel.heapBytes()).isEqualTo(empty);
    }
}
