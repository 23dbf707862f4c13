package io.svcdht.console;

import io.svcdht.console.cli.TestnetCommand;
import io.svcdht.node.Node;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.runtime.StartFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** Many whole nodes in one process, in memory, over real sockets on loopback. */
final class Testnet implements TestnetCommand.Net {
    /** On one machine all nodes share an address, and a few threads. */
    private static final String RATES = "1000000";

    private static final int JOIN_SECONDS_MAX = 10;
    private static final long LOOK_NANOS = 2_000_000L;

    private final Housing housing = Housing.shared();
    private final List<ServingNode> nodes = new ArrayList<>();

    /**
     * Starts them, each with the first as its seed.
     *
     * @param httpPort where the first serves; the others take the ports behind it, 0 = any free ones
     * @param progress told how many have started
     */
    static Testnet start(int count, int replicas, int httpPort, IntConsumer progress) throws StartFailure {
        Testnet net = new Testnet();
        try {
            for (int i = 0; i < count; i++) {
                ServingNode node = ServingNode.start(net.settings(i, replicas, httpPort), net.housing);
                net.nodes.add(node);
                net.awaitReady(node);
                progress.accept(i + 1);
            }
            return net;
        } catch (StartFailure | RuntimeException e) {
            net.close();
            throw e;
        }
    }

    /** All share a few threads: who joins one after the other is not taken for silent. */
    private void awaitReady(ServingNode node) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(JOIN_SECONDS_MAX);
        while (!node.ready() && System.nanoTime() < until) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private Loaded settings(int index, int replicas, int httpPort) {
        List<String> flags = new ArrayList<>(List.of(
                "--amnesia",
                "--admin-bind=127.0.0.1:" + (httpPort == 0 ? 0 : httpPort + index),
                "--peer-bind=127.0.0.1:0",
                "--replicas=" + replicas,
                "--max-records=100000",
                "--max-rps-peer=" + RATES,
                "--dial-timeout-ms=10000",
                "--rpc-timeout-ms=10000",
                "--min-leg-budget-ms=1000",
                "--max-rps-global=" + RATES));
        if (index > 0) {
            flags.add("--seeds=" + seed());
        }
        return switch (ConfigLoader.load(Flags.parse(flags), Map.of())) {
            case Loaded settings -> settings;
            case ConfigResult.Invalid invalid ->
                throw new IllegalStateException("the testnet's own settings do not hold: " + invalid.problems());
        };
    }

    /** Where others join. */
    String seed() {
        return nodes.getFirst().peerAddress();
    }

    @Override
    public List<Node> nodes() {
        return nodes.stream().map(ServingNode::node).toList();
    }

    @Override
    public List<HostPort> addresses() {
        return nodes.stream().map(n -> n.addresses().getFirst()).toList();
    }

    @Override
    public void close() {
        nodes.forEach(ServingNode::close);
        housing.close();
    }
}
