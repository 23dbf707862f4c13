package io.svcdht.console.fleet;

import io.svcdht.node.History;
import io.svcdht.node.runtime.JournalHistory;
import io.svcdht.storage.checkpoint.Checkpoint;
import io.svcdht.storage.checkpoint.CheckpointDamaged;
import io.svcdht.storage.checkpoint.CheckpointInfo;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.replay.Past;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.heap.HeapStore;
import io.svcdht.storage.trace.TraceLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known here of one node: its events, the states they lead to, and what it said of itself. */
public final class FleetNode implements AutoCloseable {
    /** Behind so many events the next state is written down, so that a moment costs no more to come to. */
    static final int CHECKPOINT_EVENTS = 131_072;

    private static final Logger LOG = LoggerFactory.getLogger(FleetNode.class);
    private static final int STATES_MAX = 64;
    /** One part in so many has to go, or nothing goes. */
    private static final int WORTH = 8;
    /** What lay before a gap. */
    private static final String ASIDE = "events.aside";

    private final NodeId id;
    private final int ordinal;
    private final Path directory;
    private final Checkpoints checkpoints;
    private final TraceLog traces;
    private volatile NodeLog log;
    private final JournalHistory history;
    private volatile NodeCard card;
    private volatile Summary summary = Summary.NOTHING;
    private long checkpointAt;
    /** The log that the present one took the place of; whoever reads it may go on until the next is. */
    private @Nullable NodeLog replaced;
    /** The first state that can be told, once it was asked for. */
    private @Nullable Checkpoint first;

    /**
     * What the events say, without a state.
     *
     * @param readiness as the last event about it said; empty = none did
     * @param clockSteps events that said the clock was moved
     * @param gaps stretches of events that never came
     * @param repeated events that came again
     */
    public record Summary(
            String version, long epoch, String readiness, String reason, long clockSteps, long gaps, long repeated) {
        static final Summary NOTHING = new Summary("", 0, "", "", 0, 0, 0);

        Summary after(JournalEntry entry) {
            return switch (entry.event()) {
                case DhtEvent.NodeStarted e ->
                    new Summary(e.version(), e.epoch(), "booting", "", clockSteps, gaps, repeated);
                case DhtEvent.NodeStopped e ->
                    new Summary(version, epoch, "stopped", e.reason(), clockSteps, gaps, repeated);
                case DhtEvent.ReadinessChanged e ->
                    new Summary(
                            version,
                            epoch,
                            e.readiness().name().toLowerCase(java.util.Locale.ROOT),
                            e.reason(),
                            clockSteps,
                            gaps,
                            repeated);
                case DhtEvent.ClockStepped e ->
                    new Summary(version, epoch, readiness, reason, clockSteps + 1, gaps, repeated);
                case DhtEvent e -> this;
            };
        }

        Summary withGap() {
            return new Summary(version, epoch, readiness, reason, clockSteps, gaps + 1, repeated);
        }

        Summary withRepeated() {
            return new Summary(version, epoch, readiness, reason, clockSteps, gaps, repeated + 1);
        }
    }

    private FleetNode(NodeId id, int ordinal, Path directory, NodeLog log, TraceLog traces) {
        this.id = id;
        this.ordinal = ordinal;
        this.directory = directory;
        this.checkpoints = new Checkpoints(directory.resolve("checkpoints"));
        this.log = log;
        this.traces = traces;
        this.card = NodeCard.silent(id);
        this.history = new JournalHistory(() -> this.log, checkpoints, directory.resolve("segments"));
        this.checkpointAt = checkpoints.list().isEmpty()
                ? log.firstPosition() - 1
                : checkpoints.list().lastKey();
    }

    /** A node whose first event here will be the one at {@code first}. */
    static FleetNode create(NodeId id, int ordinal, Path directory, long first, TraceLog traces) throws IOException {
        Files.createDirectories(directory);
        return new FleetNode(id, ordinal, directory, NodeLog.create(directory.resolve("events"), first), traces);
    }

    static FleetNode open(NodeId id, int ordinal, Path directory, TraceLog traces) throws IOException {
        return new FleetNode(id, ordinal, directory, NodeLog.open(directory.resolve("events")), traces);
    }

    /**
     * Takes over the state that the node's events go on behind.
     *
     * @return its position
     * @throws CheckpointDamaged if the file is not whole
     */
    static long base(Path directory, Path checkpoint) throws IOException {
        Files.createDirectories(directory);
        CheckpointInfo info =
                new Checkpoints(directory.resolve("checkpoints")).takeOver(file -> Files.copy(checkpoint, file));
        return info.position();
    }

    /** Takes the next event; what came before is counted, what is missing begins the log anew. */
    @Nullable
    JournalEntry append(long position, byte[] bytes) throws IOException {
        if (position <= log.appended()) {
            summary = summary.withRepeated();
            return null;
        }
        if (position > log.appended() + 1) {
            boolean nothingYet = log.appended() == 0;
            beginAnew(position);
            summary = nothingYet ? summary : summary.withGap();
        }
        JournalEntry entry = log.append(position, bytes);
        summary = summary.after(entry);
        return entry;
    }

    /** States behind a gap would be wrong: what came before it is put aside, and nothing is folded over it. */
    private void beginAnew(long position) throws IOException {
        NodeLog old = log;
        old.flush();
        Files.move(directory.resolve("events"), directory.resolve(ASIDE), StandardCopyOption.REPLACE_EXISTING);
        replaced(NodeLog.create(directory.resolve("events"), position));
    }

    private void replaced(NodeLog by) throws IOException {
        if (replaced != null) {
            replaced.close();
        }
        replaced = log;
        log = by;
    }

    /**
     * Gives up the events up to a moment, by the node's clock, having written down the state they led to; not where that
     * would be few, for what is kept is copied.
     *
     * @return whether any were given up
     */
    boolean giveUp(long millis) throws IOException {
        Files.deleteIfExists(directory.resolve(ASIDE));
        thin();
        NodeLog old = log;
        long first = old.firstPosition();
        long position = old.lastAtOrBefore(millis);
        if ((position - first + 1) * WORTH < old.lastPosition() - first + 1 || position < first) {
            return false;
        }
        if (statesFrom() <= position && !writtenDown(position)) {
            return false;
        }
        NodeLog fresh = old.behind(position, directory.resolve("events.new"));
        Files.move(directory.resolve("events.new"), directory.resolve("events"), StandardCopyOption.REPLACE_EXISTING);
        replaced(fresh);
        forgetFirst();
        for (long before : checkpoints.list().headMap(position).keySet()) {
            checkpoints.remove(before);
        }
        history.sidecars().prune();
        return true;
    }

    /** Old states lie further apart. */
    private void thin() throws IOException {
        List<Long> all = List.copyOf(checkpoints.list().keySet());
        if (all.size() > STATES_MAX) {
            for (int i = 1; i < all.size() / 2; i += 2) {
                checkpoints.remove(all.get(i));
            }
        }
    }

    void flush() throws IOException {
        log.flush();
    }

    /** Writes down a state where enough events came since the last, and what makes a search of events cheap. */
    void keepUp() throws IOException {
        long last = log.lastPosition();
        if (last - checkpointAt < CHECKPOINT_EVENTS) {
            return;
        }
        checkpointAt = last;
        while (history.sidecars().makeNext(last, Checkpoints.Pace.FULL)) {
            // One for each full segment.
        }
        // Without the state it began with there is none to write down; the events are there all the same.
        var _ = writtenDown(last);
    }

    private boolean writtenDown(long position) throws IOException {
        if (checkpoints.list().containsKey(position)) {
            return true;
        }
        try {
            history.alone(position, (view, budget) -> {
                try {
                    return checkpoints.write(view.state(), view.seam(), Checkpoints.Pace.FULL);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            return true;
        } catch (JournalTruncated | History.TooMuch e) {
            return false;
        } catch (java.io.UncheckedIOException e) {
            throw new IOException("checkpoint of " + id, e);
        }
    }

    /** Lets go of states that nobody has looked at for a while. */
    void dropIdle() {
        history.dropIdle();
    }

    void told(NodeCard said) {
        card = said;
    }

    void restored(Summary then) {
        summary = then;
    }

    public NodeId id() {
        return id;
    }

    /** Its number in the index by content id. */
    int ordinal() {
        return ordinal;
    }

    public NodeLog log() {
        return log;
    }

    public NodeCard card() {
        return card;
    }

    public Summary summary() {
        return summary;
    }

    /** Its states; bounded as those of a node. */
    public History history() {
        return history;
    }

    /** Whether all states from the one before its first event on can be told. */
    public boolean isWhole() {
        return statesFrom() < log.firstPosition();
    }

    /** What it held of a content id at the first position whose state can be told. */
    Holders atFirst(Key key) {
        synchronized (checkpoints) {
            long position = statesFrom();
            if (position > 0 && first == null) {
                Path path = checkpoints.list().get(position);
                first = path == null ? null : checkpoints.newest(position).orElse(null);
            }
            return first == null ? new Holders(key, List.of()) : first.finder().holdersOf(key);
        }
    }

    private void forgetFirst() {
        synchronized (checkpoints) {
            if (first != null) {
                first.close();
                first = null;
            }
        }
    }

    /** Its states without a bound, for who keeps one. */
    Past past() {
        return new Past(log, checkpoints, HeapStore::new);
    }

    /** Its own lookups. */
    public TraceLog traces() {
        return traces;
    }

    /**
     * Takes over a state that lies among its events, where none of its states could be told. What is not whole is left.
     */
    void based(Path checkpoint) throws IOException {
        if (hasStates()) {
            return;
        }
        try {
            checkpoints.takeOver(file -> Files.copy(checkpoint, file, StandardCopyOption.REPLACE_EXISTING));
            forgetFirst();
        } catch (CheckpointDamaged e) {
            LOG.warn("A state of {} that was handed over is not whole: {}", id, e.getMessage());
        }
    }

    /** Whether a state of it can be told, the latest at least. */
    public boolean hasStates() {
        return statesFrom() <= log.lastPosition();
    }

    /**
     * From which position on its states can be told: one before its first event here, where the events go back to the
     * first or a state is in front of them; where there is one among them, from there on.
     */
    public long statesFrom() {
        long before = log.firstPosition() - 1;
        if (before == 0) {
            return 0;
        }
        Long there = checkpoints.list().ceilingKey(before);
        return there == null ? Long.MAX_VALUE : there;
    }

    /** How people call it. */
    public String label() {
        return card.label().isEmpty() ? id.text() : card.label();
    }

    @Override
    public void close() throws IOException {
        history.close();
        forgetFirst();
        if (replaced != null) {
            replaced.close();
        }
        log.close();
    }
}
