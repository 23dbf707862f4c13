package io.svcdht.storage.chronicle;

import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.JournalUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueStore;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * A journal directory as Chronicle Queue keeps it: one file a cycle, one document an event. A document's index is
 * its cycle and its number in the cycle; since positions have no gap, the first position of each cycle is all it
 * takes to go from one to the other.
 */
final class ChronicleFiles implements AutoCloseable {
    private static final long BLOCK_BYTES = 1 << 20;

    private final Path directory;
    private final SingleChronicleQueue queue;
    private final ConcurrentSkipListMap<Long, Integer> cycleOfFirstPosition = new ConcurrentSkipListMap<>();

    ChronicleFiles(Path directory, RollCycle rollCycle, TimeProvider clock, boolean readOnly) {
        this.directory = directory;
        this.queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(rollCycle)
                .blockSize(BLOCK_BYTES)
                .timeProvider(clock)
                .readOnly(readOnly)
                .build();
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

    /** The name of a cycle's file, or of the directory where none can be told. */
    String fileName(int cycle) {
        try (Stream<Path> all = Files.list(directory)) {
            // The names sort as the cycles do.
            List<String> files = all.map(Path::toString)
                    .filter(name -> name.endsWith(SingleChronicleQueue.SUFFIX))
                    .sorted()
                    .toList();
            NavigableSet<Long> cycles = queue.listCyclesBetween(queue.firstCycle(), queue.lastCycle());
            return cycles.size() == files.size() && cycles.contains((long) cycle)
                    ? files.get(cycles.headSet((long) cycle).size())
                    : directory.toString();
        } catch (IOException | RuntimeException e) {
            return directory.toString();
        }
    }

    /** Position of the first event that is there, or of the first to come. */
    long firstPosition() {
        return reading(() -> {
            findCycles();
            return cycleOfFirstPosition.isEmpty() ? 1 : cycleOfFirstPosition.firstKey();
        });
    }

    /** Position of the last event that is there, 0 = none. */
    long lastPosition() {
        return reading(this::findLastPosition);
    }

    private long findLastPosition() {
        long index = queue.lastIndex();
        if (index < 0) {
            return 0;
        }
        try (ExcerptTailer tailer = tailer()) {
            FrameBuffer frame = new FrameBuffer();
            return tailer.moveToIndex(index) && frame.readFrom(tailer) ? frame.position() : 0;
        }
    }

    /** A reader that stands before position 1 of a journal that has all its events. */
    ChronicleReader readAll() {
        return reading(() -> new ChronicleReader(this, tailer().toStart(), Frames.fromStart()));
    }

    Read read(long from) {
        return reading(() -> readerFrom(from));
    }

    private Read readerFrom(long from) {
        long first = firstPosition();
        if (from < first) {
            return new Read.Truncated(first);
        }
        ExcerptTailer tailer = tailer();
        try {
            return new Read.From(new ChronicleReader(this, tailer, framesBefore(from, first, tailer)));
        } catch (RuntimeException e) {
            tailer.close();
            throw e;
        }
    }

    private Frames framesBefore(long from, long first, ExcerptTailer tailer) {
        if (from == first) {
            tailer.toStart();
            if (first == 1) {
                return Frames.fromStart();
            }
            throw new JournalDamaged(
                    directory.toString(), first, "the journal begins here, and the events before are missing");
        }
        long before = from - 1;
        Map.Entry<Long, Integer> cycle = cycleOfFirstPosition.floorEntry(before);
        long index = cycle == null ? -1 : queue.rollCycle().toIndex(cycle.getValue(), before - cycle.getKey());
        FrameBuffer frame = new FrameBuffer();
        if (cycle == null || !tailer.moveToIndex(index) || !frame.readFrom(tailer)) {
            throw new IllegalArgumentException("position %d lies beyond the last, %d".formatted(from, lastPosition()));
        }
        if (frame.position() != before) {
            throw new JournalDamaged(
                    fileName(cycle.getValue()), before, "position %d stands in its place".formatted(frame.position()));
        }
        return Frames.behind(frame.bytes(), frame.length());
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
        int first = queue.firstCycle();
        int last = queue.lastCycle();
        if (first == Integer.MAX_VALUE || last == Integer.MIN_VALUE) {
            return;
        }
        int known = cycleOfFirstPosition.isEmpty()
                ? Integer.MIN_VALUE
                : cycleOfFirstPosition.lastEntry().getValue();
        if (known >= last) {
            return;
        }
        try (ExcerptTailer tailer = tailer()) {
            FrameBuffer frame = new FrameBuffer();
            // Both ends must exist, and the cycle after the last known one need not: nothing may have happened in it.
            for (long cycle : queue.listCyclesBetween(Math.max(first, known), last)) {
                if (cycle == known) {
                    continue;
                }
                long index = queue.rollCycle().toIndex((int) cycle, 0);
                if (tailer.moveToIndex(index) && frame.readFrom(tailer)) {
                    cycleOfFirstPosition.put(frame.position(), (int) cycle);
                }
            }
        } catch (MalformedEvent e) {
            throw new JournalDamaged(directory.toString(), 0, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        queue.close();
    }

    /** The bytes of one document, in an array that is used again. */
    static final class FrameBuffer {
        private byte[] bytes = new byte[512];
        private int length;
        private long end;

        /** Whether there was a document to read. */
        boolean readFrom(ExcerptTailer tailer) {
            try (DocumentContext dc = tailer.readingDocument()) {
                if (!dc.isPresent()) {
                    return false;
                }
                var in = dc.wire().bytes();
                length = (int) in.readRemaining();
                end = in.readLimit();
                if (length > bytes.length) {
                    bytes = new byte[Math.max(length, bytes.length * 2)];
                }
                in.read(bytes, 0, length);
                return true;
            }
        }

        byte[] bytes() {
            return bytes;
        }

        int length() {
            return length;
        }

        /** Where in its file the document ends. */
        long end() {
            return end;
        }

        long position() {
            return Frames.positionOf(bytes, length);
        }
    }
}
