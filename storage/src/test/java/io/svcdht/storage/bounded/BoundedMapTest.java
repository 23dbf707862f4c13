package io.svcdht.storage.bounded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BoundedMapTest {
    @Test
    void by_age_forgets_what_came_first() {
        BoundedMap<Integer, String> map = BoundedMap.byAge(2);
        map.put(1, "a");
        map.put(2, "b");
        assertThat(map.get(1)).isEqualTo("a");
        map.put(3, "c");
        assertThat(map).containsOnlyKeys(2, 3);
    }

    @Test
    void by_use_forgets_what_nobody_asked_for() {
        BoundedMap<Integer, String> map = BoundedMap.byUse(2);
        map.put(1, "a");
        map.put(2, "b");
        assertThat(map.get(1)).isEqualTo("a");
        map.computeIfAbsent(3, k -> "c");
        assertThat(map).containsOnlyKeys(1, 3);
    }

    @Test
    void what_is_put_again_takes_no_room() {
        BoundedMap<Integer, String> map = BoundedMap.byAge(2);
        map.put(1, "a");
        map.put(2, "b");
        map.put(1, "c");
        assertThat(map).containsEntry(1, "c").containsEntry(2, "b");
    }

    @Test
    void a_bound_of_nothing_is_refused() {
        assertThatThrownBy(() -> BoundedMap.byAge(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one at least");
    }
}
