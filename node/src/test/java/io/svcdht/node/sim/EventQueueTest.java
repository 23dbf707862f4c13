package io.svcdht.node.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventQueueTest {
    private record Entry(long at, int number) {}

    @Test
    void events_come_by_time_and_then_in_order_of_entry() {
        Random random = new Random(11);
        EventQueue queue = new EventQueue();
        List<Entry> waiting = new ArrayList<>();
        List<Integer> seen = new ArrayList<>();
        int entered = 0;
        for (int step = 0; step < 20_000; step++) {
            if (waiting.isEmpty() || random.nextInt(5) < 3) {
                int number = entered++;
                long at = random.nextInt(500);
                waiting.add(new Entry(at, number));
                queue.add(at, new SimEvent.Happens(() -> seen.add(number)));
            } else {
                Entry first = waiting.stream()
                        .min(Comparator.comparingLong(Entry::at).thenComparingInt(Entry::number))
                        .orElseThrow();
                waiting.remove(first);
                assertThat(queue.nextNanos()).isEqualTo(first.at());
                if (queue.take() instanceof SimEvent.Happens(Runnable what)) {
                    what.run();
                }
                assertThat(seen.getLast()).as("step %d", step).isEqualTo(first.number());
            }
            if (waiting.size() > 400) {
                waiting.clear();
                queue = new EventQueue();
            }
        }
    }

    @Test
    void an_empty_queue_says_so() {
        EventQueue queue = new EventQueue();
        assertThat(queue.nextNanos()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(queue::take).isInstanceOf(IllegalStateException.class);
    }
}
