package io.svcdht.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.testing.RandomEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every journal promises; each adapter runs it. */
public abstract class JournalContract {
    protected static final long T0 = 1_700_000_000_000L;

    private final List<Journal> opened = new ArrayList<>();

    /** An empty journal that keeps at least 70,000 events. */
    protected abstract Journal create() throws Exception;

    protected final Journal journal() throws Exception {
        Journal j = create();
        opened.add(j);
        return j;
    }

    @AfterEach
    void closeJournals() {
        opened.forEach(Journal::close);
    }

    protected static DhtEvent event(int i) {
        return new DhtEvent.NodeStopped("reason " + i);
    }

    protected static JournalReader reader(JournalSource journal, long from) {
        return switch (journal.read(from)) {
            case Read.From(JournalReader r) -> r;
            case Read.Truncated t -> throw new AssertionError("truncated: " + t);
        };
    }

    protected static List<JournalEntry> entries(JournalSource journal, long from) {
        List<JournalEntry> all = new ArrayList<>();
        try (JournalReader r = reader(journal, from)) {
            for (JournalEntry e = r.next(); e != null; e = r.next()) {
                all.add(e);
            }
        }
        return all;
    }

    @Test
    void an_empty_journal_has_a_first_position_to_come_and_no_last() throws Exception {
        Journal j = journal();

        assertThat(j.firstPosition()).isEqualTo(1);
        assertThat(j.lastPosition()).isZero();
        assertThat(entries(j, 1)).isEmpty();
        assertThatThrownBy(() -> j.read(2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void positions_begin_at_one_and_have_no_gap() throws Exception {
        Journal j = journal();

        for (int i = 1; i <= 100; i++) {
            assertThat(j.append(T0 + i, 0, event(i))).isEqualTo(i);
            assertThat(j.lastPosition()).isEqualTo(i);
        }
        assertThat(j.firstPosition()).isEqualTo(1);
        assertThat(entries(j, 1))
                .extracting(JournalEntry::position)
                .hasSize(100)
                .isSorted();
    }

    @Test
    void a_cause_is_an_earlier_position_and_comes_back() throws Exception {
        Journal j = journal();
        j.append(T0, 0, event(1));
        j.append(T0, 1, event(2));
        j.append(T0, 1, event(3));
        j.append(T0, 3, event(4));

        assertThat(entries(j, 1)).extracting(JournalEntry::cause).containsExactly(0L, 1L, 1L, 3L);
    }

    @Test
    void a_cause_that_is_not_earlier_is_refused_and_leaves_no_trace() throws Exception {
        Journal j = journal();
        j.append(T0, 0, event(1));

        for (long cause : new long[] {2, 3, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> j.append(T0, cause, event(2)))
                    .as("cause %d", cause)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(j.append(T0, 1, event(2))).isEqualTo(2);
        assertThat(entries(j, 1)).hasSize(2);
    }

    @Test
    void reads_begin_at_any_position_up_to_one_past_the_last() throws Exception {
        Journal j = journal();
        for (int i = 1; i <= 50; i++) {
            j.append(T0 + i, 0, event(i));
        }

        for (int from = 1; from <= 51; from++) {
            List<JournalEntry> read = entries(j, from);
            assertThat(read).as("from %d", from).hasSize(51 - from);
            for (int i = 0; i < read.size(); i++) {
                assertThat(read.get(i)).isEqualTo(new JournalEntry(from + i, T0 + from + i, 0, event(from + i)));
            }
        }
        assertThatThrownBy(() -> j.read(52)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> j.read(Long.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
        assertThat(j.read(0)).isEqualTo(new Read.Truncated(1));
        assertThat(j.read(-7)).isEqualTo(new Read.Truncated(1));
    }

    @Test
    void a_reader_that_caught_up_sees_what_is_appended_later() throws Exception {
        Journal j = journal();
        try (JournalReader fromNothing = reader(j, 1)) {
            assertThat(fromNothing.next()).isNull();
            assertThat(fromNothing.next()).isNull();
            j.append(T0, 0, event(1));
            assertThat(fromNothing.next()).extracting(JournalEntry::position).isEqualTo(1L);
            assertThat(fromNothing.next()).isNull();
            j.append(T0, 0, event(2));
            j.append(T0, 0, event(3));
            assertThat(fromNothing.next()).extracting(JournalEntry::position).isEqualTo(2L);
            assertThat(fromNothing.next()).extracting(JournalEntry::position).isEqualTo(3L);
            assertThat(fromNothing.next()).isNull();
        }
        try (JournalReader onePast = reader(j, 4)) {
            assertThat(onePast.next()).isNull();
            j.append(T0, 0, event(4));
            assertThat(onePast.next()).extracting(JournalEntry::event).isEqualTo(event(4));
        }
    }

    @Test
    void durable_completes_at_or_beyond_the_position() throws Exception {
        Journal j = journal();
        for (int i = 1; i <= 20; i++) {
            j.append(T0, 0, event(i));
            if (i % 3 == 0) {
                assertThat(j.durable(i - 1).toCompletableFuture().get(60, TimeUnit.SECONDS))
                        .isBetween(i - 1L, (long) i);
            }
        }
        assertThat(j.durable(20).toCompletableFuture().get(60, TimeUnit.SECONDS))
                .isEqualTo(20);
        assertThat(j.durable(1).toCompletableFuture().get(60, TimeUnit.SECONDS)).isBetween(1L, 20L);
    }

    @Test
    void readers_on_other_threads_see_every_event_once_and_in_order() throws Exception {
        int events = 20_000;
        Journal j = journal();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try {
            List<CompletableFuture<Void>> done = new ArrayList<>();
            for (int r = 0; r < 2; r++) {
                done.add(CompletableFuture.runAsync(() -> follow(j, events), readers));
            }
            for (int i = 1; i <= events; i++) {
                j.append(T0 + i, i - 1L, event(i));
            }
            CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        } finally {
            readers.shutdownNow();
            assertThat(readers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void follow(Journal j, int events) {
        try (JournalReader r = reader(j, 1)) {
            for (long next = 1; next <= events && !Thread.currentThread().isInterrupted(); ) {
                JournalEntry e = r.next();
                if (e == null) {
                    Thread.onSpinWait();
                    continue;
                }
                assertThat(e).isEqualTo(new JournalEntry(next, T0 + next, next - 1, event((int) next)));
                next++;
            }
        }
    }

    @Test
    void new_readers_can_be_opened_anywhere_while_the_writer_goes_on() throws Exception {
        int events = 5_000;
        Journal j = journal();
        j.append(T0 + 1, 0, event(1));
        CompletableFuture<Integer> opening = CompletableFuture.supplyAsync(() -> {
            int opens = 0;
            while (j.lastPosition() < events) {
                long last = j.lastPosition();
                long from = 1 + (opens * 7919L) % last;
                try (JournalReader r = reader(j, from)) {
                    assertThat(r.next()).extracting(JournalEntry::position).isEqualTo(from);
                }
                opens++;
            }
            return opens;
        });
        for (int i = 2; i <= events; i++) {
            j.append(T0 + i, 0, event(i));
        }
        assertThat(opening.get(60, TimeUnit.SECONDS)).isNotNegative();
    }

    @Test
    void the_first_writer_has_epoch_one() throws Exception {
        assertThat(journal().epoch()).isEqualTo(1);
    }

    @Test
    void a_closed_journal_refuses_to_append() throws Exception {
        Journal j = journal();
        j.append(T0, 0, event(1));
        j.close();

        assertThatThrownBy(() -> j.append(T0, 0, event(2))).isInstanceOf(JournalUnavailable.class);
        j.close();
    }

    @Test
    void every_type_of_event_comes_back_exactly() throws Exception {
        long seed = 20_260_101;
        RandomEvents values = new RandomEvents(seed);
        Journal j = journal();
        List<JournalEntry> written = new ArrayList<>();
        for (int i = 1; i <= 2_000; i++) {
            EventType type = EventType.values()[i % EventType.values().length];
            DhtEvent e = values.of(type);
            long instant = T0 + values.random().nextInt(10_000);
            long cause = values.random().nextLong(i);
            long position = j.append(instant, cause, e);
            written.add(new JournalEntry(position, instant, cause, e));
        }
        assertThat(entries(j, 1)).as("seed %d", seed).isEqualTo(written);
    }

    @Test
    void more_than_one_block_can_be_read_from_inside_any_of_them() throws Exception {
        int events = 2 * Frames.BLOCK_EVENTS + 10;
        Journal j = journal();
        for (int i = 1; i <= events; i++) {
            j.append(T0, 0, event(i));
        }
        for (long from : new long[] {1, 2, 4095, 4096, 4097, 4098, 8191, 8192, 8193, events, events + 1L}) {
            assertThat(entries(j, from)).as("from %d", from).hasSize((int) (events + 1 - from));
        }
    }

    @Test
    void a_truncated_read_is_an_outcome_not_an_error() throws Exception {
        Journal j = journal();
        j.append(T0, 0, event(1));

        assertThat(j.read(j.firstPosition() - 1))
                .asInstanceOf(type(Read.Truncated.class))
                .extracting(Read.Truncated::firstRetained)
                .isEqualTo(j.firstPosition());
    }
}
