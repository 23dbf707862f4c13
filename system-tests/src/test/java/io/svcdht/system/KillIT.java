package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.chronicle.RollingDirectory;
import io.svcdht.storage.event.DhtEvent.NodeStopped;
import io.svcdht.storage.model.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at moments drawn over a node's life, with writers at work. After each the next start must succeed, show
 * every acknowledged record and none that was taken back, and its journal must be whole.
 *
 * <p>{@code -Dsvcdht.seed=N} draws other moments.
 */
final class KillIT {
    private static final long SEED = Long.getLong("svcdht.seed", 20260101);
    private static final int FINDS_MAX = 240;
    private static final String MARKS = "--digest-mark-events=250";

    private static int kills;
    private static int acknowledged;
    private static int marks;

    private final Random random = new Random(SEED);

    @TempDir
    Path temporary;

    @AfterAll
    static void tell() {
        System.out.printf(
                "KillIT, seed %d: %d kills, %d positions acknowledged and there, %d digest marks derived again%n",
                SEED, kills, acknowledged, marks);
    }

    @Test
    void a_first_start_may_be_killed_at_any_moment() throws Exception {
        long startNanos = firstStartNanos();
        for (int i = 0; i < 5; i++) {
            Path directory = temporary.resolve("first-" + i);
            NodeProcess killed = NodeProcess.start(directory);
            // From before the JVM has read a class to after the node is ready.
            long moment = (long) (startNanos * (0.2 + 0.9 * (i + random.nextDouble()) / 5));
            LockSupport.parkNanos(moment);
            killed.kill();
            kills++;
            try (NodeProcess node = NodeProcess.start(directory).awaitReady()) {
                assertThat(node.provide("b3:first", "local://first", 600).statusCode())
                        .isEqualTo(200);
                assertThat(node.find("b3:first")).containsExactly("local://first");
                JournalWalk.of(directory);
            } catch (AssertionError e) {
                throw new AssertionError(
                        "seed %d, killed %d ms after the first start began".formatted(SEED, moment / 1_000_000), e);
            }
        }
    }

    private long firstStartNanos() throws IOException {
        long began = System.nanoTime();
        try (NodeProcess node = NodeProcess.start(temporary.resolve("measured")).awaitReady()) {
            assertThat(node.isAlive()).isTrue();
        }
        return System.nanoTime() - began;
    }

    @Test
    void under_steady_load() throws Exception {
        rounds("steady", temporary.resolve("data"), 4, (node, load) -> {
            awaitAcknowledged(load, 400 + random.nextInt(800));
            node.kill();
        });
    }

    @Test
    void while_the_journal_begins_a_new_file() throws Exception {
        Path directory = temporary.resolve("data");
        RollingDirectory.create(directory);
        rounds("roll", directory, 4, (node, load) -> {
            awaitAcknowledged(load, 50);
            long files = journalFiles(directory);
            long spared = random.nextInt(3_000_000);
            Awaitility.await("a new journal file")
                    .atMost(Duration.ofMinutes(5))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofNanos(100_000))
                    .until(() -> journalFiles(directory) > files);
            LockSupport.parkNanos(spared);
            node.kill();
        });
        assertThat(journalFiles(directory)).isGreaterThan(4);
    }

    @Test
    void while_a_checkpoint_is_written() throws Exception {
        Path directory = temporary.resolve("data");
        rounds("checkpoint", directory, 3, List.of("--checkpoint-events=4096", "--checkpoint-secs=1"), (node, load) -> {
            long last = lastCheckpoint(directory);
            Path writing = directory.resolve("checkpoints/writing.new");
            long spared = random.nextInt(3_000_000);
            Awaitility.await("a checkpoint")
                    .atMost(Duration.ofMinutes(5))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofNanos(100_000))
                    .until(() -> Files.exists(writing) || lastCheckpoint(directory) > last);
            LockSupport.parkNanos(spared);
            node.kill();
        });
        assertThat(lastCheckpoint(directory)).isPositive();
    }

    @Test
    void while_the_journal_is_pruned() throws Exception {
        Path directory = temporary.resolve("data");
        RollingDirectory.create(directory);
        rounds("prune", directory, 3, List.of("--retention-bytes=8388608"), (node, load) -> {
            long first = firstFile(directory);
            long spared = random.nextInt(3_000_000);
            Awaitility.await("files to be given up")
                    .atMost(Duration.ofMinutes(5))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofNanos(100_000))
                    .until(() -> firstFile(directory) > first);
            LockSupport.parkNanos(spared);
            node.kill();
        });
        assertThat(directory.resolve("journal/pruned")).exists();
    }

    private static long lastCheckpoint(Path directory) {
        return new Checkpoints(directory.resolve("checkpoints"))
                .list().keySet().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** The oldest journal file, as a number that rises. */
    private static long firstFile(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("journal"))) {
            return files.map(f -> f.getFileName().toString())
                    .filter(f -> f.endsWith(".cq4"))
                    .mapToLong(f -> Long.parseLong(f.replaceAll("\\D", "")))
                    .min()
                    .orElse(0);
        }
    }

    @Test
    void right_after_readiness() throws Exception {
        rounds("ready", temporary.resolve("data"), 3, (node, load) -> {
            awaitAcknowledged(load, random.nextInt(30));
            node.kill();
        });
    }

    @Test
    void while_shutting_down() throws Exception {
        rounds("shutdown", temporary.resolve("data"), 3, (node, load) -> {
            awaitAcknowledged(load, 100 + random.nextInt(300));
            node.terminate();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(60)));
            node.kill();
        });
    }

    /** What is done to a node under load; ends with its kill. */
    @FunctionalInterface
    private interface Blow {
        void strike(NodeProcess node, Load load) throws Exception;
    }

    private void rounds(String name, Path directory, int rounds, Blow blow) throws Exception {
        rounds(name, directory, rounds, List.of(), blow);
    }

    private void rounds(String name, Path directory, int rounds, List<String> more, Blow blow) throws Exception {
        Ledger ledger = new Ledger(name);
        List<String> all = new ArrayList<>(more);
        all.add(MARKS);
        String[] flags = all.toArray(String[]::new);
        NodeProcess node = NodeProcess.start(directory, flags).awaitReady();
        try {
            for (int i = 0; i < rounds; i++) {
                try (Load load = Load.on(node, ledger, random.nextLong())) {
                    blow.strike(node, load);
                }
                kills++;
                node.close();
                node = NodeProcess.start(directory, flags).awaitReady();
                compare(node, directory, ledger, "%s, round %d".formatted(name, i));
            }
            acknowledged += ledger.keyAtPosition().size();
            Program.run("journal", "verify", "--data-dir", directory.toString()).as(0);
            node.terminate();
            assertThat(node.awaitEnd()).isZero();
            assertThat(JournalWalk.of(directory).lastType()).isEqualTo(NodeStopped.class);
        } finally {
            node.close();
        }
    }

    private void compare(NodeProcess node, Path directory, Ledger ledger, String when) throws Exception {
        try {
            ledger.compareWith(node, FINDS_MAX);
            JournalWalk walk = JournalWalk.of(directory);
            Map<Long, Key> kept = new HashMap<>(ledger.keyAtPosition());
            kept.keySet().removeIf(position -> position < walk.firstPosition());
            assertThat(walk.keyAtPosition()).containsAllEntriesOf(kept);
            marks += walk.marks();
        } catch (AssertionError e) {
            throw new AssertionError("seed %d, %s".formatted(SEED, when), e);
        }
    }

    private static void awaitAcknowledged(Load load, int count) {
        Awaitility.await("acknowledgements")
                .atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> load.acknowledged() >= count);
    }

    private static long journalFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("journal"))) {
            return files.filter(f -> f.toString().endsWith(".cq4")).count();
        }
    }
}
