package io.svcdht.console.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochRandomGenerator;
import com.sun.management.OperatingSystemMXBean;
import io.svcdht.node.Network.Found;
import io.svcdht.node.Network.Standing;
import io.svcdht.node.Network.Wanted;
import io.svcdht.node.Node;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.lookup.LookupResult;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.state.StoredRecord;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Announces keys all over a network of one process and finds each from a node that holds no copy: first cold, over
 * whatever connections there are; then, when the network has come to rest, once more from the same nodes, warm.
 */
final class TestnetCheck {
    private static final int READY_SECONDS = 120;
    private static final int READY_LOOK_MILLIS = 10;
    private static final int ANSWER_SECONDS = 30;
    private static final int FIND_MILLIS = 10_000;
    private static final int TTL_SECONDS = 3_600;
    /** Finders stride over the nodes by this, so that neighbours in the list are not asked for each other's keys. */
    private static final int STRIDE = 7;

    private static final int REST_SECONDS_MAX = 5;
    /** So often in a row the network must look the same. */
    private static final int REST_LOOKS = 4;

    private static final int REST_LOOK_MILLIS = 500;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double BYTES_PER_MIB = 1 << 20;

    private static final TimeBasedEpochRandomGenerator LOOKUP_IDS = Generators.timeBasedEpochRandomGenerator();

    private final Supplier<List<Node>> running;
    private final int keys;
    private final int rounds;
    private final Consumer<String> progress;
    private final Meanwhile meanwhile;
    private List<Node> nodes;

    /** What happens between announcing and finding. */
    interface Meanwhile {
        void happen() throws InterruptedException;
    }

    TestnetCheck(Supplier<List<Node>> running, int keys, int rounds, Consumer<String> progress, Meanwhile meanwhile) {
        this.running = running;
        this.nodes = running.get();
        this.keys = keys;
        this.rounds = rounds;
        this.progress = progress;
        this.meanwhile = meanwhile;
    }

    /** Times of finds, nanoseconds. */
    record Times(List<Long> sorted) {
        static Times of(List<Long> nanos) {
            return new Times(nanos.stream().sorted().toList());
        }

        double millis(double quantile) {
            return sorted.isEmpty()
                    ? 0
                    : sorted.get((int) Math.min(sorted.size() - 1, quantile * sorted.size())) / NANOS_PER_MILLI;
        }
    }

    /**
     * What came of it.
     *
     * @param holdersMean how many were handed a record, mean
     * @param cold the first find of each key
     * @param warm finds from the same nodes again, past the cache
     * @param last the last round of those, by when also the code is compiled; the same where there was one
     * @param warmMessagesMean requests of such a find
     * @param warmCpuMicrosMean CPU of the whole process for such a find, microseconds
     */
    record Report(
            int nodes,
            int asked,
            int found,
            double holdersMean,
            double messagesMean,
            Times cold,
            Times warm,
            int rounds,
            Times last,
            double warmMessagesMean,
            double warmCpuMicrosMean,
            double mib) {
        List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.addAll(List.of(
                    "found      %d of %d, from nodes without a copy".formatted(found, asked),
                    say("holders    %.1f of a record", holdersMean),
                    say("messages   %.1f a find", messagesMean),
                    times("cold", cold),
                    times("warm", warm)));
            if (rounds > 1) {
                lines.add(times("round " + rounds, last));
            }
            lines.addAll(List.of(
                    String.format(
                            Locale.ROOT,
                            "           %.1f messages, %.0f µs of CPU a find, all nodes together",
                            warmMessagesMean,
                            warmCpuMicrosMean),
                    say("heap       %.2f MiB a node", mib)));
            return lines;
        }

        private static String say(String format, double value) {
            return String.format(Locale.ROOT, format, value);
        }

        private static String times(String name, Times t) {
            return String.format(
                    Locale.ROOT,
                    "%-10s p50 %.2f ms, p95 %.2f ms, p99 %.2f ms",
                    name,
                    t.millis(0.5),
                    t.millis(0.95),
                    t.millis(0.99));
        }

        void write(JsonGenerator g) throws IOException {
            g.writeStartObject();
            g.writeNumberField("nodes", nodes);
            g.writeNumberField("asked", asked);
            g.writeNumberField("found", found);
            g.writeNumberField("holders_mean", holdersMean);
            g.writeNumberField("messages_mean", messagesMean);
            times(g, "cold_ms", cold);
            times(g, "warm_ms", warm);
            if (rounds > 1) {
                g.writeNumberField("rounds", rounds);
                times(g, "last_round_ms", last);
            }
            g.writeNumberField("warm_messages_mean", warmMessagesMean);
            g.writeNumberField("warm_cpu_us_mean", warmCpuMicrosMean);
            g.writeNumberField("heap_mib_per_node", mib);
            g.writeEndObject();
        }

        private static void times(JsonGenerator g, String name, Times t) throws IOException {
            g.writeObjectFieldStart(name);
            g.writeNumberField("p50", t.millis(0.5));
            g.writeNumberField("p95", t.millis(0.95));
            g.writeNumberField("p99", t.millis(0.99));
            g.writeEndObject();
        }
    }

    private record Search(Node finder, ContentId cid) {}

    /** @param heapBefore bytes in use before the nodes were started */
    Report run(long heapBefore) throws InterruptedException {
        awaitReady();
        List<ContentId> cids = new ArrayList<>();
        long holders = 0;
        for (int i = 0; i < keys; i++) {
            ContentId cid = ContentId.parse("testnet-" + i, true);
            cids.add(cid);
            holders += announce(nodes.get(i % nodes.size()), cid);
            progress.accept("%d of %d announced".formatted(i + 1, keys));
        }
        meanwhile.happen();
        nodes = running.get();
        awaitReady();
        List<Search> searches = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            searches.add(new Search(finder(i, cids.get(i)), cids.get(i)));
        }
        List<Long> cold = new ArrayList<>();
        long messages = 0;
        for (Search s : searches) {
            LookupResult r = find(s);
            messages += r.messages();
            if (r.outcome() == LookupResult.Outcome.FOUND) {
                cold.add(r.tookNanos());
            }
            progress.accept("%d of %d found".formatted(cold.size(), keys));
        }
        awaitRest();
        List<List<Long>> warm = new ArrayList<>();
        long warmMessages = 0;
        long cpuBefore = cpuNanos();
        for (int round = 1; round <= rounds; round++) {
            List<Long> times = new ArrayList<>();
            for (int i = 0; i < keys; i++) {
                // Another key from the same node: the connections are there, an answer in its cache is not.
                Search s = new Search(searches.get(i).finder(), cids.get((i + round * nodes.size()) % keys));
                if (!holds(s.finder(), s.cid())) {
                    LookupResult r = find(s);
                    if (r.outcome() == LookupResult.Outcome.FOUND && r.messages() > 0) {
                        times.add(r.tookNanos());
                        warmMessages += r.messages();
                    }
                }
            }
            warm.add(times);
            progress.accept("round %d of %d".formatted(round, rounds));
        }
        long cpu = cpuNanos() - cpuBefore;
        int finds = Math.max(1, warm.stream().mapToInt(List::size).sum());
        double mib = (heapBytes() - heapBefore) / BYTES_PER_MIB / nodes.size();
        return new Report(
                nodes.size(),
                keys,
                cold.size(),
                (double) holders / keys,
                (double) messages / keys,
                Times.of(cold),
                Times.of(warm.getFirst()),
                rounds,
                Times.of(warm.getLast()),
                (double) warmMessages / finds,
                cpu / NANOS_PER_MICRO / finds,
                mib);
    }

    private void awaitReady() throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        for (Node node : nodes) {
            while (!node.status().ready()) {
                if (System.nanoTime() > until) {
                    throw new CommandFailed(
                            ExitCode.FAILED,
                            "a node is not ready after %d s: %s"
                                    .formatted(READY_SECONDS, node.status().readinessReason()));
                }
                TimeUnit.MILLISECONDS.sleep(READY_LOOK_MILLIS);
            }
        }
    }

    /**
     * Until no connection comes or goes and nothing waits to be handed out: nodes that have just met still look around,
     * and handshakes take more time than finds.
     */
    private void awaitRest() throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(REST_SECONDS_MAX);
        int before = -1;
        for (int same = 0; same < REST_LOOKS && System.nanoTime() < until; ) {
            int connections = 0;
            int unpublished = 0;
            for (Node node : nodes) {
                Standing s = node.network().orElseThrow().standing();
                connections += s.connections();
                unpublished += s.unpublished();
            }
            same = connections == before && unpublished == 0 ? same + 1 : 0;
            before = connections;
            progress.accept("waiting for %d connections to rest".formatted(connections));
            TimeUnit.MILLISECONDS.sleep(REST_LOOK_MILLIS);
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean process
                ? process.getProcessCpuTime()
                : 0;
    }

    private int announce(Node node, ContentId cid) throws InterruptedException {
        return switch (provided(node, cid)) {
            case Outcome.Provided p ->
                get(node.network()
                                .orElseThrow()
                                .replicas(p.position(), OptionalInt.empty())
                                .toCompletableFuture())
                        .holders();
            case Outcome other -> throw new CommandFailed(ExitCode.FAILED, "a provide was answered with " + other);
        };
    }

    /** A node whose journal is slow for a moment takes nothing; once it is ready again it does. */
    private Outcome provided(Node node, ContentId cid) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        while (true) {
            CompletableFuture<Outcome> outcome = new CompletableFuture<>();
            node.submit(new Input.Provide(cid, "", List.of(), TTL_SECONDS, outcome::complete));
            Outcome answer = get(outcome);
            boolean later = answer instanceof Outcome.Refused r && r.code() == ErrorCode.NotReady;
            if (!later || System.nanoTime() > until) {
                return answer;
            }
            awaitReady();
            TimeUnit.MILLISECONDS.sleep(READY_LOOK_MILLIS);
        }
    }

    /** A node that holds no copy. */
    private Node finder(int index, ContentId cid) {
        for (int step = 0; step < nodes.size(); step++) {
            Node node = nodes.get((index + STRIDE + step) % nodes.size());
            if (!holds(node, cid)) {
                return node;
            }
        }
        throw new CommandFailed(ExitCode.USAGE, "every node holds a copy; take fewer replicas");
    }

    private static boolean holds(Node node, ContentId cid) {
        long now = node.nowMillis();
        List<StoredRecord> held = node.providers().holdersOf(cid.key()).records();
        return held.stream().anyMatch(r -> r.aliveAt(now));
    }

    private LookupResult find(Search s) {
        Wanted wanted = new Wanted(
                s.cid().key(), s.cid().text(), LOOKUP_IDS.generate(), OptionalInt.of(FIND_MILLIS), OptionalInt.empty());
        Found found = get(s.finder().network().orElseThrow().find(wanted).toCompletableFuture());
        return found.result();
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new CommandFailed(
                    ExitCode.FAILED, "no answer within %d s: %s".formatted(ANSWER_SECONDS, e.getCause()), e);
        }
    }

    /** Bytes of the heap that are in use, after what nobody uses is gone. */
    static long heapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
