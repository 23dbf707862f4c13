package io.svcdht.storage.chronicle;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the trace journal.
 *
 * <pre>
 * 20261125-19F.cq4      of this run, as the queue names it: one an hour
 * 20261125-19F.cq4.r3   of the third run that wrote in that hour; only read
 * metadata.cq4t         the queue's own, of this run
 * </pre>
 *
 * <p>A run never goes on in a file of another: it puts them aside under a name the queue does not know and begins an
 * empty queue. What a kill or a power cut left torn is so neither written over nor waited for.
 */
final class TraceDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(TraceDirectory.class);
    private static final Pattern PUT_ASIDE = Pattern.compile("(.+\\.cq4)\\.r(\\d{1,9})");

    private final Path path;
    private final CycleNames names;
    private final AtomicLong skipped;

    TraceDirectory(Path path, RollCycle rollCycle, AtomicLong skipped) {
        this.path = path;
        this.names = new CycleNames(rollCycle);
        this.skipped = skipped;
    }

    Path path() {
        return path;
    }

    /** Makes it where it is not there, but not what it should lie in: that may be a volume that was taken away. */
    void make() throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectory(path);
        }
    }

    /** Puts aside what the queue would meet; returns all there is, oldest first. */
    List<TraceFile> begin() throws IOException {
        // Where no file of the queue is left, its metadata is of no use, and a half-made one would hold up the start.
        Files.deleteIfExists(path.resolve(SingleChronicleQueue.QUEUE_METADATA_FILE));
        for (Path file : CycleNames.filesOf(path)) {
            String name = file.getFileName().toString();
            int run = 1;
            while (Files.exists(path.resolve(name + ".r" + run))) {
                run++;
            }
            Files.move(file, path.resolve(name + ".r" + run));
        }
        List<Aside> aside = new ArrayList<>();
        List<String> strangers = new ArrayList<>();
        try (Stream<Path> all = Files.list(path)) {
            for (Path file : all.toList()) {
                Matcher m = PUT_ASIDE.matcher(file.getFileName().toString());
                OptionalInt cycle = m.matches() ? names.cycleOf(m.group(1)) : OptionalInt.empty();
                if (cycle.isPresent()) {
                    aside.add(new Aside(file, cycle.getAsInt(), Integer.parseInt(m.group(2))));
                } else {
                    strangers.add(String.valueOf(file.getFileName()));
                }
            }
        }
        if (!strangers.isEmpty()) {
            LOG.warn("Files that are not of the trace journal lie in {}; they are left alone: {}", path, strangers);
        }
        return aside.stream()
                .sorted(Comparator.comparingInt(Aside::cycle).thenComparingInt(Aside::run))
                .map(a -> new TraceFile(a.file(), a.cycle(), skipped))
                .toList();
    }

    private record Aside(Path file, int cycle, int run) {}

    /** The file that the queue writes in a cycle. */
    TraceFile ofCycle(int cycle) {
        return new TraceFile(path.resolve(names.fileName(cycle)), cycle, skipped);
    }

    int cycleAt(long instantMillis) {
        return names.cycleAt(instantMillis);
    }

    /** When the last instant of a cycle is over. */
    long endsAtMillis(int cycle) {
        return names.beginsAtMillis(cycle + 1);
    }

    /** Cuts off the room ahead that a file did not use, once nobody has it open. */
    static void trim(TraceFile file, long end) {
        try (FileChannel c = FileChannel.open(file.path(), StandardOpenOption.WRITE)) {
            if (end > 0 && end < c.size()) {
                c.truncate(end);
            }
        } catch (IOException e) {
            LOG.debug("{} keeps the room it did not use: {}", file.path(), e.toString());
        }
    }
}
