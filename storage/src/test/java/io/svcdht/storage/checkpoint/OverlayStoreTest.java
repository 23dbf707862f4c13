package io.svcdht.storage.checkpoint;

import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.state.RecordStore;
import io.svcdht.storage.state.RecordStoreContract;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import io.svcdht.storage.state.heap.StoreInvariants;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** Over a checkpoint with nothing in it; half of each random run then goes on over one with all that was there. */
class OverlayStoreTest extends RecordStoreContract {
    @TempDir
    private Path directory;

    private HeapStore above = new HeapStore();

    @Override
    protected RecordStore create() throws IOException {
        return overlay(new State(new HeapStore()));
    }

    @Override
    protected Optional<RecordStore> over(State state) throws IOException {
        RecordStore next = overlay(state);
        state.close();
        return Optional.of(next);
    }

    private RecordStore overlay(State state) throws IOException {
        Checkpoints checkpoints = new Checkpoints(directory);
        Seam seam = new Seam(state.position(), 0, new Key(0, 0, 0, 0), new byte[0], 0);
        checkpoints.write(state, seam, Checkpoints.Pace.FULL);
        above = new HeapStore();
        return new OverlayStore(checkpoints.newest(state.position()).orElseThrow(), above);
    }

    @Override
    protected void checkInvariants(RecordStore store) {
        StoreInvariants.check(above);
    }

    /** It is folded first and then read by many threads; nobody reads beside the writer. */
    @Override
    protected int raceEvents() {
        return 0;
    }

    /** Each page by expiry is a walk over all. */
    @Override
    protected int pageSize() {
        return 2_000;
    }
}
