package io.svcdht.node.runtime;

import io.svcdht.node.config.NodeConfig;
import io.svcdht.storage.checkpoint.CheckpointInfo;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.chronicle.ChronicleMapStore;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Foreseeing;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.replay.Restart;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.RecordStore;
import io.svcdht.storage.state.Roots;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state a start begins with, and what it folds in of the journal: a map that outlived the last run as far as it
 * goes, else the newest checkpoint, else nothing.
 */
final class Begun implements Foreseeing {
    private static final Logger LOG = LoggerFactory.getLogger(Begun.class);

    private final Checkpoints checkpoints;
    private final @Nullable Path map;
    private final long recordsExpected;
    private State state = new State(heapStore());
    /** Up to here the store has the records. */
    private long kept;

    private Begun(Checkpoints checkpoints, @Nullable Path map, long recordsExpected) {
        this.checkpoints = checkpoints;
        this.map = map;
        this.recordsExpected = recordsExpected;
    }

    static Begun of(DataDirectory directory, Checkpoints checkpoints, NodeConfig config) {
        return switch (config.stateStore()) {
            case HEAP -> onHeap(checkpoints);
            case CHRONICLE_MAP -> new Begun(checkpoints, directory.path().resolve("state"), config.maxRecords());
        };
    }

    static Begun onHeap(Checkpoints checkpoints) {
        return new Begun(checkpoints, null, 0);
    }

    /** An empty store whose hashes nobody outside can foresee. */
    static HeapStore heapStore() {
        return new HeapStore(seed());
    }

    private static long seed() {
        return new SecureRandom().nextLong();
    }

    State state() {
        return state;
    }

    /** Whether the map knows of events that the journal has lost, as a power cut may leave them. */
    boolean isAheadOf(JournalSource journal) {
        return state.position() > journal.lastPosition();
    }

    /** Finds the state to begin with, and where in the journal it is to be read on. */
    Seam at(JournalSource journal) {
        return map == null ? restart(Restart.newest(journal, checkpoints, Begun::heapStore)) : atMap(journal, map);
    }

    private Seam atMap(JournalSource journal, Path directory) {
        ChronicleMapStore store = open(directory);
        if (store.position() > 0) {
            Optional<CheckpointInfo> base = Restart.atOrBefore(journal, checkpoints, store.position());
            if (base.isPresent() || journal.firstPosition() == 1) {
                kept = store.position();
                state = store.state(
                        base.map(CheckpointInfo::routing).orElse(Routing.NONE),
                        base.map(info -> Roots.of(info.roots())).orElseGet(Roots::new));
                return base.map(CheckpointInfo::seam).orElse(Seam.START);
            }
            LOG.warn("The state's map goes on from before what is kept of the journal; it is made anew");
        }
        store.close();
        return restart(Restart.newest(journal, checkpoints, () -> emptied(directory)));
    }

    private Seam restart(Restart restart) {
        state = restart.state();
        kept = state.position();
        return restart.seam();
    }

    private RecordStore emptied(Path directory) {
        discard(directory);
        return open(directory);
    }

    private ChronicleMapStore open(Path directory) {
        return ChronicleMapStore.open(directory, recordsExpected, seed());
    }

    /** Throws the map away: the next start makes it anew. */
    void discard() {
        state.close();
        if (map != null) {
            LOG.warn("The state's map is ahead of the journal, which a power cut has shortened; it is made anew");
            discard(map);
        }
    }

    private static void discard(Path directory) {
        try {
            ChronicleMapStore.discard(directory);
        } catch (IOException e) {
            throw new JournalUnavailable("the state's map could not be thrown away: " + e.getMessage(), e);
        }
    }

    @Override
    public void foresee(List<JournalEntry> next) {
        if (next.getFirst().position() > kept) {
            Fold.foresee(state, next);
        }
    }

    @Override
    public void accept(JournalEntry entry) {
        if (entry.position() > kept) {
            Fold.apply(state, entry);
        } else {
            Fold.applyBesideRecords(state, entry);
        }
    }
}
