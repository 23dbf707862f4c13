package io.svcdht.node.bus;

import io.svcdht.node.config.BusConfig.Tls;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.http.Access;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The event bus over TCP, framed as Vert.x's own bridge does it (docs-site/reference/bus.md), so that its clients serve.
 * Three things are stricter: the first frame has to carry a token, only the agreed addresses can be reached, and
 * everything has a limit.
 */
public final class Bridge {
    private static final int TICK_MILLIS_MAX = 1_000;

    private final Vertx vertx;
    private final Options options;
    private final Consumer<ErrorCode> rejected;
    private final NetServer server;
    private final Set<BridgeClient> clients = ConcurrentHashMap.newKeySet();
    private long timer = -1;

    /**
     * How to serve.
     *
     * @param bind where to listen; port 0 = any free one
     * @param tls what is shown and asked for; empty = loopback only
     */
    public record Options(HostPort bind, Access.Tokens access, Optional<Tls> tls, BridgeLimits limits) {}

    private Bridge(Vertx vertx, Options options, Consumer<ErrorCode> rejected) {
        this.vertx = vertx;
        this.options = options;
        this.rejected = rejected;
        NetServerOptions net = new NetServerOptions()
                .setHost(options.bind().host())
                .setPort(options.bind().port())
                .setTcpKeepAlive(true)
                .setTcpNoDelay(true);
        options.tls().ifPresent(tls -> BusTls.server(net, tls));
        this.server = vertx.createNetServer(net).connectHandler(this::connected);
    }

    /**
     * Listens from now on.
     *
     * @param rejected told of each refusal
     */
    public static Future<Bridge> start(Vertx vertx, Options options, Consumer<ErrorCode> rejected) {
        Bridge bridge = new Bridge(vertx, options, rejected);
        return bridge.server.listen().map(s -> {
            int tick = Math.min(options.limits().greetingMillis(), TICK_MILLIS_MAX);
            bridge.timer = vertx.setPeriodic(tick, id -> bridge.clients.forEach(c -> c.tick(tick)));
            return bridge;
        });
    }

    /** Where it listens, with the real port. */
    public HostPort bound() {
        return new HostPort(options.bind().host(), server.actualPort());
    }

    /** Ends all connections, and listens no more. */
    public Future<Void> stop() {
        vertx.cancelTimer(timer);
        return server.close();
    }

    private void connected(NetSocket socket) {
        if (clients.size() >= options.limits().connections()) {
            rejected.accept(ErrorCode.QuotaHit);
            socket.close();
            return;
        }
        BridgeClient client = new BridgeClient(vertx.eventBus(), vertx.getOrCreateContext(), socket, options, rejected);
        clients.add(client);
        socket.closeHandler(v -> {
            clients.remove(client);
            client.gone();
        });
        client.read();
    }
}
