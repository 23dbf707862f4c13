package io.svcdht.console.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Asks the node on this machine whether it is well: a container's health check, where there is no shell and no curl. Loads
 * next to nothing, as it is started every few seconds. Ends with 0 once {@code /healthz} says {@code ok}, else with 1 and
 * what was said.
 *
 * <p>The port is that of {@code DHT_ADMIN_BIND}, or the first argument, or 5301.
 */
final class HealthProbe {
    private static final int PORT_DEFAULT = 5301;
    private static final int MILLIS_MAX = 4_000;
    private static final int ANSWER_BYTES_MAX = 4_096;
    private static final String LOOPBACK = "127.0.0.1";

    private HealthProbe() {}

    /** Whom to ask. */
    record Target(String host, int port) {}

    public static void main(String[] args) {
        String said;
        try {
            said = ask(args.length > 0 ? new Target(LOOPBACK, Integer.parseInt(args[0])) : target(System.getenv()));
        } catch (IOException | RuntimeException e) {
            said = e.toString();
        }
        System.out.println(said);
        System.exit(said.equals("ok") ? 0 : 1);
    }

    /** A node that listens everywhere listens on loopback too. */
    static Target target(Map<String, String> environment) {
        String bind = environment.getOrDefault("DHT_ADMIN_BIND", "");
        int colon = bind.lastIndexOf(':');
        if (colon < 0) {
            return new Target(LOOPBACK, PORT_DEFAULT);
        }
        String host = bind.substring(0, colon).replace("[", "").replace("]", "");
        boolean everywhere = host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
        return new Target(everywhere ? LOOPBACK : host, Integer.parseInt(bind.substring(colon + 1)));
    }

    /** The text of {@code /healthz}; anything but a 200 is told as it came. */
    static String ask(Target target) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(target.host(), target.port()), MILLIS_MAX);
            socket.setSoTimeout(MILLIS_MAX);
            socket.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readNBytes(ANSWER_BYTES_MAX), StandardCharsets.UTF_8);
            int body = answer.indexOf("\r\n\r\n");
            return answer.startsWith("HTTP/1.1 200 ") && body > 0
                    ? answer.substring(body + 4).strip()
                    : answer.lines().findFirst().orElse("no answer");
        }
    }
}
