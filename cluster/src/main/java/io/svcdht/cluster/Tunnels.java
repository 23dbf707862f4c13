package io.svcdht.cluster;

import io.svcdht.node.bus.BusTls;
import io.svcdht.node.config.BusConfig.Tls;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Mutual TLS around members that speak in the clear. Each member is known, on every machine, by an address of that machine
 * itself; whoever calls it there is led through TLS to the member's real address, and from there to the member.
 *
 * <pre>
 *   member A ──▶ 127.0.0.1:(B's port + 2) ──TLS──▶ B's host:port ──▶ 127.0.0.1:inner ──▶ member B
 *                a door of A's machine             B's door                               of B's machine
 * </pre>
 */
final class Tunnels {
    static final String LOCAL = "127.0.0.1";
    /** The port itself is the outer door, the next the bus's. */
    private static final int DOOR_OFFSET = 2;

    private static final int CONNECT_MILLIS = 5_000;
    private static final long AGAIN_MILLIS = 1_000;

    private final HostPort at;
    private final List<HostPort> others;
    private final int innerPort = freePort();
    private final Vertx vertx;
    private final NetClient plain;
    private final NetClient secured;
    private final Tls tls;

    Tunnels(HostPort at, List<HostPort> members, Tls tls) {
        this.at = at;
        this.others = members.stream().filter(m -> !m.equals(at)).toList();
        this.tls = tls;
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.plain = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_MILLIS));
        this.secured =
                vertx.createNetClient(BusTls.client(new NetClientOptions().setConnectTimeout(CONNECT_MILLIS), tls));
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no port is free", e);
        }
    }

    /** Where this process's member has to listen, at {@link #LOCAL}. */
    int innerPort() {
        return innerPort;
    }

    /** What this process's member is known by. */
    String self() {
        return door(at);
    }

    /** What all members are known by. */
    List<String> members() {
        List<String> doors = new ArrayList<>(others.stream().map(Tunnels::door).toList());
        doors.add(self());
        return doors;
    }

    private static String door(HostPort member) {
        return LOCAL + ":" + (member.port() + DOOR_OFFSET);
    }

    Future<Void> open() {
        NetServerOptions outer =
                BusTls.server(new NetServerOptions().setHost(at.host()).setPort(at.port()), tls);
        return vertx.createNetServer(outer)
                .connectHandler(caller -> lead(caller, plain, new HostPort(LOCAL, innerPort)))
                .listen()
                .onSuccess(s -> others.forEach(this::openDoor))
                .mapEmpty();
    }

    /** Where another process of this machine keeps the same door open, that one serves us as well, while it lives. */
    private void openDoor(HostPort member) {
        vertx.createNetServer(new NetServerOptions().setHost(LOCAL).setPort(member.port() + DOOR_OFFSET))
                .connectHandler(caller -> lead(caller, secured, member))
                .listen()
                .onFailure(e -> vertx.setTimer(AGAIN_MILLIS, id -> openDoor(member)));
    }

    private static void lead(NetSocket caller, NetClient by, HostPort to) {
        caller.pause();
        by.connect(to.port(), to.host())
                .onSuccess(callee -> {
                    callee.pipeTo(caller);
                    caller.pipeTo(callee);
                })
                .onFailure(e -> caller.close());
    }

    Future<Void> close() {
        return vertx.close();
    }
}
