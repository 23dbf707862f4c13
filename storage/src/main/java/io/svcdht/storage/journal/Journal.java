package io.svcdht.storage.journal;

import io.svcdht.storage.event.DhtEvent;
import java.util.concurrent.CompletionStage;

/**
 * The append-only log of events: the source of truth. One writer, many readers.
 *
 * <p>{@link #append} and {@link #durable} belong to the writer's thread; everything of {@link JournalSource} may be
 * called from any thread. After a failed append or force the journal takes nothing more: what is on the medium is no
 * longer known, and only a new open can tell.
 */
public interface Journal extends JournalSource, AutoCloseable {
    /**
     * Whether the events of a step at this instant can be appended. To be asked on the writer's thread before each
     * step; cheap.
     */
    default Room room(long instantMillis) {
        return Room.ENOUGH;
    }

    /**
     * Adds the event behind the last one and returns its position.
     *
     * @param cause position of the event it follows from, 0 = none
     * @throws JournalUnavailable if it could not be added, or an earlier failure closed the journal for writing
     */
    long append(long instantMillis, long cause, DhtEvent event);

    /**
     * Makes every event up to {@code position} outlive a power cut as far as the medium can, and completes when it
     * does, with a position at least as high. Completes exceptionally with {@link JournalUnavailable}.
     */
    CompletionStage<Long> durable(long position);

    /** How many writers this journal has had, this one included; a writer of an earlier epoch can append no more. */
    long epoch();

    /** Bytes of all retained events as stored. */
    long bytes();

    @Override
    void close();
}
