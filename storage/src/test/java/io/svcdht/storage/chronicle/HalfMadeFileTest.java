package io.svcdht.storage.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.svcdht.storage.event.DhtEvent.NodeStopped;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.JournalDamaged;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.RollCycles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kill or a power cut while the journal begins a new file. What is not noticed is waited for without end. */
class HalfMadeFileTest {
    /** Far less than Chronicle waits, and than a machine short of processors needs; mutants are given less. */
    private static final Duration LIMIT = Duration.ofSeconds(Integer.getInteger("svcdht.patience.seconds", 60));

    private static final long HOUR = 3_600_000;
    private static final long T0 = 472_222L * HOUR;
    private static final int NOT_COMPLETE = 0x8000_0000;
    private static final int FILE_BYTES = 1 << 20;

    @TempDir
    Path data;

    @BeforeEach
    void write_two_files() throws Exception {
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal journal = open(directory)) {
            journal.append(T0, 0, new NodeStopped("one"));
            journal.append(T0 + HOUR, 0, new NodeStopped("two"));
            journal.durable(2).toCompletableFuture().join();
            directory.firstEventDurable();
        }
        assertThat(files()).hasSize(2);
    }

    @Test
    void an_empty_file_is_begun_again() throws Exception {
        Files.createFile(third());
        goes_on();
    }

    @Test
    void a_file_of_zeros_is_begun_again() throws Exception {
        Files.write(third(), new byte[FILE_BYTES]);
        goes_on();
    }

    @Test
    void a_file_with_half_a_header_is_begun_again() throws Exception {
        byte[] half = new byte[FILE_BYTES];
        ByteBuffer.wrap(half)
                .order(ByteOrder.nativeOrder())
                .putInt(NOT_COMPLETE)
                .put(new byte[] {1, 2, 3, 4});
        Files.write(third(), half);
        goes_on();
    }

    @Test
    void a_file_with_index_pages_and_half_a_header_is_begun_again() throws Exception {
        byte[] half = new byte[FILE_BYTES];
        ByteBuffer.wrap(half)
                .order(ByteOrder.nativeOrder())
                .putInt(0, NOT_COMPLETE)
                .putInt(8192, 0x4000_8000);
        Files.write(third(), half);
        goes_on();
    }

    private void goes_on() throws Exception {
        assertTimeoutPreemptively(LIMIT, () -> {
            for (int i = 2; i < 4; i++) {
                try (DataDirectory directory = DataDirectory.open(data);
                        ChronicleJournal journal = open(directory)) {
                    assertThat(journal.lastPosition()).isEqualTo(i);
                    journal.append(T0 + 2 * HOUR, 0, new NodeStopped("more"));
                    journal.durable(i + 1).toCompletableFuture().join();
                }
            }
        });
        assertThat(files()).hasSize(3);
    }

    @Test
    void a_file_with_events_and_no_header_is_damage() throws Exception {
        Path last = files().getLast();
        try (FileChannel c = FileChannel.open(last, StandardOpenOption.WRITE)) {
            c.write(ByteBuffer.allocate(Integer.BYTES), 0);
        }
        refuses(last);
    }

    @Test
    void a_file_without_header_before_others_is_damage() throws Exception {
        Path first = files().getFirst();
        Files.write(first, new byte[FILE_BYTES]);
        refuses(first);
    }

    private void refuses(Path file) {
        assertTimeoutPreemptively(LIMIT, () -> {
            try (DataDirectory directory = DataDirectory.open(data)) {
                assertThatThrownBy(() -> open(directory))
                        .isInstanceOf(JournalDamaged.class)
                        .hasMessageContaining(file.toString());
                assertThat(file).exists();
            }
        });
    }

    private static ChronicleJournal open(DataDirectory directory) {
        return ChronicleJournal.open(directory, RollCycles.FAST_HOURLY, e -> {});
    }

    private Path third() throws IOException {
        String name = DateTimeFormatter.ofPattern("yyyyMMdd-HH'F'", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(Instant.ofEpochMilli(T0 + 2 * HOUR));
        return files().getFirst().resolveSibling(name + ".cq4");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(data.resolve("journal"))) {
            return all.filter(p -> p.toString().endsWith(".cq4")).sorted().toList();
        }
    }
}
