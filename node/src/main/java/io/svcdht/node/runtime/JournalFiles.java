package io.svcdht.node.runtime;

import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.checkpoint.Sidecars;
import io.svcdht.storage.chronicle.AsideReader;
import io.svcdht.storage.chronicle.ChronicleSource;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalFile;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.replay.Past;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A data directory's journal for tools, to read beside a running node; {@link JournalFilling} makes one. */
public final class JournalFiles {
    private JournalFiles() {}

    /** A journal that is only read. */
    public interface Opened extends JournalSource, AutoCloseable {
        /** The directory that holds its files. */
        Path files();

        /** What makes a search of events cheap. */
        Sidecars sidecars();

        /** The files with events in them, oldest first. */
        List<JournalFile> parts();

        /** How many events must be there: so many were on the medium once. Asked first, the end may only grow. */
        long promised();

        /** States of the past, by the checkpoints beside the journal. */
        Past past();

        /** What is in the directory beside the journal. */
        Checkpoints checkpoints();

        /** Whether part of an event stands behind the last that was read, with no writer alive that is at it. */
        boolean endsTorn(JournalReader reader);

        /** The same damage with file and position, as far as the files of a journal at rest tell. */
        JournalDamaged explained(JournalDamaged found);

        /**
         * Reads all files of a journal at rest without the queue, which overlooks some. Empty where they are intact or a
         * node is at them.
         */
        Optional<JournalDamaged> overlooked();

        /** Names beside the journal's files that are none of them. */
        List<String> strangers();

        @Override
        void close();
    }

    /**
     * Opens for reading; nothing is written, and a node may write meanwhile.
     *
     * @throws StartFailure if there is no journal of ours
     */
    public static Opened read(Path dataDirectory) throws StartFailure {
        try {
            Path files = DataDirectory.journalOf(dataDirectory);
            Checkpoints checkpoints = new Checkpoints(DataDirectory.checkpointsOf(dataDirectory));
            ChronicleSource source = ChronicleSource.open(files);
            Sidecars sidecars = new Sidecars(DataDirectory.segmentsOf(dataDirectory), source);
            return new Reading(dataDirectory, files, source, checkpoints, sidecars);
        } catch (DataDirectory.Refused | IllegalArgumentException e) {
            throw new StartFailure(StartFailure.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        } catch (JournalDamaged e) {
            JournalDamaged explained = explain(dataDirectory, dataDirectory.resolve("journal"), e);
            throw new StartFailure(
                    StartFailure.JOURNAL_DAMAGED, "the journal is damaged: " + explained.getMessage(), explained);
        } catch (IllegalStateException e) {
            throw new StartFailure(
                    StartFailure.BAD_CONFIGURATION,
                    "the journal of %s cannot be read: %s".formatted(dataDirectory, e.getMessage()),
                    e);
        }
    }

    /** A journal that a node is at may end in the middle of an event, which is no damage. */
    private static JournalDamaged explain(Path directory, Path files, JournalDamaged found) {
        try {
            return DataDirectory.isHeld(directory) ? found : ChronicleSource.explain(files, found);
        } catch (IOException e) {
            return found;
        }
    }

    /**
     * What was set aside by a repair, to look at: its events as they come, whatever they once rested on.
     *
     * @param aside a directory set aside, or one file of it
     * @throws StartFailure if there is nothing to read
     */
    public static JournalReader aside(Path aside) throws StartFailure {
        try {
            return AsideReader.open(aside);
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.BAD_CONFIGURATION, "%s cannot be read: %s".formatted(aside, e.getMessage()), e);
        }
    }

    private record Reading(
            Path directory, Path files, ChronicleSource source, Checkpoints checkpoints, Sidecars sidecars)
            implements Opened {
        @Override
        public List<JournalFile> parts() {
            return source.files();
        }

        @Override
        public Past past() {
            return new Past(source, checkpoints, Begun::heapStore);
        }

        @Override
        public long firstPosition() {
            return source.firstPosition();
        }

        @Override
        public long lastPosition() {
            return source.lastPosition();
        }

        @Override
        public Read read(long from) {
            return source.read(from);
        }

        @Override
        public Read readBehind(Seam seam) {
            return source.readBehind(seam);
        }

        @Override
        public long promised() {
            try {
                return Math.max(source.durablePosition(), DataDirectory.begun(directory) ? 1 : 0);
            } catch (IOException e) {
                throw new JournalDamaged(files.toString(), 0, "its mark cannot be read: " + e);
            }
        }

        @Override
        public boolean endsTorn(JournalReader reader) {
            try {
                return !source.endsCleanly(reader) && !DataDirectory.isHeld(directory);
            } catch (IOException e) {
                throw new JournalDamaged(files.toString(), 0, "its end cannot be read: " + e);
            }
        }

        @Override
        public JournalDamaged explained(JournalDamaged found) {
            return explain(directory, files, found);
        }

        @Override
        public Optional<JournalDamaged> overlooked() {
            try {
                return DataDirectory.isHeld(directory) ? Optional.empty() : source.inspect();
            } catch (IOException e) {
                throw new JournalDamaged(files.toString(), 0, "it cannot be read: " + e);
            }
        }

        @Override
        public List<String> strangers() {
            try {
                return source.strangers();
            } catch (IOException e) {
                throw new JournalUnavailable("%s cannot be listed: %s".formatted(files, e), e);
            }
        }

        @Override
        public void close() {
            source.close();
        }
    }

    static DataDirectory take(Path path) throws StartFailure {
        try {
            return DataDirectory.open(path);
        } catch (DataDirectory.Refused e) {
            throw new StartFailure(
                    e.why() == DataDirectory.Refused.Why.IN_USE
                            ? StartFailure.CANNOT_BIND
                            : StartFailure.BAD_CONFIGURATION,
                    String.valueOf(e.getMessage()),
                    e);
        }
    }
}
