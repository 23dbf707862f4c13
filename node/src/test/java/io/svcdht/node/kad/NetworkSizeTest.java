package io.svcdht.node.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.NodeId;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetworkSizeTest {
    private final RoutingTable table = new RoutingTable(SamplePeers.id(0), TableRules.standard());

    @Test
    void one_contact_however_close_makes_no_large_network() {
        assertThat(table.networkSize()).isZero();
        table.heard(SamplePeers.peer(1), true, 1_000_000, 1);
        assertThat(table.networkSize()).isEqualTo(2);
    }

    @Test
    void how_many_there_are_is_told_from_how_close_the_closest_are() {
        Random random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            table.heard(SamplePeers.at(new NodeId(SamplePeers.key(random))), true, 1_000_000, 1);
        }
        assertThat(table.networkSize()).isBetween(1_000L, 4_000L);
    }
}
