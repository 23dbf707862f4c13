import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Sends batches of provides and finds to a running node, as fast as it takes them, and reads every result.
 *
 * <p>Usage: {@code java BatchLoad.java PORT SERVER_PID LINES ROUNDS}. Each round announces fresh content ids, announces
 * the same again (which refreshes them), and finds them; a line of text for each.
 */
final class BatchLoad {
    private static final int SEND_BYTES = 64 << 10;

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        long pid = Long.parseLong(args[1]);
        int lines = Integer.parseInt(args[2]);
        int rounds = Integer.parseInt(args[3]);
        System.out.printf(
                "%-10s %12s %14s %22s %9s%n", "what", "lines/s", "server CPU us", "busiest thread us", "refused");
        for (int round = 1; round <= rounds; round++) {
            byte[] finds = body(round, lines, "");
            byte[] provides = body(round, lines, ",\"node\":\"local://shelf-3\",\"ttl_secs\":86400");
            run("announce", port, pid, "/dht/provide/batch", provides, lines);
            run("refresh", port, pid, "/dht/provide/batch", provides, lines);
            run("find", port, pid, "/dht/find_providers", finds, lines);
        }
    }

    private static byte[] body(long seed, int lines, String more) {
        Random random = new Random(seed);
        StringBuilder out = new StringBuilder(lines * (80 + more.length()));
        for (int i = 0; i < lines; i++) {
            out.append("{\"cid\":\"b3:");
            for (int w = 0; w < 4; w++) {
                out.append(java.util.HexFormat.of().toHexDigits(random.nextLong()));
            }
            out.append('"').append(more).append("}\n");
        }
        return out.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void run(String what, int port, long pid, String path, byte[] body, int lines) throws Exception {
        double cpuBefore = cpuSeconds(Path.of("/proc", Long.toString(pid), "stat"));
        Map<String, Double> threadsBefore = threads(pid);
        long began = System.nanoTime();
        long[] counts;
        try (Socket socket = new Socket("127.0.0.1", port)) {
            String head = "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n"
                    .formatted(path, body.length);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            Thread sender = Thread.ofPlatform().start(() -> {
                try {
                    for (int at = 0; at < body.length; at += SEND_BYTES) {
                        socket.getOutputStream().write(body, at, Math.min(SEND_BYTES, body.length - at));
                    }
                } catch (IOException e) {
                    System.err.println("not all was sent: " + e);
                }
            });
            counts = results(new BufferedInputStream(socket.getInputStream(), 1 << 18));
            sender.join();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        if (counts[0] != lines) {
            throw new IOException("%d results for %d lines".formatted(counts[0], lines));
        }
        double cpu = cpuSeconds(Path.of("/proc", Long.toString(pid), "stat")) - cpuBefore;
        String busiest = "";
        double most = 0;
        for (Map.Entry<String, Double> thread : threads(pid).entrySet()) {
            double used = thread.getValue() - threadsBefore.getOrDefault(thread.getKey(), 0.0);
            if (used > most) {
                most = used;
                busiest = thread.getKey().substring(thread.getKey().indexOf(' ') + 1);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-10s %,12.0f %14.2f %15s %6.2f %9d%n",
                what,
                lines / seconds,
                cpu * 1e6 / lines,
                busiest,
                most * 1e6 / lines,
                counts[1]);
    }

    /** Reads a chunked answer to its end; how many lines, and how many of them begin with "ok":false. */
    private static long[] results(InputStream in) throws IOException {
        List<String> head = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            head.add(line);
        }
        if (!head.getFirst().contains(" 200 ")) {
            throw new IOException(head.getFirst());
        }
        long lines = 0;
        long refused = 0;
        int column = 0;
        byte[] chunk = new byte[1 << 16];
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            if (chunk.length < size) {
                chunk = new byte[2 * size];
            }
            if (in.readNBytes(chunk, 0, size) < size) {
                throw new IOException("the answer was cut");
            }
            for (int i = 0; i < size; i++) {
                if (chunk[i] == '\n') {
                    lines++;
                    column = 0;
                } else if (++column == 7 && chunk[i] == 'f') {
                    refused++;
                }
            }
            line(in);
        }
        return new long[] {lines, refused};
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the connection ended");
            }
            line.append((char) b);
        }
        return line.toString().strip();
    }

    /** CPU seconds of each thread, by number and name. */
    private static Map<String, Double> threads(long pid) throws IOException {
        Map<String, Double> threads = new HashMap<>();
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path task : all.toList()) {
                try {
                    String name = Files.readString(task.resolve("comm")).strip();
                    threads.put(task.getFileName() + " " + name, cpuSeconds(task.resolve("stat")));
                } catch (IOException e) {
                    // It has ended meanwhile.
                }
            }
        }
        return threads;
    }

    /** User and system time of a process or thread, from /proc. */
    private static double cpuSeconds(Path statFile) throws IOException {
        String stat = Files.readString(statFile);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }
}
