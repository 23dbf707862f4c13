package io.svcdht.benchmarks.peers;

import io.svcdht.node.net.Reply;
import io.svcdht.node.wire.oap.Encoded;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.Key;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An open loop: each request has a moment at which it is meant to be sent, whatever became of those before it, and its
 * time runs from that moment. A node, or a driver, that stalls makes all who wait meanwhile late.
 */
final class Round {
    private static final int FIND_VALUE_PERCENT = 60;
    private static final int FIND_NODE_PERCENT = 35;
    private static final int RECORDS_WANTED = 20;
    private static final long LAST_SECONDS = 15;
    private static final double NANOS_PER_MILLI = 1e6;

    private final List<Asker> askers;
    private final List<Key> held;
    private final List<Request> requests;
    private final AtomicLongArray nanos;
    private final AtomicInteger shed = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    /** @param held keys of which the node has records; every other find is for one of these */
    Round(List<Asker> askers, List<Key> held, int count, long seed) {
        this.askers = askers;
        this.held = held;
        this.nanos = new AtomicLongArray(count);
        this.requests = requests(count, new Random(seed));
    }

    /**
     * What came of it.
     *
     * @param shed answered as too much
     * @param failed not answered, or otherwise refused
     * @param sentPerSecond how fast the driver was
     */
    record Result(int count, double sentPerSecond, double p50, double p95, double p99, int shed, int failed) {
        String line(String name) {
            return String.format(
                    Locale.ROOT,
                    "%-12s %8.0f %9.2f %9.2f %9.2f %7d %7d",
                    name,
                    sentPerSecond,
                    p50,
                    p95,
                    p99,
                    shed,
                    failed);
        }

        static String title() {
            return "%-12s %8s %9s %9s %9s %7s %7s"
                    .formatted("round", "RPC/s", "p50 ms", "p95 ms", "p99 ms", "shed", "failed");
        }
    }

    /** Made and signed before the clock starts. Each asker provides what it has signed itself. */
    private List<Request> requests(int count, Random random) {
        Request[] all = new Request[count];
        for (int i = 0; i < count; i++) {
            int kind = random.nextInt(100);
            Key key = random.nextBoolean() ? held.get(random.nextInt(held.size())) : random(random);
            if (kind < FIND_VALUE_PERCENT) {
                all[i] = new Request.FindValue(Asker.head(), key, RECORDS_WANTED);
            } else if (kind < FIND_VALUE_PERCENT + FIND_NODE_PERCENT) {
                all[i] = new Request.FindNode(Asker.head(), random(random));
            } else {
                Encoded record = asker(i).record(random(random));
                all[i] = new Request.Provide(Asker.head(), List.of(record), Map.of());
            }
        }
        return List.of(all);
    }

    private Asker asker(int i) {
        return askers.get(i % askers.size());
    }

    static Key random(Random random) {
        byte[] bytes = new byte[Key.BYTES];
        random.nextBytes(bytes);
        return Key.of(bytes);
    }

    Result run(double perSecond) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(requests.size());
        long gap = (long) (1e9 / perSecond);
        long began = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
        for (int i = 0; i < requests.size(); i++) {
            long intended = began + i * gap;
            for (long early = intended - System.nanoTime(); early > 0; early = intended - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
            int index = i;
            var _ = asker(i).ask(requests.get(i)).whenComplete((reply, e) -> {
                nanos.set(index, System.nanoTime() - intended);
                count(reply);
                done.countDown();
            });
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        if (!done.await(LAST_SECONDS, TimeUnit.SECONDS)) {
            failed.addAndGet((int) done.getCount());
        }
        long[] sorted = new long[requests.size()];
        for (int i = 0; i < sorted.length; i++) {
            long n = nanos.get(i);
            sorted[i] = n == 0 ? TimeUnit.SECONDS.toNanos(LAST_SECONDS) : n;
        }
        Arrays.sort(sorted);
        return new Result(
                sorted.length,
                sorted.length / seconds,
                millis(sorted, 0.5),
                millis(sorted, 0.95),
                millis(sorted, 0.99),
                shed.get(),
                failed.get());
    }

    private static double millis(long[] sorted, double quantile) {
        return sorted[(int) Math.min(sorted.length - 1, quantile * sorted.length)] / NANOS_PER_MILLI;
    }

    private void count(@Nullable Reply reply) {
        if (!(reply instanceof Reply.Answered answered)) {
            failed.incrementAndGet();
            return;
        }
        WireCode worst = worst(answered.response());
        if (worst == WireCode.QuotaExceeded || worst == WireCode.Busy) {
            shed.incrementAndGet();
        } else if (worst != WireCode.Ok) {
            failed.incrementAndGet();
        }
    }

    private static WireCode worst(Response response) {
        return response instanceof Response.Provided(var results)
                ? results.getFirst().code()
                : response.code();
    }
}
