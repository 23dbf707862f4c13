package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same streams on BoringSSL, which is there on the platforms that are built on. */
class OpenSslTransportTest extends TransportContract {
    private static Vertx vertx;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close().await();
    }

    @Override
    protected Transport start(TestIdentity identity, Settings settings, Echo echo, Counts counts) {
        return StreamTransportTest.start(vertx, identity, settings, echo, counts, true);
    }

    @Test
    void it_is_not_the_JDK_in_disguise() {
        assertThat(PeerTls.hasOpenSsl()).as("%s", OpenSsl.unavailabilityCause()).isTrue();
    }
}
