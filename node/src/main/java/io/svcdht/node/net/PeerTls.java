package io.svcdht.node.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import io.svcdht.storage.model.NodeKeys;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS 1.3, mutual, with the certificates of nodes and our own protocol in ALPN (contracts §5). BoringSSL where its
 * library is there, for a quarter of the CPU and a hybrid key exchange; else the JDK's.
 */
final class PeerTls {
    static final String ALPN = "ron/kad-cbor";

    /** The hybrid one first: both ends name it, so both agree on it. An older peer, or one on the JDK's engine, gets X25519. */
    private static final String[] GROUPS = {
        KeyExchange.X25519MLKEM768.text(), KeyExchange.X25519.text(), KeyExchange.P256.text()
    };

    private static final Logger LOG = LoggerFactory.getLogger(PeerTls.class);

    private final SslContext client;
    private final SslContext server;

    private PeerTls(SslContext client, SslContext server) {
        this.client = client;
        this.server = server;
    }

    /** Whether the faster engine is there. */
    static boolean hasOpenSsl() {
        return OpenSsl.isAvailable() && SslProvider.isAlpnSupported(SslProvider.OPENSSL);
    }

    static PeerTls of(PeerCertificate own, boolean openSsl) {
        SslProvider provider = openSsl ? SslProvider.OPENSSL : SslProvider.JDK;
        try {
            return new PeerTls(
                    common(SslContextBuilder.forClient().keyManager(own.key(), own.certificate()), provider, ALPN),
                    common(
                            SslContextBuilder.forServer(own.key(), own.certificate())
                                    .clientAuth(ClientAuth.REQUIRE),
                            provider,
                            ALPN));
        } catch (SSLException e) {
            throw new IllegalStateException("TLS 1.3 with %s could not be set up".formatted(provider), e);
        }
    }

    /** What both sides agree on; tests make clients with another protocol. */
    static SslContext common(SslContextBuilder builder, SslProvider provider, String alpn) throws SSLException {
        if (provider == SslProvider.OPENSSL) {
            builder.option(OpenSslContextOption.GROUPS, GROUPS.clone());
        }
        // The key only passes through a store in memory: another kind would derive a key from a password for it, ten
        // thousand times.
        return builder.sslProvider(provider)
                .keyStoreType("JKS")
                .protocols("TLSv1.3")
                .trustManager(new PeerTrust())
                .endpointIdentificationAlgorithm(null)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        alpn))
                .sessionCacheSize(1)
                .build();
    }

    SslHandler dialling(ByteBufAllocator allocator, int handshakeMillis) {
        return timed(client.newHandler(allocator), handshakeMillis);
    }

    SslHandler accepting(ByteBufAllocator allocator, int handshakeMillis) {
        return timed(server.newHandler(allocator), handshakeMillis);
    }

    private static SslHandler timed(SslHandler handler, int handshakeMillis) {
        handler.setHandshakeTimeoutMillis(handshakeMillis);
        // Who does not read must not keep a connection that is to end.
        handler.setCloseNotifyFlushTimeoutMillis(handshakeMillis);
        return handler;
    }

    /** After the handshake, on the event loop: how the two agreed on its secret. */
    static KeyExchange keyExchange(SslHandler handler) {
        if (!(handler.engine() instanceof ReferenceCountedOpenSslEngine engine) || engine.sslPointer() == 0) {
            return KeyExchange.UNTOLD;
        }
        try {
            return KeyExchange.of(SSL.getGroupName(engine.sslPointer()));
        } catch (Exception e) {
            // The library's signature says so; a connection is not refused for want of a name.
            LOG.debug("The key exchange of a connection is not known", e);
            return KeyExchange.UNTOLD;
        }
    }

    /** After the handshake: the keys of the peer, empty if it does not speak our protocol. */
    static Optional<NodeKeys> peer(SslHandler handler) {
        if (!ALPN.equals(handler.applicationProtocol())) {
            return Optional.empty();
        }
        try {
            Certificate[] chain = handler.engine().getSession().getPeerCertificates();
            return Optional.of(PeerCertificate.named((X509Certificate) chain[0]));
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            return Optional.empty();
        }
    }
}
