package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.system.soak.Series;
import io.svcdht.system.soak.SoakReport;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes under writers, finders, withdrawals, expiries, and peers that are killed and come back: what the first of them
 * holds must not grow. Records live for seconds, so that as many end as begin. Only for {@code scripts/soak}, which says for
 * how long; a report is left in {@code svcdht.soak.report}.
 */
final class SoakChurnTest {
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("svcdht.soak.seconds", 60));
    private static final Path REPORT = Path.of(System.getProperty("svcdht.soak.report", "target/soak"));
    /** Each costs two JVMs that ask for the heap. */
    private static final int SAMPLES = Math.clamp(LENGTH.toSeconds() / 2, 30, 360);

    private static final int WRITERS = 2;
    private static final int TTL_SECONDS_MAX = 8;
    private static final int CHURN_SAMPLES = 6;
    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();
    private static final double KIB = 1024;
    private static final Pattern HEAP_USED = Pattern.compile("\\bused (\\d+)K");
    /** The young and the old generation. */
    private static final int GENERATIONS = 2;

    private final Series descriptors = Series.named("open descriptors", "", 16);
    private final Series mapped = Series.named("mapped files", "", 8);
    private final Series heap = Series.named("heap after a collection", "MiB", 6);
    private final Series direct = Series.named("memory outside the heap", "MiB", 12);
    private final Series resident = Series.named("resident memory", "MiB", 40);
    private final Series threads = Series.named("threads", "", 6);
    private final Series disk = Series.named("disk a thousand events", "KiB", 64);
    private final AtomicLong answered = new AtomicLong();
    private final List<String> complaints = java.util.Collections.synchronizedList(new ArrayList<>());

    @TempDir
    Path temporary;

    private volatile boolean stopped;

    @Test
    void what_a_node_holds_does_not_grow_under_churn() throws Exception {
        try (LocalNetwork network = LocalNetwork.start(
                temporary, 3, "--replicas=1", "--repair-secs=2", "--checkpoint-events=4096", "--checkpoint-secs=5")) {
            NodeProcess watched = network.get(0);
            List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int own = i;
                writers.add(Thread.ofVirtual().start(() -> write(watched, own)));
            }
            long began = System.nanoTime();
            for (int i = 1; i <= SAMPLES; i++) {
                long due = began + LENGTH.toNanos() * i / SAMPLES;
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                if (i % CHURN_SAMPLES == 0) {
                    network.killAndRestart(1 + i / CHURN_SAMPLES % 2);
                }
                sample(watched, (System.nanoTime() - began) / 1e9);
            }
            stopped = true;
            for (Thread writer : writers) {
                writer.join();
            }
        }
        List<Series> all = List.of(descriptors, mapped, threads, heap, direct, resident, disk);
        SoakReport.write(REPORT, "Soak of %d s".formatted(LENGTH.toSeconds()), all);
        all.forEach(s -> System.out.println("SoakChurnTest: " + s.sentence()));
        System.out.printf(
                "SoakChurnTest: %d requests; the pictures are in %s%n", answered.get(), REPORT.toAbsolutePath());
        assertThat(complaints).isEmpty();
        assertThat(answered.get()).isGreaterThan(SAMPLES);
        assertThat(all).allSatisfy(s -> assertThat(s.isFlat()).as(s.sentence()).isTrue());
    }

    private void write(NodeProcess node, int writer) {
        Random random = new Random(writer);
        try {
            for (int i = 0; !stopped; i++) {
                String cid = "b3:soak-%d-%d".formatted(writer, i);
                expect(node.provide(cid, "local://soak", 1 + random.nextInt(TTL_SECONDS_MAX)), 200, 503);
                if (random.nextInt(4) == 0) {
                    expect(node.withdraw(cid, "local://soak"), 200, 404, 503);
                } else {
                    expect(node.get("/dht/find_providers/b3:soak-%d-%d".formatted(writer, i / 2)), 200, 504, 503);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException e) {
            complaints.add(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void expect(HttpResponse<String> answer, Integer... allowed) {
        answered.incrementAndGet();
        if (!List.of(allowed).contains(answer.statusCode())) {
            complaints.add("%d %s".formatted(answer.statusCode(), answer.body()));
        }
    }

    private void sample(NodeProcess node, double seconds) throws Exception {
        // The launcher becomes the JVM by exec: its pid is the JVM's.
        Path proc = Path.of("/proc", Long.toString(node.pid()));
        descriptors.add(seconds, count(proc.resolve("fd")));
        threads.add(seconds, count(proc.resolve("task")));
        mapped.add(seconds, mappedFiles(proc.resolve("maps")));
        resident.add(seconds, residentKib(proc.resolve("status")) / KIB);
        jcmd(node, "GC.run");
        heap.add(seconds, usedKib(jcmd(node, "GC.heap_info")) / KIB);
        direct.add(seconds, residentAnonymousKib(proc.resolve("status")) / KIB);
        double events = Math.max(1, node.metric("journal_position"));
        disk.add(seconds, takenKib(temporary.resolve("node-0").resolve("journal")) / events * 1_000);
    }

    private static double count(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return (double) all.count();
        }
    }

    /** Shared mappings of files: the journal's blocks and checkpoints. */
    private static double mappedFiles(Path maps) throws IOException {
        return (double) Files.readAllLines(maps, StandardCharsets.UTF_8).stream()
                .filter(line -> line.split("\\s+", 6)[1].endsWith("s") && line.contains("/"))
                .count();
    }

    private static double residentKib(Path status) throws IOException {
        return kib(status, "VmRSS:");
    }

    private static double residentAnonymousKib(Path status) throws IOException {
        return kib(status, "RssAnon:");
    }

    private static double kib(Path status, String name) throws IOException {
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    private static double usedKib(String heapInfo) {
        List<Double> used = HEAP_USED
                .matcher(heapInfo)
                .results()
                .map(m -> Double.parseDouble(m.group(1)))
                .toList();
        assertThat(used).as(heapInfo).hasSizeGreaterThanOrEqualTo(GENERATIONS);
        return used.get(0) + used.get(1);
    }

    private static String jcmd(NodeProcess node, String command) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(node.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("jcmd %s: %s", command, said).isZero();
        return said;
    }

    /** Blocks that are taken, which is less than the length of a sparse file. */
    private static double takenKib(Path directory) throws Exception {
        Process process = new ProcessBuilder("du", "-sk", directory.toString()).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return Double.parseDouble(said.split("\\s", 2)[0]);
    }
}
