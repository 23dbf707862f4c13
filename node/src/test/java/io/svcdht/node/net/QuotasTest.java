package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.quota.Verdict;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.PeerAddress.Ip6;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a peer, an address and all together may send a second; the time is a number. */
class QuotasTest {
    private static final long SECOND = 1_000_000_000L;
    private static final PeerAddress HERE = PeerAddress.parse("203.0.113.1:5302");

    private final Quotas quotas = new Quotas(
            NetLimits.STANDARD.withRates(10, 20, 50).withBytes(new NetLimits.Bytes(10_000, 15_000, 40_000)), 0);

    private static NodeId peer(int number) {
        return new NodeId(new Key(number, 0, 0, 0));
    }

    private static PeerAddress address(int number) {
        return PeerAddress.parse("198.51.%d.%d:5302".formatted(number >> 8 & 0xff, number & 0xff));
    }

    private long passed(int count, java.util.function.IntFunction<Verdict> request) {
        return IntStream.range(0, count)
                .mapToObj(request)
                .filter(v -> v == Verdict.PASSED)
                .count();
    }

    @Test
    void a_peer_has_its_rate_and_gets_it_back_with_time() {
        assertThat(passed(30, i -> quotas.request(peer(1), address(i), 1, 0))).isEqualTo(10);
        assertThat(passed(30, i -> quotas.request(peer(1), address(i), 1, SECOND)))
                .isEqualTo(10);
    }

    @Test
    void an_address_has_its_rate_however_many_identities_it_shows() {
        assertThat(passed(100, i -> quotas.request(peer(i), HERE, 1, 0))).isEqualTo(20);
        assertThat(quotas.connection(HERE, 0)).isFalse();
    }

    @Test
    void all_together_have_theirs() {
        assertThat(passed(200, i -> quotas.request(peer(i), address(i), 1, 0))).isEqualTo(50);
    }

    @Test
    void a_peer_sends_so_many_bytes_a_second() {
        assertThat(quotas.request(peer(1), HERE, 9_999, 0)).isEqualTo(Verdict.PASSED);
        assertThat(quotas.request(peer(1), HERE, 30_000, 0))
                .as("a large frame is owed")
                .isEqualTo(Verdict.PASSED);
        assertThat(quotas.request(peer(1), HERE, 1, SECOND)).isEqualTo(Verdict.BYTES);
        assertThat(quotas.request(peer(2), address(2), 1, SECOND)).isEqualTo(Verdict.PASSED);
        assertThat(quotas.request(peer(1), HERE, 1, 4 * SECOND)).isEqualTo(Verdict.PASSED);
    }

    @Test
    void an_address_sends_so_many_bytes_however_many_identities_it_shows() {
        assertThat(quotas.request(peer(1), HERE, 9_000, 0)).isEqualTo(Verdict.PASSED);
        assertThat(quotas.request(peer(2), HERE, 9_000, 0)).isEqualTo(Verdict.PASSED);
        assertThat(quotas.request(peer(3), HERE, 1, 0)).isEqualTo(Verdict.BYTES);
    }

    @Test
    void all_together_send_so_many_bytes() {
        for (int i = 0; i < 5; i++) {
            assertThat(quotas.request(peer(i), address(i), 9_000, 0)).isEqualTo(Verdict.PASSED);
        }
        assertThat(quotas.request(peer(9), address(9), 1, 0)).isEqualTo(Verdict.BYTES);
    }

    @Test
    void addresses_and_identities_that_never_come_again_take_no_more_memory() {
        for (int i = 0; i < 60_000; i++) {
            quotas.request(peer(i), new Ip6(0x2400_0000_0000_0000L | (long) i << 8, 1, 5302), 1, i);
        }
        assertThat(quotas.kept()).isLessThanOrEqualTo(4 * Quotas.BUCKETS_MAX);
    }
}
