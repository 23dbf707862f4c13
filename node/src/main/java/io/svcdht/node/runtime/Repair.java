package io.svcdht.node.runtime;

import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.chronicle.JournalRepair;
import io.svcdht.storage.chronicle.JournalRepair.Report;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.JournalUnavailable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A damaged journal that was given an end before the damage, or would be.
 *
 * @param file the damaged file, or the last one before what is missing
 * @param position of the first event that could not be read
 * @param problem what was found there
 * @param kept position of the last event that is left, or of the last pruned; 0 = none
 * @param lastGivenUp the highest position known to have been there
 * @param aside the directory that keeps the damaged file and all behind it
 * @param lines all of it for people
 */
public record Repair(
        String file, long position, String problem, long kept, long lastGivenUp, Path aside, List<String> lines) {
    public Repair {
        lines = List.copyOf(lines);
    }

    /**
     * What {@link #carryOut} would do; empty where the journal is intact.
     *
     * @throws StartFailure if there is no journal of ours, or a node is at it
     */
    public static Optional<Repair> plan(Path dataDirectory) throws StartFailure {
        try (DataDirectory directory = existing(dataDirectory)) {
            return JournalRepair.plan(directory.journal(), checkpoints(directory))
                    .map(Repair::of);
        } catch (JournalUnavailable e) {
            throw new StartFailure(StartFailure.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Sets aside what cannot be read and all that comes after it; empty where the journal is intact.
     *
     * @throws StartFailure if there is no journal of ours, a node is at it, or it cannot be written
     */
    public static Optional<Repair> carryOut(Path dataDirectory) throws StartFailure {
        try (DataDirectory directory = existing(dataDirectory)) {
            return JournalRepair.repair(directory, checkpoints(directory)).map(Repair::of);
        } catch (JournalUnavailable e) {
            throw new StartFailure(StartFailure.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    /** A checkpoint behind the journal's new end is of a state that the journal will not come to. */
    private static JournalRepair.StatesBehind checkpoints(DataDirectory directory) {
        Checkpoints all = new Checkpoints(directory.checkpoints());
        return kept -> all.list().tailMap(kept, false).values();
    }

    private static DataDirectory existing(Path dataDirectory) throws StartFailure {
        try {
            DataDirectory.journalOf(dataDirectory);
            return JournalFiles.take(dataDirectory);
        } catch (DataDirectory.Refused e) {
            throw new StartFailure(StartFailure.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    private static Repair of(Report r) {
        return new Repair(
                r.damage().file(),
                r.damage().position(),
                r.damage().what(),
                r.kept(),
                r.lastGivenUp(),
                r.aside(),
                r.lines());
    }
}
