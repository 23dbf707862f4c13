package io.svcdht.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import io.svcdht.system.history.History;
import io.svcdht.system.history.History.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes, one of which has a wall clock of its own: libfaketime stands between it and the kernel's, and reads from a
 * file how far off it is. The monotonic clock is the machine's, as it is where somebody sets the time.
 */
final class ClockTest {
    private static final int NODES = 3;
    private static final int OFF = 2;
    private static final int WRITERS = 3;
    private static final String LIBRARY = "libfaketimeMT.so.1";
    /** By how much a publisher may be ahead of a holder. */
    private static final int AHEAD_SECONDS_MAX = 300;

    private static final int SKEW_SECONDS = AHEAD_SECONDS_MAX - 60;
    /** More than any time to live here: whoever believed it would let everything run out. */
    private static final int STEP_SECONDS = 2 * Api.TTL_SECONDS;

    private final History history = new History();

    @TempDir
    Path temporary;

    private Path clock;
    private Cluster cluster;

    @BeforeEach
    void start() throws Exception {
        Engine.sweep();
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        clock = Files.createDirectory(temporary.resolve("clock"));
        Files.copy(library(), clock.resolve(LIBRARY));
        wallClock(SKEW_SECONDS);
        cluster = Cluster.start(NODES, new Cluster.Settings() {
            @Override
            public Map<String, String> of(Cluster making, int index) {
                return index != OFF
                        ? Map.of()
                        : Map.of(
                                "LD_PRELOAD", "/clock/" + LIBRARY,
                                "FAKETIME_TIMESTAMP_FILE", "/clock/offset",
                                "FAKETIME_CACHE_DURATION", "1",
                                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                                // Else each wait of the JVM is cut short, and its threads wait by spinning.
                                "FAKETIME_FORCE_MONOTONIC_FIX", "0",
                                "FAKETIME_DISABLE_SHM", "1");
            }

            @Override
            public List<Bind> binds(int index) {
                return index != OFF
                        ? List.of()
                        : List.of(new Bind(clock.toString(), new Volume("/clock"), AccessMode.ro));
            }
        });
    }

    @AfterEach
    void end() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static Path library() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("/usr/lib"), 3)) {
            return all.filter(f -> f.endsWith("faketime/" + LIBRARY))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + LIBRARY + " below /usr/lib; Debian: faketime"));
        }
    }

    /** From now on, or within a second. */
    private void wallClock(int aheadSeconds) throws IOException {
        Path next = Files.writeString(temporary.resolve("next"), "%+d".formatted(aheadSeconds));
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(next, clock.resolve("offset"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static long events(ContainerNode node, String type) throws IOException, InterruptedException {
        return node.api()
                .send("GET", "/journal/events?type=" + type, "")
                .body()
                .lines()
                .filter(line -> line.contains("\"" + type + "\""))
                .count();
    }

    private void awaitSteps(int count) {
        Awaitility.await("step %d to be noticed".formatted(count))
                .atMost(Engine.PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> events(cluster.get(OFF), "ClockStepped") == count);
    }

    @Test
    void a_clock_that_is_off_and_steps_hours_to_and_fro_expires_nothing_and_loses_nothing() throws Exception {
        ContainerNode off = cluster.get(OFF);
        try (Traffic traffic = Traffic.on(cluster, history, "clock", WRITERS, false)) {
            traffic.awaitMore(30);
            wallClock(SKEW_SECONDS + STEP_SECONDS);
            awaitSteps(1);
            traffic.awaitMore(30);
            wallClock(SKEW_SECONDS - STEP_SECONDS);
            awaitSteps(2);
            traffic.awaitMore(30);
            traffic.end();
            List<Write> holding = traffic.holding();
            traffic.awaitFoundEverywhere(holding.stream().limit(30).toList());
            traffic.awaitFound(holding);
            traffic.askAtHome(holding);
            System.out.printf(
                    "ClockTest: %d acknowledged over two steps, %d must hold, %d by the node whose clock is off%n",
                    traffic.acknowledged(),
                    holding.size(),
                    holding.stream().filter(w -> w.node() == OFF).count());
            for (ContainerNode node : cluster.nodes()) {
                assertThat(events(node, "ProviderExpired"))
                        .as("node %d", node.index())
                        .isZero();
            }
            assertThat(holding).as("words of the node whose clock is off").anyMatch(w -> w.node() == OFF);
            assertThat(history.violations()).isEmpty();
        }
        startedTooFarAhead(off);
    }

    /** Nobody takes its word, and once the clock is right again they do. */
    private void startedTooFarAhead(ContainerNode off) throws Exception {
        wallClock(2 * AHEAD_SECONDS_MAX);
        assertThat(off.stop()).isZero();
        off.startAgain();
        off.awaitReady();
        JsonNode ahead = Api.json(off.api().provide("b3:ahead", "local://shelf", Api.TTL_SECONDS, true));
        assertThat(ahead.get("replicas").asInt()).as("itself alone: %s", ahead).isLessThanOrEqualTo(1);
        assertThat(cluster.holders("b3:ahead")).containsExactly(off);
        wallClock(0);
        assertThat(off.stop()).isZero();
        off.startAgain();
        off.awaitReady();
        cluster.awaitEverybodyKnown();
        Awaitility.await("others to take its word")
                .atMost(Engine.PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    JsonNode right = Api.json(off.api().provide("b3:right", "local://shelf", Api.TTL_SECONDS, true));
                    assertThat(right.path("replicas").asInt()).as("%s", right).isGreaterThan(1);
                });
    }
}
