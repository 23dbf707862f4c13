package io.svcdht.storage.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.testing.RandomEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class MomentsTest {
    private static final long T0 = 1_700_000_000_000L;

    private static void append(MemoryJournal journal, long instant) {
        journal.append(instant, 0, new DhtEvent.NodeStopped("x"));
    }

    @Test
    void before_everything_is_zero_and_after_everything_the_last() {
        try (MemoryJournal journal = new MemoryJournal()) {
            assertThat(Moments.lastAtOrBefore(journal, T0)).isZero();
            append(journal, T0);
            assertThat(Moments.lastAtOrBefore(journal, T0 - 1)).isZero();
            assertThat(Moments.lastAtOrBefore(journal, T0)).isEqualTo(1);
            assertThat(Moments.lastAtOrBefore(journal, Long.MAX_VALUE)).isEqualTo(1);
            assertThat(Moments.lastAtOrBefore(journal, Long.MIN_VALUE)).isZero();
        }
    }

    @Test
    void any_moment_is_found_as_a_walk_would_find_it() {
        RandomGenerator random = new RandomEvents(4).random();
        try (MemoryJournal journal = new MemoryJournal()) {
            List<Long> instants = new ArrayList<>();
            long now = T0;
            for (int i = 0; i < 500; i++) {
                now += random.nextInt(4);
                instants.add(now);
                append(journal, now);
            }
            for (long t = T0 - 2; t <= now + 2; t++) {
                long moment = t;
                assertThat(Moments.lastAtOrBefore(journal, t))
                        .as("seed 4, moment %d", t)
                        .isEqualTo(instants.stream().filter(i -> i <= moment).count());
            }
        }
    }

    @Test
    void what_left_the_ring_is_not_found() {
        try (MemoryJournal journal = new MemoryJournal(10)) {
            for (int i = 1; i <= 25; i++) {
                append(journal, T0 + i);
            }
            assertThat(Moments.lastAtOrBefore(journal, T0 + 3)).isEqualTo(15);
            assertThat(Moments.lastAtOrBefore(journal, T0 + 20)).isEqualTo(20);
            assertThat(Moments.entryAt(journal, 16).instantMillis()).isEqualTo(T0 + 16);
            assertThatThrownBy(() -> Moments.entryAt(journal, 15)).isInstanceOf(JournalTruncated.class);
        }
    }
}
