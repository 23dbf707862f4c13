package io.svcdht.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.Patience;
import io.svcdht.node.config.NodeConfig.Sync;
import io.svcdht.node.engine.Action;
import io.svcdht.node.engine.Engine;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Limits;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.engine.ReplyTo;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class EngineLoopTest {
    private static final NodeId SELF = new NodeId(new Key(5, 6, 7, 8));
    private static final Duration PATIENCE = Patience.LIMIT;

    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final List<Asked> asked = new ArrayList<>();
    private final AtomicInteger dropped = new AtomicInteger();
    private FaultyJournal journal = new FaultyJournal();
    private EngineLoop loop;

    /** One request and all answers it got. */
    private static final class Asked implements ReplyTo {
        private final ConcurrentLinkedQueue<Outcome> answers = new ConcurrentLinkedQueue<>();
        private final Consumer<Outcome> onAnswer;

        Asked(Consumer<Outcome> onAnswer) {
            this.onAnswer = onAnswer;
        }

        @Override
        public void reply(Outcome outcome) {
            answers.add(outcome);
            onAnswer.accept(outcome);
        }

        boolean answered() {
            return !answers.isEmpty();
        }

        Outcome answer() {
            return answers.element();
        }
    }

    private void run(FaultyJournal faulty, Sync sync) throws InterruptedException {
        make(faulty, sync);
        loop.start();
        ready.await();
    }

    private void make(FaultyJournal faulty, Sync sync) {
        journal = faulty;
        NodeClock clock = new NodeClock();
        Meter meter = new CountingMeter(dropped);
        MeteredJournal metered = new MeteredJournal(faulty, meter);
        Engine engine = new Engine(SELF, metered, new State(new HeapStore()), new Limits(1_000_000, 1_000, 0));
        engine.step(clock.millis(), new Input.Start(1, "test", clock.millis() - 60_000), a -> {});
        loop = new EngineLoop(engine, metered, clock, sync, meter, this::turned, said -> {}, failures::add);
    }

    private void turned(Action.TurnReadiness t) {
        ready.countDown();
    }

    /** Counts what found the queue full. */
    private record CountingMeter(AtomicInteger full) implements Meter {
        @Override
        public void appended(io.svcdht.storage.event.EventType type, long nanos) {}

        @Override
        public void synced(long nanos) {}

        @Override
        public void replayed(long nanos) {}

        @Override
        public void restarted(String task) {}

        @Override
        public void clockStepped() {}

        @Override
        public void dropped(String queue) {
            full.incrementAndGet();
        }
    }

    private Asked provide(int i) {
        return provide(i, outcome -> {});
    }

    private Asked provide(int i, Consumer<Outcome> onAnswer) {
        Asked a = new Asked(onAnswer);
        synchronized (asked) {
            asked.add(a);
        }
        loop.submit(new Input.Provide(ContentId.of(new Key(i, 0, 0, 0)), "", List.of(), 600, a));
        return a;
    }

    private Asked stop() {
        Asked a = new Asked(outcome -> {});
        asked.add(a);
        loop.submit(new Input.Stop("asked to", a));
        return a;
    }

    @AfterEach
    void everyRequestWasAnsweredExactlyOnce() throws Exception {
        stop();
        while (journal.completeOne()) {
            Thread.onSpinWait();
        }
        await().atMost(PATIENCE).until(() -> {
            while (journal.completeOne()) {
                Thread.onSpinWait();
            }
            return asked.stream().allMatch(Asked::answered);
        });
        assertThat(loop.join(10_000)).as("the loop has ended").isTrue();
        assertThat(asked).allMatch(a -> a.answers.size() == 1);
    }

    private void fromThreads(int threads, int each) throws InterruptedException {
        List<Thread> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int first = t * each;
            all.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    provide(first + i);
                    if (ThreadLocalRandom.current().nextInt(64) == 0) {
                        Thread.onSpinWait();
                    }
                }
            }));
        }
        for (Thread t : all) {
            t.join();
        }
    }

    /** Whoever comes while the medium does not answer is told so at once instead of waiting, and taken again after. */
    @Test
    void writes_are_turned_away_while_a_force_hangs_and_taken_again_after() throws Exception {
        run(new FaultyJournal(), Sync.GROUP);
        journal.stall();
        Asked hangs = provide(1);
        int[] next = {2};
        await().atMost(PATIENCE).until(() -> {
            Asked a = provide(next[0]++);
            return a.answered()
                    && a.answer() instanceof Outcome.Refused(ErrorCode code, String why)
                    && code == ErrorCode.NotReady
                    && why.contains("has not answered");
        });
        assertThat(hangs.answered())
                .as("what is not forced is not acknowledged")
                .isFalse();
        journal.answer();
        await().atMost(PATIENCE).until(() -> hangs.answered() && hangs.answer() instanceof Outcome.Provided);
        await().atMost(PATIENCE).until(() -> {
            Asked a = provide(next[0]++);
            await().atMost(PATIENCE).until(a::answered);
            return a.answer() instanceof Outcome.Provided;
        });
    }

    private long provided() {
        return asked.stream()
                .flatMap(a -> a.answers.stream())
                .filter(Outcome.Provided.class::isInstance)
                .count();
    }

    @ParameterizedTest
    @EnumSource(Sync.class)
    void many_threads_are_answered_exactly_once_each(Sync sync) throws Exception {
        run(new FaultyJournal(), sync);
        fromThreads(6, 2_000);
        await().atMost(PATIENCE).until(() -> asked.stream().allMatch(Asked::answered));

        assertThat(provided()).isEqualTo(12_000);
        assertThat(failures).isEmpty();
        assertThat(asked.stream()
                        .map(a -> ((Outcome.Provided) a.answer()).position())
                        .distinct())
                .hasSize(12_000);
    }

    @ParameterizedTest
    @EnumSource(Sync.class)
    void a_failing_append_refuses_what_it_hit_and_all_that_follows(Sync sync) throws Exception {
        run(new FaultyJournal().failingAtAppend(1_500), sync);
        fromThreads(4, 1_000);
        await().atMost(PATIENCE).until(() -> asked.stream().allMatch(Asked::answered));
        assertThat(loop.join(10_000)).isTrue();

        assertThat(failures).hasSize(1);
        assertThat(provided()).isLessThan(1_500);
        assertThat(asked)
                .filteredOn(a -> !(a.answer() instanceof Outcome.Provided))
                .extracting(a -> ((Outcome.Refused) a.answer()).code())
                .containsOnly(ErrorCode.JournalUnavailable);
        assertThat(provide(9_999).answer()).isInstanceOf(Outcome.Refused.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"GROUP", "ALWAYS"})
    void a_failing_force_ends_the_loop_and_acknowledges_nothing_more(Sync sync) throws Exception {
        run(new FaultyJournal().failingAtForce(3), sync);
        for (int i = 0; failures.isEmpty() && i < 100_000; i++) {
            provide(i);
        }
        await().atMost(PATIENCE).until(() -> asked.stream().allMatch(Asked::answered));
        assertThat(loop.join(10_000)).as("the loop ends by itself").isTrue();

        assertThat(failures).hasSize(1);
        for (Asked a : asked) {
            if (a.answer() instanceof Outcome.Provided p) {
                assertThat(p.position()).isLessThanOrEqualTo(journal.durablePosition());
            }
        }
    }

    @Test
    void one_failing_force_with_nothing_behind_it_ends_the_loop_too() throws Exception {
        run(new FaultyJournal().failingAtForce(1), Sync.GROUP);
        Asked only = provide(1);
        await().atMost(PATIENCE).until(() -> !failures.isEmpty());

        assertThat(only.answer())
                .isEqualTo(new Outcome.Refused(ErrorCode.JournalUnavailable, "force refused by the test"));
        assertThat(loop.join(10_000)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"GROUP", "ALWAYS"})
    void nothing_is_answered_before_its_force_completes(Sync sync) throws Exception {
        run(new FaultyJournal().completingLater(), sync);
        for (int i = 0; i < 50; i++) {
            provide(i, outcome -> assertThat(((Outcome.Provided) outcome).position())
                    .isLessThanOrEqualTo(journal.durablePosition()));
        }
        await().atMost(PATIENCE).until(() -> journal.lastPosition() >= 52);
        assertThat(asked).noneMatch(Asked::answered);

        Thread completing = Thread.ofPlatform().start(() -> {
            while (asked.stream().limit(50).anyMatch(a -> !a.answered())) {
                journal.completeOne();
            }
        });
        completing.join();
        for (Asked a : asked) {
            assertThat(a.answer()).isInstanceOfSatisfying(Outcome.Provided.class, p -> assertThat(p.position())
                    .isLessThanOrEqualTo(journal.durablePosition()));
        }
    }

    private Asked provideBatch(int from, int n, Consumer<Outcome> onAnswer) {
        Asked a = new Asked(onAnswer);
        synchronized (asked) {
            asked.add(a);
        }
        List<Input.Provide> records = new ArrayList<>();
        for (int i = from; i < from + n; i++) {
            records.add(new Input.Provide(ContentId.of(new Key(i, 0, 0, 0)), "", List.of(), 600, ReplyTo.nobody()));
        }
        loop.submit(new Input.ProvideBatch(records, a));
        return a;
    }

    @ParameterizedTest
    @EnumSource(names = {"GROUP", "ALWAYS"})
    void a_batch_is_answered_once_and_behind_its_force(Sync sync) throws Exception {
        run(new FaultyJournal().completingLater(), sync);
        long before = journal.lastPosition();
        AtomicInteger early = new AtomicInteger();
        Asked batch = provideBatch(0, 1000, outcome -> {
            for (Outcome o : ((Outcome.Each) outcome).outcomes()) {
                if (((Outcome.Provided) o).position() > journal.durablePosition()) {
                    early.incrementAndGet();
                }
            }
        });
        await().atMost(PATIENCE).until(() -> journal.lastPosition() == before + 1000 && journal.forces() > 0);
        assertThat(batch.answered()).isFalse();
        await().atMost(PATIENCE).until(() -> journal.completeOne() && batch.answered());
        assertThat(early.get()).as("records answered before their force").isZero();
        List<Outcome> outcomes = ((Outcome.Each) batch.answer()).outcomes();
        for (int i = 0; i < 1000; i++) {
            assertThat(((Outcome.Provided) outcomes.get(i)).position()).isEqualTo(before + 1 + i);
        }
    }

    @Test
    void batches_that_wait_together_are_forced_in_portions() throws Exception {
        make(new FaultyJournal(), Sync.GROUP);
        for (int i = 0; i < 20; i++) {
            provideBatch(i * 1024, 1024, outcome -> {});
        }
        loop.start();
        await().atMost(PATIENCE).until(() -> asked.stream().allMatch(Asked::answered));
        // 4,096 records at most behind one force; what came before the node was ready appended nothing.
        assertThat(journal.forces()).isBetween(5, 20);
    }

    @Test
    void a_batch_that_the_journal_breaks_under_is_refused_as_a_whole() throws Exception {
        run(new FaultyJournal().failingAtAppend(100), Sync.GROUP);
        Asked batch = provideBatch(0, 1000, outcome -> {});
        await().atMost(PATIENCE).until(batch::answered);
        assertThat(batch.answer()).isInstanceOfSatisfying(Outcome.Refused.class, r -> assertThat(r.code())
                .isEqualTo(ErrorCode.JournalUnavailable));
    }

    @Test
    void a_force_that_fails_later_on_another_thread_refuses_and_ends_the_loop() throws Exception {
        run(new FaultyJournal().completingLater(), Sync.GROUP);
        Asked one = provide(1);
        await().atMost(PATIENCE).until(() -> journal.failOne());
        await().atMost(PATIENCE).until(() -> !failures.isEmpty());

        assertThat(one.answer()).isEqualTo(new Outcome.Refused(ErrorCode.JournalUnavailable, "the disk went away"));
        assertThat(loop.join(10_000)).isTrue();
        assertThat(failures).hasSize(1);
    }

    @Test
    void always_forces_once_for_each_acknowledged_request() throws Exception {
        make(new FaultyJournal(), Sync.ALWAYS);
        loop.start();
        ready.await();
        int before = journal.forces();
        for (int i = 0; i < 200; i++) {
            provide(i);
        }
        await().atMost(PATIENCE).until(() -> asked.stream().allMatch(Asked::answered));
        assertThat(journal.forces() - before).isEqualTo(200);
    }

    @Test
    void group_shares_one_force_among_those_that_wait() throws Exception {
        make(new FaultyJournal(), Sync.GROUP);
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        loop.start();
        ready.await();
        provide(0, outcome -> {
            blocked.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        blocked.await();
        int before = journal.forces();
        for (int i = 1; i <= 1_000; i++) {
            provide(i);
        }
        go.countDown();
        await().atMost(PATIENCE).until(() -> asked.stream().allMatch(Asked::answered));
        assertThat(journal.forces() - before).isEqualTo(1);
    }

    @Test
    void none_never_forces() throws Exception {
        run(new FaultyJournal(), Sync.NONE);
        for (int i = 0; i < 1_000; i++) {
            provide(i);
        }
        await().atMost(PATIENCE).until(() -> asked.stream().allMatch(Asked::answered));
        assertThat(journal.forces()).isZero();
    }

    @Test
    void a_full_queue_refuses_at_once_and_forgets_nobody() throws Exception {
        make(new FaultyJournal(), Sync.GROUP);
        for (int i = 0; i < EngineLoop.QUEUE_CAPACITY; i++) {
            assertThat(provide(i).answered()).isFalse();
        }
        assertThat(loop.depth()).isEqualTo(EngineLoop.QUEUE_CAPACITY);
        assertThat(provide(-1).answer()).isInstanceOfSatisfying(Outcome.Refused.class, r -> assertThat(r.code())
                .isEqualTo(ErrorCode.QuotaHit));
        assertThat(dropped).hasValue(1);
        loop.start();
        await().atMost(PATIENCE).until(() -> asked.stream().allMatch(Asked::answered));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void a_stop_that_races_requests_leaves_nobody_waiting(int round) throws Exception {
        run(new FaultyJournal(), round % 2 == 0 ? Sync.GROUP : Sync.ALWAYS);
        Thread stopping = Thread.ofPlatform().start(() -> {
            await().atMost(PATIENCE).until(() -> journal.lastPosition() > 500L * round);
            loop.submit(new Input.Stop("asked to", ReplyTo.nobody()));
        });
        fromThreads(4, 3_000);
        stopping.join();
        await().atMost(PATIENCE).until(() -> asked.stream().allMatch(Asked::answered));

        assertThat(loop.join(10_000)).isTrue();
        assertThat(failures).isEmpty();
    }

    /** More than one group waits behind the stop, so some are still in the queue when the loop has ended. */
    @Test
    void what_waits_behind_a_stop_is_answered() throws Exception {
        make(new FaultyJournal(), Sync.GROUP);
        Asked stop = stop();
        for (int i = 0; i < EngineLoop.GROUP_MAX + 100; i++) {
            provide(i);
        }
        loop.start();
        assertThat(loop.join(20_000)).isTrue();

        assertThat(stop.answer()).isInstanceOf(Outcome.Done.class);
        assertThat(asked).allMatch(Asked::answered);
    }

    @Test
    void an_asker_that_fails_keeps_nobody_else_from_an_answer() throws Exception {
        make(new FaultyJournal(), Sync.GROUP);
        for (int i = 0; i < 100; i++) {
            provide(i, outcome -> {
                throw new IllegalStateException("thrown by the test");
            });
        }
        loop.start();
        await().atMost(PATIENCE).until(() -> asked.stream().allMatch(Asked::answered));
        Asked next = provide(1_000);
        await().atMost(PATIENCE).until(next::answered);
        assertThat(failures).isEmpty();
    }
}
