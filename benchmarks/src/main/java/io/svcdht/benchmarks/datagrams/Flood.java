package io.svcdht.benchmarks.datagrams;

import io.svcdht.storage.model.NodeKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * First datagrams as an attacker makes them most cheaply: noise where the handshake should be, and a right mac1 over it, which
 * anybody can make who knows the node's key. They come from many addresses of this host's own 127.0.0.0/8.
 */
final class Flood implements AutoCloseable {
    private static final int BYTES = 1_200;
    private static final int HEAD = 1_168;
    private static final int MAC = 16;
    private static final int BURST = 32;

    private final DatagramChannel[] from;
    private final InetSocketAddress to;
    private final Mac mac;
    private final Random random = new Random(5);
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(BYTES);
    private volatile boolean over;
    private volatile long sent;

    Flood(InetSocketAddress to, NodeKeys node, int addresses) throws IOException, GeneralSecurityException {
        this.to = to;
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        sha.update("svc-dht/udp-mac1/v1".getBytes(StandardCharsets.US_ASCII));
        mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(sha.digest(node.ed25519().bytes()), "HmacSHA256"));
        from = new DatagramChannel[addresses];
        for (int i = 0; i < addresses; i++) {
            from[i] = DatagramChannel.open();
            from[i].bind(new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {127, 1, (byte) (i / 250), (byte) (1 + i % 250)}), 0));
            from[i].configureBlocking(false);
        }
    }

    long sent() {
        return sent;
    }

    /** Until it is closed, in the thread that calls. */
    void send(int perSecond) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        ByteBuffer b = ByteBuffer.wrap(bytes);
        b.putInt(0, 1 << 24 | 1 << 16);
        long began = System.nanoTime();
        long n = 0;
        try {
            while (!over) {
                long due = (System.nanoTime() - began) * perSecond / 1_000_000_000L;
                if (n >= due) {
                    LockSupport.parkNanos(50_000);
                    continue;
                }
                for (int i = 0; i < BURST; i++) {
                    b.putLong(8, n).putLong(16, random.nextLong());
                    mac.update(bytes, 0, HEAD);
                    System.arraycopy(mac.doFinal(), 0, bytes, HEAD, MAC);
                    datagram.clear();
                    datagram.put(bytes).flip();
                    from[(int) (n % from.length)].send(datagram, to);
                    n++;
                }
                sent = n;
            }
        } catch (IOException e) {
            // Closed meanwhile.
        }
    }

    /** Sends no more. */
    void end() {
        over = true;
    }

    @Override
    public void close() throws IOException {
        end();
        for (DatagramChannel c : from) {
            c.close();
        }
    }
}
