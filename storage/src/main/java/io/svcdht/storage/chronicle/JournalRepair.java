package io.svcdht.storage.chronicle;

import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalUnavailable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import org.jspecify.annotations.Nullable;

/**
 * Gives a damaged journal an end before the damage, because somebody asked for it. Events behind the damage may be
 * whole, but what they rest on is gone, so they cannot be part of the journal any more. Nothing is deleted: all files
 * from the damage on are set aside as they were.
 */
public final class JournalRepair {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    private JournalRepair() {}

    /**
     * What was given up.
     *
     * @param first position of the first event that is left, {@code kept} + 1 where none is
     * @param kept position of the last event that is left
     * @param lastGivenUp the highest position that is known to have been there; {@code kept} where none is known
     * @param aside directory that holds the files as they were
     * @param files of the journal from the damaged one on, and those of states behind its new end
     */
    public record Report(JournalDamaged damage, long first, long kept, long lastGivenUp, Path aside, List<Path> files) {
        public Report {
            files = List.copyOf(files);
        }

        /** For people, one thing a line. */
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("damage: " + damage.getMessage());
            lines.add(
                    kept < first && kept > 0
                            ? "kept: no event, but the checkpoint of position %d".formatted(kept)
                            : "kept: events %d to %d".formatted(first, kept));
            lines.add(
                    lastGivenUp > kept
                            ? "given up: events %d to %d".formatted(kept + 1, lastGivenUp)
                            : "given up: no event that can be told any more");
            lines.add("set aside in %s, as they were:".formatted(aside));
            files.forEach(f -> lines.add("  " + f.getFileName()));
            return lines;
        }
    }

    /** Finds the files that hold states behind a position: those the journal will not come to, or come to otherwise. */
    @FunctionalInterface
    public interface StatesBehind {
        StatesBehind NONE = position -> List.of();

        Collection<Path> files(long position);
    }

    /** What a repair of this journal would do; empty where it is intact. Nothing is changed. */
    public static Optional<Report> plan(Path journal, StatesBehind states) {
        try {
            return Optional.ofNullable(plan(journal, ChronicleFiles.daily(), states))
                    .map(Plan::report);
        } catch (IOException e) {
            throw new JournalUnavailable("journal %s cannot be read: %s".formatted(journal, e), e);
        }
    }

    /**
     * Repairs the journal of a directory that no node is at; empty where it is intact.
     *
     * @throws JournalUnavailable if it cannot be written
     */
    public static Optional<Report> repair(DataDirectory directory, StatesBehind states) {
        return repair(directory, ChronicleFiles.daily(), states);
    }

    static Optional<Report> repair(DataDirectory directory, RollCycle rollCycle, StatesBehind states) {
        Path journal = directory.journal();
        try {
            Plan plan = plan(journal, rollCycle, states);
            if (plan == null) {
                return Optional.empty();
            }
            carryOut(plan, directory, rollCycle);
            return Optional.of(plan.report());
        } catch (IOException e) {
            throw new JournalUnavailable("journal %s cannot be repaired: %s".formatted(journal, e), e);
        }
    }

    /** @param from the journal's files from the damaged one on */
    private record Plan(Inspection.Result found, List<Path> from, Report report) {}

    private static @Nullable Plan plan(Path journal, RollCycle rollCycle, StatesBehind states) throws IOException {
        Inspection.Result found = Inspection.of(journal, rollCycle, e -> {});
        JournalDamaged damage = found.damage();
        if (damage == null) {
            return null;
        }
        Path aside = journal.resolveSibling("aside-" + STAMP.format(Instant.now()));
        List<Path> from =
                found.files().subList(found.wholeFiles(), found.files().size());
        List<Path> files = new ArrayList<>(from);
        files.addAll(states.files(found.intact()));
        long first = found.begin().first();
        return new Plan(found, from, new Report(damage, first, found.intact(), lastIn(from, found), aside, files));
    }

    private static void carryOut(Plan plan, DataDirectory directory, RollCycle rollCycle) throws IOException {
        Path journal = directory.journal();
        Report report = plan.report();
        List<Path> from = plan.from();
        Path rebuilt =
                plan.found().begun() ? rebuild(directory.path(), from.getFirst(), rollCycle, report.kept()) : null;
        Files.createDirectory(report.aside());
        linkAside(journal, report.files(), report.aside());
        write(report.aside().resolve("REPAIR.txt"), String.join("\n", report.lines()) + "\n");
        DataDirectory.forceDirectory(report.aside());
        DataDirectory.forceDirectory(directory.path());
        // From here on a kill leaves a journal that is damaged at the same place or already ends before it.
        try (DurableMark mark = new DurableMark(journal)) {
            mark.write(report.kept());
        }
        for (Path file : report.files().subList(from.size(), report.files().size())) {
            // Its link in the directory aside stays.
            Files.delete(file);
        }
        putInPlace(journal, from, rebuilt);
        if (report.kept() == 0) {
            directory.beginAgain();
        }
    }

    /** The highest position in the files that a checksum vouches for, or that was promised. */
    private static long lastIn(List<Path> files, Inspection.Result found) throws IOException {
        long last = Math.max(found.intact(), found.promised());
        for (Path file : files) {
            try (QueueFile f = new QueueFile(file)) {
                byte[] before = new byte[0];
                while (f.next()) {
                    try {
                        if (before.length > 0) {
                            last = Math.max(last, follows(before, f));
                        }
                        before = Arrays.copyOf(f.document(), f.length());
                    } catch (MalformedEvent e) {
                        before = new byte[0];
                    }
                }
            }
        }
        return last;
    }

    private static long follows(byte[] before, QueueFile f) {
        Frames frames = Frames.behind(before, before.length);
        return frames.read(f.document(), f.length()).position();
    }

    /** The intact beginning of the damaged file, as a file of its own. */
    private static Path rebuild(Path data, Path damaged, RollCycle rollCycle, long last) throws IOException {
        Path work = data.resolve("repair");
        TornTail.delete(work);
        Files.createDirectories(work);
        CycleNames names = new CycleNames(rollCycle);
        int cycle = names.cycleOf(String.valueOf(damaged.getFileName()))
                .orElseThrow(() -> new IOException(damaged + " has no name that can be kept"));
        long now = names.beginsAtMillis(cycle);
        try (ChronicleFiles fresh = new ChronicleFiles(work, rollCycle, () -> now, false);
                QueueFile f = new QueueFile(damaged)) {
            TornTail.copy(f, fresh, last);
        }
        Path rebuilt = work.resolve(names.fileName(cycle));
        force(rebuilt);
        return rebuilt;
    }

    /** Links, so that a file is never in neither place. */
    private static void linkAside(Path journal, List<Path> from, Path aside) throws IOException {
        List<Path> all = new ArrayList<>(from);
        all.addAll(Inspection.torn(journal));
        for (Path file : all) {
            Files.createLink(aside.resolve(file.getFileName()), file);
        }
        for (String name : List.of(SingleChronicleQueue.QUEUE_METADATA_FILE, DurableMark.FILE, PrunedMark.FILE)) {
            if (Files.exists(journal.resolve(name))) {
                Files.copy(journal.resolve(name), aside.resolve(name));
                force(aside.resolve(name));
            }
        }
    }

    private static void putInPlace(Path journal, List<Path> from, @Nullable Path rebuilt) throws IOException {
        if (rebuilt != null) {
            Files.move(rebuilt, from.getFirst(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            TornTail.delete(rebuilt.resolveSibling(".").normalize());
        }
        for (Path file : from.subList(rebuilt == null ? 0 : 1, from.size())) {
            // Its link in the directory aside stays.
            Files.delete(file);
        }
        // It remembers which files there were; the queue makes it anew.
        Files.deleteIfExists(journal.resolve(SingleChronicleQueue.QUEUE_METADATA_FILE));
        DataDirectory.forceDirectory(journal);
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        force(file);
    }

    private static void force(Path file) throws IOException {
        try (FileChannel c = FileChannel.open(file, StandardOpenOption.WRITE)) {
            c.force(true);
        }
    }
}
