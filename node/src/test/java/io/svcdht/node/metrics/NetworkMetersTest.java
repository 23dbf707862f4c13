package io.svcdht.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.NetworkMeter.Search;
import io.svcdht.node.lookup.LookupResult.Outcome;
import io.svcdht.storage.trace.TraceLog;
import org.junit.jupiter.api.Test;

class NetworkMetersTest {
    private final Metrics metrics = new Metrics();
    private final NetworkMeters meters = new NetworkMeters(metrics);

    @Test
    void finds_are_counted_by_what_they_came_to() {
        meters.ended(Search.FIND, Outcome.FOUND);
        meters.ended(Search.FIND, Outcome.DEADLINE);
        meters.ended(Search.FIND, Outcome.DEADLINE);
        meters.ended(Search.FIND_NODE, Outcome.CONVERGED);
        meters.ended(Search.FIND_NODE, Outcome.DEADLINE);
        assertThat(metrics.scrape())
                .contains("dht_finds_total{outcome=\"found\"} 1.0")
                .contains("dht_finds_total{outcome=\"deadline\"} 2.0")
                .contains("dht_finds_total{outcome=\"not_found\"} 0.0");
    }

    @Test
    void what_became_of_traces_is_asked_for_at_each_scrape() {
        metrics.bindTraces(() -> new TraceLog.Counts(5, 2, 0, 900));
        assertThat(metrics.scrape())
                .contains("trace_kept_total 5.0")
                .contains("trace_dropped_total 2.0")
                .contains("trace_bytes 900.0");
    }
}
