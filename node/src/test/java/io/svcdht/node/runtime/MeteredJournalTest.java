package io.svcdht.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.metrics.Metrics;
import io.svcdht.storage.journal.Room;
import org.junit.jupiter.api.Test;

class MeteredJournalTest {
    private final Metrics metrics = new Metrics();
    private final FaultyJournal journal = new FaultyJournal();
    private final MeteredJournal metered = new MeteredJournal(journal, metrics);

    /** An alert stands on this number. */
    @Test
    void a_volume_below_its_reserve_is_told_until_it_has_room_again() {
        metered.room(1);
        assertThat(metrics.scrape()).contains("journal_disk_short 0.0");
        journal.room(new Room.Tight("10.0 MiB are free"));
        metered.room(2);
        assertThat(metrics.scrape()).contains("journal_disk_short 1.0");
        journal.room(new Room.Nothing("no blocks left"));
        metered.room(3);
        assertThat(metrics.scrape()).contains("journal_disk_short 1.0");
        journal.room(Room.ENOUGH);
        metered.room(4);
        assertThat(metrics.scrape()).contains("journal_disk_short 0.0");
    }
}
