package io.svcdht.storage.replay;

import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalSource.Read;

/** From a time to a position. */
public final class Moments {
    private Moments() {}

    /**
     * Position of the last event at or before the given instant, or one less than the first retained where all are
     * later. Instants rise with positions except across a clock that was set back between two runs.
     */
    public static long lastAtOrBefore(JournalSource journal, long instantMillis) {
        long low = journal.firstPosition() - 1;
        long high = journal.lastPosition();
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            if (entryAt(journal, middle).instantMillis() <= instantMillis) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /**
     * The event at a position between the first retained and the last.
     *
     * @throws io.svcdht.storage.journal.JournalTruncated if it is no longer kept
     */
    public static JournalEntry entryAt(JournalSource journal, long position) {
        return switch (journal.read(position)) {
            case Read.Truncated(long first) -> throw new io.svcdht.storage.journal.JournalTruncated(position, first);
            case Read.From(JournalReader reader) -> {
                try (reader) {
                    JournalEntry entry = reader.next();
                    if (entry == null) {
                        throw new JournalDamaged("the journal", position, "the event is not there");
                    }
                    yield entry;
                }
            }
        };
    }
}
