package io.svcdht.node.net;

import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.CompletableFuture;

/** A stream through the proxy: SOCKS5 is spoken on it until it leads to the peer. Only for the event loop. */
final class Tunnel {
    /** What became of it. */
    sealed interface Opened {
        /** Paused: what comes next is the peer's. */
        record Through(NetSocket socket) implements Opened {}

        record Failed(Failure why) implements Opened {}
    }

    private final Local local;
    private final NetSocket socket;
    private final Socks5 socks;
    private final CompletableFuture<Opened> opened;
    private final long deadline;

    private Tunnel(Local local, NetSocket socket, Socks5 socks, CompletableFuture<Opened> opened) {
        this.local = local;
        this.socket = socket;
        this.socks = socks;
        this.opened = opened;
        this.deadline = local.vertx().setTimer(local.limits().dialMillis(), t -> fail(Failure.DialTimeout));
    }

    /**
     * Asks the proxy for a stream.
     *
     * @param password those of one password may share a circuit
     */
    static CompletableFuture<Opened> open(Local local, NetClient client, Proxy proxy, PeerAddress to, String password) {
        CompletableFuture<Opened> opened = new CompletableFuture<>();
        client.connect(proxy.at().getPort(), proxy.at().getAddress().getHostAddress())
                .onComplete(r -> {
                    if (r.succeeded()) {
                        new Tunnel(local, r.result(), new Socks5(to, password), opened).begin();
                    } else {
                        opened.complete(new Opened.Failed(Failure.ProxyFailed));
                    }
                });
        return opened;
    }

    private void begin() {
        socket.exceptionHandler(e -> fail(Failure.ProxyFailed));
        socket.closeHandler(v -> fail(Failure.ProxyFailed));
        socket.handler(this::received);
        say(socks.greeting());
    }

    private void received(Buffer chunk) {
        if (opened.isDone()) {
            return;
        }
        switch (socks.read(chunk.getBytes())) {
            case Socks5.Step.More m -> {}
            case Socks5.Step.Say(byte[] bytes) -> say(bytes);
            case Socks5.Step.Through t -> {
                local.vertx().cancelTimer(deadline);
                socket.pause();
                opened.complete(new Opened.Through(socket));
            }
            case Socks5.Step.Refused(Failure why) -> fail(why);
        }
    }

    private void say(byte[] bytes) {
        // Whether it arrived is seen by the answer.
        var _ = socket.write(Buffer.buffer(bytes));
    }

    private void fail(Failure why) {
        if (opened.complete(new Opened.Failed(why))) {
            local.vertx().cancelTimer(deadline);
            socket.close();
        }
    }
}
