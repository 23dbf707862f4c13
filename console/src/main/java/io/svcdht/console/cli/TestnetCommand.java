package io.svcdht.console.cli;

import io.svcdht.console.cli.TestnetCheck.Report;
import io.svcdht.console.faults.FaultPlan;
import io.svcdht.node.Node;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.runtime.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code testnet}: many nodes in one process, to try things against or to measure. */
@Command(
        description = {
            "Start many whole nodes in one process: in memory, over real sockets on loopback, each with its HTTP API.",
            "With --check, announce content on some, find it from others that hold no copy, tell the figures and end.",
            "With --faults, a file says what goes wrong between them and when: docs-site/guides/containers.md. With both,"
                    + " the faults come between announcing and finding."
        })
public final class TestnetCommand implements Callable<Integer> {
    private static final double MILLIS_A_SECOND = 1_000;
    private static final int NODES_MAX = 512;
    private static final int KEYS_MAX = 100_000;
    private static final int ROUNDS_MAX = 100;

    /** Nodes that run. */
    public interface Net extends AutoCloseable {
        List<Node> nodes();

        /** Where each serves its HTTP API. */
        List<HostPort> addresses();

        /**
         * Lets go wrong what the plan says, to its end.
         *
         * @param told hears of each step as it happens
         */
        void play(FaultPlan plan, Consumer<FaultPlan.Step> told) throws InterruptedException;

        @Override
        void close();
    }

    /**
     * What is asked for.
     *
     * @param httpPort where the first serves; the others take the ports behind it, 0 = any free ones
     * @param faults whether something is to go wrong between them
     */
    public record Setup(int nodes, int replicas, int httpPort, boolean faults) {}

    /** Makes one. */
    @FunctionalInterface
    public interface NetStarter {
        Net start(Setup setup, IntConsumer progress) throws StartFailure;
    }

    private final Io io;
    private final NetStarter starter;

    @Option(names = "--nodes", paramLabel = "N", description = "How many, 2…512. Default: 32.")
    int nodes = 32;

    @Option(names = "--replicas", paramLabel = "N", description = "How many nodes hold a record. Default: 8.")
    int replicas = 8;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "The first node's; the others take those behind it. 0 = free ones. Default: 5400.")
    int httpPort = 5_400;

    @Option(names = "--check", description = "Announce, find, tell the figures and end; 1 where not all was found.")
    boolean check;

    @Option(names = "--keys", paramLabel = "N", description = "With --check: how many records. Default: 200.")
    int keys = 200;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "With --check: rounds of warm finds, each of other keys from the same nodes; the last is told too. Default: 1.")
    int rounds = 1;

    @Option(names = "--faults", paramLabel = "FILE", description = "What goes wrong when; Linux.")
    @Nullable
    Path faults;

    @Option(names = "--json", description = "One JSON object instead of text.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    TestnetCommand(Io io, NetStarter starter) {
        this.io = io;
        this.starter = starter;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (nodes < 2
                || nodes > NODES_MAX
                || keys < 1
                || keys > KEYS_MAX
                || rounds < 1
                || rounds > ROUNDS_MAX
                || replicas < 1
                || replicas >= nodes) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "testnet takes 2…%d nodes, fewer replicas than nodes, 1…%d keys and 1…%d rounds"
                            .formatted(NODES_MAX, KEYS_MAX, ROUNDS_MAX));
        }
        FaultPlan plan = plan();
        long heapBefore = TestnetCheck.heapBytes();
        try (Net net = start(plan)) {
            if (check) {
                return check(net, plan, heapBefore);
            }
            for (HostPort at : net.addresses()) {
                io.line("http://" + at);
            }
            io.out().flush();
            io.say("%d nodes; Ctrl-C ends them".formatted(nodes));
            play(net, plan);
            new CountDownLatch(1).await();
            return ExitCode.OK;
        }
    }

    /** Null where nothing is to go wrong. */
    private @Nullable FaultPlan plan() {
        if (faults == null) {
            return null;
        }
        try {
            return FaultPlan.parse(Clean.text(faults.toString()), Files.readString(faults), nodes);
        } catch (FaultPlan.Refused e) {
            throw new CommandFailed(ExitCode.USAGE, Clean.text(String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.USAGE, Clean.text("%s cannot be read: %s".formatted(faults, e)), e);
        }
    }

    private void play(Net net, @Nullable FaultPlan plan) throws InterruptedException {
        if (plan != null) {
            net.play(
                    plan,
                    step -> io.say(String.format(
                            Locale.ROOT, "%8.1f s  %s", step.atMillis() / MILLIS_A_SECOND, Clean.text(step.text()))));
            io.say("the plan has ended");
        }
    }

    private Net start(@Nullable FaultPlan plan) {
        try (ProgressLine progress = new ProgressLine(io)) {
            return starter.start(
                    new Setup(nodes, replicas, check ? 0 : httpPort, plan != null),
                    started -> progress.show("%d of %d nodes".formatted(started, nodes)));
        } catch (StartFailure e) {
            throw new CommandFailed(e.exitCode(), String.valueOf(e.getMessage()), e);
        }
    }

    private int check(Net net, @Nullable FaultPlan plan, long heapBefore) throws InterruptedException {
        Report r;
        try (ProgressLine progress = new ProgressLine(io)) {
            r = new TestnetCheck(net::nodes, keys, rounds, progress::show, () -> play(net, plan)).run(heapBefore);
        }
        if (json) {
            io.json(r::write);
        } else {
            r.lines().forEach(io::line);
        }
        return r.found() == r.asked() ? ExitCode.OK : ExitCode.FAILED;
    }
}
