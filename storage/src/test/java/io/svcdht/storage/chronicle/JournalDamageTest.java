package io.svcdht.storage.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.chronicle.Damage.Place;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource.Read;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.RollCycles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to the files: the next open says which file and position, and never takes the rest for all. */
class JournalDamageTest {
    private static final long T0 = 1_700_000_000_000L;
    private static final long STEP = 180_000;
    /** Three hours, three files of 20 events. */
    private static final int EVENTS = 60;

    @TempDir
    Path temp;

    private Path intact;
    private List<byte[]> frames;

    @BeforeEach
    void writeAJournal() throws Exception {
        intact = temp.resolve("intact");
        List<DhtEvent> events = new ArrayList<>();
        for (int i = 1; i <= EVENTS; i++) {
            events.add(new DhtEvent.NodeStopped("a reason that differs, number " + (100 + i)));
        }
        // The first event of the second and third hour opens a file of its own.
        long first = T0 - T0 % 3_600_000;
        try (DataDirectory directory = DataDirectory.open(intact);
                ChronicleJournal j = ChronicleJournal.open(directory, RollCycles.FAST_HOURLY, e -> {})) {
            for (int i = 0; i < EVENTS; i++) {
                j.append(first + i * STEP, 0, events.get(i));
            }
            j.durable(EVENTS).toCompletableFuture().join();
            directory.firstEventDurable();
        }
        frames = Damage.frames(first, STEP, events);
        List<Path> files = new Damage(intact.resolve("journal"), frames).files();
        assertThat(files).hasSize(3);
        // The real blocks ahead would make each of the many copies slow.
        Files.delete(intact.resolve("journal").resolve(JournalRoom.SPARE));
        for (Path file : files) {
            new Damage(intact, frames).cut(file, 128 * 1024);
        }
    }

    private Path copy(String name) throws IOException {
        Path to = temp.resolve(name);
        try (Stream<Path> all = Files.walk(intact)) {
            for (Path p : all.toList()) {
                Files.copy(p, to.resolve(intact.relativize(p)));
            }
        }
        return to;
    }

    private Damage damage(Path data) {
        return new Damage(data.resolve("journal"), frames);
    }

    private static JournalDamaged opening(Path data) throws Exception {
        List<Long> positions = new ArrayList<>();
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal j =
                        ChronicleJournal.open(directory, RollCycles.FAST_HOURLY, e -> positions.add(e.position()))) {
            throw new AssertionError("opened with %d events of %d".formatted(j.lastPosition(), EVENTS));
        } catch (JournalDamaged e) {
            assertThat(positions).as("handed over before %s", e).hasSizeLessThan((int) e.position());
            return e;
        }
    }

    @Test
    void an_intact_copy_opens() throws Exception {
        Path data = copy("copy");
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal j = ChronicleJournal.open(directory, RollCycles.FAST_HOURLY, e -> {})) {
            assertThat(j.lastPosition()).isEqualTo(EVENTS);
        }
    }

    @Test
    void a_flipped_bit_anywhere_in_a_frame_names_file_and_position() throws Exception {
        for (int position : new int[] {1, 30, 60}) {
            Place place = damage(intact).placeOf(position);
            for (int offset = 0; offset < place.frame().length; offset += 3) {
                Path data = copy("flip-" + position + "-" + offset);
                Damage damage = damage(data);
                Place p = new Place(data.resolve(intact.relativize(place.file())), place.offset(), place.frame());
                damage.flip(p, offset, 1 << offset % 8);

                JournalDamaged e = opening(data);
                assertThat(e.position())
                        .as("position %d, byte %d", position, offset)
                        .isEqualTo(position);
                assertThat(e.file()).endsWith(p.file().getFileName().toString());
            }
        }
    }

    @Test
    void a_flipped_bit_in_a_document_header_is_never_a_short_journal() throws Exception {
        for (int position : new int[] {1, 30, 59, 60}) {
            Place place = damage(intact).placeOf(position);
            // Of the length, the low and the highest bits; of the flags, that of metadata.
            for (int bit : new int[] {0, 1, 5, 6, 7, 12, 16, 20, 24, 29, 30}) {
                Path data = copy("header-" + position + "-" + bit);
                Place p = new Place(data.resolve(intact.relativize(place.file())), place.offset(), place.frame());
                damage(data).flip(p, -4 + bit / 8, 1 << bit % 8);

                JournalDamaged e = opening(data);
                assertThat(e.position())
                        .as("position %d, bit %d", position, bit)
                        .isBetween((long) position, EVENTS + 1L);
                assertThat(e.file()).endsWith(p.file().getFileName().toString());
            }
        }
    }

    @Test
    void swapped_frames_are_noticed() throws Exception {
        Path data = copy("swap");
        Damage damage = damage(data);
        Place a = damage.placeOf(25);
        Place b = damage.placeOf(26);
        damage.write(a, b.frame());
        damage.write(b, a.frame());

        assertThat(opening(data).position()).isEqualTo(25);
    }

    @Test
    void a_frame_doubled_over_its_neighbour_is_noticed() throws Exception {
        Path data = copy("double");
        Damage damage = damage(data);
        damage.write(damage.placeOf(26), damage.placeOf(25).frame());

        assertThat(opening(data).position()).isEqualTo(26);
    }

    @Test
    void a_missing_file_in_the_middle_is_noticed() throws Exception {
        Path data = copy("middle");
        Files.delete(damage(data).files().get(1));

        JournalDamaged e = opening(data);
        assertThat(e.position()).isEqualTo(21);
        assertThat(e.file()).isEqualTo(damage(data).files().get(1).toString());
        assertThat(e).hasMessageContaining("the file that held events 21 to 40, behind ");
    }

    @Test
    void a_missing_first_file_is_noticed() throws Exception {
        Path data = copy("first");
        Files.delete(damage(data).files().get(0));

        JournalDamaged e = opening(data);
        assertThat(e.position()).isEqualTo(1);
        assertThat(e.file()).isEqualTo(damage(data).files().get(0).toString());
        assertThat(e).hasMessageContaining("the file that held events 1 to 20, the first, is missing");
    }

    @Test
    void files_whose_names_are_exchanged_are_noticed() throws Exception {
        for (int[] pair : new int[][] {{0, 1}, {1, 2}, {0, 2}}) {
            Path data = copy("exchanged-" + pair[0] + pair[1]);
            Path a = damage(data).files().get(pair[0]);
            Path b = damage(data).files().get(pair[1]);
            Path third = data.resolve("third");
            Files.move(a, third);
            Files.move(b, a);
            Files.move(third, b);

            JournalDamaged e = opening(data);
            assertThat(e.position()).isEqualTo(pair[0] * 20 + 1);
            assertThat(e.file()).isEqualTo(a.toString());
            assertThat(e).hasMessageContaining("with which %s begins: their names are exchanged", b.getFileName());
        }
    }

    @Test
    void a_file_that_is_there_twice_is_noticed() throws Exception {
        Path data = copy("doubled");
        List<Path> files = damage(data).files();
        Path copy = files.get(2).resolveSibling("20231115-07F.cq4");
        Files.copy(files.get(1), copy);

        JournalDamaged e = opening(data);
        assertThat(e.position()).isEqualTo(61);
        assertThat(e.file()).isEqualTo(copy.toString());
        assertThat(e)
                .hasMessageContaining(
                        "as %s does: one is a copy of the other", files.get(1).getFileName());
    }

    @Test
    void a_file_with_a_name_of_something_else_is_noticed() throws Exception {
        for (String name : new String[] {"0-foreign.cq4", "zz.cq4"}) {
            Path data = copy("named-" + name);
            Path foreign = data.resolve("journal").resolve(name);
            Files.writeString(foreign, "not a queue at all\n".repeat(1_000));

            JournalDamaged e = opening(data);
            assertThat(e.position()).isEqualTo(name.startsWith("0") ? 1 : 61);
            assertThat(e.file()).isEqualTo(foreign.toString());
        }
    }

    @Test
    void a_file_that_is_none_of_the_journals_is_left_alone_and_told() throws Exception {
        Path data = copy("stranger");
        Path notes = data.resolve("journal/notes.txt");
        Files.writeString(notes, "remember the milk");
        assertThat(Inspection.strangers(data.resolve("journal"))).containsExactly("notes.txt");
        assertThat(eventsAfterOpening(data)).isEqualTo(EVENTS);
        assertThat(notes).hasContent("remember the milk");
    }

    @Test
    void a_journal_whose_files_are_all_gone_is_no_new_journal() throws Exception {
        Path data = copy("gone");
        try (Stream<Path> all = Files.list(data.resolve("journal"))) {
            for (Path file : all.toList()) {
                Files.delete(file);
            }
        }
        assertThat(opening(data).position()).isEqualTo(1);
    }

    @Test
    void a_cut_file_is_noticed_wherever_it_is_cut() throws Exception {
        for (int file = 0; file < 3; file++) {
            for (int position : new int[] {file * 20 + 2, file * 20 + 11, file * 20 + 20}) {
                Place place = damage(intact).placeOf(position);
                for (int back : new int[] {-4, 0, 10}) {
                    Path data = copy("cut-" + position + "-" + back);
                    damage(data).cut(data.resolve(intact.relativize(place.file())), place.offset() + back);

                    JournalDamaged e = opening(data);
                    assertThat(e.position())
                            .as("cut at %d bytes into position %d", back, position)
                            .isEqualTo(position);
                    assertThat(e.file()).endsWith(".cq4");
                }
            }
        }
    }

    @Test
    void a_tail_of_zeroes_is_noticed() throws Exception {
        Path data = copy("zeroes");
        Damage damage = damage(data);
        Place place = damage.placeOf(50);
        damage.write(new Place(place.file(), place.offset() - 4, place.frame()), new byte[64 * 1024]);

        assertThat(opening(data).position()).isEqualTo(50);
    }

    /** What a power cut leaves: the mark of the last force, whole events behind it, then a hole, then more events. */
    @Test
    void a_torn_end_behind_the_mark_is_cut_and_the_journal_goes_on() throws Exception {
        for (int torn : new int[] {60, 50, 42, 41, 35}) {
            for (boolean flipped : new boolean[] {true, false}) {
                Path data = copy("torn-" + torn + flipped);
                mark(data, 30);
                Place place = damage(data).placeOf(torn);
                if (flipped) {
                    damage(data).flip(place, 20, 4);
                } else {
                    damage(data).write(new Place(place.file(), place.offset() - 4, place.frame()), new byte[60]);
                }

                assertThat(eventsAfterOpening(data)).isEqualTo(torn - 1);
                assertThat(eventsAfterOpening(data)).as("opened again").isEqualTo(torn);
                assertThat(data.resolve("journal").resolve(place.file().getFileName() + ".torn"))
                        .exists();
            }
        }
    }

    @Test
    void damage_before_the_mark_is_never_cut() throws Exception {
        Path data = copy("promised");
        mark(data, 50);
        damage(data).flip(damage(data).placeOf(50), 20, 4);

        assertThat(opening(data).position()).isEqualTo(50);
        assertThat(data.resolve("journal")).as("left as it was").isDirectoryNotContaining("glob:**.torn");
    }

    /** As after files were put back from an older copy: whole, and yet not all that was promised. */
    @Test
    void an_older_copy_of_the_files_is_noticed_by_the_mark() throws Exception {
        Path data = copy("older");
        mark(data, EVENTS + 5);
        try (DataDirectory directory = DataDirectory.open(data)) {
            assertThatThrownBy(() -> ChronicleJournal.open(directory, RollCycles.FAST_HOURLY, e -> {}))
                    .isInstanceOfSatisfying(
                            JournalDamaged.class, e -> assertThat(e.position()).isEqualTo(EVENTS + 1));
        }
    }

    @Test
    void a_missing_last_file_is_noticed() throws Exception {
        for (boolean listed : new boolean[] {true, false}) {
            Path data = copy("last-" + listed);
            Files.delete(damage(data).files().get(2));
            if (!listed) {
                Files.delete(data.resolve("journal/metadata.cq4t"));
            }
            JournalDamaged e = opening(data);
            assertThat(e.position()).as("still listed: %s", listed).isEqualTo(41);
            assertThat(e.file()).isEqualTo(damage(data).files().get(1).toString());
            assertThat(e).hasMessageContaining("what held events 41 to 60 is missing");
        }
    }

    private static void mark(Path data, long position) throws IOException {
        Files.writeString(data.resolve("journal/durable"), "%020d%n".formatted(position));
    }

    /** How many events were there; one is appended. */
    private static long eventsAfterOpening(Path data) throws Exception {
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal j = ChronicleJournal.open(directory, RollCycles.FAST_HOURLY, e -> {})) {
            long found = j.lastPosition();
            j.append(T0, 0, new DhtEvent.NodeStopped("after the cut"));
            j.durable(found + 1).toCompletableFuture().join();
            return found;
        }
    }

    /** What no force ever covered is not in the mark, only in the queue's own count. */
    @Test
    void a_file_blanked_without_a_mark_is_noticed() throws Exception {
        Path data = copy("unmarked");
        Files.delete(data.resolve("journal/durable"));
        Damage damage = damage(data);
        Place place = damage.placeOf(50);
        damage.write(new Place(place.file(), place.offset() - 4, place.frame()), new byte[64 * 1024]);

        assertThat(opening(data).position()).isEqualTo(50);
    }

    @Test
    void a_destroyed_file_header_is_damage() throws Exception {
        for (int file = 0; file < 3; file++) {
            Path data = copy("file-header-" + file);
            Path damaged = damage(data).files().get(file);
            damage(data).write(new Place(damaged, 4, new byte[0]), new byte[116]);

            JournalDamaged e = opening(data);
            assertThat(e.position()).isEqualTo(file * 20 + 1);
            assertThat(e.file()).isEqualTo(damaged.toString());
        }
    }

    @Test
    void a_file_of_something_else_is_noticed() throws Exception {
        Path data = copy("foreign");
        Path file = damage(data).files().get(1);
        Files.writeString(file, "not a queue at all\n".repeat(10_000));

        JournalDamaged e = opening(data);
        assertThat(e.position()).isEqualTo(21);
        assertThat(e.file()).isEqualTo(file.toString());
    }

    @Test
    void a_reader_beside_reports_damage_too() throws Exception {
        Path data = copy("beside");
        Damage damage = damage(data);
        damage.flip(damage.placeOf(30), 20, 4);
        try (ChronicleSource source = ChronicleSource.open(data.resolve("journal"))) {
            if (!(source.read(25) instanceof Read.From(JournalReader r))) {
                throw new AssertionError("truncated");
            }
            try (r) {
                for (int i = 25; i < 30; i++) {
                    assertThat(r.next()).isNotNull();
                }
                assertThatThrownBy(r::next).isInstanceOfSatisfying(JournalDamaged.class, e -> assertThat(e.position())
                        .isEqualTo(30));
            }
        }
    }
}
