package io.svcdht.node.net;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.OnionName;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes connections to others. Only for the transport's event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // they complete by value, and these are the ends of the chains
final class Dialer {
    /** Addresses tried of one peer, whatever its names resolve to. */
    private static final int ADDRESSES_MAX = 8;

    private static final String LOOPBACK = "127.0.0.1";

    private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);

    private final Local local;
    private final Pool pool;
    private final Connection.Listener listener;
    private final Supplier<Integer> listenPort;
    private final NetClient client;
    /** Makes the words by which the proxy keeps peers apart; another in each run. */
    private final byte[] secret = new byte[Key.BYTES];

    Dialer(Local local, Pool pool, Connection.Listener listener, Supplier<Integer> listenPort) {
        this.local = local;
        this.pool = pool;
        this.listener = listener;
        this.listenPort = listenPort;
        local.random().nextBytes(secret);
        this.client = local.vertx()
                .createNetClient(from(
                        local.options().proxy() == null ? local.options().bind() : null,
                        new NetClientOptions()
                                .setConnectTimeout(local.limits().dialMillis())
                                .setTcpNoDelay(true)));
    }

    /**
     * Nodes of one machine that listen at loopback addresses of their own call from them too: so they are told apart, by
     * limits as by those who hurt the network between them.
     */
    private static NetClientOptions from(@Nullable InetSocketAddress bind, NetClientOptions options) {
        if (bind != null && bind.getAddress() instanceof Inet4Address at && at.isLoopbackAddress()) {
            String text = at.getHostAddress();
            return text.equals(LOOPBACK) ? options : options.setLocalAddress(text);
        }
        return options;
    }

    /**
     * Reaches a node at one of the addresses.
     *
     * @param expected whose keys it must hold, null = anybody's
     */
    CompletableFuture<Race.Outcome> dial(List<PeerAddress> addresses, @Nullable NodeKeys expected) {
        CompletableFuture<Race.Outcome> result = new CompletableFuture<>();
        resolved(addresses).thenAccept(found -> {
            if (found.isEmpty()) {
                result.complete(new Race.Outcome.Lost(Failure.Unreachable));
                return;
            }
            List<PeerAddress> allowed = allowed(found);
            if (allowed.isEmpty()) {
                result.complete(new Race.Outcome.Lost(Failure.Banned));
                return;
            }
            Race.run(local.vertx(), local.limits(), admitted(allowed), a -> attempt(a, expected))
                    .thenAccept(result::complete);
        });
        return result;
    }

    /** The addresses with names resolved; the policy judges what they resolve to. */
    private CompletableFuture<List<PeerAddress>> resolved(List<PeerAddress> addresses) {
        List<PeerAddress> given = addresses.stream().limit(ADDRESSES_MAX).toList();
        // Names are the proxy's to resolve; those of onion services nobody resolves.
        if (local.options().proxy() != null || given.stream().noneMatch(Dialer::isResolved)) {
            return CompletableFuture.completedFuture(given);
        }
        CompletableFuture<List<PeerAddress>> result = new CompletableFuture<>();
        local.vertx()
                .executeBlocking(() -> lookedUp(given), false)
                .onComplete(r -> result.complete(r.succeeded() ? r.result() : List.of()));
        return result;
    }

    private static boolean isResolved(PeerAddress address) {
        return address instanceof PeerAddress.Named name && !OnionName.isOnion(name.host());
    }

    private static List<PeerAddress> lookedUp(List<PeerAddress> addresses) {
        Set<PeerAddress> all = new LinkedHashSet<>();
        for (PeerAddress a : addresses) {
            if (a instanceof PeerAddress.Named name && isResolved(a)) {
                try {
                    for (InetAddress ip : InetAddress.getAllByName(name.host())) {
                        all.add(AddressPolicy.of(ip, name.port()));
                    }
                } catch (java.net.UnknownHostException e) {
                    // One name less; if there is nothing else, the dial fails as unreachable.
                    LOG.debug("{} does not resolve", name.host());
                }
            } else {
                all.add(a);
            }
        }
        return new ArrayList<>(all);
    }

    private List<PeerAddress> admitted(List<PeerAddress> addresses) {
        List<PeerAddress> fine = addresses.stream()
                .filter(local.options()::admits)
                .limit(ADDRESSES_MAX)
                .toList();
        if (fine.size() < addresses.size()) {
            local.meter().rejected(ErrorCode.AddressRefused);
        }
        return fine;
    }

    /** Those that no ban covers. */
    private List<PeerAddress> allowed(List<PeerAddress> addresses) {
        return addresses.stream().filter(a -> !local.denied().refuses(a)).toList();
    }

    private CompletableFuture<Race.Outcome> attempt(PeerAddress address, @Nullable NodeKeys expected) {
        CompletableFuture<Race.Outcome> result = new CompletableFuture<>();
        if (!pool.promise()) {
            return CompletableFuture.completedFuture(new Race.Outcome.Lost(Failure.NoRoom));
        }
        result.whenComplete((o, e) -> pool.redeem());
        Proxy proxy = local.options().proxy();
        if (proxy != null) {
            Tunnel.open(local, client, proxy, address, password(address)).thenAccept(opened -> {
                switch (opened) {
                    case Tunnel.Opened.Through(NetSocket socket) -> handshake(socket, address, expected, result);
                    case Tunnel.Opened.Failed(Failure why) -> result.complete(new Race.Outcome.Lost(why));
                }
            });
            return result;
        }
        client.connect(address.port(), host(address)).onComplete(r -> {
            if (r.succeeded()) {
                handshake(r.result(), address, expected, result);
            } else {
                result.complete(new Race.Outcome.Lost(Failure.Unreachable));
            }
        });
        return result;
    }

    /** The same for one address as long as this node runs, and no other's. */
    private String password(PeerAddress address) {
        byte[] text = address.text().getBytes(StandardCharsets.US_ASCII);
        return Key.of(new Blake3().update(secret).update(text).finish()).hex();
    }

    private void handshake(
            NetSocket socket,
            PeerAddress address,
            @Nullable NodeKeys expected,
            CompletableFuture<Race.Outcome> result) {
        Handshake.of(local, socket, true, h -> {
            NodeKeys keys = h.orElse(null);
            Failure wrong = keys == null
                    ? Failure.HandshakeFailed
                    : keys.equals(local.options().identity().keys())
                            ? Failure.Ourselves
                            : expected != null && !keys.equals(expected)
                                    ? Failure.WrongPeer
                                    : local.denied().refuses(keys.id()) ? Failure.Banned : null;
            if (keys == null || wrong != null) {
                socket.close();
                result.complete(new Race.Outcome.Lost(wrong == null ? Failure.HandshakeFailed : wrong));
                return;
            }
            Connection c = new Connection(local, socket, keys, address, true, listener);
            pool.add(c);
            local.meter().opened();
            c.start(listenPort.get());
            socket.resume();
            result.complete(new Race.Outcome.Won(c));
        });
    }

    private static String host(PeerAddress address) {
        String text = address.text();
        String host = text.substring(0, text.lastIndexOf(':'));
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    void close() {
        client.close();
    }
}
