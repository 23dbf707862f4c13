package io.svcdht.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.testing.RandomEvents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpiryWheelTest {
    private static final long T0 = 1_700_000_000_000L;
    private static final long HOUR = 3_600_000;
    private static final ProviderRecord RECORD = new ProviderRecord(
            ContentId.of(new Key(1, 2, 3, 4)), new NodeId(new Key(5, 6, 7, 8)), "", List.of(), 600, T0);

    private static StoredRecord ending(long endsAtMillis, long position) {
        return new StoredRecord(RECORD, position, endsAtMillis, false);
    }

    private static List<StoredRecord> take(ExpiryWheel wheel, long now, int limit) {
        List<StoredRecord> due = new ArrayList<>(wheel.due(now, limit));
        due.forEach(wheel::remove);
        return due;
    }

    /** The wheel written naively. */
    private static final class Model {
        private final List<StoredRecord> all = new ArrayList<>();

        List<StoredRecord> due(long now) {
            return all.stream()
                    .filter(r -> r.endsAtMillis() <= now)
                    .sorted(Comparator.comparingLong(StoredRecord::endsAtMillis)
                            .thenComparingLong(StoredRecord::position))
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everything_due_comes_in_order_and_nothing_else(long seed) {
        RandomGenerator random = new RandomEvents(seed).random();
        ExpiryWheel wheel = new ExpiryWheel();
        Model model = new Model();
        long now = T0;
        long position = 0;
        for (int step = 0; step < 400; step++) {
            now += switch (random.nextInt(10)) {
                case 0 -> random.nextLong(100 * HOUR);
                case 1 -> random.nextLong(HOUR);
                case 2 -> 0;
                default -> random.nextLong(3_000);
            };
            int adds = random.nextInt(20);
            for (int i = 0; i < adds; i++) {
                long end = now
                        + switch (random.nextInt(6)) {
                            case 0 -> -random.nextLong(200 * HOUR);
                            case 1 -> random.nextLong(500 * HOUR);
                            case 2 -> 0;
                            default -> random.nextLong(48 * HOUR);
                        };
                StoredRecord r = ending(end, ++position);
                wheel.add(r);
                model.all.add(r);
            }
            if (!model.all.isEmpty() && random.nextInt(3) == 0) {
                StoredRecord gone = model.all.remove(random.nextInt(model.all.size()));
                wheel.remove(gone);
            }
            List<StoredRecord> expected = model.due(now);
            assertThat(take(wheel, now, Integer.MAX_VALUE))
                    .as("seed %d, step %d", seed, step)
                    .containsExactlyElementsOf(expected);
            model.all.removeAll(new HashSet<>(expected));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28})
    void a_limit_splits_the_work_and_loses_nothing(long seed) {
        RandomGenerator random = new RandomEvents(seed).random();
        ExpiryWheel wheel = new ExpiryWheel();
        Set<StoredRecord> expected = new HashSet<>();
        long now = T0;
        long position = 0;
        for (int round = 0; round < 60; round++) {
            for (int i = random.nextInt(60); i > 0; i--) {
                // Up to 150 hours ago: more than one turn of the wheel.
                StoredRecord r = ending(now - random.nextLong(150 * HOUR), ++position);
                wheel.add(r);
                expected.add(r);
            }
            int limit = 1 + random.nextInt(20);
            for (int calls = 0; ; calls++) {
                assertThat(calls).as("seed %d, round %d: calls", seed, round).isLessThan(5_000);
                List<StoredRecord> due = take(wheel, now, limit);
                assertThat(due).as("seed %d, round %d", seed, round).hasSizeLessThanOrEqualTo(limit);
                assertThat(expected).containsAll(due);
                due.forEach(expected::remove);
                if (due.size() < limit) {
                    break;
                }
            }
            assertThat(expected)
                    .as("seed %d, round %d: left behind", seed, round)
                    .isEmpty();
            now += random.nextLong(round % 10 == 0 ? 80 * HOUR : 5_000);
        }
    }

    @Test
    void within_one_turn_of_the_wheel_the_earliest_go_first_also_under_a_limit() {
        RandomGenerator random = new RandomEvents(31).random();
        ExpiryWheel wheel = new ExpiryWheel();
        for (int i = 1; i <= 5_000; i++) {
            wheel.add(ending(T0 + random.nextLong(48 * HOUR), i));
        }
        List<StoredRecord> all = new ArrayList<>();
        for (List<StoredRecord> due = take(wheel, T0 + 49 * HOUR, 100);
                !due.isEmpty();
                due = take(wheel, T0 + 49 * HOUR, 100)) {
            all.addAll(due);
        }
        assertThat(all)
                .hasSize(5_000)
                .isSortedAccordingTo(
                        Comparator.comparingLong(StoredRecord::endsAtMillis).thenComparingLong(StoredRecord::position));
    }

    @Test
    void the_end_is_exact_to_the_millisecond() {
        ExpiryWheel wheel = new ExpiryWheel();
        StoredRecord r = ending(T0 + 1_500, 1);
        wheel.add(r);

        assertThat(wheel.due(T0 + 1_499, 10)).isEmpty();
        assertThat(wheel.due(T0 + 1_500, 10)).containsExactly(r);
        assertThat(wheel.due(T0 + 1_500, 10)).as("taking nothing out").containsExactly(r);
    }

    @Test
    void what_ends_in_the_past_is_due_at_once() {
        ExpiryWheel wheel = new ExpiryWheel();
        assertThat(wheel.due(T0, 10)).isEmpty();
        StoredRecord late = ending(T0 - 60_000, 1);
        wheel.add(late);

        assertThat(wheel.due(T0, 10)).containsExactly(late);
    }

    @Test
    void more_than_three_days_ahead_is_not_due_a_turn_too_early() {
        ExpiryWheel wheel = new ExpiryWheel();
        wheel.due(T0, 10);
        StoredRecord far = ending(T0 + (1L << 18) * 1000 + 5_000, 1);
        wheel.add(far);

        assertThat(wheel.due(T0 + 6_000, 10)).isEmpty();
        assertThat(wheel.due(T0 + 73 * HOUR, 10)).containsExactly(far);
    }

    @Test
    void a_clock_that_goes_back_only_waits() {
        ExpiryWheel wheel = new ExpiryWheel();
        wheel.due(T0, 10);
        StoredRecord r = ending(T0 - 5_000, 1);
        wheel.add(r);

        assertThat(wheel.due(T0 - 10_000, 10)).isEmpty();
        assertThat(wheel.due(T0, 10)).containsExactly(r);
    }
}
