package io.svcdht.node.config;

import io.svcdht.node.config.NodeConfig.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How the event bus reaches beyond the process.
 *
 * @param bridge where its TCP bridge listens; empty = there is none
 * @param cluster where this node meets the others of its cluster; empty = the bus is this process's alone
 * @param members where the others of the cluster are met
 * @param tls what the bridge and the cluster prove themselves with, and ask of others; empty = loopback only
 */
public record BusConfig(
        Optional<HostPort> bridge, Optional<HostPort> cluster, List<HostPort> members, Optional<Tls> tls) {
    /** Within the process alone. */
    public static final BusConfig OFF = new BusConfig(Optional.empty(), Optional.empty(), List.of(), Optional.empty());

    public BusConfig {
        members = List.copyOf(members);
    }

    /**
     * Files in PEM.
     *
     * @param certificate ours, with what leads to the authority behind it
     * @param key of that certificate, PKCS #8
     * @param authority whose certificates are taken of others
     */
    public record Tls(Path certificate, Path key, Path authority) {}
}
