package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.node.engine.Engine;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Limits;
import io.svcdht.node.engine.ReplyTo;
import io.svcdht.node.runtime.JournalFiles;
import io.svcdht.storage.chronicle.ChronicleJournal;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.replay.Replay;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One random life of many events comes to the same state on every road there is. */
final class DigestIT {
    private static final long SEED = Long.getLong("svcdht.seed", 20260101);
    private static final int EVENTS = 120_000;
    private static final int CONTENT_IDS = 5_000;
    private static final long T0 = 1_700_000_000_000L;
    private static final NodeId SELF = new NodeId(new Key(1, 2, 3, 4));
    private static final Limits LIMITS = new Limits(1_000_000, 1_000, 20_000);

    @TempDir
    Path temporary;

    @Test
    void the_digest_is_the_same_live_replayed_imported_and_in_a_second_run() throws Exception {
        Path directory = temporary.resolve("data");
        String live;
        long position;
        try (DataDirectory taken = DataDirectory.open(directory)) {
            State state = new State(new HeapStore());
            try (Journal journal = ChronicleJournal.open(taken, e -> Fold.apply(state, e))) {
                live(journal, state);
                journal.durable(journal.lastPosition()).toCompletableFuture().join();
                taken.firstEventDurable();
                position = journal.lastPosition();
                live = ContentId.canonical(state.digest());
            }
            assertThat(position).isGreaterThanOrEqualTo(EVENTS);
            assertThat(state.providers().records()).isGreaterThan(1_000);
        }

        JournalWalk walk = JournalWalk.of(directory);
        assertThat(ContentId.canonical(walk.state().digest()))
                .as("replayed, seed %d", SEED)
                .isEqualTo(live);
        assertThat(walk.marks()).isGreaterThan(4);
        try (JournalFiles.Opened journal = JournalFiles.read(directory)) {
            State again = Replay.to(journal, position, Replay.Budget.UNLIMITED);
            assertThat(ContentId.canonical(again.digest())).isEqualTo(live);
        }

        State second = new State(new HeapStore());
        live(new MemoryJournal(EVENTS * 2), second);
        assertThat(ContentId.canonical(second.digest()))
                .as("second run of seed %d", SEED)
                .isEqualTo(live);
        assertThat(second.position()).isEqualTo(position);

        Path export = temporary.resolve("export.ndjson");
        Path imported = temporary.resolve("imported");
        Program.run("journal", "export", "--data-dir", directory.toString(), export.toString())
                .as(0);
        String report = Program.run("journal", "import", "--json", "--data-dir", imported.toString(), export.toString())
                .as(0)
                .out();
        assertThat(new ObjectMapper().readTree(report).get("digest").asText()).isEqualTo(live);
        JournalWalk other = JournalWalk.of(imported);
        assertThat(ContentId.canonical(other.state().digest())).isEqualTo(live);
        assertThat(other.types()).isEqualTo(walk.types());
    }

    /** Provides, renewals, withdrawals, expiries; nothing but the seed decides. */
    private static void live(Journal journal, State state) {
        Random random = new Random(SEED);
        Engine engine = new Engine(SELF, journal, state, LIMITS);
        long now = T0;
        engine.step(now, new Input.Start(1, "test", now - 1_000), a -> {});
        engine.step(now, new Input.Tick(), a -> {});
        while (journal.lastPosition() < EVENTS) {
            now += random.nextInt(20);
            ContentId cid = ContentId.parse("b3:random-" + random.nextInt(CONTENT_IDS), true);
            String locator = "local://" + random.nextInt(3);
            int dice = random.nextInt(100);
            if (dice < 70) {
                List<String> addrs = random.nextInt(10) == 0 ? List.of("/ip4/192.0.2.1/tcp/4001") : List.of();
                int ttl = 1 + random.nextInt(random.nextBoolean() ? 60 : 3_600);
                engine.step(now, new Input.Provide(cid, locator, addrs, ttl, ReplyTo.nobody()), a -> {});
            } else if (dice < 90) {
                engine.step(now, new Input.Withdraw(cid, locator, ReplyTo.nobody()), a -> {});
            } else {
                engine.step(now, new Input.Tick(), a -> {});
            }
        }
    }
}
