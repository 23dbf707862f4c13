package io.svcdht.storage.journal;

import java.util.List;

/** A journal in files, of which the oldest can be given up. May be called from any thread. */
public interface Prunable {
    /** The files with events in them, oldest first; the last one is being written. */
    List<JournalFile> files();

    /**
     * Gives up every event before the seam. Who calls it has a checkpoint there on the medium, without which the
     * events that stay would have no state to begin from.
     *
     * @param seam behind the last event of a file that is not the newest
     * @throws JournalUnavailable if the files could not be dropped; a later call or the next start goes on with it
     */
    void prune(Seam seam);
}
