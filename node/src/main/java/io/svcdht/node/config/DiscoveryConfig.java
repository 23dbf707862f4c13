package io.svcdht.node.config;

import io.svcdht.node.config.NodeConfig.HostPort;
import java.util.List;

/**
 * How this node looks for others by discv5 (Ethereum's discovery protocol, version 5.1).
 *
 * @param discv5 whether it does
 * @param bind where it listens for its datagrams; port 0 = any free one
 * @param boot records of nodes it begins with, each {@code enr:…}
 */
public record DiscoveryConfig(boolean discv5, HostPort bind, List<String> boot) {
    /** Not at all. */
    public static final DiscoveryConfig OFF = new DiscoveryConfig(false, new HostPort("127.0.0.1", 5303), List.of());

    public DiscoveryConfig {
        boot = List.copyOf(boot);
    }
}
