package io.svcdht.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.api.Test;

class LeaderWatchTest {
    private static List<PartitionInfo> led(Node... leaders) {
        Node[] nobody = {};
        List<PartitionInfo> all = new java.util.ArrayList<>();
        for (int i = 0; i < leaders.length; i++) {
            all.add(new PartitionInfo("t", i, leaders[i], nobody, nobody));
        }
        return all;
    }

    private static Node broker(int id) {
        return new Node(id, "127.0.0.1", 1);
    }

    @Test
    void only_the_change_from_one_leader_to_another_counts() {
        LeaderWatch watch = new LeaderWatch();
        assertThat(watch.changed(1, led(broker(9)))).isFalse();
        assertThat(watch.hasLooked()).isFalse();
        assertThat(watch.changed(1, led(broker(9), broker(1)))).isFalse();
        assertThat(watch.hasLooked()).isTrue();
        assertThat(watch.changed(1, led(broker(8), broker(1)))).isFalse();
        assertThat(watch.changed(1, led(broker(8), null))).isFalse();
        assertThat(watch.changed(1, led(broker(8), Node.noNode()))).isFalse();
        assertThat(watch.changed(1, led(broker(8), broker(1)))).isFalse();
        assertThat(watch.changed(1, led(broker(8), broker(2)))).isTrue();
        assertThat(watch.changed(1, led(broker(8), broker(2)))).isFalse();
        assertThat(watch.changed(0, led(broker(8), broker(2))))
                .as("another partition")
                .isFalse();
    }
}
