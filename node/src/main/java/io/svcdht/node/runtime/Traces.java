package io.svcdht.node.runtime;

import io.svcdht.node.config.NodeConfig;
import io.svcdht.storage.chronicle.ChronicleTraces;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.trace.MemoryTraces;
import io.svcdht.storage.trace.TraceLimits;
import io.svcdht.storage.trace.TraceLog;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where traces go: into the data directory while the node holds one, else into memory, as in amnesia. While the volume
 * is let go of nothing is kept.
 */
final class Traces {
    private final Supplier<NodeConfig> config;
    private final NodeClock clock;
    private final MemoryTraces memory = new MemoryTraces();
    private volatile TraceLog log = memory;

    Traces(Supplier<NodeConfig> config, NodeClock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** @param held null = amnesia */
    void open(@Nullable DataDirectory held) {
        log = held == null ? memory : ChronicleTraces.open(held.traces(), this::limits, clock::millis);
    }

    private TraceLimits limits() {
        NodeConfig c = config.get();
        NodeConfig.Traces t = c.keeping().traces();
        return new TraceLimits(t.retentionHours(), t.bytes(), t.bytesPerSecond(), c.diskReserve());
    }

    TraceLog log() {
        return log;
    }

    /** Writes what waits and holds nothing of the volume any more. */
    void letGo() {
        if (log != memory) {
            log.close();
        }
    }
}
