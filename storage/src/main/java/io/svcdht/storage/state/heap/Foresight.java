package io.svcdht.storage.state.heap;

import io.svcdht.storage.model.Key;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what some keys lead to: leaf, cell, slot, the slot's neighbours in the wheel and what it says. A change follows these
 * one after the other, each a miss of the processor's caches where there are a million records; here each step is taken
 * for all keys before the next, so that the processor waits for many at once. Changes nothing, and may look at anything:
 * what it finds is not believed.
 */
final class Foresight {
    private final Slots slots;
    private final KeyIndex index;
    private final Records records;
    private @Nullable Leaf[] leaves = {};
    private int[] found = {};
    /** Kept, so that no compiler takes the looking away. */
    private long seen;

    Foresight(Slots slots, KeyIndex index, Records records) {
        this.slots = slots;
        this.index = index;
        this.records = records;
    }

    void look(Key[] keys, int count) {
        if (leaves.length < count) {
            leaves = new @Nullable Leaf[count];
            found = new int[count];
        }
        for (int i = 0; i < count; i++) {
            leaves[i] = index.leaf(keys[i]);
        }
        for (int i = 0; i < count; i++) {
            Leaf leaf = leaves[i];
            found[i] = leaf == null ? Slots.NONE : leaf.likely(index.hash(keys[i]));
        }
        Arrays.fill(leaves, 0, count, null);
        look(count);
    }

    private void look(int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            if (found[i] != Slots.NONE) {
                sum += slots.look(found[i]);
            }
        }
        for (int i = 0; i < count; i++) {
            if (found[i] != Slots.NONE) {
                sum += slots.lookBeside(found[i]) + records.look(found[i]);
            }
        }
        seen += sum;
    }

    /** What was looked at, of no meaning. */
    long seen() {
        return seen;
    }
}
