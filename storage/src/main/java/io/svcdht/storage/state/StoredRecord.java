package io.svcdht.storage.state;

import io.svcdht.storage.model.ProviderRecord;
import org.jspecify.annotations.Nullable;

/**
 * A provider record, or the tombstone of a withdrawn one, as the state holds it. Immutable to readers; the wheel's
 * links belong to the writer's thread.
 */
public final class StoredRecord {
    private final ProviderRecord record;
    private final long position;
    private final long endsAtMillis;
    private final boolean tombstone;

    @Nullable
    StoredRecord wheelNext;

    @Nullable
    StoredRecord wheelPrevious;

    int wheelSlot = -1;

    StoredRecord(ProviderRecord record, long position, long endsAtMillis, boolean tombstone) {
        this.record = record;
        this.position = position;
        this.endsAtMillis = endsAtMillis;
        this.tombstone = tombstone;
    }

    public ProviderRecord record() {
        return record;
    }

    /** Position of the event that last gave it this form: what its next event names as the cause. */
    public long position() {
        return position;
    }

    /** When it runs out (a record) or may be forgotten (a tombstone), milliseconds since the epoch. */
    public long endsAtMillis() {
        return endsAtMillis;
    }

    public boolean tombstone() {
        return tombstone;
    }

    /** Whether a find at the given instant may show it. */
    public boolean aliveAt(long nowMillis) {
        return !tombstone && endsAtMillis > nowMillis;
    }

    @Override
    public String toString() {
        return "%s %s @%d until %d".formatted(tombstone ? "tombstone" : "record", record, position, endsAtMillis);
    }
}
