package io.svcdht.storage.chronicle;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Room;
import io.svcdht.storage.journal.Seam;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is intact of a damaged journal, from its first event up to the damage. It can be read, and takes nothing. */
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
     * Replays what is intact behind a seam; no file is changed.
     *
     * @param damage what was found when the journal was opened
     * @param base is shown what is intact before it is replayed and names the seam, having restored the state there
     * @throws JournalTruncated if intact events behind the seam were pruned
     */
    public static IntactJournal open(
            DataDirectory directory,
            JournalDamaged damage,
            Function<JournalSource, Seam> base,
            Consumer<JournalEntry> replayed) {
        IntactJournal journal;
        try {
            Inspection.Result found = Inspection.of(directory.journal(), ChronicleFiles.daily(), e -> {});
            journal = new IntactJournal(
                    directory.epoch(), found, "the journal is damaged and only read: " + damage.getMessage());
        } catch (IOException e) {
            throw new JournalUnavailable("journal %s cannot be read: %s".formatted(directory.journal(), e), e);
        }
        Seam seam = base.apply(journal);
        switch (journal.readBehind(seam)) {
            case Read.From(JournalReader reader) -> {
                try (reader) {
                    for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                        replayed.accept(e);
                    }
                }
            }
            case Read.Truncated(long first) -> throw new JournalTruncated(seam.position() + 1, first);
        }
        return journal;
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
        return found.begin().first();
    }

    @Override
    public long lastPosition() {
        return found.intact();
    }

    @Override
    public Read read(long from) {
        return from < firstPosition() ? new Read.Truncated(firstPosition()) : new Read.From(readerBehind(from - 1));
    }

    @Override
    public Read readBehind(Seam seam) {
        if (seam.position() < firstPosition() - 1) {
            return new Read.Truncated(firstPosition());
        }
        Reader reader = readerBehind(seam.position());
        if (reader.crc != seam.crc()) {
            reader.close();
            throw new IllegalArgumentException("event %d of this journal has the checksum %08x, not %08x"
                    .formatted(seam.position(), reader.crc, seam.crc()));
        }
        reader.goOnAt(seam);
        return new Read.From(reader);
    }

    /** There is no index over a damaged journal: a reader walks to its place. */
    private Reader readerBehind(long position) {
        if (position > found.intact()) {
            throw new IllegalArgumentException(
                    "position %d lies beyond the last intact one, %d".formatted(position + 1, found.intact()));
        }
        Reader reader = new Reader(found);
        try {
            while (reader.frames.position() < position) {
                reader.next();
            }
            return reader;
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /** Nothing is held open. */
    @Override
    public void close() {}

    /** Walks the files again, up to the damage. */
    private static final class Reader implements JournalReader {
        private final Iterator<Path> files;
        private final long last;
        private Frames frames;
        private int crc;
        private long bytes;
        private @Nullable QueueFile file;
        private Path path = Path.of("");

        Reader(Inspection.Result found) {
            List<Path> all = found.files();
            files = all.subList(0, Math.min(all.size(), found.wholeFiles() + 1)).iterator();
            last = found.intact();
            frames = found.begin().frames();
            crc = found.begin().crcBefore();
        }

        void goOnAt(Seam seam) {
            frames = Frames.at(seam);
            bytes = seam.journalBytes();
        }

        @Override
        public Seam seam() {
            return frames.seam(bytes);
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
                JournalEntry entry = frames.read(file.document(), file.length());
                crc = Frames.crcOf(file.document());
                bytes += file.length() + 4L;
                return entry;
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
