package io.svcdht.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.Patience;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.engine.ReplyTo;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.DiskReserve;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.replay.Moments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(300)
class NodeRuntimeTest {
    private static final Duration PATIENCE = Patience.LIMIT;
    private static final ContentId CID = ContentId.parse("b3:short", true);

    @TempDir
    Path temp;

    private final AtomicInteger restarts = new AtomicInteger();

    /** Counts restarts. */
    private final Meter meter = new Meter() {
        @Override
        public void appended(EventType type, long nanos) {}

        @Override
        public void synced(long nanos) {}

        @Override
        public void replayed(long nanos) {}

        @Override
        public void restarted(String task) {
            restarts.incrementAndGet();
        }

        @Override
        public void clockStepped() {}

        @Override
        public void dropped(String queue) {}
    };

    private NodeConfig config(Path data, NodeConfig.Sync sync, boolean amnesia) {
        return config(data, sync, amnesia, DiskReserve.none(), NodeConfig.OnDamage.REFUSE);
    }

    private NodeConfig config(
            Path data, NodeConfig.Sync sync, boolean amnesia, DiskReserve reserve, NodeConfig.OnDamage onDamage) {
        return new NodeConfig(
                NodeConfig.Profile.MACRONODE,
                amnesia,
                new NodeConfig.HostPort("127.0.0.1", 0),
                List.of(),
                Optional.empty(),
                false,
                false,
                true,
                data,
                Optional.empty(),
                sync,
                stateStore,
                reserve,
                onDamage,
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

    private NodeConfig.StateStore stateStore = NodeConfig.StateStore.HEAP;

    private NodeRuntime start() throws StartFailure {
        return start(NodeConfig.Sync.GROUP, false);
    }

    private NodeRuntime start(NodeConfig.Sync sync, boolean amnesia) throws StartFailure {
        NodeRuntime node = NodeRuntime.start(config(temp.resolve("data"), sync, amnesia), meter);
        await().atMost(PATIENCE).until(() -> node.status().ready());
        return node;
    }

    private static Outcome provide(NodeRuntime node, ContentId cid, int ttl) throws Exception {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        node.submit(new Input.Provide(cid, "", List.of(), ttl, answer::complete));
        return answer.get(60, TimeUnit.SECONDS);
    }

    private static List<ProviderRecord> find(NodeRuntime node, ContentId cid) {
        return node.providers().holdersOf(cid.key()).aliveAt(node.nowMillis());
    }

    @ParameterizedTest
    @EnumSource(NodeConfig.Sync.class)
    void a_restarted_node_has_the_same_records_and_the_next_epoch(NodeConfig.Sync sync) throws Exception {
        NodeId id;
        List<ProviderRecord> before;
        long position;
        try (NodeRuntime node = start(sync, false)) {
            id = node.id();
            for (int i = 0; i < 100; i++) {
                assertThat(provide(node, ContentId.of(new Key(i, 1, 2, 3)), 600))
                        .isInstanceOf(Outcome.Provided.class);
            }
            before = find(node, ContentId.of(new Key(42, 1, 2, 3)));
            position = node.status().journalPosition();
            assertThat(node.status().epoch()).isEqualTo(1);
        }
        try (NodeRuntime node = start(sync, false)) {
            assertThat(node.id()).isEqualTo(id);
            assertThat(node.status().epoch()).isEqualTo(2);
            assertThat(node.status().records()).isEqualTo(100);
            assertThat(node.status().journalPosition()).isGreaterThan(position);
            assertThat(find(node, ContentId.of(new Key(42, 1, 2, 3))))
                    .hasSize(1)
                    .isEqualTo(before);
        }
    }

    @Test
    void with_records_off_the_heap_a_restart_and_a_lost_map_change_nothing() throws Exception {
        stateStore = NodeConfig.StateStore.CHRONICLE_MAP;
        a_restarted_node_has_the_same_records_and_the_next_epoch(NodeConfig.Sync.GROUP);
        Path map = temp.resolve("data").resolve("state").resolve("applied");
        assertThat(map).exists();
        java.nio.file.Files.delete(map);
        try (NodeRuntime node = start()) {
            assertThat(node.status().records()).isEqualTo(100);
            assertThat(find(node, ContentId.of(new Key(42, 1, 2, 3)))).hasSize(1);
        }
        stateStore = NodeConfig.StateStore.HEAP;
        try (NodeRuntime node = start()) {
            assertThat(node.status().records()).isEqualTo(100);
        }
    }

    @Test
    void what_ran_out_between_two_runs_is_gone_when_the_second_is_ready() throws Exception {
        try (NodeRuntime node = start()) {
            provide(node, CID, 1);
        }
        try (NodeRuntime node = start()) {
            await().atMost(PATIENCE).until(() -> node.status().records() == 0);
            assertThat(find(node, CID)).isEmpty();
        }
    }

    @Test
    void an_amnesiac_node_leaves_nothing_behind() throws Exception {
        try (NodeRuntime node = start(NodeConfig.Sync.GROUP, true)) {
            provide(node, CID, 600);
            assertThat(find(node, CID)).hasSize(1);
        }
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void a_failed_journal_is_opened_again_and_nothing_acknowledged_is_lost() throws Exception {
        try (NodeRuntime node = start()) {
            assertThat(provide(node, CID, 600)).isInstanceOf(Outcome.Provided.class);
            for (int round = 1; round <= 2; round++) {
                int failures = round;
                // As if the disk had gone: from here on every append fails.
                ((Journal) node.journal()).close();
                await().atMost(PATIENCE).until(() -> {
                    provide(node, ContentId.of(new Key(failures, 0, 0, 0)), 600);
                    return restarts.get() >= failures;
                });
                await().atMost(PATIENCE).until(() -> node.status().ready());
                assertThat(find(node, CID)).hasSize(1);
                await().atMost(PATIENCE).until(() -> provide(node, CID, 600) instanceof Outcome.Provided);
                assertThat(node.status().epoch()).as("every writer counts").isEqualTo(1 + round);
            }
        }
        try (NodeRuntime node = start()) {
            assertThat(find(node, CID)).hasSize(1);
        }
    }

    @Test
    void a_node_closed_while_its_journal_is_down_comes_back_whole() throws Exception {
        try (NodeRuntime node = start()) {
            provide(node, CID, 600);
            ((Journal) node.journal()).close();
            provide(node, CID, 600);
        }
        try (NodeRuntime node = start()) {
            assertThat(find(node, CID)).hasSize(1);
            assertThat(node.status().epoch()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void a_closed_node_refuses_and_answers() throws Exception {
        NodeRuntime node = start();
        node.close();
        assertThat(provide(node, CID, 600)).isInstanceOf(Outcome.Refused.class);
        assertThat(node.status().readiness()).isEqualTo(Readiness.BOOTING);
    }

    @Test
    void a_closed_node_has_journaled_its_stop() throws Exception {
        for (int run = 0; run < 5; run++) {
            NodeRuntime node = start();
            for (int i = 0; i < 2_000; i++) {
                node.submit(new Input.Provide(ContentId.of(new Key(i, 0, 0, 0)), "", List.of(), 600, ReplyTo.nobody()));
            }
            node.close();
            try (JournalFiles.Opened journal = JournalFiles.read(temp.resolve("data"))) {
                assertThat(Moments.entryAt(journal, journal.lastPosition()).event())
                        .isEqualTo(new DhtEvent.NodeStopped("asked to"));
            }
        }
    }

    @Test
    void a_directory_in_use_is_exit_3() throws Exception {
        try (NodeRuntime node = start()) {
            assertThatThrownBy(this::start)
                    .isInstanceOfSatisfying(
                            StartFailure.class, e -> assertThat(e.exitCode()).isEqualTo(StartFailure.CANNOT_BIND))
                    .hasMessageContaining(temp.resolve("data").toString());
            assertThat(node.status().ready()).isTrue();
        }
    }

    @Test
    void a_damaged_journal_is_exit_5_and_lets_the_directory_go() throws Exception {
        try (NodeRuntime node = start()) {
            provide(node, ContentId.parse("a text one can find on disk", true), 600);
        }
        flip("a text one can find on disk");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(this::start)
                    .isInstanceOfSatisfying(
                            StartFailure.class, e -> assertThat(e.exitCode()).isEqualTo(StartFailure.JOURNAL_DAMAGED))
                    .hasMessageContaining("position 3");
        }
    }

    private NodeConfig with(DiskReserve reserve, NodeConfig.OnDamage onDamage) {
        return config(temp.resolve("data"), NodeConfig.Sync.GROUP, false, reserve, onDamage);
    }

    private static ErrorCode refusal(Outcome outcome) {
        return ((Outcome.Refused) outcome).code();
    }

    @Test
    void below_the_reserve_writes_are_refused_reads_go_on_and_service_returns_by_itself() throws Exception {
        NodeConfig short_ = with(new DiskReserve(1L << 50), NodeConfig.OnDamage.REFUSE);
        NodeConfig roomy = with(DiskReserve.none(), NodeConfig.OnDamage.REFUSE);
        try (NodeRuntime node = start()) {
            assertThat(provide(node, CID, 600)).isInstanceOf(Outcome.Provided.class);
            for (int round = 0; round < 2; round++) {
                node.reconfigure(short_, List.of());
                await().atMost(PATIENCE).until(() -> node.status().readiness() == Readiness.DEGRADED);
                assertThat(node.status().readinessReason()).contains("disk_reserve");
                long before = node.status().journalPosition();
                assertThat(refusal(provide(node, CID, 600))).isEqualTo(ErrorCode.JournalUnavailable);
                assertThat(node.status().journalPosition()).isEqualTo(before);
                assertThat(find(node, CID)).hasSize(1);
                assertThat(Moments.entryAt(node.journal(), before).event())
                        .isInstanceOfSatisfying(DhtEvent.ReadinessChanged.class, e -> assertThat(e.readiness())
                                .isEqualTo(Readiness.DEGRADED));

                node.reconfigure(roomy, List.of());
                await().atMost(PATIENCE).until(() -> node.status().ready());
                assertThat(provide(node, CID, 600)).isInstanceOf(Outcome.Provided.class);
            }
            assertThat(restarts).hasValue(0);
        }
    }

    @Test
    void a_node_starts_below_the_reserve_and_serves_reads() throws Exception {
        try (NodeRuntime node = start()) {
            provide(node, CID, 600);
        }
        try (NodeRuntime node = NodeRuntime.start(with(new DiskReserve(1L << 50), NodeConfig.OnDamage.REFUSE), meter)) {
            await().atMost(PATIENCE).until(() -> node.status().readiness() == Readiness.DEGRADED);
            assertThat(find(node, CID)).hasSize(1);
            assertThat(refusal(provide(node, CID, 600))).isEqualTo(ErrorCode.JournalUnavailable);
        }
        try (NodeRuntime node = start()) {
            assertThat(find(node, CID)).hasSize(1);
        }
    }

    @Test
    void a_volume_that_went_away_is_waited_for_and_never_begun_anew() throws Exception {
        Path data = temp.resolve("data");
        Path gone = temp.resolve("gone");
        try (NodeRuntime node = start()) {
            provide(node, CID, 600);
            Files.move(data, gone);
            ((Journal) node.journal()).close();
            await().atMost(PATIENCE).until(() -> restarts.get() >= 3 || Files.exists(data));
            assertThat(data).doesNotExist();
            assertThat(node.status().readiness()).isEqualTo(Readiness.DEGRADED);
            assertThat(find(node, CID)).hasSize(1);
            assertThat(refusal(provide(node, CID, 600))).isEqualTo(ErrorCode.JournalUnavailable);

            Files.move(gone, data);
            await().atMost(PATIENCE).until(() -> node.status().ready());
            assertThat(provide(node, CID, 600)).isInstanceOf(Outcome.Provided.class);
        }
    }

    @Test
    void a_journal_older_than_what_was_acknowledged_is_not_taken_up() throws Exception {
        Path data = temp.resolve("data");
        Path older = temp.resolve("older");
        Path newest = temp.resolve("newest");
        start().close();
        copy(data, older);
        try (NodeRuntime node = start()) {
            assertThat(provide(node, CID, 600)).isInstanceOf(Outcome.Provided.class);
            Files.move(data, newest);
            Files.move(older, data);
            ((Journal) node.journal()).close();
            await().atMost(PATIENCE)
                    .until(() -> restarts.get() >= 3 || node.status().ready());
            assertThat(node.status().ready()).isFalse();
            assertThat(find(node, CID)).as("still answered from memory").hasSize(1);

            Files.move(data, older);
            Files.move(newest, data);
            await().atMost(PATIENCE).until(() -> node.status().ready());
            assertThat(find(node, CID)).hasSize(1);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var all = Files.walk(from)) {
            for (Path p : all.toList()) {
                Files.copy(p, to.resolve(from.relativize(p)));
            }
        }
    }

    @Test
    void a_damaged_journal_can_be_served_as_far_as_it_is_intact_and_repaired() throws Exception {
        ContentId hit = ContentId.parse("a text one can find on disk", true);
        try (NodeRuntime node = start()) {
            provide(node, CID, 600);
            provide(node, hit, 600);
        }
        flip("a text one can find on disk");
        assertThatThrownBy(this::start)
                .hasMessageContaining("--on-damage=read_only")
                .hasMessageContaining("journal repair");
        for (int run = 0; run < 2; run++) {
            try (NodeRuntime node = NodeRuntime.start(with(DiskReserve.none(), NodeConfig.OnDamage.READ_ONLY), meter)) {
                await().atMost(PATIENCE).until(() -> node.status().readiness() == Readiness.DEGRADED);
                assertThat(node.status().readinessReason()).contains("position 4", ".cq4");
                assertThat(find(node, CID)).hasSize(1);
                assertThat(find(node, hit)).isEmpty();
                assertThat(refusal(provide(node, CID, 600))).isEqualTo(ErrorCode.JournalUnavailable);
                assertThat(node.history()
                                .<Integer>at(
                                        3, (view, b) -> view.state().providers().records()))
                        .isEqualTo(1);
                assertThat(node.status().journalPosition()).isEqualTo(3);
            }
        }
        assertThat(Repair.plan(temp.resolve("data")).orElseThrow().kept()).isEqualTo(3);
        Repair repair = Repair.carryOut(temp.resolve("data")).orElseThrow();
        assertThat(repair.position()).isEqualTo(4);
        assertThat(repair.lastGivenUp()).isGreaterThan(4);
        assertThat(Repair.carryOut(temp.resolve("data"))).isEmpty();
        try (JournalReader aside = JournalFiles.aside(repair.aside())) {
            List<Long> positions = new ArrayList<>();
            for (JournalEntry e = aside.next(); e != null; e = aside.next()) {
                positions.add(e.position());
            }
            assertThat(positions).contains(1L, 2L, 3L, 5L);
        }
        try (NodeRuntime node = start()) {
            assertThat(find(node, CID)).hasSize(1);
            assertThat(provide(node, hit, 600)).isInstanceOf(Outcome.Provided.class);
        }
    }

    private void flip(String text) throws IOException {
        try (var files = Files.list(temp.resolve("data/journal"))) {
            for (Path file : files.filter(p -> p.toString().endsWith(".cq4")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(text);
                if (at >= 0) {
                    bytes[at] ^= 1;
                    Files.write(file, bytes);
                    return;
                }
            }
            throw new AssertionError("no file of the journal has " + text);
        }
    }

    @Test
    void another_nodes_key_is_exit_2_and_lets_the_directory_go() throws Exception {
        start().close();
        Files.delete(temp.resolve("data/node.key"));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(this::start)
                    .isInstanceOfSatisfying(
                            StartFailure.class, e -> assertThat(e.exitCode()).isEqualTo(StartFailure.BAD_CONFIGURATION))
                    .hasMessageContaining("node.key");
        }
    }

    @Test
    void changed_settings_are_journaled() throws Exception {
        try (NodeRuntime node = start()) {
            long before = node.status().journalPosition();
            node.reconfigure(node.config(), List.of(new Input.Reconfigure.Change("ttl_secs", "600", "60", "flag")));
            await().atMost(PATIENCE).until(() -> node.status().journalPosition() > before);
        }
    }
}
