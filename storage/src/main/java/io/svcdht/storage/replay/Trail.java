package io.svcdht.storage.replay;

import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.state.Before;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import java.util.ArrayDeque;

/** The way a view came, so that it can go back: what the last events changed, bounded in events and in records. */
final class Trail {
    /** Events one can go back. */
    static final int EVENTS_MAX = 4096;
    /** A content id has up to a thousand holders; some megabytes must do. */
    private static final int RECORDS_MAX = 1 << 16;

    private final ArrayDeque<Before> steps = new ArrayDeque<>();
    private long records;

    /** Folds an event in and remembers how it was before. */
    void apply(State state, JournalEntry entry) {
        Before before = Fold.before(state, entry);
        Fold.apply(state, entry);
        steps.addLast(before);
        records += before.records();
        while (steps.size() > EVENTS_MAX || records > RECORDS_MAX && steps.size() > 1) {
            records -= steps.removeFirst().records();
        }
    }

    /** Takes the last event back. */
    void back(State state) {
        Before before = steps.removeLast();
        records -= before.records();
        Fold.undo(state, before);
    }

    /** How many events it leads back. */
    int length() {
        return steps.size();
    }
}
