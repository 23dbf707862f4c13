package io.svcdht.benchmarks;

import io.svcdht.storage.checkpoint.CheckpointInfo;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.chronicle.ChronicleJournal;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.replay.Past;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.Restart;
import io.svcdht.storage.replay.StateDiff;
import io.svcdht.storage.replay.View;
import io.svcdht.storage.state.heap.HeapStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
 * A journal with so many live records and a checkpoint behind them, then 300,000 events that refresh records at random:
 * loading the checkpoint, merging it with 200,000 events into the next one, a view's first page behind as many, and the
 * diff of two moments 100,000 events apart.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(1)
@State(Scope.Benchmark)
public class CheckpointBenchmark {
    private static final int BEHIND = 200_000;
    private static final int APART = 100_000;
    private static final int PAGE_KEYS = 100;
    private static final NodeId SELF = new NodeId(new Key(1, 2, 3, 4));

    @Param({"100000", "1000000"})
    int records;

    private Path path = Path.of("");
    private DataDirectory directory = unset();
    private ChronicleJournal journal = unset();
    private Checkpoints checkpoints = Checkpoints.none();

    @Setup(Level.Trial)
    public void fill() throws Exception {
        path = Files.createTempDirectory("checkpoint-benchmark");
        directory = DataDirectory.open(path);
        journal = ChronicleJournal.open(directory, entry -> {});
        checkpoints = new Checkpoints(directory.checkpoints());
        long now = 1_764_000_000_000L;
        SplittableRandom random = new SplittableRandom(1);
        Key[] keys = new Key[records];
        long[] lastWord = new long[records];
        for (int i = 0; i < records; i++) {
            keys[i] = new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
            ProviderRecord r = new ProviderRecord(
                    ContentId.of(keys[i]), SELF, "local://node-%08x".formatted(i), List.of(), 86_400, now);
            lastWord[i] = journal.append(now, 0, new DhtEvent.ProviderAnnounced(r));
        }
        take(checkpoints, records);
        for (int i = 0; i < BEHIND + APART; i++) {
            int k = random.nextInt(records);
            lastWord[k] = journal.append(now, lastWord[k], new DhtEvent.ProviderRefreshed(keys[k], 86_400, now));
        }
        journal.durable(journal.lastPosition()).toCompletableFuture().join();
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        journal.close();
        directory.close();
        try (Stream<Path> all = Files.walk(path)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before use, by the harness
    private static <T> T unset() {
        return null;
    }

    private CheckpointInfo take(Checkpoints into, long position) throws IOException {
        try (View view = new Past(journal, checkpoints, HeapStore::new).at(position, Budget.UNLIMITED)) {
            return into.write(view.state(), view.seam(), Checkpoints.Pace.FULL);
        }
    }

    /** The state of a start, without its tail. */
    @Benchmark
    public long load() {
        return Restart.newest(journal, checkpoints, HeapStore::new)
                .state()
                .providers()
                .records();
    }

    /** The next checkpoint, forced. */
    @Benchmark
    public long merge() throws IOException {
        return take(new Checkpoints(path.resolve("next")), records + (long) BEHIND)
                .fileBytes();
    }

    /** The first page of a moment as far from its checkpoint as it may be. */
    @Benchmark
    public int firstPage() {
        try (View view = new Past(journal, checkpoints, HeapStore::new).at(records + (long) BEHIND, Budget.UNLIMITED)) {
            return view.state().providers().page(null, PAGE_KEYS).size();
        }
    }

    /** Two moments 100,000 events apart, the earlier close behind a checkpoint. */
    @Benchmark
    public StateDiff diff() {
        return new Past(journal, checkpoints, HeapStore::new).diff(records, records + (long) APART, Budget.UNLIMITED);
    }
}
