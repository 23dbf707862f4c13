package io.svcdht.storage.journal;

import io.svcdht.storage.event.JournalEntry;
import org.jspecify.annotations.Nullable;

/**
 * Walks a journal forward, checking each event's CRC, position and block chain on the way. For one thread.
 *
 * <p>Replay ends at the first {@code null}; a tail asks again later.
 */
public interface JournalReader extends AutoCloseable {
    /**
     * The next event, or null when the reader has caught up.
     *
     * @throws JournalDamaged if what stands there is not what was written
     * @throws JournalTruncated if the events ahead were dropped while reading
     */
    @Nullable
    JournalEntry next();

    /**
     * The seam behind the event last returned.
     *
     * @throws IllegalStateException unless the reader was opened at a seam
     */
    Seam seam();

    @Override
    void close();
}
