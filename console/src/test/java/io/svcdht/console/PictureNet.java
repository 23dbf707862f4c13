package io.svcdht.console;

import io.svcdht.console.faults.FaultNet;
import io.svcdht.console.faults.FaultNet.Place;
import io.svcdht.console.faults.Weather;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.runtime.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The network that is pictured: real nodes on loopback, whose bytes are under way as long as between machines far apart, and
 * with small buckets, so that a lookup takes more than one hop. The last node is the one that is looked at.
 */
final class PictureNet implements AutoCloseable {
    static final int OTHERS = 24;

    private static final int READY_SECONDS_MAX = 60;
    private static final Weather FAR_APART = Weather.CALM.delay(11, 8);

    private final Housing housing = Housing.shared();
    private final List<Place> places;
    private final FaultNet faults;
    private final List<ServingNode> nodes = new ArrayList<>();

    private PictureNet(List<Place> places) throws IOException {
        this.places = places;
        this.faults = FaultNet.open(places);
    }

    /** @param data of the one that is looked at */
    static PictureNet start(Path data) throws IOException, StartFailure {
        PictureNet net = new PictureNet(places());
        try {
            for (int i = 0; i < OTHERS; i++) {
                net.start(i, "--amnesia", 1_000);
            }
            net.start(OTHERS, "--data-dir=" + data, 200);
            return net;
        } catch (StartFailure | RuntimeException e) {
            net.close();
            throw e;
        }
    }

    private static List<Place> places() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket()) {
            free.bind(new InetSocketAddress(address(81, 0), 0));
            port = free.getLocalPort();
        }
        List<Place> places = new ArrayList<>();
        for (int i = 0; i <= OTHERS; i++) {
            places.add(new Place(address(81, i), address(82, i), port));
        }
        return places;
    }

    private static InetAddress address(int network, int index) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, (byte) network, 0, (byte) (index + 1)});
    }

    /** @param legMillisMin a busy machine is slow, and nobody should be taken for silent because of it */
    private void start(int index, String where, int legMillisMin) throws StartFailure {
        Place place = places.get(index);
        List<String> flags = new ArrayList<>(List.of(
                where,
                "--admin-bind=127.0.0.1:0",
                "--peer-bind=" + place.inside().getHostAddress() + ":" + place.port(),
                "--advertise=" + place.outside().getHostAddress() + ":" + place.port(),
                "--k=4",
                "--replicas=3",
                "--dial-timeout-ms=10000",
                "--rpc-timeout-ms=10000",
                "--min-leg-budget-ms=" + legMillisMin,
                "--max-rps-peer=1000000",
                "--max-rps-global=1000000"));
        if (index > 0) {
            flags.add("--seeds=" + places.getFirst().outside().getHostAddress() + ":" + place.port());
        }
        ServingNode node =
                switch (ConfigLoader.load(Flags.parse(flags), Map.of())) {
                    case Loaded settings -> ServingNode.start(settings, housing);
                    case ConfigResult.Invalid invalid ->
                        throw new IllegalStateException("these settings do not hold: " + invalid.problems());
                };
        nodes.add(node);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS_MAX);
        while (!node.ready() && System.nanoTime() < until) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** The node that is looked at. */
    ServingNode shown() {
        return nodes.getLast();
    }

    /** Where a node serves its HTTP API, with a slash at the end. */
    String api(int index) {
        return "http://" + nodes.get(index).addresses().getFirst() + "/";
    }

    /** From now on bytes take their time. */
    void farApart() {
        faults.weather(FAR_APART);
    }

    /** Nothing comes from these any more, and nothing tells that they are gone. */
    void silence(int from, int to) {
        for (int i = from; i < to; i++) {
            faults.pause(i, true);
        }
    }

    @Override
    public void close() {
        nodes.reversed().forEach(ServingNode::close);
        faults.close();
        housing.close();
    }
}
