package io.svcdht.benchmarks;

import io.svcdht.storage.chronicle.ChronicleJournal;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.heap.HeapStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the journal costs on top of Chronicle: encode, checksum, chain and fold of a provide (32-byte key, 20-byte
 * locator, no addresses, over so many content ids) against appending the same number of bytes, both without a force.
 */
@BenchmarkMode({Mode.Throughput, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class AppendBenchmark {
    private static final NodeId SELF = new NodeId(new Key(1, 2, 3, 4));

    /** A journal and the state it folds into. */
    @State(Scope.Benchmark)
    public static class Ours {
        @Param({"1000", "100000"})
        int keys;

        private DhtEvent[] events = {};
        private long[] lastWord = {};
        private final io.svcdht.storage.state.State state = new io.svcdht.storage.state.State(new HeapStore());
        private Path path = Path.of("");
        private DataDirectory directory = unset();
        private Journal journal = new MemoryJournal(1);
        private final Frames frames = Frames.fromStart();
        private long position;
        private int next;

        @Setup(Level.Trial)
        public void open() throws Exception {
            events = provides(keys);
            lastWord = new long[keys];
            path = Files.createTempDirectory("append-benchmark");
            directory = DataDirectory.open(path);
            journal = ChronicleJournal.open(directory, entry -> {});
        }

        @TearDown(Level.Trial)
        public void close() throws IOException {
            journal.close();
            directory.close();
            System.out.printf(
                    "# %.1f bytes an event on disk%n", (double) onDisk(path) / Math.max(1, journal.lastPosition()));
            delete(path);
        }

        @SuppressWarnings("NullAway") // set before use, by the harness
        private static DataDirectory unset() {
            return null;
        }

        DhtEvent nextEvent() {
            DhtEvent event = events[next];
            next = next + 1 == keys ? 0 : next + 1;
            return event;
        }

        void append() {
            int i = next;
            DhtEvent event = nextEvent();
            long now = 1_764_000_000_000L;
            long cause = lastWord[i];
            long position = journal.append(now, cause, event);
            lastWord[i] = position;
            Fold.apply(state, position, now, cause, event);
        }
    }

    /** A bare queue with the same settings. */
    @State(Scope.Benchmark)
    public static class Bare {
        private final byte[] bytes = new byte[frameBytes()];
        private Path path = Path.of("");
        private ChronicleQueue queue = unset();
        private ExcerptAppender appender = unset();

        @Setup(Level.Trial)
        public void open() throws IOException {
            path = Files.createTempDirectory("append-benchmark");
            queue = SingleChronicleQueueBuilder.binary(path)
                    .rollCycle(RollCycles.FAST_DAILY)
                    .blockSize(1 << 20)
                    .build();
            appender = queue.createAppender();
            appender.singleThreadedCheckDisabled(true);
        }

        @TearDown(Level.Trial)
        public void close() throws IOException {
            queue.close();
            delete(path);
        }

        @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before use, by the harness
        private static <T> T unset() {
            return null;
        }
    }

    @Benchmark
    public void appendAndFold(Ours ours) {
        ours.append();
    }

    /** Encoding, checksum and chain alone. */
    @Benchmark
    public int frame(Ours ours) {
        return ours.frames.write(1_764_000_000_000L, 0, ours.nextEvent()).length();
    }

    /** The fold alone. */
    @Benchmark
    public void fold(Ours ours) {
        int i = ours.next;
        long cause = ours.lastWord[i];
        ours.lastWord[i] = ++ours.position;
        Fold.apply(ours.state, ours.position, 1_764_000_000_000L, cause, ours.nextEvent());
    }

    @Benchmark
    public void bareChronicle(Bare bare) {
        try (DocumentContext dc = bare.appender.writingDocument()) {
            Objects.requireNonNull(dc.wire()).bytes().write(bare.bytes, 0, bare.bytes.length);
        }
    }

    private static DhtEvent[] provides(int keys) {
        DhtEvent[] events = new DhtEvent[keys];
        for (int i = 0; i < keys; i++) {
            Key key = Key.of(Blake3.hash(ByteBuffer.allocate(4).putInt(i).array()));
            events[i] = new DhtEvent.ProviderAnnounced(new ProviderRecord(
                    ContentId.of(key), SELF, "/ip4/192.0.2.1/t/4001", List.of(), 600, 1_764_000_000_000L));
        }
        return events;
    }

    private static int frameBytes() {
        return Frames.fromStart().write(1_764_000_000_000L, 0, provides(1)[0]).length();
    }

    private static long onDisk(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(p -> p.toString().endsWith(".cq4"))
                    .mapToLong(AppendBenchmark::allocated)
                    .sum();
        }
    }

    private static long allocated(Path file) {
        try {
            Process du = new ProcessBuilder("du", "--block-size=1", file.toString()).start();
            String out = new String(du.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return Long.parseLong(out.split("\\s", -1)[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }
}
