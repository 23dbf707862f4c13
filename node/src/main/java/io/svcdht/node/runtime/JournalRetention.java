package io.svcdht.node.runtime;

import io.svcdht.node.config.NodeConfig.Keeping;
import io.svcdht.storage.checkpoint.Checkpoint;
import io.svcdht.storage.checkpoint.CheckpointInfo;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.checkpoint.Retention;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.JournalFile;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.Prunable;
import io.svcdht.storage.replay.Moments;
import io.svcdht.storage.replay.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up what is older or larger than the settings allow. The order makes a kill at any point harmless: the
 * checkpoint before the first event to be kept, then the journal's mark, then its files, then older checkpoints.
 */
final class JournalRetention {
    private static final Logger LOG = LoggerFactory.getLogger(JournalRetention.class);
    private static final long LOOK_MILLIS = 60_000;

    private final Checkpoints checkpoints;
    private final Taker taker;
    private final Consumer<DhtEvent.Upkeep> tell;
    private final Map<Long, Retention.Kept> known = new HashMap<>();
    private final Map<Long, Long> instantOfLast = new HashMap<>();
    private boolean changed = true;
    private int files;
    private long lookedMillis;

    /** Takes a checkpoint at a position and leaves the view of it open. */
    @FunctionalInterface
    interface Taker {
        View take(JournalSource journal, long position) throws IOException;
    }

    JournalRetention(Checkpoints checkpoints, Taker taker, Consumer<DhtEvent.Upkeep> tell) {
        this.checkpoints = checkpoints;
        this.taker = taker;
        this.tell = tell;
    }

    /** A checkpoint was taken. */
    void taken(CheckpointInfo info) {
        known.put(info.position(), kept(info));
        changed = true;
    }

    long bytesOfCheckpoints() {
        return known.values().stream().mapToLong(Retention.Kept::bytes).sum();
    }

    long bytesOfLargest() {
        return known.values().stream().mapToLong(Retention.Kept::bytes).max().orElse(0);
    }

    /** Looks where a file or a checkpoint is new, or a minute has passed. */
    void round(Core core, Keeping keeping, long nowMillis) throws IOException {
        Optional<Prunable> prunable = core.prunable();
        if (prunable.isEmpty()) {
            return;
        }
        List<JournalFile> now = prunable.get().files();
        if (!changed && now.size() == files && nowMillis - lookedMillis < LOOK_MILLIS) {
            return;
        }
        Retention policy = new Retention(keeping.retentionDays(), keeping.retentionBytes());
        List<Retention.Kept> kept = known();
        long keep = policy.firstToKeep(dated(core.journal(), now, nowMillis), kept, nowMillis);
        if (keep > core.journal().firstPosition()) {
            prune(core.journal(), prunable.get(), now, keep);
            kept = known();
        }
        for (long position : policy.checkpointsToDrop(kept, core.journal().firstPosition(), nowMillis)) {
            checkpoints.remove(position);
            known.remove(position);
        }
        changed = false;
        files = prunable.get().files().size();
        lookedMillis = nowMillis;
    }

    private void prune(JournalSource journal, Prunable prunable, List<JournalFile> now, long keep) throws IOException {
        List<JournalFile> gone = now.stream().filter(f -> f.last() < keep).toList();
        long bytes = gone.stream().mapToLong(JournalFile::bytes).sum();
        try (View before = taker.take(journal, keep - 1)) {
            prunable.prune(before.seam());
        }
        gone.forEach(f -> instantOfLast.remove(f.last()));
        LOG.info("Events before position {} are no longer kept: {} files, {} bytes", keep, gone.size(), bytes);
        tell.accept(new DhtEvent.JournalPruned(keep, gone.size(), bytes));
    }

    private List<Retention.Dated> dated(JournalSource journal, List<JournalFile> all, long nowMillis) {
        List<Retention.Dated> dated = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            JournalFile file = all.get(i);
            boolean newest = i == all.size() - 1;
            long instant = newest
                    ? nowMillis
                    : instantOfLast.computeIfAbsent(
                            file.last(), p -> Moments.entryAt(journal, p).instantMillis());
            dated.add(new Retention.Dated(file, instant));
        }
        return dated;
    }

    /** The good ones, in order of position; each is opened once. */
    private List<Retention.Kept> known() {
        List<Retention.Kept> kept = new ArrayList<>();
        for (long position : checkpoints.list().keySet()) {
            Retention.Kept k = known.get(position);
            if (k == null) {
                Optional<Checkpoint> found = checkpoints.newest(position);
                if (found.isPresent()) {
                    try (Checkpoint c = found.get()) {
                        k = kept(c.info());
                        known.put(k.position(), k);
                    }
                }
            }
            if (k != null && k.position() == position) {
                kept.add(k);
            }
        }
        return kept;
    }

    private static Retention.Kept kept(CheckpointInfo info) {
        return new Retention.Kept(info.position(), info.instantMillis(), info.fileBytes());
    }
}
