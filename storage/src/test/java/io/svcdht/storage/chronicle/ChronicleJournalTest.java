package io.svcdht.storage.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.JournalContract;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.replay.Replay;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import io.svcdht.storage.testing.RandomRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.RollCycles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChronicleJournalTest extends JournalContract {
    private static final long HOUR = 3_600_000;

    @TempDir
    Path temp;

    private int made;

    @Override
    protected Journal create() throws Exception {
        DataDirectory directory = DataDirectory.open(temp.resolve("data" + made++));
        return new Owned(directory, ChronicleJournal.open(directory, e -> {}));
    }

    /** A journal that lets its directory go when it is closed. */
    private record Owned(DataDirectory directory, Journal journal) implements Journal {
        @Override
        public long append(long instantMillis, long cause, DhtEvent event) {
            return journal.append(instantMillis, cause, event);
        }

        @Override
        public java.util.concurrent.CompletionStage<Long> durable(long position) {
            return journal.durable(position);
        }

        @Override
        public long epoch() {
            return journal.epoch();
        }

        @Override
        public long bytes() {
            return journal.bytes();
        }

        @Override
        public long firstPosition() {
            return journal.firstPosition();
        }

        @Override
        public long lastPosition() {
            return journal.lastPosition();
        }

        @Override
        public Read read(long from) {
            return journal.read(from);
        }

        @Override
        public Read readBehind(io.svcdht.storage.journal.Seam seam) {
            return journal.readBehind(seam);
        }

        @Override
        public void close() {
            journal.close();
            directory.close();
        }
    }

    /** Opens by the hour, does something, closes; returns what the open replayed. */
    private List<JournalEntry> hourly(Path data, Work work) throws Exception {
        List<JournalEntry> replayed = new ArrayList<>();
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal j = ChronicleJournal.open(directory, RollCycles.FAST_HOURLY, replayed::add)) {
            work.on(j);
            if (j.lastPosition() > 0) {
                j.durable(j.lastPosition()).toCompletableFuture().join();
                directory.firstEventDurable();
            }
        }
        return replayed;
    }

    private interface Work {
        void on(ChronicleJournal j) throws Exception;
    }

    private static List<Path> files(Path data) throws Exception {
        try (Stream<Path> all = Files.list(data.resolve("journal"))) {
            return all.filter(p -> p.toString().endsWith(".cq4")).sorted().toList();
        }
    }

    @Test
    void reopening_replays_exactly_and_goes_on() throws Exception {
        Path data = temp.resolve("data");
        List<JournalEntry> written = new ArrayList<>();
        for (int run = 0; run < 4; run++) {
            List<JournalEntry> replayed = hourly(data, j -> {
                for (int i = 0; i < 1_500; i++) {
                    long cause = j.lastPosition() / 2;
                    long position = j.append(T0 + i, cause, event(i));
                    written.add(new JournalEntry(position, T0 + i, cause, event(i)));
                }
            });
            assertThat(replayed).hasSize(run * 1_500).isEqualTo(written.subList(0, run * 1_500));
        }
        assertThat(hourly(data, j -> {
                    assertThat(j.lastPosition()).isEqualTo(6_000);
                    assertThat(entries(j, 1)).isEqualTo(written);
                }))
                .isEqualTo(written);
    }

    @Test
    void reopening_raises_the_epoch() throws Exception {
        Path data = temp.resolve("data");
        for (int run = 1; run <= 5; run++) {
            int expected = run;
            hourly(data, j -> {
                assertThat(j.epoch()).isEqualTo(expected);
                j.append(T0, 0, event(1));
            });
        }
    }

    @Test
    void bytes_count_the_retained_events_also_after_reopening() throws Exception {
        Path data = temp.resolve("data");
        List<Long> bytes = new ArrayList<>();
        hourly(data, j -> {
            for (int i = 0; i < 100; i++) {
                j.append(T0, 0, event(i));
            }
            bytes.add(j.bytes());
        });
        hourly(data, j -> bytes.add(j.bytes()));

        assertThat(bytes.get(0)).isEqualTo(bytes.get(1)).isBetween(100L * 25, 100L * 60);
    }

    @Test
    void a_file_begins_with_each_cycle_and_reading_crosses_them() throws Exception {
        Path data = temp.resolve("data");
        int cycles = 5;
        hourly(data, j -> {
            try (JournalReader tail = reader(j, 1)) {
                for (int c = 0; c < cycles; c++) {
                    for (int i = 0; i < 20; i++) {
                        long position = j.append(T0 + c * HOUR, 0, event(i));
                        assertThat(tail.next())
                                .extracting(JournalEntry::position)
                                .isEqualTo(position);
                        assertThat(tail.next()).isNull();
                    }
                }
            }
            for (int from = 1; from <= 101; from++) {
                assertThat(entries(j, from)).as("from %d", from).hasSize(101 - from);
            }
        });
        assertThat(files(data)).hasSize(cycles);
        assertThat(hourly(data, j -> {
                    j.append(T0 + 7 * HOUR, 0, event(0));
                    assertThat(entries(j, 95)).hasSize(7);
                }))
                .hasSize(100);
        assertThat(files(data)).hasSize(cycles + 1);
    }

    @Test
    void a_clock_set_back_never_writes_into_an_older_file() throws Exception {
        Path data = temp.resolve("data");
        hourly(data, j -> {
            j.append(T0 + 5 * HOUR, 0, event(1));
            j.append(T0 + 3 * HOUR, 0, event(2));
            j.append(T0, 0, event(3));
        });
        assertThat(files(data)).hasSize(1);
        hourly(data, j -> {
            j.append(T0 + HOUR, 0, event(4));
            j.append(T0 + 6 * HOUR, 0, event(5));
            j.append(T0 + 2 * HOUR, 0, event(6));
        });
        assertThat(files(data)).hasSize(2);
        assertThat(hourly(data, j -> {}))
                .extracting(JournalEntry::event)
                .containsExactly(event(1), event(2), event(3), event(4), event(5), event(6));
    }

    @Test
    void a_second_reader_beside_the_writer_sees_what_it_writes() throws Exception {
        Path data = temp.resolve("data");
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal j = ChronicleJournal.open(directory, e -> {})) {
            for (int i = 1; i <= 10; i++) {
                j.append(T0, 0, event(i));
            }
            try (ChronicleSource beside = ChronicleSource.open(DataDirectory.journalOf(data))) {
                assertThat(beside.firstPosition()).isEqualTo(1);
                assertThat(beside.lastPosition()).isEqualTo(10);
                assertThat(entries(beside, 1)).isEqualTo(entries(j, 1));
                try (JournalReader tail = reader(beside, 11)) {
                    assertThat(tail.next()).isNull();
                    j.append(T0, 0, event(11));
                    j.append(T0 + 24 * HOUR, 0, event(12));
                    assertThat(tail.next()).extracting(JournalEntry::event).isEqualTo(event(11));
                    assertThat(tail.next()).extracting(JournalEntry::event).isEqualTo(event(12));
                    assertThat(tail.next()).isNull();
                }
                assertThat(beside.lastPosition()).isEqualTo(12);
                assertThat(entries(beside, 12)).hasSize(1);
                assertThatThrownBy(() -> beside.read(14)).isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(j.append(T0, 0, event(13))).isEqualTo(13);
        }
    }

    @Test
    void a_reader_of_no_directory_is_told_so() {
        assertThatThrownBy(() -> ChronicleSource.open(temp.resolve("nowhere")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere");
    }

    @ParameterizedTest
    @ValueSource(longs = {2026, 717})
    void a_random_run_has_one_digest_live_replayed_and_run_again(long seed) throws Exception {
        List<Key> digests = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            Path data = temp.resolve("run" + run);
            hourly(data, j -> {
                RandomRun live = new RandomRun(seed, j);
                while (j.lastPosition() < 100_000) {
                    live.step();
                }
                digests.add(live.state().digest());
                digests.add(Replay.toEnd(j, Budget.UNLIMITED).digest());
            });
            assertThat(files(data)).hasSizeGreaterThan(10);
            State replayed = new State(new HeapStore());
            hourly(data, j -> assertThat(j.lastPosition()).isGreaterThanOrEqualTo(100_000))
                    .forEach(e -> Fold.apply(replayed, e));
            digests.add(replayed.digest());
        }
        assertThat(digests)
                .as("seed %d: live, replayed, reopened, of two runs", seed)
                .hasSize(6)
                .containsOnly(digests.get(0));
    }

    @Test
    void events_are_small_on_disk() throws Exception {
        NodeId node = new NodeId(new Key(1, 2, 3, 4));
        int events = 100_000;
        double provide = bytesOnDisk(
                "provides",
                events,
                i -> new DhtEvent.ProviderAnnounced(new ProviderRecord(
                        ContentId.of(new Key(i, -2, -3, -4)), node, "x".repeat(20), List.of(), 172_800, T0)));
        double refresh = bytesOnDisk(
                "refreshes", events, i -> new DhtEvent.ProviderRefreshed(new Key(i, -2, -3, -4), 172_800, T0));
        double expiry = bytesOnDisk("expiries", events, i -> new DhtEvent.ProviderExpired(new Key(i, -2, -3, -4)));
        double withdrawal = bytesOnDisk(
                "withdrawals",
                events,
                i -> new DhtEvent.ProviderWithdrawn(new Key(i, -2, -3, -4), T0, T0 + 172_800_000 + 300_000));

        assertThat(provide).as("bytes a provide").isLessThanOrEqualTo(120);
        assertThat(refresh).as("bytes a refresh").isLessThanOrEqualTo(80);
        assertThat(expiry).as("bytes an expiry").isLessThanOrEqualTo(80);
        assertThat(withdrawal).as("bytes a withdrawal").isLessThanOrEqualTo(80);
    }

    /** What the queue's file grows by, index and padding included. */
    private double bytesOnDisk(String name, int events, java.util.function.IntFunction<DhtEvent> event)
            throws Exception {
        Path data = temp.resolve(name);
        long[] written = new long[2];
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal j = ChronicleJournal.open(directory, e -> {})) {
            for (int i = 0; i < 2 * events; i++) {
                if (i == events) {
                    written[0] = writePosition(files(data).getFirst());
                }
                j.append(T0, Math.max(0, i - 50_000), event.apply(i));
            }
            written[1] = writePosition(files(data).getFirst());
        }
        return (written[1] - written[0]) / (double) events;
    }

    /** The offset of the last byte in use. */
    private static long writePosition(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        int last = bytes.length - 1;
        while (last > 0 && bytes[last] == 0) {
            last--;
        }
        return last;
    }

    @Test
    void a_source_reads_from_the_first_event_on() throws Exception {
        Path data = temp.resolve("data");
        hourly(data, j -> j.append(T0, 0, event(1)));
        JournalSource source = ChronicleSource.open(data.resolve("journal"));
        try (ChronicleSource s = (ChronicleSource) source;
                JournalReader all = s.readAll()) {
            assertThat(all.next()).isEqualTo(new JournalEntry(1, T0, 0, event(1)));
            assertThat(all.next()).isNull();
        }
    }
}
