package io.svcdht.storage.checkpoint;

import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.StoredRecord;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a data directory, named by their positions. A file that is not as it should be is told once and
 * passed over from then on, never removed: the next older one will do.
 */
public final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final String SUFFIX = ".checkpoint";
    private static final String WRITING = "writing.new";
    private static final int DIGITS = 20;
    private static final int PAGE_KEYS = 1024;

    private final @Nullable Path directory;
    private final Map<Path, String> refused = new ConcurrentHashMap<>();

    /** @param directory need not exist yet */
    public Checkpoints(Path directory) {
        this.directory = directory;
    }

    private Checkpoints() {
        this.directory = null;
    }

    /** Of a node that keeps nothing. */
    public static Checkpoints none() {
        return new Checkpoints();
    }

    /** @throws IllegalStateException for {@link #none()} */
    public Path directory() {
        if (directory == null) {
            throw new IllegalStateException("nothing is kept here");
        }
        return directory;
    }

    /** Positions and files, rising; whether they are good shows when they are opened. */
    public NavigableMap<Long, Path> list() {
        NavigableMap<Long, Path> files = new TreeMap<>();
        if (directory != null && Files.isDirectory(directory)) {
            try (Stream<Path> all = Files.list(directory)) {
                all.forEach(path -> {
                    long position = positionOf(path.getFileName().toString());
                    if (position >= 0 && !refused.containsKey(path)) {
                        files.put(position, path);
                    }
                });
            } catch (IOException e) {
                throw new JournalUnavailable("checkpoints %s cannot be listed: %s".formatted(directory, e), e);
            }
        }
        return files;
    }

    private static long positionOf(String name) {
        if (name.length() != DIGITS + SUFFIX.length() || !name.endsWith(SUFFIX)) {
            return -1;
        }
        try {
            return Long.parseLong(name, 0, DIGITS, 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** The newest good checkpoint at or before a position, open. */
    public Optional<Checkpoint> newest(long position) {
        for (Map.Entry<Long, Path> e :
                list().headMap(position, true).descendingMap().entrySet()) {
            Optional<Checkpoint> good = open(e.getKey(), e.getValue());
            if (good.isPresent()) {
                return good;
            }
        }
        return Optional.empty();
    }

    private Optional<Checkpoint> open(long position, Path path) {
        try {
            Checkpoint checkpoint = Checkpoint.open(path);
            if (checkpoint.info().position() == position) {
                return Optional.of(checkpoint);
            }
            long says = checkpoint.info().position();
            checkpoint.close();
            refuse(path, "it is named for position %d, but says %d".formatted(position, says));
        } catch (NoSuchFileException e) {
            LOG.debug("Checkpoint {} went while it was looked at", path);
        } catch (CheckpointDamaged | IOException e) {
            refuse(path, e instanceof CheckpointDamaged d ? d.what() : e.toString());
        }
        return Optional.empty();
    }

    /** Passes the file over from now on, and says why. */
    public void refuse(Path path, String why) {
        if (refused.put(path, why) == null) {
            LOG.warn(
                    "Checkpoint {} is passed over and left where it is; an older one, or the journal, will do: {}",
                    path,
                    why);
        }
    }

    /** What was passed over, and why. */
    public Map<Path, String> refused() {
        return Map.copyOf(refused);
    }

    /** Called between the parts of long work: to wait a little, or to throw and so give it up. */
    @FunctionalInterface
    public interface Pace {
        Pace FULL = () -> {};

        void pause();
    }

    /**
     * Writes a state to the medium and only then gives it its name.
     *
     * @param state nobody changes it meanwhile
     * @param seam at the state's position
     * @throws IOException if it cannot be written; nothing is named then
     */
    public CheckpointInfo write(State state, Seam seam, Pace pace) throws IOException {
        if (state.position() != seam.position()) {
            throw new IllegalArgumentException(
                    "the state stands at position %d, the seam at %d".formatted(state.position(), seam.position()));
        }
        Path fresh = made().resolve(WRITING);
        CheckpointInfo info;
        try (CheckpointWriter writer = new CheckpointWriter(
                fresh, seam, state.instantMillis(), state.node(), state.routing(), state.roots())) {
            Key after = null;
            do {
                after = writePage(writer, state, after);
                pace.pause();
            } while (after != null);
            info = writer.finish();
        }
        name(fresh, info);
        return info;
    }

    /** Where a checkpoint's file comes from. */
    @FunctionalInterface
    public interface Source {
        void writeTo(Path file) throws IOException;
    }

    /**
     * Takes over a checkpoint made elsewhere; it gets its name only when it is whole and on the medium.
     *
     * @throws CheckpointDamaged if it is not whole
     * @throws IOException if it cannot be written; nothing is named then
     */
    public CheckpointInfo takeOver(Source source) throws IOException {
        Path fresh = made().resolve(WRITING);
        source.writeTo(fresh);
        try (FileChannel file = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            file.force(true);
        }
        CheckpointInfo info;
        try (Checkpoint checkpoint = Checkpoint.open(fresh)) {
            checkpoint.verify();
            info = checkpoint.info();
        }
        name(fresh, info);
        return info;
    }

    private Path made() throws IOException {
        Path into = directory();
        if (!Files.isDirectory(into)) {
            Files.createDirectories(into);
            Path parent = into.toAbsolutePath().getParent();
            if (parent != null) {
                DataDirectory.forceDirectory(parent);
            }
        }
        return into;
    }

    private void name(Path fresh, CheckpointInfo info) throws IOException {
        Path path = pathOf(info.position());
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        DataDirectory.forceDirectory(directory());
        refused.remove(path);
    }

    private static @Nullable Key writePage(CheckpointWriter writer, State state, @Nullable Key after)
            throws IOException {
        List<Holders> page = state.providers().page(after, PAGE_KEYS);
        for (Holders holders : page) {
            for (StoredRecord r : inOrder(holders.records())) {
                writer.add(r);
            }
        }
        return page.size() < PAGE_KEYS ? null : page.getLast().key();
    }

    private static List<StoredRecord> inOrder(List<StoredRecord> records) {
        if (records.size() < 2) {
            return records;
        }
        List<StoredRecord> sorted = new ArrayList<>(records);
        Collections.sort(sorted, EntryOrder.OF_KEY);
        return sorted;
    }

    /** Where the checkpoint of a position is, or would be. */
    public Path pathOf(long position) {
        return directory().resolve("%020d%s".formatted(position, SUFFIX));
    }

    /** Gives up the checkpoint of a position. */
    public void remove(long position) throws IOException {
        Files.deleteIfExists(pathOf(position));
    }
}
