package io.svcdht.cluster;

import com.hazelcast.config.Config;
import io.vertx.core.Completable;
import io.vertx.core.Promise;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;

/** Opens its tunnels before it joins, and closes them when it has left. */
final class TunnelledManager extends HazelcastClusterManager {
    private final Tunnels tunnels;

    TunnelledManager(Config config, Tunnels tunnels) {
        super(config);
        this.tunnels = tunnels;
    }

    @Override
    public void join(Completable<Void> joined) {
        tunnels.open().onSuccess(v -> super.join(joined)).onFailure(joined::fail);
    }

    @Override
    public void leave(Completable<Void> left) {
        Promise<Void> inner = Promise.promise();
        super.leave(inner);
        inner.future().onComplete(r -> tunnels.close().onComplete(closed -> {
            if (r.succeeded()) {
                left.succeed();
            } else {
                left.fail(r.cause());
            }
        }));
    }
}
