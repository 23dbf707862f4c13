package io.svcdht.node.net;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.svcdht.storage.model.NodeKeys;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Puts TLS in front of a plain socket. It is done by hand, and not by Vert.x, because there a server cannot look at a
 * caller's address before it pays for the handshake.
 */
@SuppressWarnings("FutureReturnValueIgnored") // they complete by value, and these are the ends of the chains
final class Handshake {
    private static final AttributeKey<KeyExchange> AGREED = AttributeKey.valueOf(Handshake.class, "agreed");

    private Handshake() {}

    /** Asked while the engine is there for certain: later the other side may have ended it. */
    private static void agreed(boolean success, SslHandler tls, Channel channel) {
        if (success) {
            channel.attr(AGREED).set(PeerTls.keyExchange(tls));
        }
    }

    /** How the secret of a connection was agreed on. */
    static KeyExchange keyExchange(NetSocket socket) {
        KeyExchange agreed = ((NetSocketInternal) socket)
                .channelHandlerContext()
                .channel()
                .attr(AGREED)
                .get();
        return agreed == null ? KeyExchange.UNTOLD : agreed;
    }

    /**
     * Begins at once, on the event loop; the socket stays paused.
     *
     * @param then gets the peer's keys on the event loop, or nothing if it is no node
     */
    static void of(Local local, NetSocket socket, boolean dialling, Consumer<Optional<NodeKeys>> then) {
        socket.pause();
        // What goes wrong until the connection takes over shows in the handshake's outcome.
        socket.exceptionHandler(e -> {});
        var context = ((NetSocketInternal) socket).channelHandlerContext();
        int millis = local.limits().dialMillis();
        SslHandler tls = dialling
                ? local.tls().dialling(context.alloc(), millis)
                : local.tls().accepting(context.alloc(), millis);
        context.pipeline().addFirst("ssl", tls);
        tls.handshakeFuture().addListener(f -> agreed(f.isSuccess(), tls, context.channel()));
        tls.handshakeFuture().addListener(f -> local.context().runOnContext(v -> {
            Optional<NodeKeys> peer = f.isSuccess() ? PeerTls.peer(tls) : Optional.empty();
            if (peer.isEmpty()) {
                local.meter().handshakeFailed();
            } else {
                local.meter().agreed(keyExchange(socket));
            }
            then.accept(peer);
        }));
    }
}
