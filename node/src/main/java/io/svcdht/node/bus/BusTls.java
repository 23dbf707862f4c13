package io.svcdht.node.bus;

import io.svcdht.node.config.BusConfig.Tls;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Set;

/** TLS 1.3 where both sides show a certificate of the same authority. */
public final class BusTls {
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.3");

    private BusTls() {}

    /** What we show. */
    public static PemKeyCertOptions ours(Tls tls) {
        return new PemKeyCertOptions()
                .addCertPath(tls.certificate().toString())
                .addKeyPath(tls.key().toString());
    }

    /** Whom we believe. */
    public static PemTrustOptions theirs(Tls tls) {
        return new PemTrustOptions().addCertPath(tls.authority().toString());
    }

    /** Who connects must show one. */
    public static NetServerOptions server(NetServerOptions options, Tls tls) {
        return options.setSsl(true)
                .setKeyCertOptions(ours(tls))
                .setTrustOptions(theirs(tls))
                .setClientAuth(ClientAuth.REQUIRED)
                .setEnabledSecureTransportProtocols(PROTOCOLS);
    }

    /**
     * Who answers must show one. Members are told apart by the authority behind them and not by their name, which may be
     * an address behind a tunnel.
     */
    public static NetClientOptions client(NetClientOptions options, Tls tls) {
        return options.setSsl(true)
                .setKeyCertOptions(ours(tls))
                .setTrustOptions(theirs(tls))
                .setHostnameVerificationAlgorithm("")
                .setEnabledSecureTransportProtocols(PROTOCOLS);
    }
}
