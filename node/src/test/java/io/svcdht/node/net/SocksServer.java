package io.svcdht.node.net;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A SOCKS5 proxy on loopback (RFC 1928, 1929), written beside ours from the RFCs: it resolves the names it was told of, takes
 * its time, and can be told to misbehave.
 */
public final class SocksServer implements AutoCloseable {
    /** How it behaves. */
    public enum Manner {
        PROPER,
        /** Takes no passwords, as many proxies do. */
        OPEN,
        /** Ends when it is greeted. */
        HANGS_UP,
        /** Says nothing. */
        STALLS,
        /** Says nothing once it knows whom to call. */
        STALLS_LATE,
        NO_METHOD,
        OTHER_METHOD,
        OTHER_VERSION,
        WRONG_PASSWORD,
        NOT_ALLOWED,
        HOST_UNREACHABLE,
        TTL_EXPIRED,
        NO_SUCH_ONION,
        /** A reply that ends in the middle of its address. */
        CUT_SHORT,
        /** A name that is longer than what follows. */
        SAYS_TOO_LONG,
        /** A byte behind the reply. */
        SAYS_TOO_MUCH,
        OTHER_ADDRESS_TYPE,
        HTTP,
        /** Bytes without an end. */
        ENDLESS,
        /** Leads somewhere else than it was asked. */
        LIES
    }

    /** What it was asked for. */
    public record Asked(String host, int port, String password) {}

    private record Late(long dueNanos, byte[] bytes) {}

    public final List<Asked> asked = new CopyOnWriteArrayList<>();

    private final Map<String, InetSocketAddress> names = new ConcurrentHashMap<>();
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private final ServerSocket server;
    private final int delayMillis;
    private volatile Manner manner = Manner.PROPER;
    private volatile InetSocketAddress elsewhere;

    /** @param delayMillis what a round trip through it takes longer */
    public SocksServer(int delayMillis) throws IOException {
        this.delayMillis = delayMillis;
        this.server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public InetSocketAddress at() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    public void behave(Manner how) {
        manner = how;
    }

    /** Where a name leads, which nobody else knows. */
    public void knows(String host, InetSocketAddress to) {
        names.put(host, to);
    }

    /** Where all lead while it lies. */
    public void leadTo(InetSocketAddress to) {
        elsewhere = to;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket s = server.accept();
                open.add(s);
                Thread.ofVirtual().start(() -> serve(s));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            String password = greeted(in, out);
            if (password == null) {
                return;
            }
            call(client, in, out, password);
        } catch (IOException | InterruptedException e) {
            // The other side has gone; so may this.
        } finally {
            open.remove(client);
        }
    }

    /** Null = there is nothing more to say. */
    private String greeted(DataInputStream in, OutputStream out) throws IOException {
        int version = in.readUnsignedByte();
        byte[] methods = in.readNBytes(in.readUnsignedByte());
        boolean canPassword = version == 5 && HexFormat.of().formatHex(methods).contains("02");
        switch (manner) {
            case HANGS_UP -> {
                return null;
            }
            case STALLS -> {
                in.read();
                return null;
            }
            case NO_METHOD -> {
                return last(out, in, "05ff");
            }
            case OTHER_METHOD -> {
                return last(out, in, "0501");
            }
            case OTHER_VERSION -> {
                return last(out, in, "0402");
            }
            case HTTP -> {
                out.write("HTTP/1.0 501 not an HTTP proxy\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                in.read();
                return null;
            }
            case ENDLESS -> {
                byte[] much = new byte[65_536];
                while (true) {
                    out.write(much);
                }
            }
            case OPEN -> {
                out.write(new byte[] {5, 0});
                return "";
            }
            default -> {}
        }
        if (!canPassword) {
            return last(out, in, "05ff");
        }
        out.write(new byte[] {5, 2});
        in.readUnsignedByte();
        in.readNBytes(in.readUnsignedByte());
        String password = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII);
        if (manner == Manner.WRONG_PASSWORD) {
            return last(out, in, "0101");
        }
        out.write(new byte[] {1, 0});
        return password;
    }

    private static String last(OutputStream out, InputStream in, String hex) throws IOException {
        out.write(HexFormat.of().parseHex(hex));
        in.read();
        return null;
    }

    private void call(Socket client, DataInputStream in, OutputStream out, String password)
            throws IOException, InterruptedException {
        in.readNBytes(3);
        int type = in.readUnsignedByte();
        InetAddress ip = type == 3 ? null : InetAddress.getByAddress(in.readNBytes(type == 1 ? 4 : 16));
        String host = ip != null
                ? ip.getHostAddress()
                : new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII);
        int port = in.readUnsignedShort();
        asked.add(new Asked(host, port, password));
        String reply =
                switch (manner) {
                    case NOT_ALLOWED -> "05020001000000000000";
                    case HOST_UNREACHABLE -> "05040001000000000000";
                    case TTL_EXPIRED -> "05060001000000000000";
                    case NO_SUCH_ONION -> "05f00001000000000000";
                    case CUT_SHORT -> "050000017f00";
                    case SAYS_TOO_LONG -> "05000003ff6162";
                    case SAYS_TOO_MUCH -> "0500000100000000000016";
                    case OTHER_ADDRESS_TYPE -> "0500000900000000000000";
                    default -> "";
                };
        if (!reply.isEmpty() || manner == Manner.STALLS_LATE) {
            last(out, in, reply);
            return;
        }
        TimeUnit.MILLISECONDS.sleep(delayMillis);
        InetSocketAddress to =
                manner == Manner.LIES ? elsewhere : ip != null ? new InetSocketAddress(ip, port) : names.get(host);
        try (Socket peer = new Socket()) {
            if (to == null) {
                last(out, in, "05040001000000000000");
                return;
            }
            open.add(peer);
            peer.setTcpNoDelay(true);
            try {
                peer.connect(to);
            } catch (IOException e) {
                last(out, in, "05050001000000000000");
                return;
            }
            out.write(HexFormat.of().parseHex("05000001000000000000"));
            relay(client, peer);
        }
    }

    private void relay(Socket client, Socket peer) throws InterruptedException {
        Thread there = pass(client, peer);
        Thread back = pass(peer, client);
        there.join();
        back.join();
        open.remove(peer);
    }

    /** Half of the delay each way, whatever the amount. */
    private Thread pass(Socket from, Socket to) {
        LinkedBlockingQueue<Late> line = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> deliver(line, to));
        return Thread.ofVirtual().start(() -> {
            byte[] chunk = new byte[65_536];
            try {
                InputStream in = from.getInputStream();
                for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                    line.add(new Late(System.nanoTime() + delayMillis * 500_000L, Arrays.copyOf(chunk, n)));
                }
            } catch (IOException e) {
                // The end, as well.
            }
            line.add(new Late(System.nanoTime() + delayMillis * 500_000L, null));
        });
    }

    private static void deliver(LinkedBlockingQueue<Late> line, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            for (Late next = line.take(); next.bytes() != null; next = line.take()) {
                TimeUnit.NANOSECONDS.sleep(Math.max(0, next.dueNanos() - System.nanoTime()));
                out.write(next.bytes());
            }
            to.shutdownOutput();
        } catch (IOException e) {
            close(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Closeable c) {
        try {
            c.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        close(server);
        open.forEach(SocksServer::close);
    }

    /** A port at which nobody listens. */
    public static int freePort() {
        try (ServerSocket s = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return s.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
