package io.svcdht.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.lookup.SampleLookups;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.model.DiskReserve;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class TracesTest {
    private static final long T0 = 1_764_000_000_000L;

    @TempDir
    Path temp;

    private NodeConfig config(boolean amnesia) {
        return new NodeConfig(
                NodeConfig.Profile.MACRONODE,
                amnesia,
                new HostPort("127.0.0.1", 0),
                List.of(),
                Optional.empty(),
                false,
                false,
                true,
                temp.resolve("data"),
                Optional.empty(),
                NodeConfig.Sync.NONE,
                NodeConfig.StateStore.HEAP,
                DiskReserve.none(),
                NodeConfig.OnDamage.REFUSE,
                600,
                172_800,
                1_000_000,
                1_000,
                0,
                NodeConfig.Keeping.DEFAULT,
                NetworkConfig.onLoopback(),
                NodeConfig.LogFormat.TEXT,
                NodeConfig.LogLevel.INFO);
    }

    private static LookupRecord keepOne(NodeRuntime node) {
        long now = node.nowMillis();
        LookupRecord lookup = SampleLookups.found(SampleLookups.id(now, 1), now);
        node.traces().keep(lookup);
        assertThat(node.traces().get(lookup.id())).contains(lookup);
        return lookup;
    }

    @Test
    void traces_are_there_after_a_restart() throws Exception {
        LookupRecord lookup;
        try (NodeRuntime node = NodeRuntime.start(config(false), Meter.NONE)) {
            lookup = keepOne(node);
        }
        try (NodeRuntime node = NodeRuntime.start(config(false), Meter.NONE)) {
            assertThat(node.traces().get(lookup.id())).contains(lookup);
        }
    }

    @Test
    void amnesia_keeps_them_in_memory() throws Exception {
        try (NodeRuntime node = NodeRuntime.start(config(true), Meter.NONE)) {
            keepOne(node);
            assertThat(temp.resolve("data")).doesNotExist();
        }
    }

    @Test
    void a_damaged_trace_journal_keeps_no_node_from_starting() throws Exception {
        try (NodeRuntime node = NodeRuntime.start(config(false), Meter.NONE)) {
            keepOne(node);
        }
        Path traces = temp.resolve("data/traces");
        try (Stream<Path> files = Files.list(traces)) {
            for (Path file : files.toList()) {
                Files.write(file, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
            }
        }
        try (NodeRuntime node = NodeRuntime.start(config(false), Meter.NONE)) {
            keepOne(node);
        }
        try (Stream<Path> files = Files.list(traces)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(traces);
        Files.writeString(traces, "a file where the directory should be");
        try (NodeRuntime node = NodeRuntime.start(config(false), Meter.NONE)) {
            LookupRecord lookup = SampleLookups.found(SampleLookups.id(T0, 1), T0);
            node.traces().keep(lookup);
            assertThat(node.traces().get(lookup.id())).isEmpty();
            assertThat(node.traces().counts().dropped()).isEqualTo(1);
        }
    }

    /** Whoever wants to unmount the volume must find nothing open on it. */
    @Test
    void letting_go_holds_no_file_of_the_volume() throws Exception {
        NodeClock clock = new NodeClock();
        long now = clock.millis();
        Traces traces = new Traces(() -> config(false), clock);
        try (DataDirectory directory = DataDirectory.open(temp.resolve("data"))) {
            traces.open(directory);
            TraceLog before = traces.log();
            LookupRecord lookup = SampleLookups.found(SampleLookups.id(now, 1), now);
            before.keep(lookup);
            assertThat(before.get(lookup.id())).contains(lookup);
            assertThat(open(directory.traces())).isNotEmpty();
            traces.letGo();
            assertThat(open(directory.traces())).isEmpty();
            traces.log().keep(SampleLookups.found(SampleLookups.id(now, 2), now));
            assertThat(traces.log().counts().dropped()).isEqualTo(1);
            traces.open(directory);
            assertThat(traces.log().get(lookup.id())).contains(lookup);
        }
        traces.letGo();
    }

    /** What this process has mapped below a directory, as Linux tells. */
    private static List<String> open(Path directory) throws Exception {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(l -> l.contains(directory.toString())).toList();
        }
    }
}
