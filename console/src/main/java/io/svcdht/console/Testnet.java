package io.svcdht.console;

import io.svcdht.console.cli.TestnetCommand;
import io.svcdht.console.cli.TestnetCommand.Setup;
import io.svcdht.console.faults.FaultNet;
import io.svcdht.console.faults.FaultNet.Place;
import io.svcdht.console.faults.FaultPlan;
import io.svcdht.console.faults.FaultPlayer;
import io.svcdht.node.Node;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.runtime.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Many whole nodes in one process, in memory, over real sockets on loopback. */
final class Testnet implements TestnetCommand.Net, FaultPlayer.Processes {
    /** On one machine all nodes share an address, and a few threads. */
    private static final String RATES = "1000000";

    private static final int JOIN_SECONDS_MAX = 10;
    private static final long LOOK_NANOS = 2_000_000L;

    private static final int ADDRESSES_A_BLOCK = 250;

    private final Housing housing = Housing.shared();
    private final List<ServingNode> nodes = new CopyOnWriteArrayList<>();
    private final Setup setup;
    private final @Nullable FaultNet faults;
    private final List<Place> places;

    private Testnet(Setup setup) throws StartFailure {
        this.setup = setup;
        try {
            this.places = setup.faults() ? places(setup.nodes()) : List.of();
            this.faults = setup.faults() ? FaultNet.open(places) : null;
        } catch (IOException e) {
            housing.close();
            throw new StartFailure(
                    StartFailure.CANNOT_BIND,
                    "faults need addresses of 127.77.0.0/16 and 127.78.0.0/16 to listen at, and Linux has them: " + e,
                    e);
        }
    }

    /** Each node at a loopback address of its own, and told to others at another; all at one port. */
    private static List<Place> places(int count) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket()) {
            free.bind(new InetSocketAddress(address(77, 0), 0));
            port = free.getLocalPort();
        }
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            places.add(new Place(address(77, i), address(78, i), port));
        }
        return places;
    }

    private static InetAddress address(int network, int index) throws IOException {
        return InetAddress.getByAddress(new byte[] {
            127, (byte) network, (byte) (index / ADDRESSES_A_BLOCK), (byte) (index % ADDRESSES_A_BLOCK + 1)
        });
    }

    /**
     * Starts them, each with the first as its seed.
     *
     * @param progress told how many have started
     */
    static Testnet start(Setup setup, IntConsumer progress) throws StartFailure {
        Testnet net = new Testnet(setup);
        try {
            for (int i = 0; i < setup.nodes(); i++) {
                ServingNode node = ServingNode.start(net.settings(i), net.housing);
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

    @Override
    public void play(FaultPlan plan, Consumer<FaultPlan.Step> told) throws InterruptedException {
        if (faults == null) {
            throw new IllegalStateException("this network was started without faults");
        }
        new FaultPlayer(faults, this).play(plan, told);
    }

    @Override
    public void kill(int node) {
        nodes.get(node).close();
    }

    /** With other keys and nothing it knew, at its address. */
    @Override
    public void start(int node) {
        try {
            nodes.set(node, ServingNode.start(settings(node), housing));
        } catch (StartFailure e) {
            throw new IllegalStateException("node %d cannot be started again: %s".formatted(node, e.getMessage()), e);
        }
    }

    /** Who begins knows the first, and the first, when it comes back, the second. */
    private String seedFor(int index) {
        return faults == null ? seed() : outside(index == 0 ? 1 : 0);
    }

    private String inside(int index) {
        return places.get(index).inside().getHostAddress() + ":"
                + places.get(index).port();
    }

    private String outside(int index) {
        return places.get(index).outside().getHostAddress() + ":"
                + places.get(index).port();
    }

    private Loaded settings(int index) {
        int httpPort = setup.httpPort();
        List<String> flags = new ArrayList<>(List.of(
                "--amnesia",
                "--admin-bind=127.0.0.1:" + (httpPort == 0 ? 0 : httpPort + index),
                "--peer-bind=" + (faults == null ? "127.0.0.1:0" : inside(index)),
                "--replicas=" + setup.replicas(),
                "--max-records=100000",
                "--max-rps-peer=" + RATES,
                "--dial-timeout-ms=10000",
                "--rpc-timeout-ms=10000",
                "--min-leg-budget-ms=1000",
                "--max-rps-global=" + RATES));
        if (faults != null) {
            flags.add("--advertise=" + outside(index));
        }
        if (index > 0 || nodes.size() == setup.nodes()) {
            flags.add("--seeds=" + seedFor(index));
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
        if (faults != null) {
            faults.close();
        }
        housing.close();
    }
}
