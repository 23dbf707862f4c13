package io.svcdht.node.net;

import io.svcdht.node.Patience;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.FrameRead;
import io.svcdht.node.wire.oap.FrameReader;
import io.svcdht.node.wire.oap.Hello;
import io.svcdht.node.wire.oap.MessageCodec;
import io.svcdht.node.wire.oap.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A peer made of a plain TLS socket, so that it can say anything. Nothing of our transport is in it. */
final class RawPeer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = (int) Patience.LIMIT.toMillis();

    private final Socket socket;
    private final FrameReader reader = new FrameReader(Frame.BYTES_MAX, false);
    private ByteBuffer unread = ByteBuffer.allocate(0);

    private RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    static PeerCertificate certificate(String name) {
        return PeerCertificate.of(TestIdentity.of(name));
    }

    static RawPeer plain(int port) throws IOException {
        return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    static RawPeer tls(int port, PeerCertificate own) throws Exception {
        return tls(port, own, PeerTls.ALPN, "TLSv1.3");
    }

    static RawPeer tls(int port, PeerCertificate own, String alpn, String version) throws Exception {
        SSLSocket s = (SSLSocket) context(own).getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        shape(s, alpn, version);
        RawPeer p = new RawPeer(s);
        s.startHandshake();
        return p;
    }

    /** One that has said hello. */
    static RawPeer greeted(int port, String name) throws Exception {
        RawPeer p = tls(port, certificate(name));
        p.send(hello("svc-dht", 0));
        p.frame();
        return p;
    }

    static byte[] hello(String network, int listenPort) {
        Hello h = new Hello("raw/1", network, Frame.BYTES_MAX, 64, 255, List.of(1), List.of("tcp"), listenPort);
        return Frame.request(Frame.HELLO, 0, h.encode()).encode();
    }

    static byte[] helloAnswer(long corrId) {
        Hello h = new Hello("raw/1", "svc-dht", Frame.BYTES_MAX, 64, 255, List.of(1), List.of("tcp"), 0);
        return Frame.response(Frame.HELLO, io.svcdht.node.wire.oap.WireCode.Ok, corrId, h.encode())
                .encode();
    }

    static byte[] request(long corrId, Request r) {
        return Frame.request(Frame.DHT, corrId, MessageCodec.encode(r, corrId)).encode();
    }

    private static void shape(SSLSocket s, String alpn, String version) {
        SSLParameters p = s.getSSLParameters();
        p.setApplicationProtocols(new String[] {alpn});
        p.setProtocols(new String[] {version});
        s.setSSLParameters(p);
    }

    static SSLContext context(PeerCertificate own) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", own.key(), new char[0], new Certificate[] {own.certificate()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), new TrustManager[] {new Anybody()}, null);
        return context;
    }

    /** Listens; each caller is greeted and then handed to the script, on a thread of its own. */
    static Listening listen(PeerCertificate own, Script script) throws Exception {
        SSLServerSocket server = (SSLServerSocket)
                context(own).getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setNeedClientAuth(true);
        SSLParameters p = server.getSSLParameters();
        p.setApplicationProtocols(new String[] {PeerTls.ALPN});
        server.setSSLParameters(p);
        return new Listening(server, script);
    }

    /** What a listening one does with a caller. */
    interface Script {
        void run(RawPeer caller) throws Exception;
    }

    static final class Listening implements AutoCloseable {
        private final ServerSocket server;

        Listening(ServerSocket server, Script script) {
            this.server = server;
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        RawPeer caller = new RawPeer(server.accept());
                        Thread.ofVirtual().start(() -> {
                            try (caller) {
                                script.run(caller);
                            } catch (Exception e) {
                                // The caller has gone, which is for the test to judge.
                            }
                        });
                    }
                } catch (IOException e) {
                    // The end of the test.
                }
            });
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    void send(byte[]... frames) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] f : frames) {
            all.writeBytes(f);
        }
        socket.getOutputStream().write(all.toByteArray());
        socket.getOutputStream().flush();
    }

    /** The next frame, empty when the other side has ended the connection. */
    Optional<Frame> frame() {
        byte[] chunk = new byte[65_536];
        try {
            while (true) {
                switch (reader.read(unread)) {
                    case FrameRead.Whole(Frame f) -> {
                        return Optional.of(f);
                    }
                    case FrameRead.More m -> {
                        int n = socket.getInputStream().read(chunk);
                        if (n < 0) {
                            return Optional.empty();
                        }
                        unread = ByteBuffer.wrap(chunk.clone(), 0, n);
                    }
                    case FrameRead.Refused r -> throw new AssertionError("a bad frame from our side: " + r);
                    case FrameRead.Broken b -> throw new AssertionError("a bad frame from our side: " + b);
                }
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("neither a frame nor the end", e);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether the connection ends, whatever is said before. */
    boolean ends() {
        while (frame().isPresent()) {
            // Answers to what was sent before.
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
