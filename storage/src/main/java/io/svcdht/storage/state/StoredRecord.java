package io.svcdht.storage.state;

import io.svcdht.storage.model.ProviderRecord;

/**
 * A provider record, or the tombstone of a withdrawn one, as the state holds it.
 *
 * @param position of the event that last gave it this form: what its next event names as the cause
 * @param endsAtMillis when it runs out (a record) or may be forgotten (a tombstone), milliseconds since the epoch
 */
public record StoredRecord(ProviderRecord record, long position, long endsAtMillis, boolean tombstone) {
    /** Whether a find at the given instant may show it. */
    public boolean aliveAt(long nowMillis) {
        return !tombstone && endsAtMillis > nowMillis;
    }

    @Override
    public String toString() {
        return "%s %s @%d until %d".formatted(tombstone ? "tombstone" : "record", record, position, endsAtMillis);
    }
}
