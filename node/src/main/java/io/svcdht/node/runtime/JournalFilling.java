package io.svcdht.node.runtime;

import io.svcdht.storage.checkpoint.CheckpointDamaged;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.chronicle.ChronicleJournal;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.replay.Restart;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;

/**
 * A new journal, filled with entries at the very positions they had. Until it is finished the directory counts as not
 * begun: the next start, or filling, clears it.
 */
public final class JournalFilling implements AutoCloseable {
    private final DataDirectory directory;
    private final Journal journal;
    private final State state;
    private final long first;

    private JournalFilling(DataDirectory directory, Journal journal, State state) {
        this.directory = directory;
        this.journal = journal;
        this.state = state;
        this.first = journal.lastPosition() + 1;
    }

    /**
     * Takes a data directory that has no events yet, for a journal from position 1 on.
     *
     * @throws StartFailure if it is in use, foreign, or not empty
     */
    public static JournalFilling create(Path dataDirectory) throws StartFailure {
        try {
            return create(dataDirectory, file -> {}, false);
        } catch (IOException e) {
            throw new StartFailure(StartFailure.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The same for a journal that goes on behind a checkpoint.
     *
     * @param checkpoint writes its file
     * @throws CheckpointDamaged if what was written is no whole checkpoint
     * @throws IOException if it could not be written
     */
    public static JournalFilling behind(Path dataDirectory, Checkpoints.Source checkpoint)
            throws StartFailure, IOException {
        return create(dataDirectory, checkpoint, true);
    }

    private static JournalFilling create(Path dataDirectory, Checkpoints.Source checkpoint, boolean behind)
            throws StartFailure, IOException {
        DataDirectory directory = JournalFiles.take(dataDirectory);
        try {
            if (!directory.firstStart()) {
                throw new StartFailure(
                        StartFailure.BAD_CONFIGURATION,
                        "%s has a journal already; give a new or empty directory".formatted(directory.path()),
                        null);
            }
            Checkpoints checkpoints = new Checkpoints(directory.checkpoints());
            if (behind) {
                ChronicleJournal.beginBehind(
                        directory, checkpoints.takeOver(checkpoint).seam());
            }
            State[] state = {new State(new HeapStore())};
            Journal journal = ChronicleJournal.open(
                    directory,
                    source -> {
                        Restart restart = Restart.newest(source, checkpoints, HeapStore::new);
                        state[0] = restart.state();
                        return restart.seam();
                    },
                    e -> {});
            return new JournalFilling(directory, journal, state[0]);
        } catch (StartFailure | IOException | CheckpointDamaged e) {
            directory.close();
            throw e;
        } catch (JournalDamaged e) {
            directory.close();
            throw new StartFailure(StartFailure.JOURNAL_DAMAGED, String.valueOf(e.getMessage()), e);
        } catch (JournalUnavailable e) {
            directory.close();
            throw new StartFailure(StartFailure.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    /** The position of the first entry to be added. */
    public long first() {
        return first;
    }

    /**
     * Adds the next entry.
     *
     * @throws IllegalArgumentException if it is not the next one, or holds what no journal can
     * @throws JournalUnavailable if it could not be written
     */
    public void add(JournalEntry entry) {
        long next = journal.lastPosition() + 1;
        if (entry.position() != next) {
            String why =
                    next > 1 ? "" : ": it lacks the state it begins with; `svc-dht journal export` puts it in front";
            throw new IllegalArgumentException("position %d where %d is due%s".formatted(entry.position(), next, why));
        }
        journal.append(entry.instantMillis(), entry.cause(), entry.event());
        Fold.apply(state, entry);
    }

    /** The digest of the state behind the last entry. */
    public Key digest() {
        return state.digest();
    }

    /**
     * Makes all durable.
     *
     * @return the last position
     */
    public long finish() {
        try {
            long last = journal.lastPosition();
            journal.durable(last).toCompletableFuture().join();
            if (last > 0) {
                directory.firstEventDurable();
            }
            return last;
        } catch (CompletionException | IOException e) {
            throw new JournalUnavailable("the journal could not be made durable: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        journal.close();
        directory.close();
    }
}
