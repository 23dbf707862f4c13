package io.svcdht.storage.checkpoint;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.StoredRecord;
import java.util.Comparator;

/** The order of entries in a checkpoint, which is that of the digest. */
final class EntryOrder {
    /** Within one content id. */
    static final Comparator<StoredRecord> OF_KEY = Comparator.<StoredRecord, NodeId>comparing(
                    r -> r.record().publisher())
            .thenComparing(r -> r.record().locator());

    static final Comparator<StoredRecord> OF_ALL =
            Comparator.<StoredRecord, Key>comparing(r -> r.record().cid().key()).thenComparing(OF_KEY);

    private EntryOrder() {}
}
