package io.svcdht.node.trust;

import io.svcdht.node.wire.Refusal;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.state.StoredRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a verified record may change (contracts §1). Its identity is (key, publisher, locator), and the publisher is
 * whoever signed, so nobody can touch the record of another.
 *
 * <pre>
 * held            announcement               withdrawal
 * nothing         announced                  refused: nothing to withdraw
 * a record        newer: announced anew      newer: withdrawn, tombstone until its old end + 5 min
 * a tombstone     newer: announced anew      newer: the tombstone takes its time
 *                 else refused: stale        else refused: stale
 * </pre>
 */
public final class RecordRules {
    /** How long a tombstone outlives the record it stands for, milliseconds. */
    public static final long TOMBSTONE_KEEP_MILLIS = 300_000;

    private RecordRules() {}

    /**
     * The event to append, and the position it follows from.
     *
     * @param cause position of the held record's last word, 0 = none
     */
    public record Change(DhtEvent event, long cause) {}

    /**
     * Decides on the engine's thread, where what is held cannot change under it.
     *
     * @param held the record or tombstone of the same identity, null where there is none
     */
    public static Outcome<Change> apply(SignedRecord record, @Nullable StoredRecord held) {
        if (held != null && record.issuedAtMillis() <= held.record().issuedAtMillis()) {
            return new Outcome.Refused<>(
                    Refusal.STALE,
                    "issued at %d; a word of %d is known"
                            .formatted(record.issuedAtMillis(), held.record().issuedAtMillis()));
        }
        if (!record.withdrawal()) {
            return new Outcome.Accepted<>(
                    new Change(new DhtEvent.ProviderAnnounced(record.record()), held == null ? 0 : held.position()));
        }
        if (held == null) {
            return new Outcome.Refused<>(Refusal.NOTHING_TO_WITHDRAW, "no such record is known here");
        }
        long keepUntil = held.tombstone() ? held.endsAtMillis() : held.endsAtMillis() + TOMBSTONE_KEEP_MILLIS;
        return new Outcome.Accepted<>(new Change(
                new DhtEvent.ProviderWithdrawn(record.cid().key(), record.issuedAtMillis(), keepUntil),
                held.position()));
    }
}
