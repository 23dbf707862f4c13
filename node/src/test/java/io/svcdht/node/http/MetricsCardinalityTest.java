package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What strangers send grows no series. */
final class MetricsCardinalityTest {
    @Test
    void a_thousand_invented_methods_hosts_and_paths_add_a_handful_of_series() throws Exception {
        try (ServedNode served = ServedNode.amnesic()) {
            flood(served, 0, 20);
            long before = series(served);
            int meters = served.metrics.registry().getMeters().size();
            flood(served, 20, 1020);
            assertThat(series(served)).isEqualTo(before);
            assertThat(served.metrics.registry().getMeters()).hasSize(meters);
            String text = served.get("/metrics").body();
            assertThat(text)
                    .contains("http_requests_total{method=\"OTHER\",route=\"none\",status=\"404\"}")
                    .contains("route=\"none\",status=\"421\"")
                    .doesNotContain("INVENTED")
                    .doesNotContain("invented");
            assertThat(text.lines()
                            .filter(l -> l.startsWith("vertx_http_server_"))
                            .collect(Collectors.toSet()))
                    .isNotEmpty()
                    .hasSizeLessThan(30);
        }
    }

    private static void flood(ServedNode served, int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            try (RawHttp raw = served.raw()) {
                raw.send("INVENTED" + i + " /invented/" + i + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .answer();
                raw.send("GET /invented/" + i + "?x=" + i + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .answer();
                raw.send("GET /dht/find_providers/b3:invented-" + i + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .answer();
                raw.send("GET /healthz HTTP/1.1\r\nHost: invented-" + i + ".example\r\n\r\n")
                        .answer();
            }
        }
        served.get("/metrics");
    }

    private static long series(ServedNode served) throws Exception {
        served.get("/metrics");
        return served.get("/metrics")
                .body()
                .lines()
                .filter(l -> !l.startsWith("#"))
                .count();
    }
}
