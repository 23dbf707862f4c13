package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DialBackTest {
    private static final NodeKeys CALLER = TestIdentity.of("caller").keys();
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final List<PeerAddress> dialled = new ArrayList<>();
    private final DialBack dialBack = of(AddressPolicy.PUBLIC);

    private DialBack of(AddressPolicy policy) {
        return new DialBack(
                policy,
                NetLimits.STANDARD,
                new Echo(),
                (addresses, expected) -> {
                    assertThat(expected).isEqualTo(CALLER);
                    dialled.addAll(addresses);
                    return CompletableFuture.completedFuture(new Race.Outcome.Lost(Failure.Unreachable));
                },
                (keys, at) -> false);
    }

    private static PeerAddress from(String text) {
        return PeerAddress.parse(text);
    }

    @Test
    void a_caller_is_called_at_its_source_address_and_the_port_it_claims() {
        dialBack.opened(CALLER, from("198.51.100.7:40000"), 5302, 0);
        dialBack.opened(CALLER, from("[2001:db8::7]:40000"), 5302, 0);

        assertThat(dialled).containsExactly(from("198.51.100.7:5302"), from("[2001:db8::7]:5302"));
    }

    @Test
    void ports_of_the_system_are_not_called() {
        for (int port : new int[] {0, 22, 25, 1023}) {
            dialBack.opened(CALLER, from("198.51.100.7:40000"), port, 0);
        }
        assertThat(dialled).isEmpty();
        dialBack.opened(CALLER, from("198.51.100.7:40000"), 1024, 0);
        assertThat(dialled).hasSize(1);
    }

    @Test
    void an_address_is_called_once_in_ten_minutes() {
        for (int minute = 0; minute <= 20; minute++) {
            dialBack.opened(CALLER, from("198.51.100.7:40000"), 5302, minute * MINUTE_NANOS);
        }
        assertThat(dialled).as("at 0, 10 and 20 minutes").hasSize(3);
    }

    @Test
    void who_came_too_early_and_stays_is_called_when_the_time_has_passed() {
        DialBack waiting = new DialBack(
                AddressPolicy.PUBLIC,
                NetLimits.STANDARD,
                new Echo(),
                (addresses, expected) -> {
                    dialled.addAll(addresses);
                    // Still under way at the end: what a failed call leads to is another test's.
                    return new CompletableFuture<>();
                },
                (keys, at) -> false);
        waiting.opened(CALLER, from("198.51.100.7:40000"), 5302, 0);
        waiting.opened(CALLER, from("198.51.100.7:40001"), 5302, MINUTE_NANOS);
        waiting.tick(9 * MINUTE_NANOS, peer -> true);
        assertThat(dialled).as("not before").hasSize(1);
        waiting.tick(10 * MINUTE_NANOS, CALLER::equals);
        assertThat(dialled).hasSize(2);
        waiting.tick(30 * MINUTE_NANOS, peer -> true);
        assertThat(dialled).as("once").hasSize(2);
    }

    @Test
    void who_was_not_reached_and_stays_is_called_again_after_ten_minutes() {
        dialBack.opened(CALLER, from("198.51.100.7:40000"), 5302, 0);
        dialBack.tick(9 * MINUTE_NANOS, peer -> true);
        assertThat(dialled).hasSize(1);
        dialBack.tick(10 * MINUTE_NANOS, peer -> true);
        assertThat(dialled).hasSize(2);
    }

    @Test
    void who_came_too_early_and_went_is_not_called() {
        dialBack.opened(CALLER, from("198.51.100.7:40000"), 5302, 0);
        dialBack.opened(CALLER, from("198.51.100.7:40001"), 5302, MINUTE_NANOS);
        dialBack.tick(10 * MINUTE_NANOS, peer -> false);
        assertThat(dialled).hasSize(1);
    }

    @Test
    void the_address_policy_holds_here_too() {
        dialBack.opened(CALLER, from("10.0.0.7:40000"), 5302, 0);
        assertThat(dialled).isEmpty();

        of(AddressPolicy.PRIVATE).opened(CALLER, from("10.0.0.7:40000"), 5302, 0);
        assertThat(dialled).hasSize(1);
    }
}
