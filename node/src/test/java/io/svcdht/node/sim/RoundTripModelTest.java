package io.svcdht.node.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RoundTripModelTest {
    private static final double MILLI = 1e6;

    @Test
    void round_trips_are_lognormal_with_the_percentiles_of_the_field() {
        RoundTripModel model = new RoundTripModel(5);
        SplitMix luck = new SplitMix(6);
        long[] all = new long[200_000];
        for (int i = 0; i < all.length; i++) {
            all[i] = model.nanos(luck.below(10_000), luck.below(10_000), luck);
        }
        Arrays.sort(all);
        assertThat(all[all.length / 2] / MILLI).isCloseTo(40, within(0.8));
        assertThat(all[all.length * 95 / 100] / MILLI).isCloseTo(150, within(4.0));
        assertThat(all[all.length * 99 / 100] / MILLI).isCloseTo(259, within(9.0));
    }

    @Test
    void most_of_it_belongs_to_the_pair_whoever_asks() {
        RoundTripModel model = new RoundTripModel(5);
        SplitMix luck = new SplitMix(6);
        for (int pair = 0; pair < 200; pair++) {
            double there = 0;
            double back = 0;
            for (int i = 0; i < 400; i++) {
                there += model.nanos(pair, 1_000, luck);
                back += model.nanos(1_000, pair, luck);
            }
            assertThat(there / back).isCloseTo(1, within(0.05));
        }
    }
}
