package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.client.Backoff;
import io.svcdht.client.ClientSettings;
import io.svcdht.client.DhtClient;
import io.svcdht.client.DhtException;
import io.svcdht.client.Found;
import io.svcdht.client.LineResult;
import io.svcdht.client.Provide;
import io.svcdht.client.Provided;
import io.svcdht.client.RoutedProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java client against the finished program. */
final class ClientIT {
    private static final int FINDS = 100_000;
    private static final int IN_FLIGHT = 64;
    private static final int CIDS = 1000;
    private static final long PATIENCE_SECONDS = 180;

    @TempDir
    Path directory;

    @Test
    void what_is_announced_is_found_streamed_and_taken_back() throws Exception {
        String cid = "b3:" + "c1".repeat(32);
        try (NodeProcess node = NodeProcess.start(directory.resolve("data")).awaitReady();
                DhtClient client = DhtClient.of("http://" + node.hostPort())) {
            Provided provided = get(client.provide(Provide.of(cid)
                    .at("local://shelf 3")
                    .reachedAt("/ip4/192.0.2.1/tcp/4001")
                    .forSeconds(600)));
            assertThat(provided.position()).isPositive();
            Found found = get(client.find(cid));
            assertThat(found.providers()).containsExactly("local://shelf 3");
            assertThat(found.records().getFirst().expiresAt()).isEqualTo(provided.expiresAt());

            List<RoutedProvider> streamed = new ArrayList<>();
            assertThat(get(client.providers(cid, "tcp", streamed::add))).isEqualTo(1);
            assertThat(streamed)
                    .containsExactly(new RoutedProvider(
                            "svc-dht-locator", "local://shelf 3", List.of("/ip4/192.0.2.1/tcp/4001"), List.of()));
            assertThat(get(client.providers(cid, "udp", streamed::add))).isZero();

            assertThat(get(client.withdraw(cid, "local://shelf 3"))).isTrue();
            assertThat(get(client.withdraw(cid, "local://shelf 3"))).isFalse();
            assertThat(get(client.find(cid)).providers()).isEmpty();
            assertThat(refusal(client.provide(Provide.of("")))).isEqualTo("BadRequest");
        }
    }

    private static String refusal(CompletableFuture<?> call) throws Exception {
        try {
            get(call);
        } catch (ExecutionException e) {
            return ((DhtException) e.getCause()).code();
        }
        return "";
    }

    @Test
    void no_find_is_lost_or_doubled_while_the_node_restarts_twice() throws Exception {
        int port = freePort();
        NodeProcess node = start(port);
        try (DhtClient client = new DhtClient(ClientSettings.of(URI.create("http://127.0.0.1:" + port))
                .withDeadline(Duration.ofSeconds(PATIENCE_SECONDS), Duration.ofSeconds(20))
                .withBackoff(new Backoff(Duration.ofMillis(20), Duration.ofMillis(500)))
                .withInFlightMax(IN_FLIGHT))) {
            announce(client);
            Run run = new Run(client);
            run.begin();
            // Once as an operator would, once as the kernel would.
            await(run.third);
            node.terminate();
            node.awaitEnd();
            node = start(port);
            await(run.twoThirds);
            node.kill();
            node = start(port);
            await(run.lanes);

            assertThat(run.wrong).isEmpty();
            assertThat(IntStream.range(0, FINDS).filter(i -> run.answers.get(i) != 1))
                    .as("finds that were not answered exactly once")
                    .isEmpty();
        } finally {
            node.close();
        }
    }

    private static void announce(DhtClient client) throws Exception {
        Queue<LineResult<Provided>> results = new ConcurrentLinkedQueue<>();
        assertThat(get(client.provideAll(
                        IntStream.range(0, CIDS)
                                .mapToObj(i ->
                                        Provide.of(cid(i)).at("local://" + i).forSeconds(86_400))
                                .iterator(),
                        results::add)))
                .isEqualTo(CIDS);
        assertThat(results).allMatch(r -> r instanceof LineResult.Done<Provided>);
    }

    private static String cid(int i) {
        return "b3:" + "%064x".formatted(i);
    }

    /** As many lanes as may be in flight; each asks the next thing when it is answered. */
    private static final class Run {
        private final DhtClient client;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicIntegerArray answers = new AtomicIntegerArray(FINDS);
        private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
        private final CountDownLatch third = new CountDownLatch(FINDS / 3);
        private final CountDownLatch twoThirds = new CountDownLatch(2 * FINDS / 3);
        private final CountDownLatch lanes = new CountDownLatch(IN_FLIGHT);

        Run(DhtClient client) {
            this.client = client;
        }

        void begin() {
            for (int lane = 0; lane < IN_FLIGHT; lane++) {
                ask();
            }
        }

        private void ask() {
            int i = next.getAndIncrement();
            if (i >= FINDS) {
                lanes.countDown();
                return;
            }
            var _ = client.find(cid(i % CIDS)).whenCompleteAsync((found, e) -> {
                answers.incrementAndGet(i);
                if (e != null) {
                    wrong.add(i + ": " + e);
                } else if (!found.providers().equals(List.of("local://" + i % CIDS))) {
                    wrong.add(i + ": " + found);
                }
                third.countDown();
                twoThirds.countDown();
                ask();
            });
        }
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private static <T> T get(CompletableFuture<T> call) throws Exception {
        return call.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private NodeProcess start(int port) throws IOException {
        NodeProcess node = NodeProcess.start(Program.of(List.of(
                "run",
                "--admin-bind=127.0.0.1:" + port,
                "--peer-bind=127.0.0.1:0",
                "--log-format=text",
                "--data-dir=" + directory.resolve("restarted"))));
        try {
            return node.awaitReady();
        } catch (AssertionError e) {
            node.close();
            throw e;
        }
    }

    /**
     * Free, and below those the kernel gives to whoever connects: while the node is down, nobody who asks for its port may
     * be given it, least of all the client that asks.
     */
    private static int freePort() throws IOException {
        for (int i = 0; i < 1000; i++) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 30_000);
            try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return taken.getLocalPort();
            } catch (IOException e) {
                // Another one, then.
            }
        }
        throw new IOException("no free port between 15,000 and 30,000");
    }
}
