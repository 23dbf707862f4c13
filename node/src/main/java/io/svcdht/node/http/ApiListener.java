package io.svcdht.node.http;

import io.netty.channel.Channel;
import io.svcdht.node.Node;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One event loop that takes connections. */
final class ApiListener extends VerticleBase {
    private static final int TICK_MILLIS_MAX = 500;
    private static final int TICKS_PER_LIMIT = 5;
    /** Of a body, as handed on: what one read of the socket brings. */
    private static final int CHUNK_BYTES_MAX = 64 << 10;

    private final Node node;
    private final Metrics metrics;
    private final ApiServer.Options options;
    private final HostPort at;
    private final Streams streams;
    private final HttpQuotas quotas;
    /** Those of this loop whose requests are counted. */
    private Map<HttpConnection, HttpQuotas.Caller> callers = Map.of();

    private final AtomicInteger connections;
    private final Routes routes;
    private final Set<ConnectionWatch> watches = new HashSet<>();
    private final SharedFlush flushes = new SharedFlush();
    private @Nullable HttpServer server;
    private @Nullable Dispatch dispatch;

    ApiListener(
            Node node,
            Metrics metrics,
            ApiServer.Options options,
            HostPort at,
            Streams streams,
            HttpQuotas quotas,
            AtomicInteger connections,
            Routes routes) {
        this.node = node;
        this.metrics = metrics;
        this.options = options;
        this.at = at;
        this.streams = streams;
        this.quotas = quotas;
        this.connections = connections;
        this.routes = routes;
    }

    @Override
    public Future<?> start() {
        Doors doors = new Doors(() -> node.config().allowedHosts(), options.access());
        Loop loop =
                new Loop(vertx, context, node, metrics, options.limits(), doors, streams, quotas, options.tracing());
        callers = loop.callers();
        Dispatch d = new Dispatch(vertx, loop, routes.all(), options.mounts());
        dispatch = d;
        HttpLimits limits = options.limits();
        int tick = Math.clamp(
                Math.min(limits.headerMillisMax(), limits.bodyGraceMillis()) / TICKS_PER_LIMIT, 10, TICK_MILLIS_MAX);
        vertx.setPeriodic(tick, t -> watches.forEach(w -> w.tick(tick)));
        HttpServer s = vertx.createHttpServer(serverOptions(limits))
                .connectionHandler(this::connected)
                .invalidRequestHandler(d::invalid)
                .requestHandler(d);
        server = s;
        return s.listen();
    }

    private HttpServerOptions serverOptions(HttpLimits limits) {
        return new HttpServerOptions()
                .setHost(at.host())
                .setPort(at.port())
                .setTcpNoDelay(true)
                .setAcceptBacklog(limits.connectionsMax())
                .setIdleTimeout(limits.idleSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setMaxChunkSize(CHUNK_BYTES_MAX)
                .setMaxHeaderSize(limits.headerBytesMax())
                .setMaxInitialLineLength(limits.headerBytesMax())
                .setHttp2ClearTextEnabled(false)
                .setStrictThreadMode(true)
                .setDecompressionSupported(false)
                .setCompressionSupported(false);
    }

    private void connected(HttpConnection c) {
        if (connections.incrementAndGet() > options.limits().connectionsMax()) {
            connections.decrementAndGet();
            c.close();
            return;
        }
        Channel channel = ((ConnectionBase) c).channelHandlerContext().channel();
        ConnectionWatch watch = ConnectionWatch.of(channel.pipeline(), options.limits(), metrics);
        channel.pipeline().addFirst("dht-flush", flushes.handler());
        channel.config().setAllocator(new RoomyBuffers(channel.config().getAllocator()));
        watches.add(watch);
        HttpQuotas.Caller caller = quotas.caller(c.remoteAddress());
        if (caller != null) {
            callers.put(c, caller);
        }
        c.closeHandler(v -> {
            connections.decrementAndGet();
            watches.remove(watch);
            HttpQuotas.Caller gone = callers.isEmpty() ? null : callers.remove(c);
            if (gone != null) {
                quotas.gone(gone);
            }
        });
    }

    /** The real one, once it listens. */
    int port() {
        HttpServer s = server;
        return s == null ? at.port() : s.actualPort();
    }

    @Override
    public Future<?> stop() {
        HttpServer s = server;
        return s == null
                ? Future.succeededFuture()
                : s.shutdown(options.limits().drainMillis(), TimeUnit.MILLISECONDS);
    }

    /** For tests. */
    @Nullable
    Dispatch dispatch() {
        return dispatch;
    }
}
