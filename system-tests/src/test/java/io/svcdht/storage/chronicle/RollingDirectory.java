package io.svcdht.storage.chronicle;

import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.storage.event.DhtEvent.NodeStarted;
import io.svcdht.storage.journal.DataDirectory;
import java.nio.file.Path;
import net.openhft.chronicle.queue.rollcycles.TestRollCycles;

/**
 * Makes a data directory whose journal begins a new file every second. How often it rolls is written in the journal
 * itself, so that the program goes on with it instead of its own day.
 */
public final class RollingDirectory {
    private RollingDirectory() {}

    public static void create(Path path) throws Exception {
        try (DataDirectory directory = DataDirectory.open(path)) {
            NodeIdentity identity = NodeIdentity.loadOrCreate(directory.path());
            try (ChronicleJournal journal =
                    ChronicleJournal.open(directory, TestRollCycles.TEST_SECONDLY, entry -> {})) {
                journal.append(
                        System.currentTimeMillis(), 0, new NodeStarted(identity.id(), directory.epoch(), "fixture"));
                journal.durable(1).toCompletableFuture().join();
                directory.firstEventDurable();
            }
        }
    }
}
