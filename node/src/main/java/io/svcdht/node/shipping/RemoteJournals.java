package io.svcdht.node.shipping;

import io.svcdht.node.config.KafkaConfig;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.NodeId;
import java.util.function.Consumer;
import java.util.function.Function;

/** Journals that are kept on other machines; what the kafka module brings, found by {@link java.util.ServiceLoader}. */
public interface RemoteJournals {
    /**
     * Which one.
     *
     * @param checkpoints where states on the way are here; a newer one that is kept there is put among them first
     */
    record Wanted(KafkaConfig at, NodeId node, Checkpoints checkpoints) {}

    /**
     * Replays a node's journal and opens it for writing. From then on no writer that opened it before can append.
     *
     * @param base is shown the journal before it is replayed and names the seam, having restored the state there
     * @throws io.svcdht.storage.journal.JournalDamaged if it does not hold what was written
     * @throws io.svcdht.storage.journal.JournalUnavailable if it cannot be reached, or another writer has taken it from
     *     this process
     */
    Journal open(Wanted wanted, Function<JournalSource, Seam> base, Consumer<JournalEntry> replayed);
}
