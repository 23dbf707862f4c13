package io.svcdht.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalSource.Read;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryJournalTest extends JournalContract {
    @Override
    protected Journal create() {
        return new MemoryJournal(70_000);
    }

    private static MemoryJournal ring(int capacity, int events) {
        MemoryJournal j = new MemoryJournal(capacity);
        for (int i = 1; i <= events; i++) {
            j.append(T0 + i, 0, event(i));
        }
        return j;
    }

    @Test
    void a_full_ring_drops_the_oldest() {
        try (MemoryJournal j = ring(16, 16)) {
            assertThat(j.firstPosition()).isEqualTo(1);
            j.append(T0, 0, event(17));
            assertThat(j.firstPosition()).isEqualTo(2);
            assertThat(j.lastPosition()).isEqualTo(17);
            assertThat(j.read(1)).isEqualTo(new Read.Truncated(2));
            assertThat(entries(j, 2)).extracting(JournalEntry::position).hasSize(16);
            try (JournalReader all = j.readAll()) {
                assertThat(all.next()).extracting(JournalEntry::position).isEqualTo(2L);
            }
        }
    }

    @Test
    void a_reader_that_is_overtaken_is_told_what_is_left() {
        try (MemoryJournal j = ring(16, 10);
                JournalReader slow = reader(j, 3)) {
            assertThat(slow.next()).extracting(JournalEntry::position).isEqualTo(3L);
            for (int i = 11; i <= 40; i++) {
                j.append(T0, 0, event(i));
            }
            assertThatThrownBy(slow::next)
                    .isInstanceOfSatisfying(JournalTruncated.class, e -> assertThat(e.firstRetained())
                            .isEqualTo(25));
        }
    }

    @Test
    void an_overtaken_reader_never_sees_a_later_event_in_an_earlier_place() throws Exception {
        try (MemoryJournal j = ring(8, 1)) {
            int events = 200_000;
            CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
                while (j.lastPosition() < events) {
                    long from = j.firstPosition();
                    if (!(j.read(from) instanceof Read.From(JournalReader r))) {
                        continue;
                    }
                    try (r) {
                        long next = from;
                        for (JournalEntry e = r.next(); e != null; e = r.next()) {
                            assertThat(e.position()).isEqualTo(next++);
                        }
                    } catch (JournalTruncated e) {
                        assertThat(e.firstRetained()).isGreaterThanOrEqualTo(from);
                    }
                }
            });
            for (int i = 2; i <= events; i++) {
                j.append(T0, 0, event(i));
            }
            reading.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_ring_of_one_event_works_and_of_none_is_refused() {
        try (MemoryJournal j = ring(1, 3)) {
            assertThat(entries(j, 3)).hasSize(1);
            assertThat(j.read(2)).isEqualTo(new Read.Truncated(3));
        }
        assertThatThrownBy(() -> new MemoryJournal(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_ring_that_grows_keeps_every_event_until_it_is_full() {
        int capacity = 1_000;
        try (MemoryJournal j = ring(capacity, 1)) {
            for (int i = 2; i <= 2 * capacity; i++) {
                j.append(T0 + i, 0, event(i));
                long first = j.firstPosition();
                assertThat(first).isEqualTo(Math.max(1, i - capacity + 1));
                if (i % 97 == 0 || Integer.bitCount(i - 1) == 1 || i == capacity + 1) {
                    assertThat(entries(j, first)).hasSize((int) (i - first + 1));
                }
            }
        }
    }

    @Test
    void a_reader_goes_on_while_the_ring_grows_under_it() {
        try (MemoryJournal j = ring(4_096, 200);
                JournalReader reader = reader(j, 1)) {
            for (int i = 1; i <= 100; i++) {
                assertThat(reader.next()).extracting(JournalEntry::position).isEqualTo((long) i);
            }
            for (int i = 201; i <= 3_000; i++) {
                j.append(T0, 0, event(i));
            }
            for (int i = 101; i <= 3_000; i++) {
                assertThat(reader.next()).extracting(JournalEntry::position).isEqualTo((long) i);
            }
        }
    }
}
