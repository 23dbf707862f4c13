package io.svcdht.storage.replay;

import io.svcdht.storage.checkpoint.Checkpoint;
import io.svcdht.storage.checkpoint.CheckpointDamaged;
import io.svcdht.storage.checkpoint.CheckpointInfo;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.state.RecordStore;
import io.svcdht.storage.state.Roots;
import io.svcdht.storage.state.State;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a start begins: the newest checkpoint that is whole and belongs to the journal, loaded, or nothing at all.
 *
 * @param seam where the journal is to be read on
 */
public record Restart(State state, Seam seam) {
    /** @param stores makes the store to load into; asked again where a checkpoint turned out to be damaged */
    public static Restart newest(
            JournalSource journal, Checkpoints checkpoints, Supplier<? extends RecordStore> stores) {
        while (true) {
            Optional<Checkpoint> newest = checkpoints.newest(Long.MAX_VALUE);
            if (newest.isEmpty()) {
                return new Restart(new State(stores.get()), Seam.START);
            }
            try (Checkpoint checkpoint = newest.get()) {
                requireOf(journal, checkpoint);
                return new Restart(
                        load(checkpoint, stores.get()), checkpoint.info().seam());
            } catch (CheckpointDamaged e) {
                checkpoints.refuse(newest.get().path(), e.what());
            }
        }
    }

    /**
     * The newest checkpoint at or before a position that is whole and belongs to the journal: where to read on for a
     * store that has the records up to the position already, with the contacts and bans that it does not have.
     */
    public static Optional<CheckpointInfo> atOrBefore(JournalSource journal, Checkpoints checkpoints, long position) {
        while (true) {
            Optional<Checkpoint> newest = checkpoints.newest(position);
            if (newest.isEmpty()) {
                return Optional.empty();
            }
            try (Checkpoint checkpoint = newest.get()) {
                requireOf(journal, checkpoint);
                return Optional.of(checkpoint.info());
            } catch (CheckpointDamaged e) {
                checkpoints.refuse(newest.get().path(), e.what());
            }
        }
    }

    /** @throws CheckpointDamaged if the journal does not go on behind it */
    static void requireOf(JournalSource journal, Checkpoint checkpoint) {
        CheckpointInfo info = checkpoint.info();
        try {
            switch (journal.readBehind(info.seam())) {
                case Read.From(var reader) -> reader.close();
                case Read.Truncated(long first) ->
                    throw new CheckpointDamaged(
                            checkpoint.path(), "the journal begins at position %d, behind it".formatted(first));
            }
        } catch (IllegalArgumentException e) {
            throw new CheckpointDamaged(
                    checkpoint.path(),
                    "it is of another journal (%s), or of events this one does not have: %s"
                            .formatted(info.node() == null ? "of no node" : info.node(), e.getMessage()),
                    e);
        }
    }

    private static State load(Checkpoint checkpoint, RecordStore store) {
        CheckpointInfo info = checkpoint.info();
        try {
            long loaded = 0;
            for (Checkpoint.Cursor c = checkpoint.after(null); c.key() != null; c.advance()) {
                store.restore(c.entry());
                loaded++;
            }
            if (loaded != info.records() + info.tombstones()) {
                throw new CheckpointDamaged(
                        checkpoint.path(),
                        "%d entries are there, %d should be".formatted(loaded, info.records() + info.tombstones()));
            }
            return new State(
                    store, info.position(), info.instantMillis(), info.node(), info.routing(), Roots.of(info.roots()));
        } catch (CheckpointDamaged e) {
            store.close();
            throw e;
        }
    }
}
