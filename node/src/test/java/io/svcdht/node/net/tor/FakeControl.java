package io.svcdht.node.net.tor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A control port as control-spec has it, written beside ours from that; it can be told to misbehave. */
public final class FakeControl implements AutoCloseable {
    /** How it behaves. */
    public enum Manner {
        PROPER,
        DENIES,
        STALLS,
        OTHER_SERVICE,
        COLLISION,
        WRONG_PROOF,
        ENDLESS_LINE,
        ENDLESS_REPLY,
        SILENT_ABOUT_DESCRIPTORS
    }

    public final List<String> heard = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ServerSocket server;
    private final byte[] cookie;
    private final Path cookieFile;
    private final String password;
    /** The name of the service of a key, which a daemon works out itself. */
    private final Function<String, String> names;

    private volatile Manner manner = Manner.PROPER;
    private volatile BiConsumer<String, InetSocketAddress> carries = (host, to) -> {};

    /** @param password null = the cookie in the file */
    public FakeControl(byte[] cookie, Path cookieFile, String password, Function<String, String> names)
            throws IOException {
        this.cookie = cookie;
        this.cookieFile = cookieFile;
        this.password = password;
        this.names = names;
        server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public InetSocketAddress at() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    public void behave(Manner how) {
        manner = how;
    }

    /** Who hears of each service, and where it leads, before its descriptor is out. */
    public void tell(BiConsumer<String, InetSocketAddress> to) {
        carries = to;
    }

    /** As when the daemon is restarted. */
    public void dropAll() throws IOException {
        for (Socket s : open) {
            s.close();
        }
    }

    public int connections() {
        return open.size();
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

    private void serve(Socket s) {
        try (s) {
            BufferedReader in = new BufferedReader(new InputStreamReader(s.getInputStream(), StandardCharsets.UTF_8));
            OutputStream out = s.getOutputStream();
            byte[][] nonces = new byte[2][];
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                heard.add(line);
                if (manner != Manner.STALLS) {
                    out.write(answer(line, nonces).getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            // The other side has gone.
        } finally {
            open.remove(s);
        }
    }

    private String answer(String line, byte[][] nonces) {
        String[] words = line.split(" ");
        return switch (words[0]) {
            case "PROTOCOLINFO" -> information();
            case "AUTHCHALLENGE" -> {
                nonces[0] = HexFormat.of().parseHex(words[2].toLowerCase(java.util.Locale.ROOT));
                nonces[1] = new byte[32];
                nonces[1][5] = 7;
                byte[] proof = proof("server-to-controller", nonces);
                proof[0] ^= (byte) (manner == Manner.WRONG_PROOF ? 1 : 0);
                yield "250 AUTHCHALLENGE SERVERHASH=%s SERVERNONCE=%s\r\n"
                        .formatted(
                                HexFormat.of().withUpperCase().formatHex(proof),
                                HexFormat.of().withUpperCase().formatHex(nonces[1]));
            }
            case "AUTHENTICATE" -> {
                String expected = password == null
                        ? HexFormat.of().withUpperCase().formatHex(proof("controller-to-server", nonces))
                        : "\"" + password.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
                boolean in = manner != Manner.DENIES && line.equals("AUTHENTICATE " + expected);
                yield in ? "250 OK\r\n" : "515 Authentication failed: it does not match\r\n";
            }
            case "ADD_ONION" -> service(words[1], words[words.length - 1]);
            default -> "250 OK\r\n";
        };
    }

    private String information() {
        return switch (manner) {
            case ENDLESS_LINE -> "250-" + "x".repeat(100_000);
            case ENDLESS_REPLY -> "250-x\r\n".repeat(1_000);
            default -> {
                String methods =
                        password == null ? "COOKIE,SAFECOOKIE COOKIEFILE=\"" + cookieFile + "\"" : "HASHEDPASSWORD";
                yield "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=" + methods
                        + "\r\n250-VERSION Tor=\"0.4.8.0\"\r\n250 OK\r\n";
            }
        };
    }

    private String service(String key, String port) {
        String host = names.apply(key);
        String to = port.substring(port.indexOf(',') + 1);
        int colon = to.lastIndexOf(':');
        carries.accept(
                host,
                new InetSocketAddress(
                        InetAddress.ofLiteral(to.substring(0, colon)), Integer.parseInt(to.substring(colon + 1))));
        String id = host.replace(".onion", "");
        return switch (manner) {
            case COLLISION -> "550 Onion address collision\r\n";
            case OTHER_SERVICE -> "250-ServiceID=" + "a".repeat(56) + "\r\n250 OK\r\n";
            case SILENT_ABOUT_DESCRIPTORS -> "250-ServiceID=" + id + "\r\n250 OK\r\n";
            default ->
                "250-ServiceID=" + id + "\r\n250 OK\r\n650 HS_DESC UPLOAD " + id
                        + " UNKNOWN $00~a desc\r\n650 HS_DESC UPLOADED " + id + " UNKNOWN $00~a\r\n";
        };
    }

    private byte[] proof(String way, byte[][] nonces) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            String key = "Tor safe cookie authentication " + way + " hash";
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            mac.update(cookie);
            mac.update(nonces[0]);
            return mac.doFinal(nonces[1]);
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        dropAll();
    }
}
