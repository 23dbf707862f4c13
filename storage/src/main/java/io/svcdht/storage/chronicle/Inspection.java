package io.svcdht.storage.chronicle;

import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.JournalDamaged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import org.jspecify.annotations.Nullable;

/**
 * A journal at rest, read file by file without the queue, to say where it is damaged: the file, the position, and what
 * became of the events that were due there.
 */
final class Inspection {
    private static final Set<String> OURS = Set.of(
            SingleChronicleQueue.QUEUE_METADATA_FILE,
            DurableMark.FILE,
            JournalRoom.SPARE,
            PrunedMark.FILE,
            PrunedMark.FRESH);
    private static final String TORN = ".torn";

    private final Path journal;
    private final CycleNames names;
    private final List<Path> files;
    private final PrunedMark.Begin begin;
    private final Frames frames;
    private @Nullable Path lastRead;
    private @Nullable JournalDamaged damage;
    private int wholeFiles;
    private boolean begun;
    private boolean foreign;

    private Inspection(Path journal, RollCycle rollCycle) throws IOException {
        this.journal = journal;
        this.names = new CycleNames(rollCycle);
        this.begin = PrunedMark.read(journal);
        this.frames = begin.frames();
        this.files = behindPrune(CycleNames.filesOf(journal));
    }

    /** Without the files that a prune has given up and a kill left there: the next start drops them. */
    private List<Path> behindPrune(List<Path> all) throws IOException {
        Map<Path, Long> heads = begin.first() == 1 ? Map.of() : heads(all);
        int given = 0;
        while (given < all.size() && heads.getOrDefault(all.get(given), begin.first()) < begin.first()) {
            given++;
        }
        return all.subList(given, all.size());
    }

    /**
     * @param begin where the journal begins
     * @param intact position of the last event before any damage; the one before the first kept where there is none
     * @param files the queue's files, without those that a prune has given up
     * @param wholeFiles how many of them, from the first, are intact to their end
     * @param begun whether the file behind those begins with intact events
     * @param promised how many events were on the medium once, 0 = nobody knows
     * @param foreign whether the damage is a file that no crash leaves: of another name, or a copy of an older one
     * @param damage the first damage, null where there is none
     */
    record Result(
            PrunedMark.Begin begin,
            long intact,
            List<Path> files,
            int wholeFiles,
            boolean begun,
            long promised,
            boolean foreign,
            @Nullable JournalDamaged damage) {}

    /** Walks a journal that no writer is at; hands over each intact event. */
    static Result of(Path journal, RollCycle rollCycle, Consumer<JournalEntry> intact) throws IOException {
        Inspection i = new Inspection(journal, rollCycle);
        i.walk(intact);
        long promised = DurableMark.readBeside(journal);
        JournalDamaged damage = i.damage;
        if (damage == null && promised > i.frames.position()) {
            damage = i.lost(promised);
        }
        return new Result(i.begin, i.frames.position(), i.files, i.wholeFiles, i.begun, promised, i.foreign, damage);
    }

    /** The same trouble with file and position, as far as the files tell. */
    static JournalDamaged explain(Path journal, RollCycle rollCycle, JournalDamaged found) {
        try {
            Result r = of(journal, rollCycle, e -> {});
            if (r.damage() != null) {
                return r.damage();
            }
            Path last = r.files().isEmpty() ? journal : r.files().getLast();
            return found.position() > 0 && Files.isRegularFile(Path.of(found.file()))
                    ? found
                    : new JournalDamaged(
                            last.toString(), found.position() > 0 ? found.position() : r.intact() + 1, found.what());
        } catch (IOException e) {
            return found;
        }
    }

    /** Names in a journal's directory that are neither the queue's nor ours. */
    static List<String> strangers(Path journal) throws IOException {
        try (Stream<Path> all = Files.list(journal)) {
            return all.map(p -> p.getFileName().toString())
                    .filter(n -> !n.endsWith(SingleChronicleQueue.SUFFIX) && !n.endsWith(TORN) && !OURS.contains(n))
                    .sorted()
                    .toList();
        }
    }

    /** What was cut off at earlier starts. */
    static List<Path> torn(Path journal) throws IOException {
        try (Stream<Path> all = Files.list(journal)) {
            return all.filter(p -> p.toString().endsWith(TORN)).sorted().toList();
        }
    }

    /** A file that the queue overlooks: by a name it would not give, or newer than the newest it knows. */
    static @Nullable Path stray(Path journal, RollCycle rollCycle, int newest) throws IOException {
        CycleNames names = new CycleNames(rollCycle);
        for (Path file : CycleNames.filesOf(journal)) {
            int cycle = names.cycleOf(nameOf(file)).orElse(Integer.MAX_VALUE);
            if (cycle > newest) {
                return file;
            }
        }
        return null;
    }

    private void walk(Consumer<JournalEntry> intact) throws IOException {
        boolean namesKnown =
                files.stream().anyMatch(f -> names.cycleOf(nameOf(f)).isPresent());
        for (Path file : files) {
            if (namesKnown && names.cycleOf(nameOf(file)).isEmpty()) {
                foreign = true;
                damage = damaged(file, 0, "its name is none that the journal gives; it is a file of something else");
            } else {
                walk(file, intact);
            }
            if (damage != null) {
                return;
            }
            lastRead = file;
            begun = false;
            wholeFiles++;
        }
    }

    private void walk(Path file, Consumer<JournalEntry> intact) throws IOException {
        begun = false;
        try (QueueFile f = new QueueFile(file)) {
            while (f.next()) {
                JournalEntry entry;
                try {
                    entry = frames.read(f.document(), f.length());
                } catch (MalformedEvent e) {
                    damage = damaged(file, f.offset(), begun ? String.valueOf(e.getMessage()) : misplaced(file, e));
                    return;
                }
                intact.accept(entry);
                begun = true;
            }
            String problem = f.problem();
            if (problem != null) {
                damage = damaged(file, f.offset(), problem);
            }
        } catch (IOException e) {
            damage = damaged(file, 0, "it cannot be read: " + e);
        }
    }

    private JournalDamaged damaged(Path file, long offset, String what) {
        return new JournalDamaged(file.toString(), frames.position() + 1, "byte %d: %s".formatted(offset, what));
    }

    /** Why a file begins with another event than the one that is due. */
    private String misplaced(Path file, MalformedEvent e) throws IOException {
        Map<Path, Long> heads = heads(files);
        long due = frames.position() + 1;
        long found = heads.getOrDefault(file, due);
        if (found == due) {
            return String.valueOf(e.getMessage());
        }
        foreign = found < due;
        for (Map.Entry<Path, Long> other : heads.entrySet()) {
            String name = nameOf(other.getKey());
            if (!other.getKey().equals(file) && other.getValue() == found) {
                return "it begins with event %d, as %s does: one is a copy of the other".formatted(found, name);
            }
            if (other.getValue() == due) {
                return "it begins with event %d where %d is due, with which %s begins: their names are exchanged"
                        .formatted(found, due, name);
            }
        }
        return found < due
                ? "it begins with event %d, which came before".formatted(found)
                : "it begins with event %d: the file that held events %d to %d, %s, is missing"
                        .formatted(
                                found, due, found - 1, lastRead == null ? "the first" : "behind " + nameOf(lastRead));
    }

    /** The position of each file's first event, as its own header says. */
    private static Map<Path, Long> heads(List<Path> files) throws IOException {
        Map<Path, Long> heads = new LinkedHashMap<>();
        for (Path file : files) {
            try (QueueFile f = new QueueFile(file)) {
                if (f.next()) {
                    heads.put(file, Frames.positionOf(f.document(), f.length()));
                }
            } catch (MalformedEvent e) {
                // Too short for a position: the file itself will be found damaged when its turn comes.
            }
        }
        return heads;
    }

    private JournalDamaged lost(long promised) {
        Path last = lastRead;
        return new JournalDamaged(
                (last == null ? journal : last).toString(),
                frames.position() + 1,
                "the journal ends here, but %d events were on the medium once: what held events %d to %d is missing"
                        .formatted(promised, frames.position() + 1, promised));
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString();
    }
}
