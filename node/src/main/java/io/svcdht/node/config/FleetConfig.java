package io.svcdht.node.config;

import io.svcdht.node.config.NodeConfig.HostPort;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the console of a fleet is told; a node by itself has no use for it.
 *
 * @param bind where it listens
 * @param directory where its index is kept between two runs; empty = made anew each time
 * @param retentionDays events and lookups older than this are given up
 * @param retentionBytes the oldest are given up while the index takes more
 */
public record FleetConfig(HostPort bind, Optional<Path> directory, int retentionDays, long retentionBytes) {
    public static final FleetConfig DEFAULT =
            new FleetConfig(new HostPort("127.0.0.1", 5390), Optional.empty(), 30, 20L << 30);
}
