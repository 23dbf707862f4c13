package io.svcdht.storage.replay;

import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.RecordStore;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.StateDigest;
import io.svcdht.storage.state.StoredRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A state of the past, open to be read by any thread until it is closed. */
public final class View implements AutoCloseable {
    private static final int PAGE_KEYS = 1024;
    private static final Comparator<StoredRecord> ORDER = Comparator.<StoredRecord, NodeId>comparing(
                    r -> r.record().publisher())
            .thenComparing(r -> r.record().locator());

    private final State state;
    private final RecordStore store;
    private final Seam seam;
    private volatile @Nullable Key digest;

    View(State state, RecordStore store, Seam seam, @Nullable Key knownDigest) {
        this.state = state;
        this.store = store;
        this.seam = seam;
        this.digest = knownDigest;
    }

    public State state() {
        return state;
    }

    /** Where the journal goes on behind it. */
    public Seam seam() {
        return seam;
    }

    /** The state's digest, where somebody wrote it down: deriving it takes a walk over all records. */
    public Optional<Key> knownDigest() {
        return Optional.ofNullable(digest);
    }

    /** The state's digest, derived at the first call where nobody wrote it down. */
    public Key digest(Budget budget) {
        Key known = digest;
        if (known == null) {
            StateDigest.Running running = StateDigest.running();
            List<Holders> page = store.page(null, PAGE_KEYS);
            while (!page.isEmpty()) {
                page.forEach(holders -> holders.records().stream().sorted(ORDER).forEach(running::add));
                budget.check();
                page = store.page(page.getLast().key(), PAGE_KEYS);
            }
            known = running.finish(state.routing());
            digest = known;
        }
        return known;
    }

    @Override
    public void close() {
        store.close();
    }
}
