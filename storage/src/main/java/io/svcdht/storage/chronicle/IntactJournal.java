package io.svcdht.storage.chronicle;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Room;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is intact of a damaged journal, from its start up to the damage. It can be read, and takes nothing. */
public final class IntactJournal implements Journal {
    private final long epoch;
    private final Inspection.Result found;
    private final String why;

    private IntactJournal(long epoch, Inspection.Result found, String why) {
        this.epoch = epoch;
        this.found = found;
        this.why = why;
    }

    /**
     * Replays what is intact; no file is changed.
     *
     * @param damage what was found when the journal was opened
     */
    public static IntactJournal open(DataDirectory directory, JournalDamaged damage, Consumer<JournalEntry> replayed) {
        try {
            Inspection.Result found = Inspection.of(directory.journal(), ChronicleFiles.daily(), replayed);
            return new IntactJournal(
                    directory.epoch(), found, "the journal is damaged and only read: " + damage.getMessage());
        } catch (IOException e) {
            throw new JournalUnavailable("journal %s cannot be read: %s".formatted(directory.journal(), e), e);
        }
    }

    @Override
    public Room room(long instantMillis) {
        return new Room.Nothing(why);
    }

    @Override
    public long append(long instantMillis, long cause, DhtEvent event) {
        throw new JournalUnavailable(why);
    }

    @Override
    public CompletionStage<Long> durable(long position) {
        return position <= found.intact()
                ? CompletableFuture.completedFuture(found.intact())
                : CompletableFuture.failedFuture(new JournalUnavailable(why));
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public long firstPosition() {
        return 1;
    }

    @Override
    public long lastPosition() {
        return found.intact();
    }

    @Override
    public Read read(long from) {
        if (from < 1 || from > found.intact() + 1) {
            throw new IllegalArgumentException(
                    "position %d lies beyond the last intact one, %d".formatted(from, found.intact()));
        }
        Reader reader = new Reader(found);
        while (reader.position() < from - 1 && reader.next() != null) {
            // There is no index over a damaged journal.
        }
        return new Read.From(reader);
    }

    /** Nothing is held open. */
    @Override
    public void close() {}

    /** Walks the files again, up to the damage. */
    private static final class Reader implements JournalReader {
        private final Iterator<Path> files;
        private final long last;
        private final Frames frames = Frames.fromStart();
        private @Nullable QueueFile file;
        private Path path = Path.of("");

        Reader(Inspection.Result found) {
            List<Path> all = found.files();
            files = all.subList(0, Math.min(all.size(), found.wholeFiles() + 1)).iterator();
            last = found.intact();
        }

        long position() {
            return frames.position();
        }

        @Override
        public @Nullable JournalEntry next() {
            if (frames.position() >= last) {
                return null;
            }
            try {
                while (file == null || !file.next()) {
                    close();
                    path = files.next();
                    file = new QueueFile(path);
                }
                return frames.read(file.document(), file.length());
            } catch (IOException | MalformedEvent e) {
                throw new JournalDamaged(path.toString(), frames.position() + 1, "it was intact before: " + e);
            }
        }

        @Override
        public void close() {
            try {
                if (file != null) {
                    file.close();
                    file = null;
                }
            } catch (IOException e) {
                throw new JournalUnavailable("a journal file could not be closed", e);
            }
        }
    }
}
