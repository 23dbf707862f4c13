package io.svcdht.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.client.DhtException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Against a server that misbehaves on purpose; a real node is asked by ClientIT. */
class DhtClientTest {
    private static final String FOUND =
            "{\"cid\":\"b3:x\",\"providers\":[\"local://a\"],\"hops\":1,\"source\":\"local\","
                    + "\"outcome\":\"found\",\"later\":{},\"records\":[{\"node\":\"local://a\",\"publisher\":\"n3:1\","
                    + "\"addrs\":[\"x\"],\"expires_at\":\"2026-01-31T12:00:00.000Z\"}]}";
    private static final String PROVIDED =
            "{\"ok\":true,\"ttl_secs_used\":600,\"cid\":\"b3:x\",\"position\":7,\"expires_at\":\"2026-01-31T12:00:00.000Z\"}";
    private static final Backoff SOON = new Backoff(Duration.ofMillis(1), Duration.ofMillis(2));

    private static DhtClient client(Station station) {
        return new DhtClient(ClientSettings.of(station.uri()).withBackoff(SOON));
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    private static DhtException failure(CompletableFuture<?> future) throws Exception {
        try {
            get(future);
        } catch (ExecutionException e) {
            return (DhtException) e.getCause();
        }
        throw new AssertionError("it was answered");
    }

    @Test
    void a_find_says_who_and_until_when() throws Exception {
        try (Station s = new Station((x, n) -> Station.answer(x, 200, FOUND));
                DhtClient c = client(s)) {
            Found found = get(c.find("b3:x y/z"));
            assertThat(found.providers()).containsExactly("local://a");
            assertThat(found.records())
                    .containsExactly(
                            new Found.Holder("local://a", "n3:1", List.of("x"), Instant.parse("2026-01-31T12:00:00Z")));
            assertThat(s.asked).containsExactly("GET /dht/find_providers/b3%3Ax%20y%2Fz?local=false ");
        }
    }

    @Test
    void a_provide_says_all_it_was_given() throws Exception {
        try (Station s = new Station((x, n) -> Station.answer(x, 200, PROVIDED));
                DhtClient c = new DhtClient(ClientSettings.of(s.uri()).withToken("secret"))) {
            Provide what = Provide.of("b3:x")
                    .at("local://\"a\"")
                    .reachedAt("/ip4/192.0.2.1/tcp/1")
                    .forSeconds(600);
            assertThat(get(c.provide(what)).position()).isEqualTo(7);
            assertThat(s.asked)
                    .containsExactly("POST /dht/provide {\"cid\":\"b3:x\",\"node\":\"local://\\\"a\\\"\","
                            + "\"ttl_secs\":600,\"addrs\":[\"/ip4/192.0.2.1/tcp/1\"]}");
        }
    }

    @Test
    void who_is_busy_or_gone_is_asked_again() throws Exception {
        try (Station s = new Station((x, n) -> {
                    switch (n) {
                        case 1 -> Station.answer(x, 503, "{\"code\":\"NotReady\"}", "Retry-After", "0");
                        case 2 -> Station.answer(x, 429, "{\"code\":\"QuotaHit\"}");
                        // Cut before an answer.
                        case 3 -> x.close();
                        default -> Station.answer(x, 200, FOUND);
                    }
                });
                DhtClient c = client(s)) {
            assertThat(get(c.find("b3:x")).providers()).hasSize(1);
            // The JDK asks once more by itself where a GET was cut on a connection it had kept.
            assertThat(s.asked.size()).isBetween(4, 5);
        }
    }

    @Test
    void a_refusal_is_told_and_not_asked_again() throws Exception {
        try (Station s = new Station(
                        (x, n) -> Station.answer(x, 400, "{\"code\":\"BadRequest\",\"detail\":\"cid is empty\"}"));
                DhtClient c = client(s)) {
            DhtException e = failure(c.provide(Provide.of("")));
            assertThat(e.reason()).isEqualTo(Reason.REFUSED);
            assertThat(e.status()).contains(400);
            assertThat(e.code()).isEqualTo("BadRequest");
            assertThat(e).hasMessageContaining("cid is empty");
            assertThat(s.asked).hasSize(1);
        }
    }

    @Test
    void the_deadline_ends_a_call_and_says_why_it_was_late() throws Exception {
        try (Station s = new Station((x, n) -> Station.answer(x, 503, "{\"code\":\"NotReady\"}"));
                DhtClient c = new DhtClient(ClientSettings.of(s.uri())
                        .withBackoff(SOON)
                        .withDeadline(Duration.ofSeconds(3), Duration.ofSeconds(3)))) {
            DhtException e = failure(c.find("b3:x"));
            assertThat(e.reason()).isEqualTo(Reason.DEADLINE);
            assertThat(e.code()).isEqualTo("NotReady");
            assertThat(e.attempts()).isPositive();
        }
    }

    @Test
    void who_says_nothing_at_all_is_given_up_at_the_deadline() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (Station s = new Station((x, n) -> over.await());
                DhtClient c = new DhtClient(
                        ClientSettings.of(s.uri()).withDeadline(Duration.ofMillis(300), Duration.ofSeconds(20)))) {
            assertThat(failure(c.find("b3:x")).reason()).isEqualTo(Reason.DEADLINE);
            over.countDown();
        }
    }

    @Test
    void no_more_are_under_way_than_allowed_and_all_come_through() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (Station s = new Station((x, n) -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    now.decrementAndGet();
                    Station.answer(x, n % 7 == 0 ? 503 : 200, n % 7 == 0 ? "{}" : FOUND);
                });
                DhtClient c = new DhtClient(
                        ClientSettings.of(s.uri()).withBackoff(SOON).withInFlightMax(4))) {
            List<CompletableFuture<Found>> calls =
                    IntStream.range(0, 300).mapToObj(i -> c.find("b3:" + i)).toList();
            for (CompletableFuture<Found> call : calls) {
                assertThat(get(call).providers()).hasSize(1);
            }
            assertThat(most.get()).isBetween(1, 4);
        }
    }

    @Test
    void a_batch_of_any_length_is_told_line_by_line_also_over_a_cut() throws Exception {
        try (Station s = new Station((x, n) -> {
                    if (n == 2) {
                        Station.answer(x, 503, "{}");
                        return;
                    }
                    Station.answer(x, 200, lines(n));
                });
                DhtClient c = client(s)) {
            List<LineResult<Provided>> told = new ArrayList<>();
            long lines = get(c.provideAll(
                    IntStream.range(0, 300).mapToObj(i -> Provide.of("b3:" + i)).iterator(), told::add));
            assertThat(lines).isEqualTo(300);
            assertThat(told)
                    .extracting(LineResult::line)
                    .isEqualTo(IntStream.range(0, 300).mapToObj(i -> (long) i).toList());
            assertThat(told.get(299)).isInstanceOf(LineResult.Refused.class);
            assertThat(s.asked).hasSize(3);
            assertThat(s.asked.get(1)).isEqualTo(s.asked.get(2));
        }
    }

    /** As many lines as were asked: 256, then 44 of which the last is refused. */
    private static String lines(int request) {
        StringBuilder out = new StringBuilder();
        int lines = request == 1 ? 256 : 44;
        for (int i = 0; i < lines; i++) {
            boolean bad = request > 1 && i == lines - 1;
            out.append(bad ? "{\"ok\":false,\"line\":44,\"code\":\"BadRequest\",\"detail\":\"no\"}" : PROVIDED)
                    .append('\n');
        }
        return out.toString();
    }

    @Test
    void a_batch_that_is_answered_short_fails() throws Exception {
        try (Station s = new Station((x, n) -> Station.answer(x, 200, PROVIDED + "\n"));
                DhtClient c = client(s)) {
            DhtException e = failure(c.findAll(List.of("b3:1", "b3:2").iterator(), r -> {}));
            assertThat(e.reason()).isEqualTo(Reason.BAD_ANSWER);
            assertThat(e).hasMessageContaining("2 lines were answered with 1");
        }
    }

    @Test
    void a_stream_that_breaks_off_fails() throws Exception {
        String line = "{\"Schema\":\"peer\",\"ID\":\"12D3\",\"Addrs\":[\"/ip4/192.0.2.1/tcp/1\"],\"Protocols\":[]}\n";
        try (Station s = new Station((x, n) -> {
                    x.sendResponseHeaders(200, n == 1 ? 2L * line.length() : 10L * line.length());
                    x.getResponseBody().write((line + line).getBytes(StandardCharsets.UTF_8));
                    x.getResponseBody().flush();
                });
                DhtClient c = client(s)) {
            List<RoutedProvider> told = new ArrayList<>();
            assertThat(get(c.providers("b3:x", "tcp,!ip6", told::add))).isEqualTo(2);
            assertThat(told.getFirst().addrs()).containsExactly("/ip4/192.0.2.1/tcp/1");
            assertThat(s.asked.getFirst()).contains("filter-addrs=tcp%2C%21ip6");
            assertThat(failure(c.providers("b3:x", "", told::add)).reason()).isEqualTo(Reason.BAD_ANSWER);
        }
    }

    @Test
    void a_withdrawal_of_nothing_is_no_failure() throws Exception {
        try (Station s = new Station((x, n) -> Station.answer(x, n == 1 ? 200 : 404, "{\"code\":\"NotFound\"}"));
                DhtClient c = client(s)) {
            assertThat(get(c.withdraw("b3:x", "self"))).isTrue();
            assertThat(get(c.withdraw("b3:x", "self"))).isFalse();
        }
    }

    @Test
    void a_closed_client_ends_what_is_under_way() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        try (Station s = new Station((x, n) -> {
            asked.countDown();
            over.await();
        })) {
            DhtClient c = client(s);
            CompletableFuture<Found> call = c.find("b3:x");
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            c.close();
            assertThat(failure(call).reason()).isEqualTo(Reason.CLOSED);
            over.countDown();
        }
    }

    @Test
    void an_address_that_is_none_is_refused_at_once() {
        assertThatThrownBy(() -> DhtClient.of("ftp://node")).isInstanceOf(IllegalArgumentException.class);
    }
}
