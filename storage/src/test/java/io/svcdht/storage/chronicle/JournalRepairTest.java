package io.svcdht.storage.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.chronicle.JournalRepair.Report;
import io.svcdht.storage.chronicle.JournalRepair.StatesBehind;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Seam;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a repair the journal ends before the damage, goes on from there, and all that was there is kept aside. */
class JournalRepairTest {
    private static final RollCycle HOURLY = RollCycles.FAST_HOURLY;
    private static final long STEP = 180_000;
    private static final long T0 = 1_700_000_000_000L - 1_700_000_000_000L % 3_600_000;
    /** Three hours, three files of 20 events. */
    private static final int EVENTS = 60;

    @TempDir
    Path temp;

    private Path data;
    private Damage damage;

    @BeforeEach
    void writeAJournal() throws Exception {
        data = temp.resolve("data");
        List<DhtEvent> events = new ArrayList<>();
        for (int i = 1; i <= EVENTS; i++) {
            events.add(new DhtEvent.NodeStopped("a reason that differs, number " + (100 + i)));
        }
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal j = ChronicleJournal.open(directory, HOURLY, e -> {})) {
            for (int i = 0; i < EVENTS; i++) {
                j.append(T0 + i * STEP, 0, events.get(i));
            }
            j.durable(EVENTS).toCompletableFuture().join();
            directory.firstEventDurable();
        }
        damage = new Damage(data.resolve("journal"), Damage.frames(T0, STEP, events));
    }

    /** Repairs, and checks what every repair must leave. */
    private Report repaired(long kept) throws Exception {
        Map<String, byte[]> before = contents(data.resolve("journal"));
        Report report;
        try (DataDirectory directory = DataDirectory.open(data)) {
            report = JournalRepair.repair(directory, HOURLY, StatesBehind.NONE).orElseThrow();
            assertThat(JournalRepair.repair(directory, HOURLY, StatesBehind.NONE))
                    .as("a second repair")
                    .isEmpty();
        }
        assertThat(report.kept()).isEqualTo(kept);
        Map<String, byte[]> after = contents(data.resolve("journal"));
        Map<String, byte[]> aside = contents(report.aside());
        before.forEach((name, bytes) -> {
            if (name.endsWith(".cq4")) {
                byte[] now = aside.getOrDefault(name, after.get(name));
                assertThat(Arrays.equals(now, bytes))
                        .as("%s is as it was, here or aside", name)
                        .isTrue();
            }
        });
        assertThat(new String(aside.get("REPAIR.txt"), StandardCharsets.UTF_8))
                .contains("kept: events 1 to " + kept, "given up: ");
        List<Long> positions = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            positions.clear();
            try (DataDirectory directory = DataDirectory.open(data);
                    ChronicleJournal j = ChronicleJournal.open(directory, HOURLY, e -> positions.add(e.position()))) {
                assertThat(j.lastPosition()).isEqualTo(kept + run);
                j.append(T0 + EVENTS * STEP, 0, new DhtEvent.NodeStopped("after the repair"));
                j.durable(kept + run + 1).toCompletableFuture().join();
                directory.firstEventDurable();
            }
        }
        assertThat(positions).hasSize((int) kept + 1);
        return report;
    }

    private void assertSame(Map<String, byte[]> before) throws IOException {
        Map<String, byte[]> now = contents(data.resolve("journal"));
        assertThat(now.keySet()).isEqualTo(before.keySet());
        before.forEach((name, bytes) ->
                assertThat(Arrays.equals(now.get(name), bytes)).as(name).isTrue());
    }

    private static Map<String, byte[]> contents(Path directory) throws IOException {
        Map<String, byte[]> all = new HashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                all.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return all;
    }

    @Test
    void an_intact_journal_is_left_as_it_is() throws Exception {
        Map<String, byte[]> before = contents(data.resolve("journal"));
        try (DataDirectory directory = DataDirectory.open(data)) {
            assertThat(JournalRepair.repair(directory, HOURLY, StatesBehind.NONE))
                    .isEmpty();
        }
        assertSame(before);
    }

    @Test
    void a_flipped_bit_costs_what_is_behind_it() throws Exception {
        damage.flip(damage.placeOf(30), 20, 4);
        Report report = repaired(29);
        assertThat(report.lastGivenUp()).isEqualTo(60);
        assertThat(report.files()).hasSize(2);
        assertThat(report.damage().position()).isEqualTo(30);
        assertThat(report.lines())
                .contains("kept: events 1 to 29", "given up: events 30 to 60")
                .anyMatch(l -> l.startsWith("set aside in " + report.aside()));
    }

    @Test
    void a_flip_in_the_first_event_of_a_file_sets_that_file_aside() throws Exception {
        damage.flip(damage.placeOf(21), 20, 4);
        assertThat(repaired(20).files()).hasSize(2);
    }

    @Test
    void a_flip_in_the_very_first_event_leaves_an_empty_journal_to_begin_again() throws Exception {
        damage.flip(damage.placeOf(1), 20, 4);
        assertThat(repaired(0).lastGivenUp()).isEqualTo(60);
    }

    @Test
    void a_cut_file_ends_the_journal() throws Exception {
        Damage.Place place = damage.placeOf(31);
        damage.cut(place.file(), place.offset() + 3);
        repaired(30);
    }

    @Test
    void a_missing_file_ends_the_journal_before_it() throws Exception {
        Files.delete(damage.files().get(1));
        assertThat(repaired(20).files()).hasSize(1);
    }

    @Test
    void a_missing_last_file_is_given_up_by_its_mark() throws Exception {
        Files.delete(damage.files().get(2));
        Report report = repaired(40);
        assertThat(report.lastGivenUp()).isEqualTo(60);
        assertThat(report.files()).isEmpty();
    }

    @Test
    void a_copy_of_a_file_is_set_aside_and_nothing_else() throws Exception {
        List<Path> files = damage.files();
        Files.copy(files.get(1), files.get(2).resolveSibling("20231115-07F.cq4"));
        assertThat(repaired(60).lastGivenUp()).isEqualTo(60);
    }

    @Test
    void exchanged_names_are_given_up_from_the_first_on() throws Exception {
        List<Path> files = damage.files();
        Path third = data.resolve("third");
        Files.move(files.get(1), third);
        Files.move(files.get(2), files.get(1));
        Files.move(third, files.get(2));
        assertThat(repaired(20).files()).hasSize(2);
    }

    @Test
    void a_file_of_something_else_is_set_aside() throws Exception {
        Files.writeString(damage.files().get(2), "not a queue at all\n".repeat(10_000));
        assertThat(repaired(40).files()).hasSize(1);
    }

    @Test
    void what_is_intact_can_be_read_without_a_repair() throws Exception {
        damage.flip(damage.placeOf(30), 20, 4);
        Map<String, byte[]> before = contents(data.resolve("journal"));
        List<Long> positions = new ArrayList<>();
        try (DataDirectory directory = DataDirectory.open(data);
                IntactJournal j = IntactJournal.open(
                        directory,
                        new JournalDamaged("f", 30, "flipped"),
                        source -> Seam.START,
                        e -> positions.add(e.position()))) {
            assertThat(positions).hasSize(29);
            assertThat(j.lastPosition()).isEqualTo(29);
            try (var reader = j.readAll()) {
                for (long p = 1; p <= 29; p++) {
                    assertThat(reader.next().position()).isEqualTo(p);
                }
                assertThat(reader.next()).isNull();
            }
            assertThatThrownBy(() -> j.append(T0, 0, new DhtEvent.NodeStopped("no")))
                    .isInstanceOf(JournalUnavailable.class);
        }
        assertSame(before);
    }
}
