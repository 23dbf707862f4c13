package io.svcdht.storage.chronicle;

import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalFile;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Seam;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueStore;

/**
 * A journal directory as Chronicle Queue keeps it: one file a cycle, one document an event. A document's index is
 * its cycle and its number in the cycle; since positions have no gap, the first position of each cycle is all it
 * takes to go from one to the other.
 */
final class ChronicleFiles implements AutoCloseable {
    private static final long BLOCK_BYTES = 1 << 20;

    private final Path directory;
    private final SingleChronicleQueue queue;
    private final CycleNames names;
    private final ConcurrentSkipListMap<Long, Integer> cycleOfFirstPosition = new ConcurrentSkipListMap<>();
    private volatile PrunedMark.Begin begin;

    ChronicleFiles(Path directory, RollCycle rollCycle, TimeProvider clock, boolean readOnly) {
        this.directory = directory;
        this.begin = readBegin();
        this.queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(rollCycle)
                .blockSize(BLOCK_BYTES)
                .timeProvider(clock)
                .readOnly(readOnly)
                .build();
        this.names = new CycleNames(queue.rollCycle());
    }

    /** A file a day, in UTC. */
    static RollCycle daily() {
        return RollCycles.FAST_DAILY;
    }

    SingleChronicleQueue queue() {
        return queue;
    }

    Path directory() {
        return directory;
    }

    /** A tailer that may move between threads, as readers do that live in an executor. */
    ExcerptTailer tailer() {
        ExcerptTailer tailer = queue.createTailer();
        tailer.singleThreadedCheckDisabled(true);
        return tailer;
    }

    /**
     * Whatever the queue trips over while reading is damage; what is closed is unavailable. The queue throws checked
     * exceptions that it does not declare.
     */
    private <T> T reading(Supplier<T> what) {
        try {
            return what.get();
        } catch (JournalDamaged | JournalTruncated | IllegalArgumentException e) {
            throw e;
        } catch (Exception | InternalError | AssertionError e) {
            throw unreadable(directory.toString(), 0, e);
        }
    }

    /** What to throw for an exception of the queue's own. */
    RuntimeException unreadable(String file, long position, Throwable e) {
        if (e instanceof JournalUnavailable closed) {
            return closed;
        }
        return queue.isClosed()
                ? new JournalUnavailable("the journal was closed while it was read", e)
                : new JournalDamaged(file, position, "it cannot be read: " + e);
    }

    /** The name of a cycle's file, or of the directory where it has none. */
    String fileName(int cycle) {
        Path file = fileOf(cycle);
        return (Files.exists(file) ? file : directory).toString();
    }

    private Path fileOf(int cycle) {
        return directory.resolve(names.fileName(cycle));
    }

    /** Position of the first event that is kept, or of the first to come. */
    long firstPosition() {
        return reading(() -> {
            findCycles();
            return Math.max(begin.first(), firstStored());
        });
    }

    /** Position of the first event in the files: one a prune gave up, where it was cut short. */
    private long firstStored() {
        long stored = cycleOfFirstPosition.isEmpty() ? 1 : cycleOfFirstPosition.firstKey();
        if (stored > begin.first()) {
            // Another process may have pruned since; the mark is always written before a file goes.
            begin = readBegin();
        }
        return stored;
    }

    /** Where the journal begins by its mark. */
    PrunedMark.Begin begin() {
        return begin;
    }

    private PrunedMark.Begin readBegin() {
        try {
            return PrunedMark.read(directory);
        } catch (IOException e) {
            throw new JournalDamaged(directory.toString(), 0, String.valueOf(e.getMessage()));
        }
    }

    /** Position of the last event that is there, or of the last given up; 0 = none. */
    long lastPosition() {
        return reading(this::findLastPosition);
    }

    private long findLastPosition() {
        long index = queue.lastIndex();
        if (index < 0) {
            return begin.first() - 1;
        }
        try (ExcerptTailer tailer = tailer()) {
            FrameBuffer frame = new FrameBuffer();
            return tailer.moveToIndex(index) && frame.readFrom(tailer) ? frame.position() : 0;
        }
    }

    Read read(long from) {
        return orPruned(() -> reading(() -> readerFrom(from)));
    }

    /** What looks damaged may have been given up by another process in between, once or again. */
    private Read orPruned(Supplier<Read> read) {
        while (true) {
            try {
                return read.get();
            } catch (JournalDamaged e) {
                if (!prunedMeanwhile()) {
                    throw e;
                }
            }
        }
    }

    /** By the mark, which is always written before a file goes. */
    private boolean prunedMeanwhile() {
        PrunedMark.Begin now = readBegin();
        if (now.first() <= begin.first()) {
            return false;
        }
        begin = now;
        Long kept = cycleOfFirstPosition.floorKey(now.first());
        if (kept != null) {
            cycleOfFirstPosition.headMap(kept).clear();
        }
        return true;
    }

    private Read readerFrom(long from) {
        long first = firstPosition();
        if (from < first) {
            return new Read.Truncated(first);
        }
        ExcerptTailer tailer = tailer();
        try {
            return new Read.From(new ChronicleReader(this, tailer, framesBefore(from, first, tailer), 0));
        } catch (RuntimeException e) {
            tailer.close();
            throw e;
        }
    }

    private Frames framesBefore(long from, long first, ExcerptTailer tailer) {
        if (from == first) {
            if (first != begin.first()) {
                throw new JournalDamaged(
                        directory.toString(), first, "the journal begins here, and the events before are missing");
            }
            moveToFirst(tailer);
            return begin.frames();
        }
        FrameBuffer frame = moveBehind(from - 1, tailer);
        return Frames.behind(frame.bytes(), frame.length());
    }

    Read readBehind(Seam seam) {
        return orPruned(() -> reading(() -> readerBehind(seam)));
    }

    private Read readerBehind(Seam seam) {
        long first = firstPosition();
        long begins = begin.first();
        if (seam.position() < begins - 1) {
            return new Read.Truncated(begins);
        }
        ExcerptTailer tailer = tailer();
        try {
            int crc;
            if (seam.position() == begins - 1) {
                // What stands there instead of a first event that is missing, the reader will name.
                moveToFirst(tailer);
                crc = begin.crcBefore();
            } else if (seam.position() < first) {
                throw new JournalDamaged(
                        directory.toString(), begins, "the events up to position %d are missing".formatted(first - 1));
            } else {
                crc = Frames.crcOf(moveBehind(seam.position(), tailer).bytes());
            }
            if (crc != seam.crc()) {
                throw new IllegalArgumentException("event %d of this journal has the checksum %08x, not %08x"
                        .formatted(seam.position(), crc, seam.crc()));
            }
            return new Read.From(new ChronicleReader(this, tailer, Frames.at(seam), seam.journalBytes()));
        } catch (RuntimeException e) {
            tailer.close();
            throw e;
        }
    }

    private void moveToFirst(ExcerptTailer tailer) {
        long first = begin.first();
        Map.Entry<Long, Integer> cycle = cycleOfFirstPosition.floorEntry(first);
        if (first == 1 || cycle == null) {
            tailer.toStart();
        } else if (!tailer.moveToIndex(queue.rollCycle().toIndex(cycle.getValue(), first - cycle.getKey()))) {
            throw new JournalDamaged(fileName(cycle.getValue()), first, "the first event cannot be reached");
        }
    }

    /** Moves behind the event at the position and returns its frame. */
    private FrameBuffer moveBehind(long position, ExcerptTailer tailer) {
        Map.Entry<Long, Integer> cycle = cycleOfFirstPosition.floorEntry(position);
        long index = cycle == null ? -1 : queue.rollCycle().toIndex(cycle.getValue(), position - cycle.getKey());
        FrameBuffer frame = new FrameBuffer();
        if (cycle == null || !tailer.moveToIndex(index) || !frame.readFrom(tailer)) {
            throw new IllegalArgumentException(
                    "position %d lies beyond the last, %d".formatted(position + 1, lastPosition()));
        }
        if (frame.position() != position) {
            throw new JournalDamaged(
                    fileName(cycle.getValue()),
                    position,
                    "position %d stands in its place".formatted(frame.position()));
        }
        return frame;
    }

    /** The files with events, oldest first; what a prune has given up is left out. */
    List<JournalFile> list() {
        return reading(() -> {
            long first = firstPosition();
            long last = lastPosition();
            List<JournalFile> files = new ArrayList<>();
            for (Map.Entry<Long, Integer> e : cycleOfFirstPosition.entrySet()) {
                Long next = cycleOfFirstPosition.higherKey(e.getKey());
                long end = next == null ? last : next - 1;
                if (end >= first) {
                    Path path = Path.of(fileName(e.getValue()));
                    files.add(
                            new JournalFile(path, e.getKey(), end, path.toFile().length()));
                }
            }
            return files;
        });
    }

    /**
     * Makes the journal begin behind the seam: first by its mark, then by dropping the files.
     *
     * @throws IllegalArgumentException if no file begins there
     */
    synchronized void prune(Seam seam) throws IOException {
        firstPosition();
        long first = seam.position() + 1;
        if (first <= begin.first() || !cycleOfFirstPosition.containsKey(first)) {
            throw new IllegalArgumentException("no file of the journal begins at position " + first);
        }
        PrunedMark.Begin next = PrunedMark.Begin.behind(seam);
        PrunedMark.write(directory, next);
        begin = next;
        dropGivenUp();
    }

    /** Drops the files before the mark; returns how many there were. */
    synchronized int dropGivenUp() throws IOException {
        if (begin.equals(PrunedMark.WHOLE)) {
            return 0;
        }
        firstPosition();
        Map.Entry<Long, Integer> keep = cycleOfFirstPosition.floorEntry(begin.first());
        if (keep == null || keep.getKey() != begin.first()) {
            return 0;
        }
        List<Path> given = new ArrayList<>();
        for (int cycle : cyclesBetween(Integer.MIN_VALUE, keep.getValue() - 1)) {
            given.add(fileOf(cycle));
        }
        for (Path file : given) {
            Files.delete(file);
        }
        if (!given.isEmpty()) {
            cycleOfFirstPosition.headMap(begin.first()).clear();
            DataDirectory.forceDirectory(directory);
            queue.refreshDirectoryListing();
        }
        return given.size();
    }

    /** A tailer before the first event of the cycle that holds the given one. */
    ExcerptTailer tailerAtCycleOf(long position) {
        findCycles();
        Map.Entry<Long, Integer> cycle = cycleOfFirstPosition.floorEntry(position);
        ExcerptTailer tailer = tailer();
        if (cycle == null || !tailer.moveToIndex(queue.rollCycle().toIndex(cycle.getValue(), 0))) {
            tailer.close();
            throw new JournalDamaged(directory.toString(), position, "the file that held it cannot be read");
        }
        return tailer;
    }

    /** Position of the first event that ought to be in the files and is not, by what the files hold. */
    long firstMissing() {
        if (firstStored() > begin.first()) {
            return begin.first();
        }
        try (ExcerptTailer tailer = tailer()) {
            for (Map.Entry<Long, Integer> e : cycleOfFirstPosition.entrySet()) {
                Long next = cycleOfFirstPosition.higherKey(e.getKey());
                long due = next == null ? 0 : next - e.getKey();
                long held = held(tailer, e.getValue(), due);
                if (held < due) {
                    return e.getKey() + held;
                }
            }
        }
        return begin.first();
    }

    /** How many of so many events that are due a cycle's file holds. */
    private long held(ExcerptTailer tailer, int cycle, long due) {
        long low = 0;
        long high = due;
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            if (tailer.moveToIndex(queue.rollCycle().toIndex(cycle, middle - 1))) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** An instant in the newest file's cycle, 0 where there is none: what comes next must not go before it. */
    long lastCycleMillis() {
        int cycle = queue.lastCycle();
        return cycle == Integer.MIN_VALUE ? 0 : millisOf(cycle);
    }

    /** An instant in the cycle of the event at the position, 0 where there is none. */
    long cycleMillis(long position) {
        return reading(() -> {
            findCycles();
            Map.Entry<Long, Integer> cycle = cycleOfFirstPosition.floorEntry(position);
            return cycle == null ? 0L : millisOf(cycle.getValue());
        });
    }

    private long millisOf(int cycle) {
        return (long) cycle * queue.rollCycle().lengthInMillis() + queue.epoch();
    }

    /** Where the queue itself believes the last document of a cycle begins, bytes from the start of its file. */
    long writePosition(int cycle) {
        SingleChronicleQueueStore store = queue.storeForCycle(cycle, queue.epoch(), false, null);
        if (store == null) {
            return 0;
        }
        try {
            return store.writePosition();
        } finally {
            queue.closeStore(store);
        }
    }

    /** Looks at the first event of each cycle not seen before. */
    private synchronized void findCycles() {
        queue.refreshDirectoryListing();
        int last = queue.lastCycle();
        int known = cycleOfFirstPosition.isEmpty()
                ? Integer.MIN_VALUE
                : cycleOfFirstPosition.lastEntry().getValue();
        if (known >= last) {
            return;
        }
        try (ExcerptTailer tailer = tailer()) {
            FrameBuffer frame = new FrameBuffer();
            for (int cycle : cyclesBetween(known, last)) {
                if (readFirst(tailer, cycle, frame)) {
                    cycleOfFirstPosition.put(frame.position(), cycle);
                }
            }
        } catch (MalformedEvent e) {
            throw new JournalDamaged(directory.toString(), 0, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Behind the first, up to the second, oldest first. By their files: the queue's own listing is brought up to date by whoever
     * writes, and a prune that is under way, or was killed, has dropped files that still stand there.
     */
    private List<Integer> cyclesBetween(int known, int last) {
        List<Integer> cycles = new ArrayList<>();
        try {
            for (Path file : CycleNames.filesOf(directory)) {
                names.cycleOf(file.getFileName().toString()).ifPresent(cycle -> {
                    if (cycle > known && cycle <= last) {
                        cycles.add(cycle);
                    }
                });
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return cycles;
    }

    private boolean readFirst(ExcerptTailer tailer, int cycle, FrameBuffer frame) {
        try {
            return tailer.moveToIndex(queue.rollCycle().toIndex(cycle, 0)) && frame.readFrom(tailer);
        } catch (RuntimeException e) {
            if (Files.exists(fileOf(cycle))) {
                throw e;
            }
            // Another process has dropped it since.
            return false;
        }
    }

    @Override
    public void close() {
        queue.close();
    }
}
