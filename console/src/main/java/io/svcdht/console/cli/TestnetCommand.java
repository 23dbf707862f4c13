package io.svcdht.console.cli;

import io.svcdht.console.cli.TestnetCheck.Report;
import io.svcdht.node.Node;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.runtime.StartFailure;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code testnet}: many nodes in one process, to try things against or to measure. */
@Command(
        description = {
            "Start many whole nodes in one process: in memory, over real sockets on loopback, each with its HTTP API.",
            "With --check, announce content on some, find it from others that hold no copy, tell the figures and end."
        })
public final class TestnetCommand implements Callable<Integer> {
    private static final int NODES_MAX = 512;
    private static final int KEYS_MAX = 100_000;

    /** Nodes that run. */
    public interface Net extends AutoCloseable {
        List<Node> nodes();

        /** Where each serves its HTTP API. */
        List<HostPort> addresses();

        @Override
        void close();
    }

    /** Makes one. */
    @FunctionalInterface
    public interface NetStarter {
        Net start(int nodes, int replicas, int httpPort, IntConsumer progress) throws StartFailure;
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
        if (nodes < 2 || nodes > NODES_MAX || keys < 1 || keys > KEYS_MAX || replicas < 1 || replicas >= nodes) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "testnet takes 2…%d nodes, fewer replicas than nodes, and 1…%d keys"
                            .formatted(NODES_MAX, KEYS_MAX));
        }
        long heapBefore = TestnetCheck.heapBytes();
        try (Net net = start()) {
            if (check) {
                return check(net, heapBefore);
            }
            for (HostPort at : net.addresses()) {
                io.line("http://" + at);
            }
            io.out().flush();
            io.say("%d nodes; Ctrl-C ends them".formatted(nodes));
            new CountDownLatch(1).await();
            return ExitCode.OK;
        }
    }

    private Net start() {
        try (ProgressLine progress = new ProgressLine(io)) {
            return starter.start(
                    nodes,
                    replicas,
                    check ? 0 : httpPort,
                    started -> progress.show("%d of %d nodes".formatted(started, nodes)));
        } catch (StartFailure e) {
            throw new CommandFailed(e.exitCode(), String.valueOf(e.getMessage()), e);
        }
    }

    private int check(Net net, long heapBefore) throws InterruptedException {
        Report r;
        try (ProgressLine progress = new ProgressLine(io)) {
            r = new TestnetCheck(net.nodes(), keys, progress::show).run(heapBefore);
        }
        if (json) {
            io.json(r::write);
        } else {
            r.lines().forEach(io::line);
        }
        return r.found() == r.asked() ? ExitCode.OK : ExitCode.FAILED;
    }
}
