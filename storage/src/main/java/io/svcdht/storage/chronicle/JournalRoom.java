package io.svcdht.storage.chronicle;

import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Room;
import io.svcdht.storage.model.DiskReserve;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps real blocks ahead of the writer, and an eye on the volume's reserve.
 *
 * <pre>
 *   current file   │ events …      │ real blocks, ≥ 1 MiB or room is tight │ more, made on a thread of its own
 *   spare          │ 2 MiB of real blocks: the next cycle's file begins as this one, by a rename
 * </pre>
 *
 * <p>An append never runs past what is real. The reserve is looked at every {@value #SAMPLE_MILLIS} ms and after every
 * 2 MiB; a volume that fills faster than that finds the blocks ahead taken already.
 */
final class JournalRoom implements AutoCloseable {
    static final String SPARE = "spare";
    /** By so much at a time a file grows. */
    static final long STEP_BYTES = 2 << 20;
    /** With less than this ahead, only what concerns the node itself is appended. */
    static final long AHEAD_BYTES_MIN = 1 << 20;
    /** Room for an event of the largest size and the queue's index pages; with less than twice this, nothing is. */
    static final long EVENT_BYTES_MAX = 1 << 18;

    /** More than is written until {@link #start}. */
    private static final long OPENING_BYTES_MAX = 16 << 20;

    private static final int SAMPLE_MILLIS = 200;
    private static final Logger LOG = LoggerFactory.getLogger(JournalRoom.class);

    private final Path journal;
    private final Blocks blocks;
    private final Supplier<DiskReserve> reserve;
    private final Volume volume;
    private final Thread watch;
    private CycleNames names;
    private volatile int cycle = Integer.MIN_VALUE;
    private volatile long written;
    private volatile long real;
    private volatile boolean spare;
    private volatile @Nullable String shortage;
    private volatile boolean closed;

    /**
     * Looks at the volume, and where it may fill up while the queue is opened, makes real first what that writes. Nothing
     * is watched before {@link #start}.
     */
    JournalRoom(Path journal, RollCycle rollCycle, Blocks blocks, Volume volume, Supplier<DiskReserve> reserve)
            throws IOException {
        this.journal = journal;
        this.names = new CycleNames(rollCycle);
        this.blocks = blocks;
        this.reserve = reserve;
        this.volume = volume;
        this.watch = Thread.ofPlatform().daemon().name("journal-room").unstarted(this::watch);
        sample();
        if (shortage != null || volume.freeBytes() < OPENING_BYTES_MAX) {
            makeSpare();
            makeMetadata();
        }
    }

    /** Why the volume is short, null where it is not. */
    @Nullable
    String shortage() {
        return shortage;
    }

    /** Takes over a journal that was just replayed, and watches its volume from now on. */
    void start(ChronicleFiles files) throws IOException {
        makeMetadata();
        names = new CycleNames(files.queue().rollCycle());
        int newest = files.queue().lastCycle();
        if (newest != Integer.MIN_VALUE) {
            written = files.writePosition(newest);
            cycle = newest;
            extend();
        }
        watch.start();
    }

    Room room(long instantMillis) {
        return room(names.cycleAt(instantMillis));
    }

    private Room room(int atCycle) {
        String why = shortage;
        if (atCycle > cycle) {
            if (!makeSpare()) {
                return new Room.Nothing("the volume has no room for the next file of the journal");
            }
            return why == null ? Room.ENOUGH : new Room.Tight(why);
        }
        if (real - written < AHEAD_BYTES_MIN && !extend()) {
            String full = "the volume has no blocks left";
            return real - written < 2 * EVENT_BYTES_MAX ? new Room.Nothing(full) : new Room.Tight(full);
        }
        return why == null ? Room.ENOUGH : new Room.Tight(why);
    }

    /**
     * Makes sure that the next event falls on real blocks.
     *
     * @throws IOException if there are none
     */
    void claim(long instantMillis, long bytes) throws IOException {
        int atCycle = names.cycleAt(instantMillis);
        if (atCycle > cycle) {
            begin(atCycle);
        }
        if (real - written < bytes + EVENT_BYTES_MAX && !extend()) {
            throw new IOException("the volume has no blocks left for %d bytes".formatted(bytes));
        }
    }

    /** The spare becomes the cycle's file before the queue would make one that is not real. */
    private synchronized void begin(int atCycle) throws IOException {
        Path file = journal.resolve(names.fileName(atCycle));
        long end = 0;
        if (!Files.exists(file)) {
            if (!makeSpare()) {
                throw new IOException("the volume has no room for " + file);
            }
            Files.move(journal.resolve(SPARE), file);
            spare = false;
            real = STEP_BYTES;
        } else {
            // An earlier run began it; the queue goes on where it ends.
            real = 0;
            end = Files.size(file);
        }
        written = end;
        cycle = atCycle;
        LockSupport.unpark(watch);
    }

    /** To be told where in the file the last event ends. */
    void wrote(long end) {
        written = end;
        if (real - end < STEP_BYTES / 2) {
            LockSupport.unpark(watch);
        }
    }

    /** Whether the current file has its blocks ahead. */
    private synchronized boolean extend() {
        if (cycle == Integer.MIN_VALUE) {
            return true;
        }
        long to = Math.ceilDiv(written + STEP_BYTES, STEP_BYTES) * STEP_BYTES;
        if (real >= to) {
            return true;
        }
        try {
            blocks.make(journal.resolve(names.fileName(cycle)), real, to);
            real = to;
            return true;
        } catch (IOException e) {
            LOG.debug("No blocks ahead of the journal: {}", String.valueOf(e.getMessage()));
            return false;
        }
    }

    /** The queue's own notes are a mapped file as well. */
    private void makeMetadata() throws IOException {
        Path metadata = journal.resolve(SingleChronicleQueue.QUEUE_METADATA_FILE);
        if (Files.exists(metadata)) {
            blocks.make(metadata, 0, Files.size(metadata));
        }
    }

    private synchronized boolean makeSpare() {
        if (spare) {
            return true;
        }
        Path file = journal.resolve(SPARE);
        try {
            if (Files.exists(file) && !isZero(file)) {
                Files.delete(file);
            }
            blocks.make(file, 0, STEP_BYTES);
            DataDirectory.forceDirectory(journal);
            spare = true;
        } catch (IOException e) {
            LOG.debug("No spare file for the journal: {}", String.valueOf(e.getMessage()));
        }
        return spare;
    }

    /** What is to become a file of the journal must hold nothing else. */
    private static boolean isZero(Path file) throws IOException {
        try (FileChannel c = FileChannel.open(file, StandardOpenOption.READ)) {
            return c.size() <= STEP_BYTES && FileEnd.isZero(c, 0);
        }
    }

    private void watch() {
        while (!closed) {
            try {
                sample();
                if (shortage == null) {
                    // Below the reserve the blocks ahead are kept for what the node has to say about itself.
                    extend();
                    makeSpare();
                }
            } catch (IOException | RuntimeException e) {
                shortage = "the volume cannot be looked at: " + e.getMessage();
            }
            LockSupport.parkNanos(this, SAMPLE_MILLIS * 1_000_000L);
        }
    }

    void sample() throws IOException {
        DiskReserve kept = reserve.get();
        long free = volume.freeBytes();
        long total = volume.totalBytes();
        String before = shortage;
        if (free < (before == null ? kept.lowWater(total) : kept.highWater(total))) {
            shortage = "%s are free on the volume of %s, below disk_reserve=%s"
                    .formatted(mebibytes(free), journal, mebibytes(kept.lowWater(total)));
        } else {
            shortage = null;
        }
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(watch);
        try {
            // A thread that was never started has nothing to join.
            watch.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
