package io.svcdht.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.net.CloseReason;
import io.svcdht.node.net.Failure;
import io.svcdht.node.wire.oap.Opcode;
import org.junit.jupiter.api.Test;

class PeerMetersTest {
    private final Metrics metrics = new Metrics();
    private final PeerMeters meters = new PeerMeters(metrics);

    private long series() {
        return metrics.scrape().lines().filter(l -> !l.startsWith("#")).count();
    }

    @Test
    void what_happened_is_counted_under_the_names_of_the_contract() {
        meters.inflight(Opcode.FIND_NODE, 1);
        meters.asked(Opcode.FIND_NODE, Failure.Timeout.name());
        meters.asked(Opcode.FIND_NODE, "Ok");
        meters.served(Opcode.PING, "QuotaExceeded");
        meters.handshakeFailed();
        meters.rejected(ErrorCode.QuotaHit);
        meters.opened();
        meters.opened();
        meters.closed(CloseReason.Flood);

        assertThat(metrics.scrape())
                .contains("dht_rpcs_inflight{op=\"find_node\"} 1")
                .contains("dht_rpcs_total{code=\"Timeout\",op=\"find_node\"} 1")
                .contains("dht_rpcs_total{code=\"Ok\",op=\"find_node\"} 1")
                .contains("dht_rpcs_served_total{code=\"QuotaExceeded\",op=\"ping\"} 1")
                .contains("tls_handshake_failures_total 1")
                .contains("rejected_total{reason=\"quota\"} 1")
                .contains("peer_connections 1")
                .contains("peer_connections_closed_total{reason=\"Flood\"} 1");
    }

    @Test
    void nothing_a_peer_does_adds_a_series() {
        long before = series();
        for (int i = 0; i < 100; i++) {
            meters.asked(Opcode.PING, "invented " + i);
            meters.served(Opcode.PING, "invented " + i);
        }
        for (CloseReason r : CloseReason.values()) {
            meters.opened();
            meters.closed(r);
        }
        assertThat(series()).isEqualTo(before);
    }
}
