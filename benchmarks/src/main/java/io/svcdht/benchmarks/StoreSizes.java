package io.svcdht.benchmarks;

import io.svcdht.storage.chronicle.ChronicleMapStore;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.heap.HeapStore;
import io.svcdht.storage.state.heap.IndexedStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Fills a store with so many records of one provider each and says how long that took, what it takes of the heap and of
 * a file, and whether records chosen at random are there.
 *
 * <p>Usage: {@code StoreSizes heap|map RECORDS}
 */
final class StoreSizes {
    private static final long NOW = 1_764_000_000_000L;
    private static final NodeId SELF = new NodeId(new Key(1, 2, 3, 4));
    private static final int ASKED = 1_000_000;
    private static final int FORESEEN = 64;

    private StoreSizes() {}

    public static void main(String[] args) throws IOException {
        int records = Integer.parseInt(args[1]);
        if (args[0].equals("heap")) {
            HeapStore store = new HeapStore(7);
            fill(store, records);
            ask(store, records);
            return;
        }
        Path directory = Files.createTempDirectory("store-sizes");
        try (ChronicleMapStore store = ChronicleMapStore.open(directory, records, 7)) {
            fill(store, records);
            ask(store, records);
            try (Stream<Path> files = Files.walk(directory)) {
                long bytes = files.mapToLong(p -> p.toFile().length()).sum();
                System.out.printf(Locale.ROOT, "%.1f bytes of file a record%n", (double) bytes / records);
            }
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path p : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(p);
                }
            }
        }
    }

    /** The keys of a store are drawn, so that they need not be kept to be asked for. */
    private static Key key(long i) {
        SplittableRandom random = new SplittableRandom(i);
        return new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    private static void fill(IndexedStore store, int records) {
        long before = used();
        long began = System.nanoTime();
        long cpuBefore = cpuNanos();
        Key[] next = new Key[FORESEEN];
        for (int i = 0; i < records; i++) {
            if (i % FORESEEN == 0) {
                for (int j = 0; j < FORESEEN; j++) {
                    next[j] = key(i + j);
                }
                store.foresee(next, FORESEEN);
            }
            store.announce(
                    i + 1L,
                    new ProviderRecord(
                            ContentId.of(next[i % FORESEEN]),
                            SELF,
                            "local://shelf-3",
                            List.of(),
                            86_400,
                            NOW + i / 100));
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        double cpu = (cpuNanos() - cpuBefore) / 1e3 / records;
        System.out.printf(Locale.ROOT, "%,d records in %.1f s, %.2f µs of CPU each%n", store.records(), seconds, cpu);
        System.out.printf(
                Locale.ROOT,
                "%.1f bytes of heap a record measured, %.1f counted%n",
                (double) (used() - before) / records,
                (double) store.heapBytes() / records);
    }

    private static void ask(IndexedStore store, int records) {
        SplittableRandom random = new SplittableRandom(1);
        long began = System.nanoTime();
        for (int i = 0; i < ASKED; i++) {
            Key key = key(random.nextInt(records));
            if (store.holdersOf(key).size() != 1) {
                throw new IllegalStateException(key + " is not there");
            }
        }
        System.out.printf(
                Locale.ROOT, "%,d found at random, %.2f µs each%n", ASKED, (System.nanoTime() - began) / 1e3 / ASKED);
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
