package io.svcdht.node.network;

import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.net.AddressPolicy;
import io.svcdht.node.net.Proxy;
import io.svcdht.node.net.StreamTransport;
import io.svcdht.node.net.Transport;
import io.svcdht.node.net.tor.OnionService;
import io.svcdht.node.trust.OnionKey;
import io.svcdht.storage.model.OnionName;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands between this node and others: the proxy it calls through, and the onion service it is called by. */
final class Cover {
    private static final Logger LOG = LoggerFactory.getLogger(Cover.class);

    private final NetworkConfig config;
    private final AddressPolicy policy;
    private final List<PeerAddress> advertised;
    private final @Nullable Proxy proxy;
    private volatile @Nullable OnionService service;

    /** @param advertised what the settings say others reach this node at */
    Cover(NetworkConfig config, AddressPolicy policy, List<PeerAddress> advertised) {
        this.config = config;
        this.policy = policy;
        this.advertised = advertised;
        this.proxy = config.hiding().proxy().map(this::proxy).orElse(null);
    }

    private Proxy proxy(HostPort at) {
        return new Proxy(
                new InetSocketAddress(InetAddress.ofLiteral(at.host()), at.port()),
                config.seeds().stream()
                        .map(s -> s.host().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet()),
                this::onion);
    }

    private Optional<PeerAddress> onion() {
        OnionService s = service;
        return s != null ? s.reachable() : told();
    }

    /** An onion service that somebody else sees to. */
    private Optional<PeerAddress> told() {
        return advertised.stream()
                .filter(a -> a instanceof PeerAddress.Named name && OnionName.isOnion(name.host()))
                .findFirst();
    }

    @Nullable
    Proxy proxy() {
        return proxy;
    }

    /** Where to listen: behind a proxy only for an onion service, or where all are on this machine. */
    @Nullable
    InetSocketAddress bind() {
        if (proxy != null
                && policy != AddressPolicy.LOOPBACK
                && config.hiding().torControl().isEmpty()
                && told().isEmpty()) {
            LOG.info("Behind a proxy and without an onion service nobody could call: this node listens nowhere");
            return null;
        }
        return config.bind().map(b -> new InetSocketAddress(b.host(), b.port())).orElse(null);
    }

    /** Whether datagrams go: they cannot be proxied. */
    boolean datagrams() {
        if (proxy != null) {
            LOG.info(
                    "All streams go through the proxy at {}; there are no datagrams, and no names are looked up",
                    proxy.at());
            return false;
        }
        return config.connections().datagrams();
    }

    /** Has the daemon carry an onion service that leads to where the transport listens. */
    void begin(Vertx vertx, Context context, Transport transport, OnionKey key) {
        Optional<PeerAddress> listens = transport.listens();
        if (!(transport instanceof StreamTransport)
                || listens.isEmpty()
                || config.hiding().torControl().isEmpty()) {
            return;
        }
        HostPort control = config.hiding().torControl().get();
        HostPort bind = config.bind().orElseThrow();
        int port = bind.port() == 0 ? listens.get().port() : bind.port();
        service = OnionService.start(
                vertx,
                context,
                new OnionService.Options(
                        new InetSocketAddress(InetAddress.ofLiteral(control.host()), control.port()),
                        config.hiding().torPasswordFile().orElse(null),
                        key,
                        port,
                        new InetSocketAddress(
                                InetAddress.ofLiteral(bind.host()),
                                listens.get().port())));
    }

    /** What the node record names. */
    List<PeerAddress> addresses(Transport transport) {
        OnionService s = service;
        if (s != null) {
            return List.of(s.address());
        }
        if (!config.advertise().isEmpty()) {
            return advertised;
        }
        return proxy != null && policy != AddressPolicy.LOOPBACK
                ? List.of()
                : transport.listens().stream().toList();
    }

    void close() {
        OnionService s = service;
        if (s != null) {
            s.close();
        }
    }
}
