package io.svcdht.storage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.checkpoint.Retention.Dated;
import io.svcdht.storage.checkpoint.Retention.Kept;
import io.svcdht.storage.journal.JournalFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final long HOUR = 3_600_000L;
    private static final long DAY = 24 * HOUR;
    private static final long NOW = 20_000 * DAY + 12 * HOUR;
    private static final long MIB = 1 << 20;

    /** A file a day, ending at noon, the newest now; 100 positions and so many bytes each. */
    private static List<Dated> files(int days, long bytes) {
        List<Dated> files = new ArrayList<>();
        for (int i = 0; i < days; i++) {
            long first = i * 100L + 1;
            files.add(new Dated(
                    new JournalFile(Path.of("day" + i), first, first + 99, bytes), NOW - (days - 1 - i) * DAY));
        }
        return files;
    }

    @Test
    void what_is_older_than_the_days_goes() {
        assertThat(new Retention(7, 1L << 40).firstToKeep(files(12, MIB), List.of(), NOW))
                .isEqualTo(401);
        assertThat(new Retention(7, 1L << 40).firstToKeep(files(7, MIB), List.of(), NOW))
                .isEqualTo(1);
    }

    @Test
    void what_is_beyond_the_bytes_goes_and_its_checkpoints_count() {
        assertThat(new Retention(100, 5 * MIB).firstToKeep(files(12, MIB), List.of(), NOW))
                .isEqualTo(701);
        List<Kept> checkpoints = List.of(new Kept(1_150, NOW, 2 * MIB));
        assertThat(new Retention(100, 5 * MIB).firstToKeep(files(12, MIB), checkpoints, NOW))
                .isEqualTo(901);
    }

    @Test
    void the_newest_file_stays_whatever_the_bounds() {
        assertThat(new Retention(1, 1).firstToKeep(files(5, 1L << 40), List.of(), NOW))
                .isEqualTo(401);
        assertThat(new Retention(1, 1).firstToKeep(files(1, MIB), List.of(), NOW + 50 * DAY))
                .isEqualTo(1);
        assertThat(new Retention(1, 1).firstToKeep(List.of(), List.of(), NOW)).isEqualTo(1);
    }

    @Test
    void a_clock_that_was_set_back_gives_up_nothing_more() {
        Retention week = new Retention(7, 1L << 40);
        long first = week.firstToKeep(files(12, MIB), List.of(), NOW);
        assertThat(week.firstToKeep(files(12, MIB), List.of(), NOW - HOUR)).isLessThanOrEqualTo(first);
        assertThat(week.firstToKeep(files(12, MIB), List.of(), NOW - 30 * DAY)).isEqualTo(1);
    }

    @Test
    void without_want_of_room_every_checkpoint_stays() {
        List<Kept> checkpoints = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            checkpoints.add(new Kept(i * 100L, NOW - (50 - i) * 60_000L, MIB));
        }
        assertThat(new Retention(7, 1L << 40).checkpointsToDrop(checkpoints, 1, NOW))
                .isEmpty();
    }

    @Test
    void when_room_is_wanted_the_last_of_each_hour_and_day_stay() {
        List<Kept> checkpoints = new ArrayList<>();
        // Every ten minutes for three days.
        for (int i = 0; i < 3 * 24 * 6; i++) {
            checkpoints.add(new Kept(i + 1, NOW - 3 * DAY + i * 600_000L, MIB));
        }
        Set<Long> drop = new Retention(7, 4 * MIB).checkpointsToDrop(checkpoints, 1, NOW);
        List<Kept> left =
                checkpoints.stream().filter(c -> !drop.contains(c.position())).toList();
        List<Kept> young =
                left.stream().filter(c -> NOW - c.instantMillis() <= DAY).toList();
        List<Kept> aged =
                left.stream().filter(c -> NOW - c.instantMillis() > DAY).toList();
        // An hour each, the newest, and the one more that a quarter of the bytes has room for.
        assertThat(young).hasSizeBetween(24, 26);
        assertThat(aged).hasSizeBetween(2, 4);
        assertThat(left.getFirst().position()).isEqualTo(1);
        assertThat(left.getLast()).isEqualTo(checkpoints.getLast());
    }

    @Test
    void the_one_before_the_first_event_and_the_newest_always_stay() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Kept> checkpoints = new ArrayList<>();
            long position = 0;
            for (int i = 0; i < 1 + random.nextInt(40); i++) {
                position += 1 + random.nextInt(500);
                checkpoints.add(new Kept(position, NOW - random.nextLong(20 * DAY) + 5 * DAY, random.nextInt(1 << 22)));
            }
            long first = 1 + random.nextLong(position + 1);
            Set<Long> drop = new Retention(1 + random.nextInt(10), random.nextInt(1 << 24))
                    .checkpointsToDrop(checkpoints, first, NOW);
            long base = checkpoints.stream()
                    .mapToLong(Kept::position)
                    .filter(p -> p < first)
                    .max()
                    .orElse(-1);
            assertThat(drop)
                    .as("seed %d", seed)
                    .doesNotContain(base, checkpoints.getLast().position());
            assertThat(drop)
                    .as("seed %d", seed)
                    .containsAll(checkpoints.stream()
                            .map(Kept::position)
                            .filter(p -> p < base)
                            .toList());
        }
    }
}
