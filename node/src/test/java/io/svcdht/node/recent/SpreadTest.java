package io.svcdht.node.recent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void quantiles_are_off_by_an_eighth_at_most(long seed) {
        Random random = new Random(seed);
        Spread spread = new Spread();
        long[] values = new long[5_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) Math.exp(random.nextDouble() * 25);
            spread.add(values[i]);
        }
        Arrays.sort(values);
        Slice all = spread.take();
        assertThat(all.count()).isEqualTo(values.length);
        for (double part : new double[] {0.001, 0.1, 0.5, 0.9, 0.99, 1}) {
            double exact = values[(int) Math.ceil(part * values.length) - 1];
            assertThat(all.quantile(part).orElseThrow())
                    .as("seed %d, part %s", seed, part)
                    .isBetween(exact * 7 / 8 - 1, exact * 9 / 8 + 1);
        }
    }

    @Test
    void small_values_are_exact_and_nothing_breaks_it() {
        Spread spread = new Spread();
        for (long hops : new long[] {1, 1, 2, 2, 2, 3, 4, 4, 9, 15}) {
            spread.add(hops);
        }
        Slice all = spread.take();
        assertThat(all.quantile(0.2)).hasValue(1);
        assertThat(all.quantile(0.5)).hasValue(2);
        assertThat(all.quantile(0.9)).hasValue(9);
        assertThat(all.quantile(1)).hasValue(15);
        assertThat(all.above(4)).isEqualTo(4);
        spread.add(-1);
        spread.add(Long.MAX_VALUE);
        spread.add(Long.MIN_VALUE);
        assertThat(spread.take().count()).isEqualTo(3);
        assertThat(Slice.EMPTY.quantile(0.5)).isEmpty();
    }

    @Test
    void what_was_taken_is_not_taken_again_and_slices_add_up() {
        Spread spread = new Spread();
        spread.add(5);
        Slice first = spread.take();
        assertThat(spread.take().count()).isZero();
        spread.add(7);
        spread.add(5);
        Slice second = spread.take();
        assertThat(second.count()).isEqualTo(2);
        Slice both = Slice.merged(List.of(first, second));
        assertThat(both.count()).isEqualTo(3);
        assertThat(both.quantile(1)).hasValue(7);
        assertThat(both.quantile(0.6)).hasValue(5);
    }

    @Test
    void every_bucket_begins_where_the_one_before_ends() {
        for (int b = 1; b < 300; b++) {
            assertThat(Spread.bucket(Spread.least(b))).isEqualTo(b);
            assertThat(Spread.bucket(Spread.least(b) - 1)).isEqualTo(b - 1);
        }
    }

    @Test
    void an_hour_is_kept_and_no_more() {
        Recent recent = new Recent();
        for (int i = 1; i <= Recent.SAMPLES_MAX + 30; i++) {
            recent.add(new Sample(i * 5_000L, 5, Map.of(Figure.FINDS, (double) i), Map.of()));
        }
        assertThat(recent.after(0)).hasSize(Recent.SAMPLES_MAX);
        assertThat(recent.after(0).getFirst().of(Figure.FINDS)).isEqualTo(31);
        assertThat(recent.lastMillis()).isEqualTo((Recent.SAMPLES_MAX + 30) * 5_000L);
        assertThat(recent.after(recent.lastMillis() - 10_000)).hasSize(2);
    }
}
