package io.svcdht.storage.replay;

import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.HandOver;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Rebuilds the state of any moment from the journal: the same fold, without actions. */
public final class Replay {
    private static final int PROGRESS_EVENTS = 4096;

    private Replay() {}

    /** The state after the last event. */
    public static State toEnd(JournalSource journal, Budget budget) {
        return to(journal, journal.lastPosition(), budget);
    }

    /**
     * The state right after the event at {@code position}; 0 is the state before all events.
     *
     * @throws io.svcdht.storage.journal.JournalTruncated if the journal no longer begins at its first event
     * @throws BudgetSpent if the budget ran out before
     */
    public static State to(JournalSource journal, long position, Budget budget) {
        State state = new State(new HeapStore());
        try (JournalReader reader = fromStart(journal)) {
            run(reader, state, position, budget, p -> {});
        }
        return state;
    }

    /** A state is only right when every event is folded in. */
    static JournalReader fromStart(JournalSource journal) {
        return switch (journal.read(1)) {
            case Read.From(JournalReader reader) -> reader;
            case Read.Truncated(long first) -> throw new JournalTruncated(1, first);
        };
    }

    /** Folds events up to and with {@code position}. */
    static void run(JournalReader reader, State state, long position, Budget budget, LongConsumer onProgress) {
        while (state.position() < position) {
            JournalEntry entry = reader.next();
            if (entry == null) {
                return;
            }
            Fold.apply(state, entry);
            if (entry.position() % PROGRESS_EVENTS == 0) {
                budget.check();
                onProgress.accept(entry.position());
            }
        }
    }

    /**
     * The same into a state that nobody reads yet, with what many events do to records done in the order of content
     * ids, beside the reading. Where it ends early the state is of no moment.
     *
     * @param records does what {@link Fold#applyToRecords} does
     */
    static void runByKey(
            JournalReader reader, State state, long position, Budget budget, Consumer<JournalEntry> records) {
        Portion portion = new Portion();
        Consumer<JournalEntry> byPortions = entry -> {
            Fold.applyButRecords(state, entry);
            portion.add(entry);
            if (portion.full()) {
                portion.drain(budget, records);
            }
        };
        // While one is being drained the next is read.
        try (HandOver fold = new HandOver(byPortions, Portion.EVENTS)) {
            for (long read = state.position(); read < position; read++) {
                JournalEntry entry = reader.next();
                if (entry == null) {
                    break;
                }
                fold.accept(entry);
                if (entry.position() % PROGRESS_EVENTS == 0) {
                    budget.check();
                }
            }
            fold.finish();
        }
        portion.drain(budget, records);
    }

    /** The same as {@link #run(JournalReader, State, long, Budget, LongConsumer)}, and remembers the last part of the way. */
    static void run(JournalReader reader, State state, long position, Budget budget, Trail trail) {
        run(reader, state, position - Trail.EVENTS_MAX, budget, p -> {});
        while (state.position() < position) {
            JournalEntry entry = reader.next();
            if (entry == null) {
                return;
            }
            trail.apply(state, entry);
            if (entry.position() % PROGRESS_EVENTS == 0) {
                budget.check();
            }
        }
    }

    /** Lets a caller stop a replay that costs too much. */
    @FunctionalInterface
    public interface Budget {
        Budget UNLIMITED = () -> {};

        /**
         * Called now and then on the replaying thread.
         *
         * @throws BudgetSpent to stop
         */
        void check();
    }

    /** The replay was stopped by its budget. */
    public static final class BudgetSpent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public BudgetSpent(String message) {
            super(message);
        }
    }
}
