package io.svcdht.storage.state.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.Key;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Every way to a record leads to the same records, and nothing is kept for those that are gone. */
public final class StoreInvariants {
    private final IndexedStore store;
    private final Set<Integer> indexed = new HashSet<>();
    private final Map<Integer, Integer> said = new HashMap<>();
    private int keys;

    private StoreInvariants(IndexedStore store) {
        this.store = store;
    }

    public static void check(IndexedStore store) {
        StoreInvariants i = new StoreInvariants(store);
        i.index();
        i.publishers();
        i.wheel();
        i.contents();
    }

    private void index() {
        store.index.walk(null, leaf -> {
            assertThat(leaf.keys()).isBetween(1, Leaf.KEYS_MAX);
            assertThat(leaf.stamp() & 1).isZero();
            int inLeaf = 0;
            for (int cell : leaf.cells()) {
                if (Leaf.slotIn(cell) != Slots.NONE) {
                    chain(Leaf.slotIn(cell));
                    inLeaf++;
                }
            }
            assertThat(inLeaf).isEqualTo(leaf.keys());
            keys += inLeaf;
            return KeyIndex.Next.ON;
        });
        assertThat(indexed).hasSize(store.slots.live());
        assertThat(store.records() + store.tombstones()).isEqualTo(store.slots.live());
        assertThat(store.contentIds()).isEqualTo(keys);
    }

    private void chain(int head) {
        Key key = store.coding.key(head);
        for (int s = head; s != Slots.NONE; s = store.slots.nextOfKey(s)) {
            assertThat(store.coding.key(s)).isEqualTo(key);
            assertThat(indexed.add(s)).as("slot %d once", s).isTrue();
            if (store.coding instanceof HeapRecords && store.slots.side(s) != Contents.NONE) {
                said.merge(store.slots.side(s), 1, Integer::sum);
            }
        }
    }

    private void publishers() {
        Set<Publisher> all = new HashSet<>();
        for (int s : indexed) {
            Publisher p = store.publishers.numbered(store.slots.publisher(s));
            all.add(p);
            assertThat(p.slot(store.slots.place(s))).isEqualTo(s);
        }
        assertThat(all.stream().mapToInt(Publisher::records).sum()).isEqualTo(indexed.size());
        assertThat(store.publishers.count()).isEqualTo(all.size());
    }

    private void wheel() {
        int[] seats = store.wheel.seats();
        int hung = 0;
        for (int seat = 0; seat < seats.length; seat++) {
            int before = ~seat;
            for (int s = seats[seat] - 1; s != Slots.NONE; s = store.slots.wheelNext(s)) {
                assertThat(store.slots.wheelPrevious(s)).isEqualTo(before);
                assertThat(indexed.contains(s)).as("slot %d", s).isTrue();
                if (!store.slots.late(s)) {
                    assertThat(ExpiryWheel.seat(ExpiryWheel.second(store.coding.endsAtMillis(s))))
                            .isEqualTo(seat);
                }
                before = s;
                hung++;
            }
        }
        assertThat(hung).isEqualTo(indexed.size());
    }

    private void contents() {
        if (store.coding instanceof HeapRecords r) {
            said.forEach((content, times) ->
                    assertThat(r.contents().references(content)).isEqualTo(times));
            assertThat(r.contents().live()).isEqualTo(said.size());
        }
    }
}
