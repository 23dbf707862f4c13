package io.svcdht.console.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRunsTest {
    private static final int IN_MEMORY = 64;

    @TempDir
    Path temp;

    private final Map<Long, TreeSet<Long>> model = new HashMap<>();

    private void add(KeyRuns runs, long key, long place) throws Exception {
        if (runs.full()) {
            runs.flush();
        }
        runs.add(key, ~key, place);
        model.computeIfAbsent(key, k -> new TreeSet<>()).add(place);
    }

    private void checkAll(KeyRuns runs) {
        model.forEach((key, places) -> assertThat(runs.placesOf(key, ~key))
                .as("key %d", key)
                .containsExactly(places.stream().mapToLong(Long::longValue).toArray()));
        assertThat(runs.placesOf(-12, 5)).isEmpty();
    }

    @Test
    void finds_every_place_through_merges_and_reopening() throws Exception {
        SplittableRandom random = new SplittableRandom(42);
        try (KeyRuns runs = KeyRuns.open(temp, IN_MEMORY)) {
            for (int i = 0; i < 6_000; i++) {
                // Some keys above the middle of the space: order is that of unsigned numbers.
                add(runs, random.nextLong(200) - 100, random.nextLong(1L << 60));
            }
            checkAll(runs);
            try (Stream<Path> files = Files.list(temp)) {
                assertThat(files.count()).as("93 files were merged").isLessThan(17);
            }
            runs.flush();
        }
        try (KeyRuns again = KeyRuns.open(temp, IN_MEMORY)) {
            checkAll(again);
            add(again, 7, 1L << 61);
            checkAll(again);
        }
    }

    /** As after a kill: what was merged is there beside what it was merged from, and a file is half written. */
    @Test
    void the_same_twice_is_told_once() throws Exception {
        try (KeyRuns runs = KeyRuns.open(temp, IN_MEMORY)) {
            add(runs, 1, 10);
            add(runs, 2, 20);
            runs.flush();
        }
        Files.copy(temp.resolve("run-0-1"), temp.resolve("run-1-2"));
        Files.write(temp.resolve("writing"), new byte[7]);
        try (KeyRuns again = KeyRuns.open(temp, IN_MEMORY)) {
            checkAll(again);
            assertThat(temp.resolve("writing")).doesNotExist();
        }
    }
}
