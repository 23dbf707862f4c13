package io.svcdht.console;

import io.svcdht.node.Node;
import io.svcdht.node.config.NodeConfig.HostPort;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Walks the doors once, so that the start-up cache of the build knows the classes a first request needs. Uses a plain
 * socket: a client's classes have no place in that cache.
 */
final class Training {
    private static final long READY_MILLIS = 10_000;
    private static final int ANSWER_MILLIS = 20_000;

    private Training() {}

    static void walk(Node node, HostPort at) {
        try {
            long began = System.nanoTime();
            while (!node.status().ready() && (System.nanoTime() - began) / 1_000_000 < READY_MILLIS) {
                Thread.sleep(10);
            }
            String provide = "{\"cid\":\"b3:training\",\"node\":\"local://training\",\"ttl_secs\":2}";
            for (String request : List.of(
                    get("/healthz"),
                    get("/readyz"),
                    get("/version"),
                    "POST /dht/provide HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
                            .formatted(provide.length()),
                    get("/dht/find_providers/b3:training"),
                    get("/dht/_debug/list"),
                    get("/console/"),
                    get("/metrics"))) {
                send(at, request, request.startsWith("POST") ? provide : "");
            }
        } catch (IOException e) {
            throw new IllegalStateException("the training run could not ask " + at, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\n";
    }

    private static void send(HostPort at, String head, String body) throws IOException {
        try (Socket socket = new Socket(at.host(), at.port())) {
            socket.setSoTimeout(ANSWER_MILLIS);
            String text = head + "Host: " + at + "\r\nConnection: close\r\n\r\n" + body;
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readAllBytes();
            String status = new String(answer, 0, Math.min(answer.length, 12), StandardCharsets.US_ASCII);
            if (!status.equals("HTTP/1.1 200")) {
                throw new IOException("answer %s to %s".formatted(status, head.strip()));
            }
        }
    }
}
