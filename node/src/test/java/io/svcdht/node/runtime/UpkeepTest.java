package io.svcdht.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.Patience;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.config.NodeConfig.Keeping;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.engine.ReplyTo;
import io.svcdht.storage.checkpoint.Checkpoint;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.CheckpointTaken;
import io.svcdht.storage.event.DhtEvent.JournalPruned;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.DiskReserve;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.replay.Replay.Budget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UpkeepTest {
    private static final Duration PATIENCE = Patience.LIMIT;
    private static final long DAY_MILLIS = 86_400_000L;

    @TempDir
    Path temp;

    private NodeConfig config(NodeConfig.Sync sync, Keeping keeping) {
        return config(sync, keeping, DiskReserve.none(), NodeConfig.OnDamage.REFUSE);
    }

    private NodeConfig config(
            NodeConfig.Sync sync, Keeping keeping, DiskReserve reserve, NodeConfig.OnDamage onDamage) {
        return new NodeConfig(
                NodeConfig.Profile.MACRONODE,
                false,
                new NodeConfig.HostPort("127.0.0.1", 0),
                List.of(),
                Optional.empty(),
                false,
                false,
                true,
                temp.resolve("data"),
                Optional.empty(),
                sync,
                NodeConfig.StateStore.HEAP,
                reserve,
                onDamage,
                600,
                172_800,
                1_000_000,
                1_000,
                0,
                keeping,
                NetworkConfig.onLoopback(),
                NodeConfig.LogFormat.TEXT,
                NodeConfig.LogLevel.INFO);
    }

    private NodeRuntime start(NodeConfig.Sync sync, Keeping keeping) throws StartFailure {
        NodeRuntime node = NodeRuntime.start(config(sync, keeping), Meter.NONE);
        await().atMost(PATIENCE).until(() -> node.status().ready());
        return node;
    }

    private static void provide(NodeRuntime node, int from, int count) throws Exception {
        CompletableFuture<Outcome> last = new CompletableFuture<>();
        for (int i = from; i < from + count; i++) {
            CompletableFuture<Outcome> answer = new CompletableFuture<>();
            node.submit(new Input.Provide(ContentId.of(new Key(i, 1, 2, 3)), "", List.of(), 3_600, answer::complete));
            last = answer;
        }
        assertThat(last.get(60, TimeUnit.SECONDS)).isInstanceOf(Outcome.Provided.class);
    }

    private Checkpoints checkpoints() {
        return new Checkpoints(temp.resolve("data/checkpoints"));
    }

    private static List<DhtEvent> events(JournalSource journal, Class<?> type) {
        List<DhtEvent> found = new ArrayList<>();
        try (JournalReader reader = journal.readAll()) {
            for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                if (type.isInstance(e.event())) {
                    found.add(e.event());
                }
            }
        }
        return found;
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "GROUP"})
    void checkpoints_are_taken_told_and_started_from(NodeConfig.Sync sync) throws Exception {
        Keeping often = new Keeping(4096, 3_600, 7, 50L << 30);
        try (NodeRuntime node = start(sync, often)) {
            provide(node, 0, 10_000);
            await().atMost(PATIENCE)
                    .until(() -> events(node.journal(), CheckpointTaken.class).size() >= 2);
            for (DhtEvent e : events(node.journal(), CheckpointTaken.class)) {
                CheckpointTaken taken = (CheckpointTaken) e;
                try (Checkpoint c = checkpoints().newest(taken.upTo()).orElseThrow()) {
                    c.verify();
                    assertThat(c.info().position()).isEqualTo(taken.upTo());
                    assertThat(c.info().digest()).isEqualTo(taken.digest());
                    assertThat(c.info().node()).isEqualTo(node.id());
                    assertThat(c.info().records()).isEqualTo(taken.records());
                }
                Key derived = node.history().at(taken.upTo(), (view, budget) -> view.digest(budget));
                assertThat(derived).isEqualTo(taken.digest());
            }
        }
        try (NodeRuntime node = start(sync, often)) {
            assertThat(node.providers().records()).isEqualTo(10_000);
            provide(node, 10_000, 10);
            assertThat(node.providers().holdersOf(new Key(9_999, 1, 2, 3)).size())
                    .isEqualTo(1);
        }
    }

    @Test
    void gaps_between_checkpoints_are_made_up_for() throws Exception {
        try (NodeRuntime node = start(NodeConfig.Sync.NONE, new Keeping(100_000, 3_600, 7, 50L << 30))) {
            provide(node, 0, 16_000);
            provide(node, 16_000, 16_000);
        }
        try (NodeRuntime node = start(NodeConfig.Sync.NONE, new Keeping(4096, 3_600, 7, 50L << 30))) {
            await().atMost(PATIENCE).until(() -> checkpoints().list().size() >= 7);
            assertThat(checkpoints().list().keySet())
                    .contains(4096L, 8192L, 12_288L, 16_384L, 20_480L, 24_576L, 28_672L);
            assertThat(node.status().ready()).isTrue();
        }
    }

    @Test
    void a_checkpoint_is_taken_when_its_time_has_come() throws Exception {
        try (NodeRuntime node = start(NodeConfig.Sync.GROUP, new Keeping(100_000_000, 1, 7, 50L << 30))) {
            provide(node, 0, 5_000);
            await().atMost(PATIENCE).until(() -> checkpoints().list().containsKey(4096L));
        }
    }

    /** A journal of twelve days that ends now, 50 events a day, in a directory that no node has had yet. */
    private long twelveDays() throws Exception {
        long now = System.currentTimeMillis();
        NodeId publisher = new NodeId(new Key(7, 7, 7, 7));
        try (JournalFilling filling = JournalFilling.create(temp.resolve("data"))) {
            long position = 0;
            for (int day = 11; day >= 0; day--) {
                for (int i = 0; i < 50; i++) {
                    long instant = now - day * DAY_MILLIS - 3_600_000 + i;
                    position++;
                    ProviderRecord record = new ProviderRecord(
                            ContentId.of(new Key(day, i, 0, 0)), publisher, "", List.of(), 172_800, instant);
                    filling.add(new JournalEntry(position, instant, 0, new DhtEvent.ProviderAnnounced(record)));
                }
            }
            return filling.finish();
        }
    }

    @Test
    void retention_gives_up_old_files_and_keeps_the_state_before_the_first_event() throws Exception {
        long last = twelveDays();
        Keeping week = new Keeping(200_000, 3_600, 7, 50L << 30);
        long first;
        Key at;
        try (NodeRuntime node = start(NodeConfig.Sync.GROUP, week)) {
            await().atMost(PATIENCE)
                    .until(() -> !events(node.journal(), JournalPruned.class).isEmpty());
            first = node.journal().firstPosition();
            assertThat(first).isEqualTo(251);
            assertThat(((JournalPruned)
                                    events(node.journal(), JournalPruned.class).getFirst())
                            .firstRetained())
                    .isEqualTo(first);
            assertThat(checkpoints().list()).containsKey(first - 1);
            at = node.history().at(last, (view, budget) -> view.digest(Budget.UNLIMITED));
            assertThat(node.history().<Integer>at(first - 1, (view, b) -> view.state()
                            .providers()
                            .records()))
                    .isEqualTo(250);
            assertThatThrownBy(() -> node.history().at(first - 2, (view, b) -> view))
                    .isInstanceOf(JournalTruncated.class);
        }
        try (NodeRuntime node = start(NodeConfig.Sync.GROUP, week);
                JournalFiles.Opened files = JournalFiles.read(temp.resolve("data"))) {
            assertThat(node.journal().firstPosition()).isEqualTo(first);
            assertThat(node.history().<Key>at(last, (view, budget) -> view.digest(budget)))
                    .isEqualTo(at);
            assertThat(files.firstPosition()).isEqualTo(first);
            assertThat(files.past().at(last, Budget.UNLIMITED).digest(Budget.UNLIMITED))
                    .isEqualTo(at);
        }
    }

    @Test
    void what_is_intact_of_a_pruned_journal_is_served_from_its_checkpoint_on() throws Exception {
        long last = twelveDays();
        Keeping week = new Keeping(200_000, 3_600, 7, 50L << 30);
        try (NodeRuntime node = start(NodeConfig.Sync.GROUP, week)) {
            await().atMost(PATIENCE)
                    .until(() -> !events(node.journal(), JournalPruned.class).isEmpty());
        }
        damageAt(last - 20);
        NodeConfig readOnly = config(NodeConfig.Sync.GROUP, week, DiskReserve.none(), NodeConfig.OnDamage.READ_ONLY);
        try (NodeRuntime node = NodeRuntime.start(readOnly, Meter.NONE)) {
            await().atMost(PATIENCE).until(() -> node.status().readiness() == DhtEvent.Readiness.DEGRADED);
            assertThat(node.journal().firstPosition()).isEqualTo(251);
            assertThat(node.status().journalPosition()).isEqualTo(last - 21);
            assertThat(node.providers().records() + node.providers().tombstones())
                    .isEqualTo((int) last - 21);
        }
        assertThat(Repair.carryOut(temp.resolve("data")).orElseThrow().kept()).isEqualTo(last - 21);
        try (NodeRuntime node = start(NodeConfig.Sync.GROUP, week)) {
            assertThat(node.journal().firstPosition()).isEqualTo(251);
        }
    }

    /** Changes one bit of the event at the position. */
    private void damageAt(long position) throws IOException {
        byte[] wanted = ByteBuffer.allocate(6)
                .putShort((short) (position >>> 32))
                .putInt((int) position)
                .array();
        try (var all = Files.list(temp.resolve("data/journal"))) {
            for (Path file : all.filter(f -> f.toString().endsWith(".cq4")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                String text = new String(bytes, StandardCharsets.ISO_8859_1);
                int at = text.indexOf(new String(wanted, StandardCharsets.ISO_8859_1) + "\1");
                if (at > 0) {
                    bytes[at + 20] ^= 1;
                    Files.write(file, bytes);
                    return;
                }
            }
        }
        throw new AssertionError("position " + position + " is in no file");
    }

    @Test
    void no_checkpoint_is_taken_below_the_reserve() throws Exception {
        Path data = temp.resolve("data");
        twelveDays();
        NodeConfig config =
                config(NodeConfig.Sync.GROUP, Keeping.DEFAULT, new DiskReserve(1L << 60), NodeConfig.OnDamage.REFUSE);
        try (DataDirectory directory = DataDirectory.open(data)) {
            Checkpoints checkpoints = checkpoints();
            Core.Replayed replayed = Core.replay(
                    directory, () -> config, checkpoints, () -> new NodeId(new Key(7, 7, 7, 7)), Meter.NONE);
            NodeClock clock = new NodeClock();
            Core core = Core.start(
                    replayed,
                    new NodeId(new Key(7, 7, 7, 7)),
                    config,
                    new Core.Surroundings(
                            directory, clock, Meter.NONE, "test", false, turned -> {}, said -> {}, failed -> {}));
            try (JournalHistory history = new JournalHistory(core::journal, checkpoints, directory.segments());
                    Upkeep upkeep = new Upkeep(() -> core, checkpoints, () -> config, clock, history)) {
                assertThatThrownBy(() -> upkeep.take(core.journal(), 100)).hasMessageContaining("disk_reserve");
                assertThat(checkpoints.list()).isEmpty();
            } finally {
                core.loop().submit(new Input.Stop("the test ends", ReplyTo.nobody()));
                assertThat(core.loop().join(30_000)).isTrue();
                core.journal().close();
            }
        }
    }

    @Test
    void retention_by_bytes_smaller_than_one_interval_keeps_the_newest_file() throws Exception {
        twelveDays();
        try (NodeRuntime node = start(NodeConfig.Sync.GROUP, new Keeping(200_000, 3_600, 7, 1 << 20))) {
            await().atMost(PATIENCE).until(() -> node.journal().firstPosition() > 500);
            provide(node, 0, 20);
            assertThat(node.providers().holdersOf(new Key(0, 3, 0, 0)).size()).isEqualTo(1);
        }
    }
}
