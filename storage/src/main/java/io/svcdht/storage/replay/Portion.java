package io.svcdht.storage.replay;

import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.Subject;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.replay.Replay.Budget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Some ten thousand events that touch records, to be taken in the order of their content ids: a checkpoint and an
 * index are sorted the same way, so that each part of them is looked into once, and not once an event.
 */
final class Portion {
    /** Some 10 MB of events. A power of two, of which an index takes that many bits of a sort key. */
    private static final int EVENTS = 1 << 16;

    private static final int CHECK_EVERY = 4096;

    private final List<JournalEntry> entries = new ArrayList<>();

    /** Takes an event in. One that is about no content id is passed over. */
    void add(JournalEntry entry) {
        if (Subject.keyOf(entry.event()) != null) {
            entries.add(entry);
        }
    }

    boolean full() {
        return entries.size() == EVENTS;
    }

    /**
     * Hands all of them out and is empty then. Those of one content id come in the order of their positions.
     *
     * @throws Replay.BudgetSpent if the budget ran out; the rest is still to come then
     */
    void drain(Budget budget, Consumer<JournalEntry> fold) {
        long[] order = new long[entries.size()];
        for (int i = 0; i < order.length; i++) {
            Key key = Subject.keyOf(entries.get(i).event());
            // Keys rise as unsigned numbers, array sorts as signed ones. The index makes the order a stable one.
            order[i] = key == null ? i : (key.w0() & -EVENTS | i) ^ Long.MIN_VALUE;
        }
        Arrays.sort(order);
        for (int i = 0; i < order.length; i++) {
            if (i % CHECK_EVERY == 0) {
                budget.check();
            }
            fold.accept(entries.get((int) order[i] & EVENTS - 1));
        }
        entries.clear();
    }
}
