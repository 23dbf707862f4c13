package io.svcdht.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class HandOverTest {
    private static final long MANY = 20 * HandOver.PORTION + 7;

    private static JournalEntry entry(long position) {
        return new JournalEntry(position, 1_764_000_000_000L, 0, new DhtEvent.NodeStopped("test"));
    }

    @Test
    void everything_arrives_in_order_on_another_thread() {
        List<Long> had = new ArrayList<>();
        Set<Thread> threads = new HashSet<>();
        try (HandOver handOver = new HandOver(e -> {
            had.add(e.position());
            threads.add(Thread.currentThread());
        })) {
            LongStream.rangeClosed(1, MANY).forEach(p -> handOver.accept(entry(p)));
            handOver.finish();
        }
        assertThat(had).isEqualTo(LongStream.rangeClosed(1, MANY).boxed().toList());
        assertThat(threads).hasSize(1).doesNotContain(Thread.currentThread());
    }

    @Test
    void a_few_stay_on_the_thread_that_reads() {
        Set<Thread> threads = new HashSet<>();
        try (HandOver handOver = new HandOver(e -> threads.add(Thread.currentThread()))) {
            handOver.accept(entry(1));
            handOver.finish();
        }
        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void what_the_consumer_throws_comes_out_and_it_is_given_no_more() {
        AtomicLong last = new AtomicLong();
        try (HandOver handOver = new HandOver(e -> {
            last.set(e.position());
            if (e.position() == 700) {
                throw new IllegalStateException("position 700");
            }
        })) {
            assertThatThrownBy(() -> {
                        LongStream.rangeClosed(1, MANY).forEach(p -> handOver.accept(entry(p)));
                        handOver.finish();
                    })
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("position 700");
        }
        assertThat(last).hasValue(700);
    }

    @Test
    void the_last_portion_s_failure_comes_out_too() {
        try (HandOver handOver = new HandOver(e -> {
            if (e.position() == HandOver.PORTION + 1) {
                throw new AssertionError("the last");
            }
        })) {
            LongStream.rangeClosed(1, HandOver.PORTION + 1).forEach(p -> handOver.accept(entry(p)));
            assertThatThrownBy(handOver::finish)
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("the last");
        }
    }

    @Test
    void closed_early_it_waits_for_the_portion_in_work_and_drops_the_rest() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicLong last = new AtomicLong();
        HandOver handOver = new HandOver(e -> {
            began.countDown();
            await(goOn);
            last.set(e.position());
        });
        LongStream.rangeClosed(1, 3 * HandOver.PORTION).forEach(p -> handOver.accept(entry(p)));
        began.await();
        Thread closing = Thread.ofPlatform().start(handOver::close);
        Awaitility.await().until(() -> closing.getState() == Thread.State.WAITING);
        assertThat(last).hasValue(0);
        goOn.countDown();
        closing.join();
        assertThat(last).hasValue(HandOver.PORTION);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
