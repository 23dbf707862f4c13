package io.svcdht.benchmarks.storm;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Provides in an open loop: each has a moment at which it is meant to be sent, whatever became of those before it, and its
 * time runs from that moment.
 */
final class Phase {
    private static final long LAST_SECONDS = 60;
    private static final int OK = 200;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private final HttpClient client;
    private final String name;
    private final int first;
    private final int count;
    private final AtomicLongArray nanos;
    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicInteger shed = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    /** @param first number of its first record; content ids are made of them */
    Phase(HttpClient client, String name, int first, int count) {
        this.client = client;
        this.name = name;
        this.first = first;
        this.count = count;
        this.nanos = new AtomicLongArray(count);
    }

    /**
     * What came of it.
     *
     * @param admitted acknowledged with 200
     * @param shed answered with 429 or 503
     * @param p99 of the admitted, milliseconds
     */
    record Result(String name, int sent, int admitted, int shed, int failed, double p50, double p99, double seconds) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "%-8s %7d sent in %5.1f s  %7d admitted  %7d shed  %4d failed  p50 %7.2f ms  p99 %7.2f ms",
                    name,
                    sent,
                    seconds,
                    admitted,
                    shed,
                    failed,
                    p50,
                    p99);
        }
    }

    /** @param acknowledged is told the number of each record that was */
    Result run(double perSecond, Consumer<Integer> acknowledged) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(count);
        long gap = (long) (1e9 / perSecond);
        long began = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
        for (int i = 0; i < count; i++) {
            long intended = began + i * gap;
            for (long early = intended - System.nanoTime(); early > 0; early = intended - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
            int index = i;
            Buffer body = Buffer.buffer("{\"cid\":\"" + StormLoad.cid(first + i) + "\",\"ttl_secs\":3600}");
            client.request(HttpMethod.POST, "/dht/provide")
                    .compose(
                            r -> r.putHeader("content-type", "application/json").send(body))
                    .compose(r -> r.body().map(b -> r.statusCode()))
                    .onComplete(r -> {
                        count(index, r.succeeded() ? r.result() : 0, System.nanoTime() - intended, acknowledged);
                        done.countDown();
                    });
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        if (!done.await(LAST_SECONDS, TimeUnit.SECONDS)) {
            failed.addAndGet((int) done.getCount());
        }
        return result(seconds);
    }

    private void count(int index, int status, long took, Consumer<Integer> acknowledged) {
        switch (status) {
            case OK -> {
                nanos.set(index, took);
                admitted.incrementAndGet();
                acknowledged.accept(first + index);
            }
            case TOO_MANY, UNAVAILABLE -> shed.incrementAndGet();
            default -> failed.incrementAndGet();
        }
    }

    private Result result(double seconds) {
        long[] taken = new long[count];
        int n = 0;
        for (int i = 0; i < count; i++) {
            if (nanos.get(i) > 0) {
                taken[n++] = nanos.get(i);
            }
        }
        long[] sorted = Arrays.copyOf(taken, n);
        Arrays.sort(sorted);
        return new Result(
                name,
                count,
                admitted.get(),
                shed.get(),
                failed.get(),
                millis(sorted, 0.5),
                millis(sorted, 0.99),
                seconds);
    }

    private static double millis(long[] sorted, double quantile) {
        return sorted.length == 0
                ? 0
                : sorted[(int) Math.min(sorted.length - 1L, (long) (quantile * sorted.length))] / 1e6;
    }
}
