package io.svcdht.node.bus;

import io.svcdht.node.config.BusConfig;
import io.vertx.core.spi.cluster.ClusterManager;

/**
 * What the cluster module brings, found by {@link java.util.ServiceLoader}: its libraries weigh more than the rest of the
 * program's, and only those who cluster the bus carry them.
 */
public interface ClusterMaker {
    /** Meets the others as the settings say, once Vert.x asks it to join; with TLS all of it goes through that. */
    ClusterManager make(BusConfig bus);
}
