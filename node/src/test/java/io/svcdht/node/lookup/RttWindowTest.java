package io.svcdht.node.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RttWindowTest {
    @Test
    void a_few_round_trips_say_nothing_yet() {
        RttWindow window = new RttWindow();
        for (int i = 0; i < 7; i++) {
            window.add(5);
        }
        assertThat(window.p95Nanos()).isEqualTo(RttWindow.UNMEASURED_NANOS);
    }

    @Test
    void it_is_the_percentile_of_the_latest() {
        Random random = new Random(3);
        RttWindow window = new RttWindow();
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            long rtt = random.nextInt(200);
            window.add(rtt);
            all.add(rtt);
            if (i >= 47) {
                List<Long> latest = all.subList(i - 47, i + 1).stream().sorted().toList();
                assertThat(window.p95Nanos()).as("after %d", i).isEqualTo(latest.get((int) (48 * 0.95)));
            }
        }
    }
}
