package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.metrics.NetworkMeters;
import io.svcdht.node.metrics.PeerMeters;
import io.svcdht.node.metrics.Recorder;
import io.svcdht.node.recent.Figure;
import io.svcdht.node.recent.Sample;
import io.svcdht.node.recent.Span;
import io.svcdht.node.wire.oap.Opcode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What samples say of requests that a real node answered. */
class SampledRequestsTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void a_sample_has_what_came_since_the_one_before() throws Exception {
        try (ServedNode served = ServedNode.amnesic()) {
            NetworkMeters network = new NetworkMeters(served.metrics);
            PeerMeters peers = new PeerMeters(served.metrics);
            served.provide("{\"cid\":\"b3:before\"}");
            Recorder recorder = new Recorder(served.metrics, served.node, 0);
            served.provide("{\"cid\":\"b3:one\"}");
            served.provide("{\"cid\":\"b3:two\"}");
            served.provide("{\"cid\":\"\"}");
            for (int i = 0; i < 5; i++) {
                served.get("/dht/find_providers/b3:one");
            }
            network.searched(io.svcdht.node.NetworkMeter.Search.FIND, 3, 2);
            network.searched(io.svcdht.node.NetworkMeter.Search.FIND, 1, 0);
            peers.asked(Opcode.FIND_VALUE, "Ok");
            peers.asked(Opcode.FIND_VALUE, "Timeout");
            peers.served(Opcode.PING, "Ok");
            recorder.sample(5 * SECOND);
            Sample first = recorder.recent().after(0).getLast();
            assertThat(first.seconds()).isEqualTo(5);
            assertThat(first.of(Figure.PROVIDES)).isEqualTo(2);
            assertThat(first.of(Figure.FINDS)).isEqualTo(5);
            assertThat(first.of(Figure.REQUESTS)).isEqualTo(8);
            assertThat(first.of(Figure.REFUSALS)).isEqualTo(1);
            assertThat(first.of(Figure.EVENTS)).isEqualTo(2);
            assertThat(first.of(Figure.RECORDS)).as("a level is as it stands").isEqualTo(3);
            assertThat(first.of(Figure.SEARCHES)).isEqualTo(2);
            assertThat(first.of(Figure.SEARCHES_HEDGED)).isEqualTo(1);
            assertThat(first.of(Figure.HEDGES)).isEqualTo(2);
            assertThat(first.of(Figure.ASKED_FIND_VALUE)).isEqualTo(2);
            assertThat(first.of(Figure.ASKED_IN_VAIN)).isEqualTo(1);
            assertThat(first.of(Figure.SERVED_PING)).isEqualTo(1);
            assertThat(first.of(Span.FIND).count()).isEqualTo(5);
            assertThat(first.of(Span.HOPS).quantile(1)).hasValue(3);
            assertThat(first.of(Span.APPEND).count()).isEqualTo(2);
            recorder.sample(10 * SECOND);
            Sample second = recorder.recent().after(0).getLast();
            for (Figure f : List.of(Figure.PROVIDES, Figure.FINDS, Figure.EVENTS, Figure.REFUSALS)) {
                assertThat(second.of(f)).as(f.name()).isZero();
            }
            assertThat(second.of(Span.FIND).count()).isZero();
            assertThat(second.of(Figure.RECORDS)).isEqualTo(3);
        }
    }
}
