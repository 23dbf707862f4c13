package io.svcdht.storage.state.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** How often a store with its records elsewhere looks at them: each look may cost a page of a file. */
class MappedStoreTest {
    private static final int RECORDS = 2_000;
    private static final long T0 = 1_700_000_000_000L;
    private static final NodeId NODE = new NodeId(new Key(1, 2, 3, 4));

    private static final class CountedBodies implements Bodies {
        private final Map<Integer, byte[]> bodies = new ConcurrentHashMap<>();
        private int looks;

        @Override
        public void put(int slot, byte[] body) {
            bodies.put(slot, body);
        }

        @Override
        public byte[] get(int slot) {
            looks++;
            return bodies.get(slot);
        }

        @Override
        public void remove(int slot) {
            bodies.remove(slot);
        }

        @Override
        public void forEach(Visitor visitor) {
            bodies.forEach(visitor::body);
        }
    }

    private static final class Store extends MappedStore {
        Store(Bodies bodies) {
            super(bodies, 7);
            adoptBodies();
        }
    }

    private final CountedBodies bodies = new CountedBodies();

    private Store filled() {
        Store store = new Store(bodies);
        Random random = new Random(11);
        for (int i = 1; i <= RECORDS; i++) {
            Key key = new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
            int ttlSeconds = 600 + random.nextInt(600);
            store.announce(i, new ProviderRecord(ContentId.of(key), NODE, "a", List.of(), ttlSeconds, T0));
        }
        return store;
    }

    @Test
    void new_content_ids_are_announced_without_a_look_at_others() {
        filled();
        assertThat(bodies.looks).isZero();
    }

    @Test
    void what_is_there_already_is_taken_in_without_a_second_look() {
        filled();
        Store again = new Store(bodies);
        assertThat(bodies.looks).isZero();
        assertThat(again.records()).isEqualTo(RECORDS);
    }

    @Test
    void a_first_look_for_what_has_run_out_passes_over_what_has_not() {
        Store store = filled();
        assertThat(store.due(T0 + 1_000, RECORDS)).isEmpty();
        assertThat(bodies.looks).isZero();
        assertThat(store.due(T0 + 1_200_000, RECORDS)).hasSize(RECORDS);
    }
}
