package io.svcdht.cluster;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import io.svcdht.node.bus.ClusterMaker;
import io.svcdht.node.config.BusConfig;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;

/**
 * Members meet at the addresses they were told and nowhere else. Hazelcast's own TLS is not free: with TLS its members
 * talk through {@link Tunnels}.
 */
public final class HazelcastMaker implements ClusterMaker {
    private static final String NAME = "svc-dht";

    @Override
    public ClusterManager make(BusConfig bus) {
        HostPort at = bus.cluster().orElseThrow();
        if (bus.tls().isEmpty()) {
            List<String> members =
                    bus.members().stream().map(HostPort::toString).toList();
            return new HazelcastClusterManager(config(at.host(), at.port(), members));
        }
        Tunnels tunnels = new Tunnels(at, bus.members(), bus.tls().get());
        Config config = config(Tunnels.LOCAL, tunnels.innerPort(), tunnels.members());
        config.getNetworkConfig().setPublicAddress(tunnels.self());
        return new TunnelledManager(config, tunnels);
    }

    private static Config config(String host, int port, List<String> members) {
        Config config = ConfigUtil.loadConfig();
        config.setClusterName(NAME)
                .setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                .setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                // Members that began side by side, each alone, are one cluster soon.
                .setProperty("hazelcast.merge.first.run.delay.seconds", "5")
                .setProperty("hazelcast.merge.next.run.delay.seconds", "5")
                // The cluster holds who listens where, which is a few entries.
                .setProperty("hazelcast.partition.count", "31")
                .setProperty("hazelcast.operation.thread.count", "2")
                .setProperty("hazelcast.operation.generic.thread.count", "2")
                .setProperty("hazelcast.io.thread.count", "1");
        config.getSerializationConfig().setJavaSerializationFilterConfig(onlyOurs());
        NetworkConfig network = config.getNetworkConfig();
        network.setPort(port).setPortAutoIncrement(false).setReuseAddress(true);
        network.getInterfaces().setEnabled(true).addInterface(host);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setMembers(members);
        return config;
    }

    /** What members send as Java objects is of few classes; nothing else is made of their bytes. */
    private static JavaSerializationFilterConfig onlyOurs() {
        ClassFilter allowed = new ClassFilter()
                .addPrefixes("io.vertx.spi.cluster.hazelcast.", "com.hazelcast.", "java.lang.", "java.util.");
        return new JavaSerializationFilterConfig().setWhitelist(allowed).setDefaultsDisabled(false);
    }
}
