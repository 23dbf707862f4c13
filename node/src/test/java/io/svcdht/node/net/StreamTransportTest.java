package io.svcdht.node.net;

import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Streams, on the JDK's TLS. */
class StreamTransportTest extends StreamContract {
    private static Vertx vertx;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close().await();
    }

    static StreamTransport start(
            Vertx vertx, TestIdentity identity, Settings settings, Echo echo, Counts counts, boolean openSsl) {
        InetSocketAddress bind = settings.listens() ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0) : null;
        return StreamTransport.start(
                        vertx,
                        new StreamTransport.Options(
                                identity,
                                settings.network(),
                                "test/1",
                                bind,
                                settings.policy(),
                                true,
                                openSsl,
                                settings.limits(),
                                counts,
                                settings.denied()),
                        echo)
                .await();
    }

    @Override
    protected Transport start(TestIdentity identity, Settings settings, Echo echo, Counts counts) {
        return start(vertx, identity, settings, echo, counts, false);
    }
}
