package io.svcdht.node.runtime;

import io.svcdht.node.engine.Engine;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Limits;
import io.svcdht.node.engine.ReplyTo;
import io.svcdht.storage.checkpoint.CheckpointInfo;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalFile;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.model.DiskReserve;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.replay.Past;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.View;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Gives up the beginning of a journal that no node is at. A running node prunes by itself, by its settings. */
public final class Pruning {
    private static final NodeId NOBODY = new NodeId(new Key(0, 0, 0, 0));

    private Pruning() {}

    /** The files to drop so that nothing from {@code position} on is lost; never the newest. */
    public static List<JournalFile> filesBefore(List<JournalFile> files, long position) {
        return files.subList(0, Math.max(0, files.size() - 1)).stream()
                .filter(f -> f.last() < position)
                .toList();
    }

    /**
     * Drops files, having written the state behind them to a checkpoint.
     *
     * @param gone the oldest files
     * @throws StartFailure if a node is at the directory, or it is none of ours, or its journal is damaged
     */
    public static void prune(Path dataDirectory, List<JournalFile> gone, long nowMillis)
            throws StartFailure, IOException {
        DataDirectory directory = JournalFiles.take(dataDirectory);
        try (directory) {
            Checkpoints checkpoints = new Checkpoints(directory.checkpoints());
            Core.Replayed replayed = Core.replay(directory, DiskReserve::none, () -> Begun.onHeap(checkpoints));
            try {
                prune(replayed, checkpoints, gone, nowMillis);
            } finally {
                replayed.close();
            }
        } catch (JournalDamaged e) {
            throw new StartFailure(StartFailure.JOURNAL_DAMAGED, "the journal is damaged: " + e.getMessage(), e);
        } catch (JournalUnavailable e) {
            throw new StartFailure(StartFailure.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    private static void prune(Core.Replayed replayed, Checkpoints checkpoints, List<JournalFile> gone, long nowMillis)
            throws IOException {
        long before = gone.getLast().last();
        @Nullable NodeId node = replayed.state().node();
        Engine engine =
                new Engine(node == null ? NOBODY : node, replayed.journal(), replayed.state(), new Limits(1, 1, 0));
        try (View view = new Past(replayed.journal(), checkpoints, Begun::heapStore).at(before, Budget.UNLIMITED)) {
            CheckpointInfo info = checkpoints.write(view.state(), view.seam(), Checkpoints.Pace.FULL);
            tell(
                    engine,
                    nowMillis,
                    new DhtEvent.CheckpointTaken(before, info.digest(), info.records(), info.fileBytes()));
            replayed.prunable().orElseThrow().prune(view.seam());
        }
        long bytes = gone.stream().mapToLong(JournalFile::bytes).sum();
        tell(engine, nowMillis, new DhtEvent.JournalPruned(before + 1, gone.size(), bytes));
        try {
            replayed.journal()
                    .durable(replayed.journal().lastPosition())
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new JournalUnavailable("the journal could not be made durable: " + e.getMessage(), e);
        }
        for (long position : checkpoints.list().headMap(before, false).keySet()) {
            checkpoints.remove(position);
        }
    }

    private static void tell(Engine engine, long nowMillis, DhtEvent.Upkeep event) {
        engine.step(nowMillis, new Input.Kept(event, ReplyTo.nobody()), action -> {});
    }
}
