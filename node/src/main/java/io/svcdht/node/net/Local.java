package io.svcdht.node.net;

import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.FrameReader;
import io.svcdht.node.wire.oap.Hello;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of one transport share. Everything in here, and every connection, belongs to one event loop;
 * that is why nothing is locked.
 */
record Local(
        Vertx vertx,
        Context context,
        StreamTransport.Options options,
        PeerTls tls,
        PeerHandler handler,
        Quotas quotas,
        SecureRandom random) {

    NetLimits limits() {
        return options.limits();
    }

    NetMeter meter() {
        return options.meter();
    }

    DenyList denied() {
        return options.denied().get();
    }

    Hello hello(int listenPort) {
        int flags = options.compress() ? 0xff : 0xff & ~Frame.COMP;
        return new Hello(
                options.agent(),
                options.networkId(),
                Frame.BYTES_MAX,
                limits().inflightPeerMax(),
                flags,
                List.of(Frame.VERSION),
                List.of("tcp"),
                listenPort,
                onion());
    }

    /** The onion service by which others reach this node, null = they cannot. */
    @Nullable
    PeerAddress onion() {
        Proxy p = options.proxy();
        return p == null ? null : p.onion().get().orElse(null);
    }

    FrameReader reader() {
        return new FrameReader(Frame.BYTES_MAX, options.compress());
    }
}
