package io.svcdht.node.network;

import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.net.Dialled;
import io.svcdht.node.net.Failure;
import io.svcdht.node.net.Transport;
import io.svcdht.node.peering.Bootstrap;
import io.svcdht.node.peering.PeeringInput;
import io.svcdht.node.peering.Readiness;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Context;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls seeds, and lets peering and readiness know who answered. For the event loop. */
// These futures complete by value and never fail; what is chained to them is the end of the chain.
@SuppressWarnings("FutureReturnValueIgnored")
final class SeedCalls {
    private static final Logger LOG = LoggerFactory.getLogger(SeedCalls.class);

    private final NetworkConfig config;
    private final Transport transport;
    private final Context context;
    private final Bootstrap bootstrap;
    private final Readiness readiness;
    private final EclipseWatch watch;
    private final Consumer<PeeringInput> peering;

    SeedCalls(
            NetworkConfig config,
            Transport transport,
            Context context,
            Bootstrap bootstrap,
            Readiness readiness,
            EclipseWatch watch,
            Consumer<PeeringInput> peering) {
        this.config = config;
        this.transport = transport;
        this.context = context;
        this.bootstrap = bootstrap;
        this.readiness = readiness;
        this.watch = watch;
        this.peering = peering;
    }

    /** @param seed its place in the settings */
    void call(int seed) {
        HostPort at = config.seeds().get(seed);
        transport
                .dial(List.of(PeerAddress.parse(at.toString())))
                .thenAccept(dialled -> context.runOnContext(v -> {
                    switch (dialled) {
                        case Dialled.Reached(NodeKeys keys, PeerAddress address) -> {
                            bootstrap.answered(seed);
                            readiness.seedAnswered(keys.id());
                            Peer peer = Peer.of(watch.judged(new Contact(keys, List.of(address), 0)));
                            peering.accept(new PeeringInput.Reached(peer));
                            peering.accept(new PeeringInput.Join(List.of(peer)));
                        }
                        case Dialled.Failed(Failure why) -> failed(seed, at, why);
                    }
                }));
    }

    private void failed(int seed, HostPort at, Failure why) {
        if (why == Failure.Ourselves) {
            bootstrap.isOurselves(seed);
            readiness.seedIsOurselves();
            LOG.warn("Seed {} is this node itself; it is left out", at);
        } else if (why != Failure.Stopped) {
            LOG.warn("Seed {} does not answer: {}; it is called again", at, why);
        }
    }
}
