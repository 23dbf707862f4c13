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
    static final int EVENTS = 1 << 16;

    private static final int CHECK_EVERY = 4096;
    /** Events looked at before they are handed out; a divisor of the one above. */
    private static final int GROUP = 64;

    private final List<JournalEntry> entries = new ArrayList<>();
    private long seen;

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
        JournalEntry[] next = new JournalEntry[GROUP];
        for (int from = 0; from < order.length; from += GROUP) {
            if (from % CHECK_EVERY == 0) {
                budget.check();
            }
            int count = Math.min(GROUP, order.length - from);
            for (int i = 0; i < count; i++) {
                next[i] = entries.get((int) order[from + i] & EVENTS - 1);
            }
            look(next, count);
            for (int i = 0; i < count; i++) {
                fold.accept(next[i]);
            }
        }
        entries.clear();
    }

    /**
     * In the order of keys they lie all over the memory: looked at one behind the other without a use for what is seen, the
     * processor fetches many at once.
     */
    private void look(JournalEntry[] next, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += next[i].cause();
        }
        for (int i = 0; i < count; i++) {
            Key key = Subject.keyOf(next[i].event());
            sum += key == null ? 0 : key.w3();
        }
        seen += sum;
    }

    /** What was looked at, of no meaning: kept, so that no compiler takes the looking away. */
    long seen() {
        return seen;
    }
}
