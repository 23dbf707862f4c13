package io.svcdht.storage.chronicle;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.HandOver;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalFile;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Prunable;
import io.svcdht.storage.journal.Room;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.DiskReserve;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal on disk. Opening it replays it, from its start or from a checkpoint's seam, since only a walk to its end
 * proves that what follows will follow an intact journal.
 *
 * <p>Chronicle's own sync is asynchronous by default and reports no failure, so durability is a force of the file
 * itself, which covers all its mapped pages.
 */
public final class ChronicleJournal implements Journal, Prunable {
    private static final Logger LOG = LoggerFactory.getLogger(ChronicleJournal.class);

    private final ChronicleFiles files;
    private final long epoch;
    private final RollClock clock;
    private final Frames frames;
    private final ExcerptAppender appender;
    private final DurableFile durableFile;
    private final DurableMark mark;
    private final JournalRoom room;
    private final AtomicLong last = new AtomicLong();
    private volatile long durable;
    private final AtomicLong bytes = new AtomicLong();
    private @Nullable JournalUnavailable failure;

    private ChronicleJournal(
            ChronicleFiles files,
            long epoch,
            RollClock clock,
            Frames frames,
            long bytes,
            DurableMark mark,
            JournalRoom room) {
        this.files = files;
        this.room = room;
        this.epoch = epoch;
        this.clock = clock;
        this.frames = frames;
        last.set(frames.position());
        this.bytes.set(bytes);
        appender = files.queue().createAppender();
        appender.singleThreadedCheckDisabled(true);
        durableFile = new DurableFile(files.directory());
        this.mark = mark;
    }

    /**
     * Replays the journal of a data directory into {@code replayed}, then opens it for writing, one file a day.
     *
     * @throws JournalDamaged if it does not hold what was written
     * @throws JournalUnavailable if it cannot be written
     */
    public static ChronicleJournal open(DataDirectory directory, Consumer<JournalEntry> replayed) {
        return open(directory, journal -> Seam.START, replayed);
    }

    static ChronicleJournal open(DataDirectory directory, RollCycle rollCycle, Consumer<JournalEntry> replayed) {
        Medium medium = new Medium(rollCycle, Blocks.ofThisMachine(), DiskReserve::none);
        return open(directory, medium, journal -> Seam.START, replayed);
    }

    /**
     * The same, but only the events behind a seam are read and checked.
     *
     * @param base is shown the journal before it is replayed and names the seam, having restored the state there
     * @throws io.svcdht.storage.journal.JournalTruncated if events behind the seam were pruned
     */
    public static ChronicleJournal open(
            DataDirectory directory, Function<JournalSource, Seam> base, Consumer<JournalEntry> replayed) {
        return open(directory, DiskReserve::none, base, replayed);
    }

    /** The same, leaving a reserve free on the volume; it is asked again and again. */
    public static ChronicleJournal open(
            DataDirectory directory,
            Supplier<DiskReserve> reserve,
            Function<JournalSource, Seam> base,
            Consumer<JournalEntry> replayed) {
        // Finding the file system's way costs a tenth of a second at first; opening the queue takes longer.
        CompletableFuture<Blocks> found = CompletableFuture.supplyAsync(Blocks::ofThisMachine);
        Blocks blocks = (file, from, to) -> found.join().make(file, from, to);
        return open(directory, new Medium(ChronicleFiles.daily(), blocks, reserve), base, replayed);
    }

    /**
     * Marks a journal that is still to be made as one that goes on behind a seam; who calls it has a checkpoint there
     * on the medium.
     *
     * @throws IllegalStateException if a journal has begun in the directory
     */
    public static void beginBehind(DataDirectory directory, Seam seam) throws IOException {
        if (!directory.firstStart()) {
            throw new IllegalStateException(directory.path() + " has a journal already");
        }
        PrunedMark.write(directory.journal(), PrunedMark.Begin.behind(seam));
    }

    /** How the files lie on the volume. */
    record Medium(RollCycle rollCycle, Blocks blocks, Supplier<DiskReserve> reserve) {}

    static ChronicleJournal open(
            DataDirectory directory,
            Medium medium,
            Function<JournalSource, Seam> base,
            Consumer<JournalEntry> replayed) {
        try {
            JournalRoom room = roomFor(directory, medium);
            try {
                return open(directory, medium, room, base, replayed);
            } catch (RuntimeException | Error e) {
                room.close();
                throw e;
            }
        } catch (JournalDamaged e) {
            throw Inspection.explain(directory.journal(), medium.rollCycle(), e);
        }
    }

    /** Real blocks for all that opening writes: without them it would fault in the middle. */
    private static JournalRoom roomFor(DataDirectory directory, Medium medium) {
        Path journal = directory.journal();
        try {
            HalfMadeFile.clear(journal);
            List<String> strangers = Inspection.strangers(journal);
            if (!strangers.isEmpty()) {
                LOG.warn("Files that are not of the journal lie in {}; they are left alone: {}", journal, strangers);
            }
            JournalRoom room =
                    new JournalRoom(journal, medium.rollCycle(), medium.blocks(), Volume.of(journal), medium.reserve());
            String why = room.shortage();
            if (why != null && directory.firstStart()) {
                throw new JournalUnavailable(why);
            }
            return room;
        } catch (IOException e) {
            throw new JournalUnavailable("journal %s cannot be written: %s".formatted(journal, e), e);
        }
    }

    private static ChronicleJournal open(
            DataDirectory directory,
            Medium medium,
            JournalRoom room,
            Function<JournalSource, Seam> base,
            Consumer<JournalEntry> replayed) {
        RollClock clock = new RollClock();
        ChronicleFiles files;
        try {
            files = new ChronicleFiles(directory.journal(), medium.rollCycle(), clock, false);
        } catch (IllegalStateException e) {
            throw new JournalUnavailable(
                    "journal %s cannot be opened: %s".formatted(directory.journal(), e.getMessage()), e);
        } catch (Exception | InternalError | AssertionError e) {
            throw new JournalDamaged(directory.journal().toString(), 0, "it cannot be read: " + e);
        }
        try {
            if (files.dropGivenUp() > 0) {
                LOG.info("The files that a prune had given up before position {} are gone now", files.firstPosition());
            }
            Replayed all = replay(files, clock, base.apply(new ChronicleSource(files)), replayed);
            if (all.problem() != null) {
                refuseUnlessTorn(files, all);
                TornTail.cut(files, clock, all.frames().position());
                files.close();
                files = new ChronicleFiles(directory.journal(), medium.rollCycle(), clock, false);
                LOG.warn(
                        "The journal had a torn end, as a power cut leaves it, and was cut behind position {}: no event"
                                + " behind it had been forced. What was there is kept as .torn ({})",
                        all.frames().position(),
                        all.problem().getMessage());
            }
            return open(files, directory, clock, all, room);
        } catch (IOException | IllegalStateException e) {
            files.close();
            throw new JournalUnavailable(
                    "journal %s cannot be written: %s".formatted(directory.journal(), e.getMessage()), e);
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /**
     * @param frames where the last whole event ends
     * @param problem why it is the last, null where the journal simply ends there
     */
    private record Replayed(
            Frames frames, long bytes, @Nullable JournalDamaged problem) {}

    private static Replayed replay(ChronicleFiles files, RollClock clock, Seam base, Consumer<JournalEntry> replayed)
            throws IOException {
        clock.advanceTo(files.cycleMillis(base.position()));
        try (ChronicleReader reader = readerBehind(files, base);
                HandOver fold = new HandOver(replayed)) {
            JournalDamaged problem = null;
            try {
                for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                    clock.advanceTo(e.instantMillis());
                    fold.accept(e);
                }
            } catch (JournalDamaged e) {
                problem = e;
            }
            fold.finish();
            long read = reader.frames().position();
            if (problem == null) {
                problem = problemBehind(files, reader, read);
            }
            return new Replayed(reader.frames(), reader.bytes(), problem);
        }
    }

    private static ChronicleReader readerBehind(ChronicleFiles files, Seam base) {
        return switch (files.readBehind(base)) {
            case Read.From(JournalReader reader) -> (ChronicleReader) reader;
            case Read.Truncated(long first) -> throw new JournalTruncated(base.position() + 1, first);
        };
    }

    private static @Nullable JournalDamaged problemBehind(ChronicleFiles files, ChronicleReader reader, long read)
            throws IOException {
        String journal = files.directory().toString();
        try {
            long stored = files.begin().first() - 1;
            if (files.queue().lastIndex() >= 0) {
                stored += files.queue().entryCount();
            }
            if (stored < read) {
                // Behind a checkpoint the reader does not come by a file that is missing, and no cut would mend it.
                throw new JournalDamaged(
                        journal,
                        files.firstMissing(),
                        "%d of the events up to position %d are missing here".formatted(read - stored, read));
            }
            if (stored != read) {
                return new JournalDamaged(
                        journal, read + 1, "%d events are stored, but only %d can be read".formatted(stored, read));
            }
            if (!reader.endsCleanly()) {
                return new JournalDamaged(journal, read + 1, "part of an event stands where the journal ends");
            }
            Path stray = Inspection.stray(
                    files.directory(), files.queue().rollCycle(), files.queue().lastCycle());
            return stray == null
                    ? null
                    : new JournalDamaged(stray.toString(), read + 1, "the journal does not know this file");
        } catch (JournalDamaged e) {
            throw e;
        } catch (Exception | InternalError | AssertionError e) {
            return new JournalDamaged(journal, read + 1, "it cannot be read: " + e);
        }
    }

    /**
     * A torn end is what lies behind the last force, and only there: damage before it is damage, and so is any where
     * the mark is missing, for then nobody knows what was promised.
     */
    private static void refuseUnlessTorn(ChronicleFiles files, Replayed all) throws IOException {
        JournalDamaged problem = all.problem();
        Path journal = files.directory();
        try (DurableMark mark = new DurableMark(journal)) {
            long once = mark.read();
            boolean promised = once == 0 || all.frames().position() < once;
            if (problem != null
                    && (promised
                            || Inspection.of(journal, files.queue().rollCycle(), e -> {})
                                    .foreign())) {
                throw problem;
            }
        }
    }

    private static ChronicleJournal open(
            ChronicleFiles files, DataDirectory directory, RollClock clock, Replayed all, JournalRoom room)
            throws IOException {
        long read = all.frames().position();
        clock.advanceTo(files.lastCycleMillis());
        DurableMark mark = new DurableMark(directory.journal());
        try {
            long once = Math.max(mark.read(), directory.firstStart() ? 0 : 1);
            if (once > read) {
                throw new JournalDamaged(
                        directory.journal().toString(),
                        read + 1,
                        "%d events were on the medium once, but only %d are there".formatted(once, read));
            }
            ChronicleJournal journal =
                    new ChronicleJournal(files, directory.epoch(), clock, all.frames(), all.bytes(), mark, room);
            room.start(files);
            if (read > 0) {
                // What a crash left in the page cache alone must be on the medium before anything builds on it.
                journal.durableFile.force();
                mark.write(read);
            }
            journal.durable = read;
            return journal;
        } catch (IOException | RuntimeException e) {
            mark.close();
            throw e;
        }
    }

    @Override
    public Room room(long instantMillis) {
        if (failure != null) {
            throw failure;
        }
        return room.room(Math.max(instantMillis, clock.currentTimeMillis()));
    }

    @Override
    public long append(long instantMillis, long cause, DhtEvent event) {
        if (failure != null) {
            throw failure;
        }
        if (cause < 0 || cause > last.getPlain()) {
            // Written down, it would make the journal unreadable.
            throw new IllegalArgumentException("cause %d of position %d".formatted(cause, last.getPlain() + 1));
        }
        clock.advanceTo(instantMillis);
        try {
            ByteSink frame = frames.write(instantMillis, cause, event);
            room.claim(clock.currentTimeMillis(), frame.length());
            try (DocumentContext dc = appender.writingDocument()) {
                Bytes<?> out = dc.wire().bytes();
                out.write(frame.array(), 0, frame.length());
                room.wrote(out.writePosition());
            }
            bytes.setRelease(bytes.getPlain() + frame.length() + 4);
            long position = frames.position();
            last.setRelease(position);
            return position;
        } catch (IOException | RuntimeException | InternalError e) {
            // InternalError is how a full disk shows itself under a mapped file.
            throw failed("an event could not be appended", e);
        }
    }

    @Override
    public CompletionStage<Long> durable(long position) {
        if (position <= durable) {
            return CompletableFuture.completedFuture(durable);
        }
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        long upTo = last.getPlain();
        try {
            durableFile.forceUpTo(appender.cycle());
            mark.write(upTo);
            durable = upTo;
            return CompletableFuture.completedFuture(upTo);
        } catch (IOException | RuntimeException | InternalError e) {
            return CompletableFuture.failedFuture(failed("the journal could not be forced to the medium", e));
        }
    }

    private JournalUnavailable failed(String what, Throwable cause) {
        JournalUnavailable f = new JournalUnavailable("%s: %s".formatted(what, cause), cause);
        failure = f;
        return f;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public long bytes() {
        return bytes.getAcquire() - files.begin().bytesBefore();
    }

    @Override
    public long firstPosition() {
        return files.firstPosition();
    }

    @Override
    public long lastPosition() {
        return last.getAcquire();
    }

    @Override
    public Read read(long from) {
        return files.read(from);
    }

    @Override
    public Read readBehind(Seam seam) {
        return files.readBehind(seam);
    }

    @Override
    public List<JournalFile> files() {
        return files.list();
    }

    @Override
    public void prune(Seam seam) {
        try {
            files.prune(seam);
        } catch (IOException e) {
            throw new JournalUnavailable("journal %s could not be pruned: %s".formatted(files.directory(), e), e);
        }
    }

    @Override
    public void close() {
        if (failure == null) {
            failure = new JournalUnavailable("the journal is closed");
        }
        room.close();
        appender.close();
        durableFile.close();
        files.close();
        Unmapping.finish();
        try {
            mark.close();
        } catch (IOException e) {
            throw new JournalUnavailable("the mark of " + files.directory() + " could not be closed", e);
        }
    }
}
