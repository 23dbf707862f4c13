package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.OnionName;
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

    private static final PeerAddress ONION = PeerAddress.parse(OnionName.of(new byte[32]) + ":5302");

    @Test
    void an_onion_service_that_is_claimed_is_called_once_in_ten_minutes_and_at_no_port_of_the_system() {
        for (int minute = 0; minute < 10; minute++) {
            dialBack.claimed(CALLER, ONION, minute * MINUTE_NANOS);
        }
        dialBack.claimed(CALLER, PeerAddress.parse(OnionName.of(new byte[32]) + ":22"), 0);

        assertThat(dialled).containsExactly(ONION);
    }

    @Test
    void of_claimed_onion_services_four_are_called_at_once_and_the_others_later() {
        List<CompletableFuture<Race.Outcome>> calls = new ArrayList<>();
        DialBack slow = new DialBack(
                AddressPolicy.PUBLIC,
                NetLimits.STANDARD,
                new Echo(),
                (addresses, expected) -> {
                    CompletableFuture<Race.Outcome> call = new CompletableFuture<>();
                    calls.add(call);
                    return call;
                },
                (keys, at) -> false);
        for (int i = 0; i < 10; i++) {
            byte[] key = new byte[32];
            key[0] = (byte) i;
            slow.claimed(CALLER, PeerAddress.parse(OnionName.of(key) + ":5302"), 0);
        }
        slow.tick(MINUTE_NANOS, keys -> true);
        assertThat(calls).hasSize(4);

        List.copyOf(calls).forEach(c -> c.complete(new Race.Outcome.Lost(Failure.Unreachable)));
        slow.tick(MINUTE_NANOS, keys -> true);
        assertThat(calls).hasSize(8);
    }
}
