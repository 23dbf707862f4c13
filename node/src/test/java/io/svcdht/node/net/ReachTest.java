package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import org.junit.jupiter.api.Test;

class ReachTest {
    private static final long MINUTE = 60_000_000_000L;

    private final Reach reach = new Reach();
    private final NodeId peer = new NodeId(new Key(1, 2, 3, 4));
    private final NodeId other = new NodeId(new Key(4, 3, 2, 1));

    @Test
    void where_two_came_to_nothing_streams_are_used_for_ten_minutes_and_then_it_is_tried_again() {
        reach.onlyStream(peer, 0);
        assertThat(reach.byDatagrams(peer, 0)).as("once is no rule").isTrue();
        reach.onlyStream(peer, 0);
        assertThat(reach.byDatagrams(peer, 0)).isFalse();
        assertThat(reach.byDatagrams(other, 0)).isTrue();
        assertThat(reach.byDatagrams(peer, 10 * MINUTE - 1)).isFalse();
        assertThat(reach.byDatagrams(peer, 10 * MINUTE)).isTrue();
        reach.onlyStream(peer, 10 * MINUTE);
        assertThat(reach.byDatagrams(peer, 10 * MINUTE)).as("counted anew").isTrue();
    }

    @Test
    void an_answer_makes_up_for_a_silence() {
        reach.onlyStream(peer, 0);
        reach.answered(peer, 1);
        reach.onlyStream(peer, 0);
        assertThat(reach.byDatagrams(peer, 0)).isTrue();
    }

    @Test
    void an_answer_is_waited_for_as_long_as_two_take() {
        assertThat(reach.patienceMillis(peer, 250)).isEqualTo(250);
        reach.answered(peer, 400_000_000L);
        assertThat(reach.patienceMillis(peer, 250)).isEqualTo(800);
        reach.answered(other, 1_000_000L);
        assertThat(reach.patienceMillis(other, 250)).isEqualTo(250);
    }
}
