package io.svcdht.node;

import io.svcdht.node.config.LiveSettings;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.engine.Input;
import io.svcdht.node.recent.Recent;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.state.ProviderView;
import io.svcdht.storage.state.RootView;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.trace.TraceLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A running node as its adapters see it: HTTP, console and metrics hand in inputs and read views; none of them
 * touches the state. All methods may be called from any thread and none blocks, except those of {@link History} and what reads
 * {@link #traces}.
 */
public interface Node {
    NodeId id();

    /** The public keys it is known by, where it has any. */
    default Optional<NodeKeys> keys() {
        return Optional.empty();
    }

    /** The settings in force now; a reload replaces them. */
    NodeConfig config();

    /**
     * Queues an input for the engine. An input that carries a {@code ReplyTo} is answered exactly once, also when the
     * queue is full or the engine is down (then at once, on the calling thread).
     */
    void submit(Input input);

    /** The records, readable while the engine goes on. */
    ProviderView providers();

    /** Position up to which peers may be told: durable as far as the sync policy cares. */
    default long toldUpTo() {
        return config().sync() == NodeConfig.Sync.NONE ? Long.MAX_VALUE : status().durablePosition();
    }

    /** Contacts and bans as the journal has them. */
    Routing routing();

    /** Roots that records of others refer to, and the keys behind them; any thread. */
    RootView roots();

    /** The other nodes, where this one talks to any. */
    default Optional<Network> network() {
        return Optional.empty();
    }

    /** The node's clock, milliseconds since the epoch: wall time at start plus monotonic time since. */
    long nowMillis();

    Status status();

    JournalSource journal();

    /** Views of the past, bounded in number and cost. */
    History history();

    /** How lookups over the network went; keeping never blocks, reading may. */
    TraceLog traces();

    /**
     * Copies the node's data to a new or empty directory, as it stands at a durable position. Blocks; one at a time.
     *
     * @throws BackupRefused if the directory will not do
     * @throws History.TooMuch if another copy is being made
     */
    Backed backup(Path directory) throws IOException, BackupRefused;

    BuildInfo build();

    /** How the journal gets to other machines. */
    default Shipping shipping() {
        return Shipping.OFF;
    }

    /** How this node did in the last hour, where somebody takes samples of it. */
    default Optional<Recent> recent() {
        return Optional.empty();
    }

    /** Where settings come from and how they change, where somebody sees to that. */
    default Optional<LiveSettings> settings() {
        return Optional.empty();
    }

    /** Whether it is what a node left behind: nobody answers, and nothing goes on. */
    default boolean recorded() {
        return false;
    }

    /** Why its records and contacts are not known, as a sentence without its end; empty = they are. */
    default Optional<String> unknown() {
        return Optional.empty();
    }

    /** A data directory whose journal this node leaves as it is, because it runs in amnesia. */
    default Optional<Path> untouchedJournal() {
        return Optional.empty();
    }

    /** A backup that was made. */
    record Backed(long firstPosition, long position, Key digest, long bytes) {}

    /** What is to be mended before a backup can be made. */
    final class BackupRefused extends Exception {
        private static final long serialVersionUID = 1L;

        public BackupRefused(String message) {
            super(message);
        }
    }

    /**
     * What pages and probes show, taken at one moment.
     *
     * @param readinessReason a short sentence
     * @param startedAtMillis when this process began to serve
     * @param journalPosition position of the last event, 0 = none
     * @param durablePosition position up to which events outlive a power cut
     * @param queueDepth inputs waiting for the engine
     */
    record Status(
            Readiness readiness,
            String readinessReason,
            long startedAtMillis,
            long epoch,
            long journalPosition,
            long durablePosition,
            long journalBytes,
            int records,
            int tombstones,
            int contentIds,
            int queueDepth,
            int queueCapacity) {
        public boolean ready() {
            return readiness == Readiness.READY;
        }
    }
}
