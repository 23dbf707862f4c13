package io.svcdht.storage.chronicle;

import io.svcdht.storage.chronicle.ChronicleTraces.Told;
import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.PingFailed;
import io.svcdht.storage.trace.RateBudget;
import io.svcdht.storage.trace.TraceCodec;
import io.svcdht.storage.trace.TraceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the trace journal and keeps it within its limits; one thread does. The queue is made with the first trace: who
 * looks nothing up writes nothing.
 */
final class TraceWriter {
    private static final Logger LOG = LoggerFactory.getLogger(TraceWriter.class);
    private static final long BLOCK_BYTES = 1 << 20;
    /** After so much was written it is looked at, so that a search has little left to do. */
    private static final long LOOK_BYTES = 1 << 20;

    /** Lookups that nobody waited for may have one byte in so many. */
    static final int UNWAITED_SHARE = 4;

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final TraceDirectory directory;
    private final RollCycle rollCycle;
    private final Supplier<TraceLimits> limits;
    private final ChronicleTraces.Clocks clocks;
    private final RateBudget rate = new RateBudget();
    /** What nobody waited for has a part of it: announcing a million records is not to leave finds without a trace. */
    private final RateBudget unwaited = new RateBudget();

    private final RollClock rollClock = new RollClock();
    private final ByteSink out = new ByteSink(4_096);
    private final List<TraceFile> files = new CopyOnWriteArrayList<>();
    private final AtomicLong kept = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    private @Nullable SingleChronicleQueue queue;
    private @Nullable ExcerptAppender appender;
    private @Nullable TraceFile current;
    private long currentEnd;
    private long sinceLooked;
    private boolean down;
    private long downSinceNanos;
    private boolean shortOfSpace;
    private long sampledNanos;
    private volatile boolean begun;

    TraceWriter(
            TraceDirectory directory,
            RollCycle rollCycle,
            Supplier<TraceLimits> limits,
            ChronicleTraces.Clocks clocks) {
        this.directory = directory;
        this.rollCycle = rollCycle;
        this.limits = limits;
        this.clocks = clocks;
        this.sampledNanos = clocks.nanos().getAsLong() - SAMPLE_NANOS;
    }

    /** Takes over what there is; where that fails, it is tried again later. */
    void begin() {
        try {
            files.clear();
            if (Files.isDirectory(directory.path())) {
                files.addAll(directory.begin());
            }
            down = false;
            account();
            giveUpOld();
        } catch (IOException | RuntimeException e) {
            failed("cannot be taken over", e);
        }
        begun = true;
    }

    boolean begun() {
        return begun;
    }

    /** Oldest first. */
    List<TraceFile> files() {
        return files;
    }

    long kept() {
        return kept.get();
    }

    long dropped() {
        return dropped.get();
    }

    /** What all files take, the room ahead of the newest left out. */
    long bytes() {
        return bytes.get();
    }

    /** Writes one trace, or drops it and counts that. */
    void write(Told trace) {
        boolean waits = true;
        switch (trace) {
            case Told.Lookup(LookupRecord lookup) -> {
                TraceCodec.encode(lookup, out);
                waits = lookup.asker().waits();
            }
            case Told.Ping(PingFailed ping) -> TraceCodec.encode(ping, out);
            case Told.End end -> {
                return;
            }
        }
        if (beyondTheirPart(waits)) {
            return;
        }
        try {
            if (mayWrite(out.length())) {
                append();
                kept.incrementAndGet();
                return;
            }
        } catch (IOException | RuntimeException | InternalError | AssertionError e) {
            // InternalError is how a full disk shows itself under a mapped file.
            failed("cannot be written", e);
        }
        dropped.incrementAndGet();
    }

    private boolean mayWrite(int length) throws IOException {
        TraceLimits l = limits.get();
        long now = clocks.nanos().getAsLong();
        if (down && now - downSinceNanos < PAUSE_NANOS) {
            return false;
        }
        if (down) {
            begin();
        }
        leaveHourThatIsOver();
        return !down && !isShort(l, now) && fits(l, length) && rate.spend(length, l.bytesPerSecond(), now);
    }

    /** A sample will do of what nobody waited for, so what is over their part is not counted as lost. */
    private boolean beyondTheirPart(boolean waits) {
        long bytesPerSecond = limits.get().bytesPerSecond() / UNWAITED_SHARE;
        return !waits
                && !unwaited.spend(out.length(), bytesPerSecond, clocks.nanos().getAsLong());
    }

    private boolean isShort(TraceLimits l, long now) throws IOException {
        if (now - sampledNanos >= SAMPLE_NANOS) {
            sampledNanos = now;
            directory.make();
            Volume volume = Volume.of(directory.path());
            boolean was = shortOfSpace;
            shortOfSpace = volume.freeBytes() < l.reserve().highWater(volume.totalBytes());
            if (shortOfSpace && !was) {
                LOG.warn("The volume is nearly down to its reserve: traces of lookups are dropped until there is room");
            }
        }
        return shortOfSpace;
    }

    /** Gives up the oldest files while there is no room for so much more. */
    private boolean fits(TraceLimits l, int length) throws IOException {
        while (bytes.get() + length > l.bytesMax() && !files.isEmpty() && files.getFirst() != current) {
            giveUp(files.getFirst());
        }
        return bytes.get() + length <= l.bytesMax();
    }

    private void append() throws IOException {
        rollClock.advanceTo(clocks.millis().getAsLong());
        ExcerptAppender a = appender();
        try (DocumentContext dc = a.writingDocument()) {
            dc.wire().bytes().write(out.array(), 0, out.length());
            long end = dc.wire().bytes().writePosition();
            if (current == null || a.cycle() != current.cycle()) {
                rolled(a.cycle());
            }
            bytes.addAndGet(end - currentEnd);
            sinceLooked += end - currentEnd;
            currentEnd = end;
        }
    }

    private ExcerptAppender appender() throws IOException {
        ExcerptAppender a = appender;
        if (a == null) {
            directory.make();
            SingleChronicleQueue q = SingleChronicleQueueBuilder.binary(directory.path())
                    .rollCycle(rollCycle)
                    .blockSize(BLOCK_BYTES)
                    .timeProvider(rollClock)
                    .build();
            queue = q;
            a = q.createAppender();
            a.singleThreadedCheckDisabled(true);
            appender = a;
        }
        return a;
    }

    private void rolled(int cycle) {
        leave();
        current = directory.ofCycle(cycle);
        currentEnd = 0;
        files.add(current);
    }

    /** Its file may then be given up, also where it alone took all the room there is. */
    private void leaveHourThatIsOver() {
        if (current != null && directory.cycleAt(clocks.millis().getAsLong()) > current.cycle()) {
            leave();
        }
    }

    private void leave() {
        TraceFile last = current;
        if (last != null) {
            look(last);
            last.endsAt(currentEnd);
            current = null;
        }
    }

    /** What is to be done now and then. */
    void upkeep() {
        TraceFile file = current;
        if (file != null && sinceLooked >= LOOK_BYTES) {
            sinceLooked = 0;
            look(file);
        }
        try {
            giveUpOld();
        } catch (IOException e) {
            LOG.warn("Old traces could not be given up: {}", e.toString());
        }
    }

    /** Looks at what the run before wrote in the last hour: that is what one asks for after a restart. */
    void lookBack() {
        long from = clocks.millis().getAsLong() - TimeUnit.HOURS.toMillis(1);
        for (TraceFile file : files) {
            if (directory.endsAtMillis(file.cycle()) > from) {
                look(file);
            }
        }
    }

    private static void look(TraceFile file) {
        try {
            file.blocks();
        } catch (IOException e) {
            LOG.debug("{} will be looked at when it is searched: {}", file.path(), e.toString());
        }
    }

    private void giveUpOld() throws IOException {
        long until = clocks.millis().getAsLong()
                - TimeUnit.HOURS.toMillis(limits.get().retentionHours());
        while (!files.isEmpty()
                && files.getFirst() != current
                && directory.endsAtMillis(files.getFirst().cycle()) <= until) {
            giveUp(files.getFirst());
        }
    }

    private void giveUp(TraceFile file) throws IOException {
        Files.deleteIfExists(file.path());
        files.remove(file);
        if (queue != null) {
            queue.refreshDirectoryListing();
        }
        account();
    }

    private void account() {
        long sum = 0;
        for (TraceFile file : files) {
            sum += file == current ? currentEnd : file.bytes();
        }
        bytes.set(sum);
    }

    private void failed(String how, Throwable why) {
        if (!down) {
            LOG.warn(
                    "The trace journal in {} {}; traces of lookups are dropped, and it is tried again: {}",
                    directory.path(),
                    how,
                    why.toString());
        }
        down = true;
        downSinceNanos = clocks.nanos().getAsLong();
        letGo();
        leave();
    }

    private void letGo() {
        try {
            if (appender != null) {
                appender.close();
            }
            if (queue != null) {
                queue.close();
            }
            Unmapping.finish();
        } catch (RuntimeException | InternalError | AssertionError e) {
            LOG.debug("The trace journal's queue did not close cleanly: {}", e.toString());
        }
        appender = null;
        queue = null;
    }

    void close() {
        TraceFile last = current;
        boolean clean = !down;
        letGo();
        if (last != null && clean) {
            TraceDirectory.trim(last, currentEnd);
        }
    }
}
