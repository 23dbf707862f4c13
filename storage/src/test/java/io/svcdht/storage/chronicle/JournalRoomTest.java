package io.svcdht.storage.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Room;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.DiskReserve;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import net.openhft.chronicle.queue.RollCycles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalRoomTest {
    private static final long T0 = 1_700_000_000_000L;
    private static final DhtEvent LONG = new DhtEvent.NodeStopped("r".repeat(400));

    @TempDir
    Path temp;

    /** A volume that has so many bytes and no more. */
    private static final class SmallVolume implements Blocks, Volume {
        private final AtomicLong free;
        private volatile long longestFile;

        SmallVolume(long free) {
            this.free = new AtomicLong(free);
        }

        @Override
        public synchronized void make(Path file, long from, long to) throws IOException {
            long has = file.toString().endsWith(".cq4t") ? 0 : to - from;
            if (has > free.get()) {
                throw new IOException("No space left on the test's volume");
            }
            free.addAndGet(-has);
            Blocks.ofThisMachine().make(file, from, to);
            if (file.toString().endsWith(".cq4")) {
                longestFile = Math.max(longestFile, to);
            }
        }

        @Override
        public long freeBytes() {
            return free.get();
        }

        @Override
        public long totalBytes() {
            return 1L << 40;
        }
    }

    private ChronicleJournal open(DataDirectory directory, Blocks blocks) {
        return ChronicleJournal.open(
                directory,
                new ChronicleJournal.Medium(RollCycles.FAST_HOURLY, blocks, DiskReserve::none),
                source -> Seam.START,
                e -> {});
    }

    @Test
    void an_append_never_runs_past_the_real_blocks_and_keeps_what_was_acknowledged() throws Exception {
        SmallVolume volume = new SmallVolume(3 * JournalRoom.STEP_BYTES);
        long acknowledged = 0;
        long tightAt = 0;
        try (DataDirectory directory = DataDirectory.open(temp.resolve("data"));
                ChronicleJournal j = open(directory, volume)) {
            Room room = j.room(T0);
            while (!(room instanceof Room.Nothing)) {
                acknowledged = j.append(T0, 0, LONG);
                if (tightAt == 0 && room instanceof Room.Tight) {
                    tightAt = acknowledged;
                }
                room = j.room(T0);
                assertThat(acknowledged).as("events on a volume of 6 MiB").isLessThan(20_000);
            }
            j.durable(acknowledged).toCompletableFuture().join();
            directory.firstEventDurable();
            assertThat(((Room.Nothing) room).why()).contains("no blocks left");
        }
        assertThat(tightAt)
                .as("a warning comes first, with room for the node's own events")
                .isBetween(1L, acknowledged - 1000);
        try (DataDirectory directory = DataDirectory.open(temp.resolve("data"));
                ChronicleJournal j = open(directory, new SmallVolume(1 << 30))) {
            assertThat(j.lastPosition()).isEqualTo(acknowledged);
        }
    }

    @Test
    void an_append_without_blocks_is_refused_before_it_touches_the_file() throws Exception {
        SmallVolume volume = new SmallVolume(3 * JournalRoom.STEP_BYTES);
        try (DataDirectory directory = DataDirectory.open(temp.resolve("data"));
                ChronicleJournal j = open(directory, volume)) {
            // As a writer that does not ask for room.
            assertThatThrownBy(() -> {
                        while (j.lastPosition() < 20_000) {
                            j.append(T0, 0, LONG);
                        }
                    })
                    .isInstanceOf(JournalUnavailable.class)
                    .hasMessageContaining("no blocks left");
            try (var files = Files.list(directory.journal())) {
                Path file = files.filter(p -> p.toString().endsWith(".cq4"))
                        .findFirst()
                        .orElseThrow();
                try (FileChannel c = FileChannel.open(file)) {
                    assertThat(FileEnd.isZero(c, volume.longestFile - JournalRoom.EVENT_BYTES_MAX))
                            .as("the last real blocks are still empty")
                            .isTrue();
                }
            }
        }
    }

    @Test
    void the_next_files_first_blocks_are_real_before_the_roll() throws Exception {
        SmallVolume volume = new SmallVolume(1 << 30);
        try (DataDirectory directory = DataDirectory.open(temp.resolve("data"));
                ChronicleJournal j = open(directory, volume)) {
            j.append(T0, 0, LONG);
            Path spare = directory.journal().resolve(JournalRoom.SPARE);
            while (!Files.exists(spare) || Files.size(spare) < JournalRoom.STEP_BYTES) {
                Thread.onSpinWait();
            }
            volume.free.set(0);
            assertThat(j.room(T0 + 3_600_000)).isEqualTo(Room.ENOUGH);
            j.append(T0 + 3_600_000, 0, LONG);
            j.durable(2).toCompletableFuture().join();
            directory.firstEventDurable();
            assertThat(spare).as("it became the new file").doesNotExist();
            assertThat(j.room(T0 + 7_200_000)).isInstanceOf(Room.Nothing.class);
            assertThatThrownBy(() -> j.append(T0 + 7_200_000, 0, LONG)).isInstanceOf(JournalUnavailable.class);
        }
        try (DataDirectory directory = DataDirectory.open(temp.resolve("data"));
                ChronicleJournal j = open(directory, new SmallVolume(1 << 30))) {
            assertThat(j.lastPosition()).isEqualTo(2);
        }
    }

    @Test
    void below_the_reserve_room_is_tight_until_an_eighth_more_is_free() throws Exception {
        Files.createDirectories(temp.resolve("journal"));
        SmallVolume volume = new SmallVolume(100 << 20);
        try (JournalRoom room = new JournalRoom(
                temp.resolve("journal"), RollCycles.FAST_HOURLY, volume, volume, () -> new DiskReserve(80 << 20))) {
            for (long[] freeAndTight : new long[][] {{81, 0}, {79, 1}, {80, 1}, {89, 1}, {90, 0}, {80, 0}, {79, 1}}) {
                volume.free.set(freeAndTight[0] << 20);
                room.sample();
                assertThat(room.room(T0) instanceof Room.Tight)
                        .as("%d MiB free", freeAndTight[0])
                        .isEqualTo(freeAndTight[1] == 1);
            }
            assertThat(((Room.Tight) room.room(T0)).why()).contains("79.0 MiB", "disk_reserve=80.0 MiB");
        }
    }

    @Test
    void the_watch_notices_by_itself_both_ways() throws Exception {
        AtomicLong reserve = new AtomicLong();
        try (DataDirectory directory = DataDirectory.open(temp.resolve("data"));
                ChronicleJournal j = ChronicleJournal.open(
                        directory, () -> new DiskReserve(reserve.get()), source -> Seam.START, e -> {})) {
            j.append(T0, 0, LONG);
            assertThat(j.room(T0)).isEqualTo(Room.ENOUGH);
            reserve.set(Long.MAX_VALUE / 2);
            while (!(j.room(T0) instanceof Room.Tight)) {
                Thread.onSpinWait();
            }
            assertThat(j.append(T0, 0, LONG))
                    .as("what concerns the node still fits")
                    .isEqualTo(2);
            reserve.set(0);
            while (!(j.room(T0) instanceof Room.Enough)) {
                Thread.onSpinWait();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_journal_is_the_same_whichever_way_its_blocks_are_made(boolean zeros) throws Exception {
        Blocks blocks = zeros ? Blocks::writeZeros : Blocks.ofThisMachine();
        for (int run = 1; run <= 2; run++) {
            try (DataDirectory directory = DataDirectory.open(temp.resolve("data"));
                    ChronicleJournal j = open(directory, blocks)) {
                for (int i = 0; i < 12_000; i++) {
                    j.append(T0, 0, LONG);
                }
                j.durable(j.lastPosition()).toCompletableFuture().join();
                directory.firstEventDurable();
                assertThat(j.lastPosition()).isEqualTo(run * 12_000L);
            }
        }
    }

    @Test
    void zeros_fill_what_is_not_there_and_leave_what_is() throws Exception {
        Path file = temp.resolve("holes");
        byte[] expected = new byte[3 * 4096 + 100];
        try (FileChannel c = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            c.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 5000);
            System.arraycopy(new byte[] {1, 2, 3}, 0, expected, 5000, 3);
        }
        Blocks.writeZeros(file, 0, expected.length);
        assertThat(Files.readAllBytes(file)).isEqualTo(expected);
        Blocks.ofThisMachine().make(file, 0, 100_000);
        assertThat(Files.readAllBytes(file)).isEqualTo(Arrays.copyOf(expected, 100_000));
    }

    @Test
    void a_spare_file_with_something_in_it_never_becomes_the_journal() throws Exception {
        Path data = temp.resolve("data");
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal j = open(directory, Blocks.ofThisMachine())) {
            j.append(T0, 0, LONG);
            j.durable(1).toCompletableFuture().join();
            directory.firstEventDurable();
        }
        Files.writeString(data.resolve("journal").resolve(JournalRoom.SPARE), "something else");
        for (int i = 1; i <= 2; i++) {
            try (DataDirectory directory = DataDirectory.open(data);
                    ChronicleJournal j = open(directory, Blocks.ofThisMachine())) {
                assertThat(j.append(T0 + i * 3_600_000L, 0, LONG)).isEqualTo(i + 1);
                j.durable(i + 1).toCompletableFuture().join();
            }
        }
    }
}
