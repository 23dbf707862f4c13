package io.svcdht.storage.replay;

import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.journal.JournalTruncated;
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
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A state of the past, open to be read by any thread until it is closed. While nobody reads it, it can be moved to a
 * moment near by, which costs no more than the events between.
 */
public final class View implements AutoCloseable {
    private static final int PAGE_KEYS = 1024;
    private static final Comparator<StoredRecord> ORDER = Comparator.<StoredRecord, NodeId>comparing(
                    r -> r.record().publisher())
            .thenComparing(r -> r.record().locator());

    private final State state;
    private final RecordStore store;
    private final Trail trail;
    /** Behind the last event that was read, which is not the last one folded in once the view went back. */
    private Seam seam;

    private volatile @Nullable Key digest;

    View(State state, RecordStore store, Seam seam, @Nullable Key knownDigest, Trail trail) {
        this.state = state;
        this.store = store;
        this.seam = seam;
        this.digest = knownDigest;
        this.trail = trail;
    }

    public State state() {
        return state;
    }

    /**
     * Where the journal goes on behind it.
     *
     * @throws IllegalStateException if the view went back from there
     */
    public Seam seam() {
        if (seam.position() != state.position()) {
            throw new IllegalStateException(
                    "the view is at %d, its seam at %d".formatted(state.position(), seam.position()));
        }
        return seam;
    }

    /** How many events a move to a position would take; empty = it does not lead there. */
    public OptionalLong distance(long position) {
        long by = position - state.position();
        return by < -trail.length() ? OptionalLong.empty() : OptionalLong.of(Math.abs(by));
    }

    /**
     * Moves to right after the event at {@code position}. Nobody may read the view meanwhile.
     *
     * @param journal the one it was made from
     * @throws IllegalArgumentException if it does not lead there
     * @throws Replay.BudgetSpent if the budget ran out; the view is then somewhere on the way
     */
    public void move(JournalSource journal, long position, Budget budget) {
        if (distance(position).isEmpty()) {
            throw new IllegalArgumentException("no way back from %d to %d".formatted(state.position(), position));
        }
        if (position == state.position()) {
            return;
        }
        digest = null;
        while (state.position() > position) {
            trail.back(state);
        }
        if (state.position() < Math.min(position, seam.position())) {
            // Read once already, with every check.
            try (JournalReader reader = opened(journal.read(state.position() + 1))) {
                Replay.run(reader, state, Math.min(position, seam.position()), budget, trail);
            }
        }
        if (state.position() < position) {
            try (JournalReader reader = opened(journal.readBehind(seam))) {
                Replay.run(reader, state, position, budget, trail);
                seam = reader.seam();
            }
        }
    }

    private JournalReader opened(Read read) {
        return switch (read) {
            case Read.From(JournalReader reader) -> reader;
            case Read.Truncated(long first) -> throw new JournalTruncated(state.position() + 1, first);
        };
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
            known = running.finish(state.routing(), state.roots());
            digest = known;
        }
        return known;
    }

    @Override
    public void close() {
        store.close();
    }
}
