package io.svcdht.console.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.view.Overview.Fact;
import io.svcdht.node.Shipping.Phase;
import io.svcdht.node.Shipping.Status;
import io.svcdht.node.Shipping.Trouble;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShippingFactsTest {
    @Test
    void a_node_that_ships_nothing_has_none() {
        assertThat(ShippingFacts.of(new FakeNode())).isEmpty();
    }

    @Test
    void says_why_it_does_not_go_on_and_what_kept_it_before() {
        Status status = new Status(
                Phase.REFUSED,
                "the brokers do not take this node's credentials",
                FakeNode.NOW - 90_000,
                4_711,
                1,
                5_000,
                7,
                9,
                600,
                2,
                Map.of(Trouble.AUTHENTICATION, 12L, Trouble.TOO_LARGE, 1L));
        assertThat(ShippingFacts.of(new FakeNode().shipping(status)))
                .containsExactly(
                        new Fact("State", "stopped until somebody mends it, for 1 min 30 s"),
                        new Fact("Because", "the brokers do not take this node's credentials"),
                        new Fact("Shipped up to", "4,711"),
                        new Fact("Not shipped yet", "1 event"),
                        new Fact("Since the start", "5,000 events, 7 lookups, 9 cards"),
                        new Fact("Given up unshipped", "600 events"),
                        new Fact("Changes of the leading broker", "2"),
                        new Fact("Failures since the start", "authentication 12, too large 1"));
    }
}
