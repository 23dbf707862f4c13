package io.svcdht.benchmarks.storm;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Three times as many provides as a node takes: what becomes of those it took, of the rest, of its memory, and how soon it
 * is itself again.
 *
 * <p>Usage: {@code StormLoad PORT SERVER_PID QUOTA SECONDS}.
 */
public final class StormLoad {
    private static final double CALM = 0.7;
    private static final double STORM = 3;
    private static final int CONNECTIONS = 64;
    private static final double WINDOW_SECONDS = 0.5;
    private static final double RECOVERY_SECONDS_MAX = 30;
    private static final int CLOCK_TICKS_PER_SECOND = 100;
    private static final long PATIENCE_SECONDS = 60;

    private final HttpClient client;
    private final long pid;
    private final int quota;
    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    private int next;

    private StormLoad(HttpClient client, long pid, int quota) {
        this.client = client;
        this.pid = pid;
        this.quota = quota;
    }

    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setDefaultHost("127.0.0.1")
                        .setDefaultPort(Integer.parseInt(args[0]))
                        .setTcpNoDelay(true),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS));
        StormLoad load = new StormLoad(client, Long.parseLong(args[1]), Integer.parseInt(args[2]));
        try {
            load.play(Integer.parseInt(args[3]));
        } finally {
            var _ = vertx.close().await();
        }
    }

    /** Any text stands for its hash. */
    static String cid(int number) {
        return "b3:storm-" + number;
    }

    private Phase.Result phase(String name, double perSecond, double seconds) throws InterruptedException {
        Phase phase = new Phase(client, name, next, (int) (perSecond * seconds));
        next += (int) (perSecond * seconds);
        return phase.run(perSecond, acknowledged::add);
    }

    private void play(int seconds) throws Exception {
        // Compilers of both sides see the storm's own paths before anything is compared; what that costs is told apart.
        System.out.println(phase("warm", CALM * quota, Math.min(10, seconds)).line());
        System.out.println(phase("cold", STORM * quota, Math.min(20, seconds)).line());
        System.out.println(phase("calm", CALM * quota, Math.min(5, seconds)).line());
        double cpu = cpuSeconds();
        Phase.Result before = phase("before", CALM * quota, Math.min(15, seconds));
        double accepted = (cpuSeconds() - cpu) / before.admitted();
        System.out.println(before.line());
        long memory = residentKib();
        cpu = cpuSeconds();
        Phase.Result storm = phase("storm", STORM * quota, seconds);
        double refused = (cpuSeconds() - cpu - accepted * storm.admitted()) / Math.max(1, storm.shed());
        System.out.println(storm.line());
        double recovered = recovery(before);
        long after = residentKib();
        int lost = lost();
        System.out.printf(
                Locale.ROOT,
                "acknowledged %d, lost %d; p99 of the admitted %.2f x before; recovered after %.1f s;"
                        + " memory %d -> %d KiB; CPU %.0f us an accepted provide, %.0f us a refused one%n",
                acknowledged.size(),
                lost,
                storm.p99() / before.p99(),
                recovered,
                memory,
                after,
                accepted * 1e6,
                refused * 1e6);
    }

    /** Seconds until a window at the rate of before is taken in full, as fast as twice before. */
    private double recovery(Phase.Result before) throws InterruptedException {
        long ended = System.nanoTime();
        double took = 0;
        while (took < RECOVERY_SECONDS_MAX) {
            Phase.Result window = phase("after", CALM * quota, WINDOW_SECONDS);
            took = (System.nanoTime() - ended) / 1e9;
            if (window.admitted() == window.sent() && window.p99() <= 2 * before.p99()) {
                return took;
            }
        }
        return took;
    }

    /** Those of the acknowledged that the node does not find. */
    private int lost() throws Exception {
        StringBuilder lines = new StringBuilder();
        acknowledged.forEach(n -> lines.append("{\"cid\":\"").append(cid(n)).append("\"}\n"));
        TimeUnit.SECONDS.sleep(2);
        Buffer answer = client.request(HttpMethod.POST, "/dht/find_providers?local=true")
                .compose(
                        r -> r.putHeader("content-type", "application/x-ndjson").send(Buffer.buffer(lines.toString())))
                .compose(r -> r.body())
                .toCompletionStage()
                .toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        long found = answer.toString()
                .lines()
                .filter(l -> l.contains("\"outcome\":\"found\""))
                .count();
        return (int) (acknowledged.size() - found);
    }

    private double cpuSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Double.parseDouble(fields[11]) + Double.parseDouble(fields[12])) / CLOCK_TICKS_PER_SECOND;
    }

    private long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(l -> l.startsWith("VmRSS:"))
                .mapToLong(l -> Long.parseLong(l.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }
}
