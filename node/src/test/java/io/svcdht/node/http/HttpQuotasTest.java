package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.svcdht.node.Patience;
import io.svcdht.node.config.NetworkConfig.Connections;
import io.svcdht.node.metrics.Metrics;
import io.svcdht.node.recent.Refusals;
import io.vertx.core.net.SocketAddress;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Callers of the HTTP API are held to the same quotas as peers, and told so. */
class HttpQuotasTest {
    private static final long SECOND = 1_000_000_000L;
    private static final SocketAddress STRANGER = SocketAddress.inetSocketAddress(4711, "203.0.113.9");

    private final Metrics metrics = new Metrics();

    private static Connections limits(int inflight, int rpsIp, int rpsGlobal, long bytesIp, boolean loopback) {
        return new Connections(
                1_500, 5_000, 256, inflight, 100, rpsIp, rpsGlobal, 1 << 20, 4 << 20, bytesIp, 1 << 30, loopback, true);
    }

    private HttpQuotas quotas(int inflight, int rpsIp, int rpsGlobal, long bytesIp) {
        return new HttpQuotas(limits(inflight, rpsIp, rpsGlobal, bytesIp, false), metrics, 0);
    }

    private static String entered(HttpQuotas quotas, HttpQuotas.Caller caller, long nowNanos) {
        try {
            quotas.enter(caller, nowNanos);
            return "passed";
        } catch (ApiError e) {
            assertThat(e.status()).isEqualTo(429);
            assertThat(e.headers()).containsEntry("retry-after", "1");
            return e.quota();
        }
    }

    @Test
    void an_address_has_its_rate_over_however_many_connections() {
        HttpQuotas quotas = quotas(100, 3, 100, 1 << 20);
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(entered(quotas, quotas.caller(STRANGER), 0));
        }
        assertThat(answers).containsExactly("passed", "passed", "passed", "rps", "rps");
        assertThat(entered(quotas, quotas.caller(STRANGER), SECOND)).isEqualTo("passed");
        assertThat(metrics.scrape()).contains("quota_hits_total{quota=\"rps\",side=\"http\"} 2.0");
    }

    @Test
    void who_it_was_is_kept_by_its_block() {
        HttpQuotas quotas = quotas(100, 1, 100, 1 << 20);
        for (int host = 1; host <= 3; host++) {
            entered(quotas, quotas.caller(SocketAddress.inetSocketAddress(1, "2400:1:2:3ff::" + host)), 0);
            entered(quotas, quotas.caller(STRANGER), 0);
        }
        assertThat(metrics.refusals().rows())
                .extracting(Refusals.Row::who, Refusals.Row::reason, Refusals.Row::times)
                .containsExactlyInAnyOrder(
                        tuple("203.0.113.9", "quota_rps", 2L), tuple("[2400:1:2:300::]/56", "quota_rps", 2L));
    }

    @Test
    void all_together_have_theirs() {
        HttpQuotas quotas = quotas(100, 50, 2, 1 << 20);
        assertThat(entered(quotas, quotas.caller(STRANGER), 0)).isEqualTo("passed");
        assertThat(entered(quotas, quotas.caller(SocketAddress.inetSocketAddress(1, "2400:1::1")), 0))
                .isEqualTo("passed");
        assertThat(entered(quotas, quotas.caller(SocketAddress.inetSocketAddress(1, "198.51.100.1")), 0))
                .isEqualTo("rps");
    }

    @Test
    void what_a_request_weighed_is_paid_off_before_the_next() {
        HttpQuotas quotas = quotas(100, 50, 50, 1_000);
        HttpQuotas.Caller caller = quotas.caller(STRANGER);
        assertThat(entered(quotas, caller, 0)).isEqualTo("passed");
        quotas.leave(caller, 3_000, 0);
        assertThat(entered(quotas, caller, SECOND)).isEqualTo("bytes");
        assertThat(entered(quotas, caller, 3 * SECOND)).isEqualTo("passed");
    }

    @Test
    void so_many_are_answered_at_once_and_whoever_hangs_up_is_one_less() {
        HttpQuotas quotas = quotas(2, 50, 50, 1 << 20);
        HttpQuotas.Caller one = quotas.caller(STRANGER);
        HttpQuotas.Caller two = quotas.caller(STRANGER);
        HttpQuotas.Caller three = quotas.caller(STRANGER);
        assertThat(entered(quotas, one, 0)).isEqualTo("passed");
        assertThat(entered(quotas, two, 0)).isEqualTo("passed");
        assertThat(entered(quotas, three, 0)).isEqualTo("inflight");
        quotas.gone(one);
        quotas.gone(one);
        assertThat(entered(quotas, three, 0)).isEqualTo("passed");
        assertThat(quotas.inflight()).isEqualTo(2);
    }

    @Test
    void addresses_that_never_come_again_take_no_more_memory() {
        HttpQuotas quotas = quotas(100, 50, 50, 1 << 20);
        for (int i = 0; i < 40_000; i++) {
            SocketAddress a = SocketAddress.inetSocketAddress(1, "10.%d.%d.1".formatted(i >> 8, i & 0xff));
            HttpQuotas.Caller caller = quotas.caller(a);
            entered(quotas, caller, (long) i * SECOND);
            quotas.leave(caller, 100, (long) i * SECOND);
        }
        assertThat(quotas.kept()).isLessThanOrEqualTo(2 * HttpQuotas.BLOCKS_MAX);
    }

    @Test
    void the_operators_own_machine_is_not_counted_unless_it_should_be() {
        HttpQuotas quotas = quotas(1, 1, 1, 1);
        assertThat(quotas.caller(SocketAddress.inetSocketAddress(1, "127.0.0.1")))
                .isNull();
        assertThat(quotas.caller(SocketAddress.inetSocketAddress(1, "::1"))).isNull();
        HttpQuotas all = new HttpQuotas(limits(1, 1, 1, 1, true), metrics, 0);
        assertThat(all.caller(SocketAddress.inetSocketAddress(1, "127.0.0.1"))).isNotNull();
    }

    @Test
    void who_asks_too_much_is_told_what_and_when_to_come_back_and_probes_go_on() throws Exception {
        try (ServedNode served = ServedNode.limited(limits(64, 1, 1_000, 1 << 20, true))) {
            List<HttpResponse<String>> answers = new ArrayList<>();
            while (answers.size() < 2_000
                    && (answers.isEmpty() || answers.getLast().statusCode() != 429)) {
                answers.add(served.get("/version"));
            }
            HttpResponse<String> refused = answers.getLast();
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("retry-after")).contains("1");
            assertThat(refused.body()).contains("\"code\":\"QuotaHit\"", "\"quota\":\"rps\"", "max_rps_ip");
            for (int i = 0; i < 20; i++) {
                assertThat(served.get("/healthz").statusCode()).isEqualTo(200);
            }
            org.awaitility.Awaitility.await()
                    .atMost(Patience.LIMIT)
                    .until(() -> served.get("/version").statusCode() == 200);
        }
    }
}
