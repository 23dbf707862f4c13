package io.svcdht.storage.replay;

import io.svcdht.storage.checkpoint.Checkpoint;
import io.svcdht.storage.checkpoint.CheckpointDamaged;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.checkpoint.OverlayStore;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.RecordStore;
import io.svcdht.storage.state.Roots;
import io.svcdht.storage.state.State;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * States of retained moments: the newest checkpoint at or before the moment, mapped, and the events behind it folded
 * into an overlay. Without a checkpoint the fold begins at the first event.
 */
public final class Past {
    private final JournalSource journal;
    private final Checkpoints checkpoints;
    private final Supplier<RecordStore> stores;

    /** @param stores makes an empty store for what a view has to hold in memory */
    public Past(JournalSource journal, Checkpoints checkpoints, Supplier<RecordStore> stores) {
        this.journal = journal;
        this.checkpoints = checkpoints;
        this.stores = stores;
    }

    /** Where a view begins: a store, the state in it, and a reader behind it. */
    private record Base(
            State state,
            RecordStore store,
            JournalReader reader,
            @Nullable Key digest) {}

    /**
     * The state right after the event at {@code position}; 0 is the state before all events.
     *
     * @throws JournalTruncated if the moment is no longer kept
     * @throws Replay.BudgetSpent if the budget ran out before
     */
    public View at(long position, Budget budget) {
        while (true) {
            Optional<Checkpoint> checkpoint = checkpoints.newest(position);
            Base base = checkpoint.isPresent() ? over(checkpoint.get()) : fromStart();
            if (base == null) {
                continue;
            }
            try (JournalReader reader = base.reader()) {
                Key known = base.state().position() == position ? base.digest() : null;
                Trail trail = new Trail();
                State state = base.state();
                Replay.runByKey(reader, state, position - Trail.EVENTS_MAX, budget, e -> Fold.applyToRecords(state, e));
                Replay.run(reader, state, position, budget, trail);
                return new View(base.state(), base.store(), reader.seam(), known, trail);
            } catch (CheckpointDamaged e) {
                base.store().close();
                checkpoints.refuse(checkpoint.orElseThrow().path(), e.what());
            } catch (RuntimeException e) {
                base.store().close();
                throw e;
            }
        }
    }

    /**
     * What differs between two positions.
     *
     * @throws IllegalArgumentException if {@code from} is behind {@code to}; other errors as above
     */
    public StateDiff diff(long from, long to, Budget budget) {
        if (from > to) {
            throw new IllegalArgumentException("from is %d, behind to, %d".formatted(from, to));
        }
        try (View view = at(from, budget)) {
            try (JournalReader reader = behind(view.seam())) {
                return StateDiff.goingOn(view.state(), reader, to, budget);
            }
        }
    }

    private @Nullable Base over(Checkpoint checkpoint) {
        try {
            Restart.requireOf(journal, checkpoint);
            JournalReader reader = behind(checkpoint.info().seam());
            RecordStore store = new OverlayStore(checkpoint, stores.get());
            State state = new State(
                    store,
                    checkpoint.info().position(),
                    checkpoint.info().instantMillis(),
                    checkpoint.info().node(),
                    checkpoint.info().routing(),
                    Roots.of(checkpoint.info().roots()));
            return new Base(state, store, reader, checkpoint.info().digest());
        } catch (CheckpointDamaged e) {
            checkpoint.close();
            checkpoints.refuse(checkpoint.path(), e.what());
            return null;
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private Base fromStart() {
        JournalReader reader = behind(Seam.START);
        RecordStore store = stores.get();
        return new Base(new State(store), store, reader, null);
    }

    private JournalReader behind(Seam seam) {
        return switch (journal.readBehind(seam)) {
            case Read.From(JournalReader reader) -> reader;
            case Read.Truncated(long first) -> throw new JournalTruncated(seam.position() + 1, first);
        };
    }
}
