package io.svcdht.benchmarks;

import io.svcdht.storage.chronicle.ChronicleJournal;
import io.svcdht.storage.chronicle.ChronicleMapStore;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Foreseeing;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.Roots;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.heap.HeapStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Opening a journal of 1,000,000 events over 500,000 content ids (half announcements, half refreshes): read and checked
 * alone, folded into the heap, folded into a map. No warm-up: a restart is cold. And what a state of 1,000,000 records
 * answers: a find, a page in key order, the digest.
 */
@Fork(3)
public class StoreBenchmark {
    private static final int EVENTS = 1_000_000;
    private static final long NOW = 1_764_000_000_000L;
    private static final NodeId SELF = new NodeId(new Key(1, 2, 3, 4));

    private static Key key(int i) {
        return Key.of(Blake3.hash(ByteBuffer.allocate(4).putInt(i).array()));
    }

    private static DhtEvent announced(int i) {
        return new DhtEvent.ProviderAnnounced(
                new ProviderRecord(ContentId.of(key(i)), SELF, "/ip4/192.0.2.1/t/4001", List.of(), 600, NOW));
    }

    /** As a start folds its journal. */
    private record Folded(io.svcdht.storage.state.State state) implements Foreseeing {
        @Override
        public void foresee(List<JournalEntry> next) {
            Fold.foresee(state, next);
        }

        @Override
        public void accept(JournalEntry entry) {
            Fold.apply(state, entry);
        }
    }

    /** A journal on disk, written once for each fork. */
    @State(Scope.Benchmark)
    public static class Written {
        private Path path = Path.of("");

        @Setup(Level.Trial)
        public void write() throws Exception {
            path = Files.createTempDirectory("store-benchmark");
            try (DataDirectory directory = DataDirectory.open(path);
                    Journal journal = ChronicleJournal.open(directory, entry -> {})) {
                for (int i = 0; i < EVENTS / 2; i++) {
                    journal.append(NOW, 0, announced(i));
                }
                for (int i = 0; i < EVENTS / 2; i++) {
                    journal.append(NOW, i + 1L, new DhtEvent.ProviderRefreshed(key(i), 700, NOW));
                }
                journal.durable(EVENTS).toCompletableFuture().join();
                // Until this is said the next opener takes it for the rest of a first start and clears it.
                directory.firstEventDurable();
            }
        }

        @TearDown(Level.Trial)
        public void delete() throws IOException {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(p);
                }
            }
        }

        private long open(io.svcdht.storage.state.State state) throws Exception {
            try (DataDirectory directory = DataDirectory.open(path);
                    Journal journal = ChronicleJournal.open(directory, new Folded(state))) {
                return whole(journal) + state.providers().records();
            }
        }

        /** A journal that is not what was written would be read very fast. */
        private static long whole(Journal journal) {
            if (journal.lastPosition() != EVENTS) {
                throw new IllegalStateException("the journal holds %d events".formatted(journal.lastPosition()));
            }
            return journal.lastPosition();
        }
    }

    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    @Warmup(iterations = 0)
    @Measurement(iterations = 3)
    public long replayDecodeAndCheck(Written journal) throws Exception {
        try (DataDirectory directory = DataDirectory.open(journal.path);
                Journal opened = ChronicleJournal.open(directory, entry -> {})) {
            return Written.whole(opened);
        }
    }

    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    @Warmup(iterations = 0)
    @Measurement(iterations = 3)
    public long replayIntoHeap(Written journal) throws Exception {
        return journal.open(new io.svcdht.storage.state.State(new HeapStore()));
    }

    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    @Warmup(iterations = 0)
    @Measurement(iterations = 3)
    public long replayIntoMap(Written journal) throws Exception {
        Path map = Files.createTempDirectory("store-benchmark-map");
        io.svcdht.storage.state.State state =
                ChronicleMapStore.open(map, EVENTS, 1).state(Routing.NONE, new Roots());
        try {
            return journal.open(state);
        } finally {
            state.close();
            try (Stream<Path> files = Files.walk(map)) {
                for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(p);
                }
            }
        }
    }

    /** A million records. */
    @State(Scope.Benchmark)
    public static class Filled {
        private final HeapStore store = new HeapStore();
        private final io.svcdht.storage.state.State state = new io.svcdht.storage.state.State(store);
        private final Key[] keys = new Key[1 << 16];
        private int next;

        @Setup(Level.Trial)
        public void fill() {
            for (int i = 0; i < EVENTS; i++) {
                Fold.apply(state, i + 1L, NOW, 0, announced(i));
            }
            for (int i = 0; i < keys.length; i++) {
                keys[i] = key(i * 15);
            }
        }

        private Key nextKey() {
            next = next + 1 & keys.length - 1;
            return keys[next];
        }
    }

    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @Warmup(iterations = 3, time = 2)
    @Measurement(iterations = 5, time = 2)
    public Holders find(Filled filled) {
        return filled.store.holdersOf(filled.nextKey());
    }

    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    @Warmup(iterations = 3, time = 2)
    @Measurement(iterations = 5, time = 2)
    public List<Holders> pageOfAThousand(Filled filled) {
        return filled.store.page(filled.nextKey(), 1_000);
    }

    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    @Warmup(iterations = 1)
    @Measurement(iterations = 3)
    public Key digest(Filled filled) {
        return filled.state.digest();
    }
}
