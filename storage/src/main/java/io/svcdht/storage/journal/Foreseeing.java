package io.svcdht.storage.journal;

import io.svcdht.storage.event.JournalEntry;
import java.util.List;
import java.util.function.Consumer;

/** Takes entries one by one, and is told some dozens of them ahead what comes: nothing has to follow from that. */
public interface Foreseeing extends Consumer<JournalEntry> {
    /** What the next calls of {@link #accept} will bring, valid during this call alone. */
    void foresee(List<JournalEntry> next);
}
