package io.svcdht.node.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.node.Patience;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A client that reads answers while it still sends lines, over one connection, and can be cut anywhere. */
final class BatchClient implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Socket socket = new Socket();
    private final InputStream in;
    private @Nullable String head;
    private int chunkLeft;
    private boolean ended;

    BatchClient(int port, String path, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout((int) Patience.LIMIT.toMillis());
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        raw(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    static BatchClient provide(ServedNode served) throws IOException {
        return new BatchClient(served.port(), "/dht/provide/batch", 0);
    }

    /** Lines that announce the content ids b3:{name}-{from} to b3:{name}-{to − 1}. */
    static byte[] lines(String name, int from, int to) {
        StringBuilder out = new StringBuilder();
        for (int i = from; i < to; i++) {
            out.append("{\"cid\":\"b3:%s-%d\",\"node\":\"local://a\",\"ttl_secs\":600}\n".formatted(name, i));
        }
        return out.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private void raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    BatchClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    BatchClient send(byte[] bytes) throws IOException {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(bytes.length + 16);
        chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        chunk.writeBytes(bytes);
        chunk.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        raw(chunk.toByteArray());
        return this;
    }

    /** Ends the request as it should end. */
    BatchClient end() throws IOException {
        raw("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /** Ends this side of the connection in the middle of the request, and goes on reading. */
    BatchClient halfClose() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Sends on a thread of its own, until done or cut. */
    Thread pump(byte[] lines, int times) {
        return Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < times; i++) {
                    send(lines);
                }
                end();
            } catch (IOException e) {
                // Cut by the test.
            }
        });
    }

    String head() throws IOException {
        String known = head;
        if (known == null) {
            StringBuilder text = new StringBuilder();
            for (String line = rawLine(); !line.isEmpty(); line = rawLine()) {
                text.append(line).append('\n');
            }
            known = text.toString();
            head = known;
        }
        return known;
    }

    private String rawLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the connection ended within \"%s\"".formatted(line));
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    private int read() throws IOException {
        if (ended) {
            return -1;
        }
        if (chunkLeft == 0) {
            head();
            chunkLeft = Integer.parseInt(rawLine(), 16);
            if (chunkLeft == 0) {
                rawLine();
                ended = true;
                return -1;
            }
        }
        int b = in.read();
        if (b < 0) {
            throw new IOException("the connection ended within a chunk");
        }
        if (--chunkLeft == 0) {
            rawLine();
        }
        return b;
    }

    /** The next result, null after the last. */
    @Nullable
    JsonNode result() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        for (int b = read(); b != '\n'; b = read()) {
            if (b < 0) {
                if (line.size() > 0) {
                    throw new IOException("half a line: " + line);
                }
                return null;
            }
            line.write(b);
        }
        return MAPPER.readTree(line.toByteArray());
    }

    List<JsonNode> results(int n) throws IOException {
        List<JsonNode> results = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            JsonNode r = result();
            if (r == null) {
                throw new IOException("only %d results".formatted(i));
            }
            results.add(r);
        }
        return results;
    }

    /** All results until the answer's proper end. */
    List<JsonNode> toEnd() throws IOException {
        List<JsonNode> results = new ArrayList<>();
        for (JsonNode r = result(); r != null; r = result()) {
            results.add(r);
        }
        return results;
    }

    /** Whether the server has closed the connection; waits for it. */
    boolean closedByServer() throws IOException {
        return in.read() < 0;
    }

    int status() throws IOException {
        return Integer.parseInt(head().toUpperCase(Locale.ROOT).split(" ")[1]);
    }

    /** Resets the connection: nothing that was sent need arrive. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
