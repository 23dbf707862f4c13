package io.svcdht.storage.chronicle;

import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalFile;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.Seam;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.openhft.chronicle.core.time.SystemTimeProvider;

/** Reads a journal directory without writing to it, also while a node writes there. */
public final class ChronicleSource implements JournalSource, AutoCloseable {
    private final ChronicleFiles files;

    ChronicleSource(ChronicleFiles files) {
        this.files = files;
    }

    /**
     * @param directory the journal's own directory
     * @throws IllegalArgumentException if there is no such directory
     * @throws JournalDamaged if its files cannot be read
     */
    public static ChronicleSource open(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException("there is no journal at " + directory);
        }
        try {
            if (HalfMadeFile.isNewest(directory) && !DataDirectory.isHeld(directory.resolve(".."))) {
                throw new JournalDamaged(
                        directory.toString(), 0, "its newest file has no header, and no node is at it");
            }
            return new ChronicleSource(
                    new ChronicleFiles(directory, ChronicleFiles.daily(), SystemTimeProvider.INSTANCE, true));
        } catch (JournalDamaged | IllegalStateException e) {
            throw e;
        } catch (Exception | InternalError | AssertionError e) {
            throw new JournalDamaged(directory.toString(), 0, "it cannot be read: " + e);
        }
    }

    /** The same damage of a journal that no writer is at, with file and position as far as its files tell. */
    public static JournalDamaged explain(Path directory, JournalDamaged found) {
        return Inspection.explain(directory, ChronicleFiles.daily(), found);
    }

    /** The first damage in the files of a journal that no writer is at, read without the queue. */
    public Optional<JournalDamaged> inspect() throws IOException {
        return Optional.ofNullable(Inspection.of(files.directory(), ChronicleFiles.daily(), e -> {})
                .damage());
    }

    /** Names beside the journal's files that are none of them. */
    public List<String> strangers() throws IOException {
        return Inspection.strangers(files.directory());
    }

    ChronicleFiles chronicle() {
        return files;
    }

    /** How many events were certainly on the medium once, 0 = nobody knows. */
    public long durablePosition() throws IOException {
        return DurableMark.readBeside(files.directory());
    }

    /** Whether nothing stands behind the last event that a reader of this source has read. */
    public boolean endsCleanly(JournalReader reader) throws IOException {
        return !(reader instanceof ChronicleReader r) || r.endsCleanly();
    }

    @Override
    public long firstPosition() {
        return files.firstPosition();
    }

    @Override
    public long lastPosition() {
        return files.lastPosition();
    }

    @Override
    public Read read(long from) {
        return files.read(from);
    }

    @Override
    public Read readBehind(Seam seam) {
        return files.readBehind(seam);
    }

    /** The files with events in them, oldest first. */
    public List<JournalFile> files() {
        return files.list();
    }

    @Override
    public void close() {
        files.close();
    }
}
