package io.svcdht.storage.testing;

import io.svcdht.storage.checkpoint.CheckpointInfo;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.chronicle.ChronicleJournal;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.replay.Past;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.View;
import io.svcdht.storage.state.heap.HeapStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A random run on disk whose digest is remembered at each position where a checkpoint was taken. */
public final class KeptRun implements AutoCloseable {
    private final DataDirectory directory;
    private final ChronicleJournal journal;
    private final Checkpoints checkpoints;
    private final RandomRun run;
    private final TreeMap<Long, Key> digests = new TreeMap<>();

    public KeptRun(Path data, long seed) throws Exception {
        directory = DataDirectory.open(data);
        journal = ChronicleJournal.open(directory, e -> {});
        checkpoints = new Checkpoints(directory.checkpoints());
        run = new RandomRun(seed, journal);
    }

    public ChronicleJournal journal() {
        return journal;
    }

    public DataDirectory directory() {
        return directory;
    }

    public Checkpoints checkpoints() {
        return checkpoints;
    }

    public RandomRun run() {
        return run;
    }

    /** Digest by position, of each checkpoint and of the end. */
    public Map<Long, Key> digests() {
        return digests;
    }

    public Past past() {
        return new Past(journal, checkpoints, HeapStore::new);
    }

    /** Goes on until so many more events have happened at least; returns the last position. */
    public long goOn(int events) throws IOException {
        long until = journal.lastPosition() + events;
        while (journal.lastPosition() < until) {
            run.step();
        }
        journal.durable(journal.lastPosition()).toCompletableFuture().join();
        directory.firstEventDurable();
        digests.put(journal.lastPosition(), run.state().digest());
        return journal.lastPosition();
    }

    /** Takes a checkpoint at the last position. */
    public CheckpointInfo take() throws IOException {
        try (View view = past().at(journal.lastPosition(), Budget.UNLIMITED)) {
            return checkpoints.write(view.state(), view.seam(), Checkpoints.Pace.FULL);
        }
    }

    @Override
    public void close() {
        journal.close();
        directory.close();
    }
}
