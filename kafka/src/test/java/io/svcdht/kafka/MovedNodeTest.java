package io.svcdht.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.runtime.Meter;
import io.svcdht.node.runtime.NodeRuntime;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose journal is on a real broker takes its key to another machine, and nothing else. */
class MovedNodeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path temp;

    private final String prefix = BrokerProcess.prefix();

    private NodeConfig config(String data) throws Exception {
        ConfigResult result = ConfigLoader.load(
                Flags.parse(List.of(
                        "--journal=kafka",
                        "--kafka-servers=" + BrokerProcess.shared().address(),
                        "--kafka-prefix=" + prefix,
                        "--kafka-partitions=1",
                        "--kafka-replication=1",
                        "--checkpoint-events=4096",
                        "--disk-reserve=0",
                        "--data-dir=" + temp.resolve(data))),
                Map.of());
        return ((ConfigResult.Loaded) result).config();
    }

    private NodeRuntime start(String data) throws Exception {
        NodeRuntime node = NodeRuntime.start(config(data), Meter.NONE);
        await().atMost(PATIENCE).until(() -> node.status().ready());
        return node;
    }

    private static void provide(NodeRuntime node, int from, int to) throws Exception {
        List<Input.Provide> records = new ArrayList<>();
        for (int i = from; i < to; i++) {
            records.add(new Input.Provide(ContentId.of(new Key(i, 1, 2, 3)), "", List.of(), 3_600, outcome -> {}));
        }
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        node.submit(new Input.ProvideBatch(records, answer::complete));
        assertThat(answer.get(60, TimeUnit.SECONDS)).isInstanceOf(Outcome.Each.class);
    }

    private static Key digestAt(NodeRuntime node, long position) {
        return node.history().at(position, (view, budget) -> view.state().digest());
    }

    private static boolean hasCheckpoint(Path data) throws Exception {
        Path checkpoints = data.resolve("checkpoints");
        if (!Files.isDirectory(checkpoints)) {
            return false;
        }
        try (Stream<Path> files = Files.list(checkpoints)) {
            return files.anyMatch(f -> f.toString().endsWith(".checkpoint"));
        }
    }

    @Test
    void a_node_on_another_machine_has_the_same_state() throws Exception {
        long position;
        Key digest;
        int records;
        try (NodeRuntime node = start("here")) {
            for (int i = 0; i < 10; i++) {
                provide(node, i * 1_000, (i + 1) * 1_000);
            }
            await().atMost(PATIENCE).until(() -> hasCheckpoint(temp.resolve("here")));
            // The next commits tell where it is on its topic.
            provide(node, 10_000, 10_001);
            awaitToldCheckpoint(node);
            position = node.status().journalPosition();
            digest = digestAt(node, position);
            records = node.status().records();
        }
        Files.createDirectory(temp.resolve("there"));
        Files.copy(
                temp.resolve("here").resolve("node.key"), temp.resolve("there").resolve("node.key"));
        try (NodeRuntime moved = start("there")) {
            assertThat(moved.status().records()).isEqualTo(records);
            assertThat(digestAt(moved, position)).isEqualTo(digest);
            assertThat(moved.status().epoch()).isEqualTo(2);
            // It was fetched, or the whole journal would have been folded.
            assertThat(hasCheckpoint(temp.resolve("there"))).isTrue();
            provide(moved, 10_001, 10_002);
        }
    }

    /** Commits until the writer's record has the checkpoint. */
    private void awaitToldCheckpoint(NodeRuntime node) {
        await().atMost(PATIENCE).until(() -> {
            provide(node, 20_000, 20_001);
            return ControlTopic.writer(BrokerProcess.shared().config(prefix), node.id())
                    .map(w -> w.checkpoint() != null)
                    .orElse(false);
        });
    }

    @Test
    void a_directory_with_a_journal_of_its_own_is_refused() throws Exception {
        Path data = temp.resolve("full");
        Files.createDirectories(data.resolve("journal"));
        Files.writeString(data.resolve("FORMAT"), "svc-dht data 1\n");
        Files.writeString(data.resolve("journal").resolve("20260101.cq4"), "x");

        assertThatThrownBy(() -> NodeRuntime.start(config("full"), Meter.NONE))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("journal of its own")
                .hasMessageContaining("node.key");
    }
}
