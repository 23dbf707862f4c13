package io.svcdht.storage.replay;

import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.StoredRecord;
import io.svcdht.storage.state.heap.HeapStore;

/** The records of one content id through its own events, with no other's looked at. For one thread. */
public final class ContentReplay {
    private final Key key;
    private final HeapStore records = new HeapStore();
    private final State state = new State(records);

    /** @param first the records before the first event that is applied */
    public ContentReplay(Key key, Iterable<StoredRecord> first) {
        this.key = key;
        first.forEach(records::restore);
    }

    /** Folds in the next event of this content id. */
    public void apply(JournalEntry entry) {
        Fold.applyToRecords(state, entry);
    }

    /** The records behind the last event. */
    public Holders holders() {
        return records.holdersOf(key);
    }
}
