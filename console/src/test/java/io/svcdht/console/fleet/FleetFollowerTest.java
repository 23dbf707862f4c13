package io.svcdht.console.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.config.FleetConfig;
import io.svcdht.node.config.KafkaConfig;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.replay.Past;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.View;
import io.svcdht.storage.state.heap.HeapStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetFollowerTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final FleetFollower.Pace BRISK = new FleetFollower.Pace(
            Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(10), PATIENCE, PATIENCE);

    @TempDir
    Path temp;

    private final ScriptedTopics topics = new ScriptedTopics();

    private FleetFollower follow(FleetIndex index) {
        return FleetFollower.start(topics, KafkaConfig.OFF, FleetConfig.DEFAULT, index, BRISK);
    }

    private static void awaitEvents(FleetIndex index, long events) {
        await().atMost(PATIENCE).until(() -> index.store().events() == events);
    }

    @Test
    void goes_on_where_it_stood() throws Exception {
        topics.event(1, 1).event(1, 2).event(2, 1);
        try (FleetIndex index = FleetIndex.open(temp, "a");
                var _ = follow(index)) {
            awaitEvents(index, 3);
        }
        topics.event(1, 3);
        try (FleetIndex index = FleetIndex.open(temp, "a")) {
            assertThat(index.offsets()).containsEntry("only", 3L);
            try (var _ = follow(index)) {
                awaitEvents(index, 4);
            }
            assertThat(index.store().nodes()).allMatch(n -> n.summary().repeated() == 0);
        }
    }

    @Test
    void what_waits_behind_a_hole_is_read_again_after_a_restart() throws Exception {
        topics.event(1, 1).event(1, 3);
        try (FleetIndex index = FleetIndex.open(temp, "a")) {
            try (FleetFollower follower = follow(index)) {
                awaitEvents(index, 1);
                await().atMost(PATIENCE).until(() -> follower.standing().behind() == 0);
            }
            assertThat(index.offsets().getOrDefault("only", 0L)).isLessThan(2L);
        }
        topics.event(1, 2);
        try (FleetIndex index = FleetIndex.open(temp, "a");
                var _ = follow(index)) {
            awaitEvents(index, 3);
        }
    }

    @Test
    void an_index_that_lost_something_is_made_anew() throws Exception {
        topics.event(1, 1).event(1, 2);
        try (FleetIndex index = FleetIndex.open(temp, "a");
                var _ = follow(index)) {
            awaitEvents(index, 2);
        }
        try (var files = Files.walk(temp)) {
            Path events = files.filter(p -> p.endsWith("events")).findFirst().orElseThrow();
            try (var channel = java.nio.channels.FileChannel.open(events, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() - 1);
            }
        }
        try (FleetIndex index = FleetIndex.open(temp, "a")) {
            assertThat(index.offsets()).isEmpty();
            try (var _ = follow(index)) {
                awaitEvents(index, 2);
            }
        }
    }

    @Test
    void another_fleets_index_is_not_mixed_in() throws Exception {
        topics.event(1, 1);
        try (FleetIndex index = FleetIndex.open(temp, "a");
                var _ = follow(index)) {
            awaitEvents(index, 1);
            assertThatThrownBy(() -> FleetIndex.open(temp, "a"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use");
        }
        try (FleetIndex other = FleetIndex.open(temp, "b")) {
            assertThat(other.store().nodes()).isEmpty();
            assertThat(other.offsets()).isEmpty();
        }
        Path full = Files.createDirectory(temp.resolve("full"));
        Files.writeString(full.resolve("mine.txt"), "x");
        assertThatThrownBy(() -> FleetIndex.open(full, "a")).hasMessageContaining("no index of a fleet");
        assertThat(full.resolve("mine.txt")).exists();
    }

    /** The node's journal was pruned before it was shipped: what is missing never comes. */
    @Test
    void a_hole_that_stays_is_told_and_what_follows_is_there() throws Exception {
        topics.event(1, 1).event(1, 5).event(1, 6).card(1, "{\"state\":\"ready\",\"lost\":3,\"last_position\":8}");
        FleetFollower.Pace impatient = new FleetFollower.Pace(
                Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(10), Duration.ofMillis(20), PATIENCE);
        try (FleetIndex index = FleetIndex.open(temp, "a");
                var _ = FleetFollower.start(topics, KafkaConfig.OFF, FleetConfig.DEFAULT, index, impatient)) {
            awaitEvents(index, 2);
            FleetNode node = index.store().node(ScriptedTopics.node(1)).orElseThrow();
            await().atMost(PATIENCE).until(() -> node.card().lost() == 3);
            assertThat(node.summary().gaps()).isEqualTo(1);
            assertThat(node.log().firstPosition()).isEqualTo(5);
            assertThat(node.hasStates()).as("over a hole none is told").isFalse();
            Census.Row row =
                    Census.of(index.store(), Long.MAX_VALUE, false).nodes().getFirst();
            assertThat(row.behindEvents()).isEqualTo(2);
            assertThat(row.lost()).isEqualTo(3);
        }
    }

    private static final ContentId CID = ContentId.of(new Key(7, 7, 7, 7));

    private static DhtEvent announced(int n) {
        return new DhtEvent.ProviderAnnounced(new ProviderRecord(
                n == 2 ? CID : ContentId.of(new Key(n, 1, 1, 1)),
                ScriptedTopics.node(1),
                "local://shelf",
                List.of(),
                172_800,
                ScriptedTopics.BEGAN + n));
    }

    /** The topics have given up the first three; the node's own checkpoint at 5 is on one of them. */
    @Test
    void a_state_amid_the_events_is_fetched_where_the_first_ones_are_gone() throws Exception {
        MemoryJournal journal = new MemoryJournal();
        for (int n = 1; n <= 8; n++) {
            journal.append(ScriptedTopics.BEGAN + n, 0, announced(n));
        }
        Checkpoints own = new Checkpoints(temp.resolve("own"));
        try (View at = new Past(journal, own, HeapStore::new).at(5, Budget.UNLIMITED)) {
            own.write(at.state(), at.seam(), Checkpoints.Pace.FULL);
        }
        topics.state(1, 5, own.pathOf(5));
        for (int n = 4; n <= 8; n++) {
            topics.event(1, n, ScriptedTopics.BEGAN + n, announced(n));
        }
        try (FleetIndex index = FleetIndex.open(temp.resolve("index"), "a");
                var _ = follow(index)) {
            awaitEvents(index, 5);
            FleetNode node = index.store().node(ScriptedTopics.node(1)).orElseThrow();
            await().atMost(PATIENCE).until(node::hasStates);

            assertThat(node.statesFrom()).isEqualTo(5);
            assertThat(node.isWhole()).isFalse();
            Census.Row row =
                    Census.of(index.store(), Long.MAX_VALUE, false).nodes().getFirst();
            assertThat(row.records()).isEqualTo(8);
            assertThat(row.statesFrom()).isEqualTo(5);
            assertThatThrownBy(() -> node.history().at(4, (view, budget) -> view))
                    .isInstanceOf(JournalTruncated.class);
            // Announced before the first event that is here, and never since.
            ContentHistory of = ContentHistory.of(index.store(), CID.key(), ScriptedTopics.BEGAN + 1_000);
            assertThat(of.lanes()).singleElement().satisfies(l -> {
                assertThat(l.live()).isEqualTo(1);
                assertThat(l.spans().getFirst().fromMillis()).isEqualTo(ScriptedTopics.BEGAN + 5);
            });
            assertThat(new RecordedNode(node, () -> 0).unknown()).isEmpty();
        }
    }

    @Test
    void what_a_node_holds_is_said_to_be_unknown_where_no_state_is_to_be_had() throws Exception {
        Path damaged = Files.writeString(temp.resolve("damaged"), "no checkpoint");
        topics.event(1, 4).event(1, 5).state(1, 4, damaged);
        try (FleetIndex index = FleetIndex.open(temp.resolve("index"), "a");
                FleetFollower follower = follow(index)) {
            awaitEvents(index, 2);
            FleetNode node = index.store().node(ScriptedTopics.node(1)).orElseThrow();
            await().atMost(PATIENCE).until(() -> follower.standing().behind() == 0);
            topics.event(1, 6);
            awaitEvents(index, 3);
            await().atMost(PATIENCE).until(() -> topics.fetched.get() > 0);
            assertThat(node.hasStates()).isFalse();
            assertThat(new RecordedNode(node, () -> 0).unknown())
                    .hasValueSatisfying(why -> assertThat(why).contains("not known here", "position 4"));
        }
    }

    @Test
    void says_that_nobody_answers_and_goes_on() throws Exception {
        topics.away(true);
        try (FleetIndex index = FleetIndex.open(temp, "a");
                FleetFollower follower = follow(index)) {
            await().atMost(PATIENCE).until(() -> follower.standing().trouble().contains("nobody answers"));
            topics.event(1, 1).away(false);
            awaitEvents(index, 1);
            await().atMost(PATIENCE).until(() -> follower.standing().trouble().isEmpty());
        }
    }
}
