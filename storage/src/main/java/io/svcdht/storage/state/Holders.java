package io.svcdht.storage.state;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that was known about one content id at one moment, in the order it was first announced.
 *
 * @param records records and tombstones
 */
public record Holders(Key key, List<StoredRecord> records) implements Iterable<StoredRecord> {
    public Holders {
        records = List.copyOf(records);
    }

    /** Records and tombstones. */
    public int size() {
        return records.size();
    }

    /** The record or tombstone of the given identity. */
    public @Nullable StoredRecord of(NodeId publisher, String locator) {
        for (StoredRecord r : records) {
            if (r.record().locator().equals(locator) && r.record().publisher().equals(publisher)) {
                return r;
            }
        }
        return null;
    }

    /** The record or tombstone whose last word stands at the given position. */
    public @Nullable StoredRecord at(long position) {
        for (StoredRecord r : records) {
            if (r.position() == position) {
                return r;
            }
        }
        return null;
    }

    /** The records a find at the given instant may show. */
    public List<ProviderRecord> aliveAt(long nowMillis) {
        List<ProviderRecord> alive = new ArrayList<>();
        for (StoredRecord r : records) {
            if (r.aliveAt(nowMillis)) {
                alive.add(r.record());
            }
        }
        return alive;
    }

    @Override
    public Iterator<StoredRecord> iterator() {
        return records.iterator();
    }
}
