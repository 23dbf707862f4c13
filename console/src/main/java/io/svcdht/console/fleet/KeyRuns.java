package io.svcdht.console.fleet;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/**
 * Where a key is spoken of: pairs of a key's first 16 bytes and a place, kept in sorted files that are mapped, and the
 * latest in memory. Eight files of one size are merged into one of the next, so that a search looks into few.
 *
 * <pre>
 * run-LEVEL-NUMBER   n × (key 16 | place u64), rising, big-endian
 * </pre>
 *
 * <p>One thread adds; any number search.
 */
final class KeyRuns implements AutoCloseable {
    private static final int ENTRY = 24;
    private static final int MERGED_AT_ONCE = 8;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Path directory;
    private final int inMemoryMax;
    private final List<Run> runs = new ArrayList<>();
    private final long[] memory;
    private int inMemory;
    private long nextNumber = 1;

    /** @param inMemoryMax pairs kept in memory before they become a file */
    private KeyRuns(Path directory, int inMemoryMax) {
        this.directory = directory;
        this.inMemoryMax = inMemoryMax;
        this.memory = new long[3 * inMemoryMax];
    }

    private record Run(Path path, int level, long number, MemorySegment bytes, Arena arena) {
        long size() {
            return bytes.byteSize() / ENTRY;
        }

        long at(long index, int word) {
            return bytes.get(LONG, index * ENTRY + 8L * word);
        }

        void close() {
            arena.close();
        }
    }

    private record Pair(long hi, long lo, long place) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair o) {
            int c = Long.compareUnsigned(hi, o.hi);
            c = c != 0 ? c : Long.compareUnsigned(lo, o.lo);
            return c != 0 ? c : Long.compareUnsigned(place, o.place);
        }
    }

    static KeyRuns open(Path directory, int inMemoryMax) throws IOException {
        Files.createDirectories(directory);
        KeyRuns index = new KeyRuns(directory, inMemoryMax);
        try (Stream<Path> all = Files.list(directory)) {
            for (Path p : all.sorted().toList()) {
                String[] parts = String.valueOf(p.getFileName()).split("-", -1);
                if (parts.length == 3 && parts[0].equals("run")) {
                    Run run = map(p, Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
                    index.runs.add(run);
                    index.nextNumber = Math.max(index.nextNumber, run.number() + 1);
                } else {
                    // Half-written when the process ended.
                    Files.delete(p);
                }
            }
        }
        return index;
    }

    /** Whether the next pair makes a file of those in memory. */
    boolean full() {
        return inMemory == inMemoryMax;
    }

    synchronized void add(long hi, long lo, long place) {
        int at = 3 * inMemory++;
        memory[at] = hi;
        memory[at + 1] = lo;
        memory[at + 2] = place;
    }

    /** Every place of a key, rising, each once. */
    synchronized long[] placesOf(long hi, long lo) {
        long[] found = new long[16];
        int n = 0;
        for (int i = 0; i < inMemory; i++) {
            if (memory[3 * i] == hi && memory[3 * i + 1] == lo) {
                found = grown(found, n);
                found[n++] = memory[3 * i + 2];
            }
        }
        for (Run run : runs) {
            for (long i = lowest(run, hi, lo); i < run.size() && run.at(i, 0) == hi && run.at(i, 1) == lo; i++) {
                found = grown(found, n);
                found[n++] = run.at(i, 2);
            }
        }
        Arrays.sort(found, 0, n);
        int kept = 0;
        for (int i = 0; i < n; i++) {
            if (i == 0 || found[i] != found[i - 1]) {
                found[kept++] = found[i];
            }
        }
        return Arrays.copyOf(found, kept);
    }

    private static long[] grown(long[] a, int n) {
        return n == a.length ? Arrays.copyOf(a, 2 * n) : a;
    }

    private static long lowest(Run run, long hi, long lo) {
        long low = 0;
        long high = run.size();
        while (low < high) {
            long middle = (low + high) >>> 1;
            int c = Long.compareUnsigned(run.at(middle, 0), hi);
            if (c < 0 || c == 0 && Long.compareUnsigned(run.at(middle, 1), lo) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Makes a file of what is in memory, and fewer of many; for the thread that adds. */
    void flush() throws IOException {
        if (inMemory == 0) {
            return;
        }
        Pair[] pairs = new Pair[inMemory];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = new Pair(memory[3 * i], memory[3 * i + 1], memory[3 * i + 2]);
        }
        Arrays.sort(pairs);
        Run run = written(0, out -> {
            for (Pair p : pairs) {
                write(out, p);
            }
        });
        synchronized (this) {
            runs.add(run);
            inMemory = 0;
        }
        for (List<Run> many = mergeable(); !many.isEmpty(); many = mergeable()) {
            merge(many, many.getFirst().level() + 1, place -> true);
        }
    }

    /** Forgets the places that no longer are; for the thread that adds. */
    void retain(LongPredicate alive) throws IOException {
        flush();
        if (!runs.isEmpty()) {
            merge(List.copyOf(runs), runs.stream().mapToInt(Run::level).max().orElse(0), alive);
        }
    }

    private List<Run> mergeable() {
        for (int level = 0; ; level++) {
            int l = level;
            List<Run> same = runs.stream().filter(r -> r.level() == l).toList();
            if (same.size() >= MERGED_AT_ONCE) {
                return same;
            }
            if (runs.stream().noneMatch(r -> r.level() > l)) {
                return List.of();
            }
        }
    }

    private record Cursor(Run run, long index, Pair pair) {
        static Cursor at(Run run, long index) {
            return new Cursor(run, index, new Pair(run.at(index, 0), run.at(index, 1), run.at(index, 2)));
        }
    }

    private void merge(List<Run> many, int level, LongPredicate alive) throws IOException {
        Run merged = written(level, out -> {
            PriorityQueue<Cursor> heads = new PriorityQueue<>(Comparator.comparing(Cursor::pair));
            many.forEach(r -> heads.add(Cursor.at(r, 0)));
            while (!heads.isEmpty()) {
                Cursor c = heads.poll();
                if (alive.test(c.pair().place())) {
                    write(out, c.pair());
                }
                if (c.index() + 1 < c.run().size()) {
                    heads.add(Cursor.at(c.run(), c.index() + 1));
                }
            }
        });
        synchronized (this) {
            runs.removeAll(many);
            runs.add(merged);
            many.forEach(Run::close);
        }
        for (Run r : many) {
            Files.delete(r.path());
        }
    }

    private static void write(DataOutputStream out, Pair p) throws IOException {
        out.writeLong(p.hi());
        out.writeLong(p.lo());
        out.writeLong(p.place());
    }

    @FunctionalInterface
    private interface Content {
        void to(DataOutputStream out) throws IOException;
    }

    private Run written(int level, Content content) throws IOException {
        long number = nextNumber++;
        Path fresh = directory.resolve("writing");
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(fresh), 1 << 18))) {
            content.to(out);
        }
        Path path = directory.resolve("run-%d-%d".formatted(level, number));
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        return map(path, level, number);
    }

    private static Run map(Path path, int level, long number) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            Arena arena = Arena.ofShared();
            return new Run(path, level, number, file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena), arena);
        }
    }

    /** Files and what is in memory. */
    synchronized long pairs() {
        return inMemory + runs.stream().mapToLong(Run::size).sum();
    }

    @Override
    public synchronized void close() {
        runs.forEach(Run::close);
        runs.clear();
    }
}
