package io.svcdht.node.bus;

import io.svcdht.node.config.BusConfig;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import java.util.Set;

/** Makes the bus of this process one with that of others. */
public final class ClusteredBus {
    /** The bus itself listens at the port behind that of the cluster. */
    private static final int BUS_PORT_OFFSET = 1;

    private ClusteredBus() {}

    /** How the bus's own connections are made; for settings with a cluster. */
    public static EventBusOptions options(BusConfig bus) {
        HostPort at = bus.cluster().orElseThrow();
        EventBusOptions options = new EventBusOptions().setHost(at.host()).setPort(at.port() + BUS_PORT_OFFSET);
        bus.tls().ifPresent(tls -> options.setSsl(true)
                .setKeyCertOptions(BusTls.ours(tls))
                .setTrustOptions(BusTls.theirs(tls))
                .setClientAuth(ClientAuth.REQUIRED)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3")));
        return options;
    }
}
