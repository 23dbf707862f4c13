package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import org.junit.jupiter.api.Test;

/** Nobody's flood takes what others would have had journaled. */
class JournalBudgetTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int RATE = 8_000;

    private final JournalBudget budget = new JournalBudget(RATE, 0);

    private static NodeId node(int number) {
        return new NodeId(new Key(number, 0, 0, 0));
    }

    private static Key content(int number) {
        return new Key(0, number, 0, 0);
    }

    private int taken(NodeId peer, int portions, long nowNanos) {
        int taken = 0;
        for (int i = 0; i < portions; i++) {
            taken += budget.take(peer, 100, nowNanos) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void what_nobody_else_wants_one_peer_may_have() {
        assertThat(taken(node(1), 40, 0))
                .as("half of two seconds' worth is any one's")
                .isEqualTo(40);
        long all = 0;
        for (int second = 1; second <= 20; second++) {
            all += taken(node(1), 200, second * SECOND);
        }
        assertThat(all * 100).as("of 20 seconds' worth").isGreaterThan(20 * RATE * 8 / 10);
    }

    @Test
    void a_peer_that_floods_leaves_the_others_their_share() {
        int flooded = taken(node(1), 1_000, 0);
        assertThat(flooded)
                .as("no more than all but a share of the half that is kept")
                .isLessThan(130);
        for (int i = 2; i <= 4; i++) {
            assertThat(taken(node(i), 8, 0)).as("peer %d", i).isEqualTo(8);
        }
    }

    @Test
    void a_publisher_has_its_share_whoever_hands_its_words_over() {
        spendHalf();
        budget.charge(node(7), content(1), 4_100, 0);
        assertThat(budget.admits(node(7), content(2), 100, 0)).isFalse();
        assertThat(budget.admits(node(8), content(2), 100, 0)).isTrue();
        assertThat(budget.admits(node(7), content(2), 100, 2 * SECOND)).isTrue();
    }

    @Test
    void a_content_id_has_its_share_however_many_publish_it() {
        spendHalf();
        for (int i = 0; i < 20; i++) {
            budget.charge(node(i), content(1), 101, 0);
        }
        assertThat(budget.admits(node(99), content(1), 100, 0)).isFalse();
        assertThat(budget.admits(node(99), content(2), 100, 0)).isTrue();
    }

    @Test
    void who_only_claims_to_be_a_publisher_takes_nothing_from_it() {
        spendHalf();
        for (int i = 0; i < 10_000; i++) {
            assertThat(budget.admits(node(7), content(1), 100, 0)).isTrue();
        }
    }

    private void spendHalf() {
        assertThat(budget.take(RATE + 100, 0)).isTrue();
    }
}
