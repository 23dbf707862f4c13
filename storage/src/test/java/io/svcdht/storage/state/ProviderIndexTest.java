package io.svcdht.storage.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.testing.RandomEvents;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderIndexTest {
    private static final long T0 = 1_700_000_000_000L;
    private static final NodeId NODE = new NodeId(new Key(5, 6, 7, 8));

    private static StoredRecord stored(Key key, String locator, long position, boolean tombstone) {
        ProviderRecord r = new ProviderRecord(ContentId.of(key), NODE, locator, List.of(), 600, T0);
        return new StoredRecord(r, position, r.expiresAtMillis(), tombstone);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void it_does_what_a_sorted_map_of_lists_does(long seed) {
        RandomEvents values = new RandomEvents(seed);
        RandomGenerator random = values.random();
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            keys.add(values.key());
        }
        ProviderIndex index = new ProviderIndex();
        TreeMap<Key, List<StoredRecord>> model = new TreeMap<>();
        for (int step = 1; step <= 3_000; step++) {
            Key key = keys.get(random.nextInt(keys.size()));
            List<StoredRecord> held = model.computeIfAbsent(key, k -> new ArrayList<>());
            StoredRecord old = held.isEmpty() || random.nextBoolean() ? null : held.get(random.nextInt(held.size()));
            if (old != null && random.nextBoolean()) {
                index.remove(index.holdersOf(key), old);
                held.remove(old);
            } else {
                String locator = old == null ? "local://" + step : old.record().locator();
                StoredRecord fresh = stored(key, locator, step, random.nextInt(4) == 0);
                if (old == null) {
                    index.add(index.holdersFor(key), fresh);
                    held.add(fresh);
                } else {
                    index.replace(index.holdersFor(key), old, fresh);
                    held.set(held.indexOf(old), fresh);
                }
            }
            if (held.isEmpty()) {
                model.remove(key);
            }
            assertThat(index.holdersOf(key)).as("seed %d, step %d", seed, step).containsExactlyElementsOf(held);
            if (step % 50 == 0) {
                compare(index, model, random, seed, step);
            }
        }
    }

    private static void compare(
            ProviderIndex index, Map<Key, List<StoredRecord>> model, RandomGenerator random, long seed, int step) {
        long tombstones = model.values().stream()
                .flatMap(List::stream)
                .filter(StoredRecord::tombstone)
                .count();
        long all = model.values().stream().mapToLong(List::size).sum();
        assertThat(index.tombstones()).isEqualTo((int) tombstones);
        assertThat(index.records()).isEqualTo((int) (all - tombstones));
        assertThat(index.contentIds()).isEqualTo(model.size());
        Set<Key> visited = new HashSet<>();
        index.forEach(h -> assertThat(visited.add(h.key())).isTrue());
        assertThat(visited).isEqualTo(model.keySet());

        int limit = 1 + random.nextInt(20);
        List<Key> paged = new ArrayList<>();
        List<Holders> page = index.page(null, limit);
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(limit);
            page.forEach(h -> paged.add(h.key()));
            page = index.page(page.getLast().key(), limit);
        }
        assertThat(paged).as("seed %d, step %d", seed, step).containsExactlyElementsOf(model.keySet());
    }

    @Test
    void a_page_begins_behind_the_key_also_when_that_key_is_gone() {
        ProviderIndex index = new ProviderIndex();
        for (long i = 1; i <= 9; i++) {
            Key key = new Key(0, 0, 0, i * 10);
            index.add(index.holdersFor(key), stored(key, "", i, false));
        }
        assertThat(index.page(new Key(0, 0, 0, 35), 2))
                .extracting(Holders::key)
                .containsExactly(new Key(0, 0, 0, 40), new Key(0, 0, 0, 50));
        assertThat(index.page(new Key(0, 0, 0, 90), 2)).isEmpty();
        assertThat(index.page(null, 0)).isEmpty();
        assertThat(index.page(null, 100)).hasSize(9);
    }

    @Test
    void what_a_reader_walks_over_does_not_change_under_it() {
        ProviderIndex index = new ProviderIndex();
        Key key = new Key(1, 1, 1, 1);
        StoredRecord a = stored(key, "a", 1, false);
        index.add(index.holdersFor(key), a);
        Iterator<StoredRecord> walk = index.holdersOf(key).iterator();
        index.add(index.holdersFor(key), stored(key, "b", 2, false));
        index.remove(index.holdersOf(key), a);

        assertThat(walk).toIterable().containsExactly(a);
        assertThat(index.holdersOf(key)).extracting(r -> r.record().locator()).containsExactly("b");
    }

    @Test
    void only_live_records_are_shown() {
        Key key = new Key(1, 1, 1, 1);
        ProviderIndex index = new ProviderIndex();
        index.add(index.holdersFor(key), stored(key, "alive", 1, false));
        index.add(index.holdersFor(key), stored(key, "withdrawn", 2, true));

        Holders h = index.holdersOf(key);
        assertThat(h.aliveAt(T0)).extracting(ProviderRecord::locator).containsExactly("alive");
        assertThat(h.aliveAt(T0 + 599_999)).hasSize(1);
        assertThat(h.aliveAt(T0 + 600_000)).isEmpty();
        assertThat(h.size()).isEqualTo(2);
        assertThatThrownBy(() -> h.remove(stored(key, "stranger", 3, false))).isInstanceOf(IllegalStateException.class);
    }
}
