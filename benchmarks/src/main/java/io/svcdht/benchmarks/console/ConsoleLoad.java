package io.svcdht.benchmarks.console;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * How long pages of a console take and what watching costs: {@code ADDRESS PID LAST [MINUTES [PART]]}, LAST the position of
 * the last event that was made, PART pages or watching alone. Prints tables.
 */
public final class ConsoleLoad {
    private static final int EACH = 50;
    /** Of each page so many are made before any is measured: how long the compilers take is no page's fault. */
    private static final int WARM = 15;

    private static final int STEPS = 60;
    private static final int WATCHERS = 100;
    private static final int BATCHES = 300;
    private static final int BATCH_FINDS = 200;
    private static final int PAIRS = 15;
    private static final int STEADY_PAIRS = 7;
    private static final int STEADY_RATE = 1_000;
    private static final int STEADY_SECONDS = 8;
    /** What the feed tells a browser to wait before it asks again. */
    private static final long RETRY_MILLIS = 2_000;

    private final HttpClient client = HttpClient.newHttpClient();
    private final String console;
    private final String api;
    private final Path stat;
    private final Path status;

    private ConsoleLoad(String address, String pid) {
        this.api = "http://" + address + "/";
        this.console = api + "console/";
        this.stat = Path.of("/proc", pid, "stat");
        this.status = Path.of("/proc", pid, "status");
    }

    /** See the class. */
    public static void main(String[] args) throws Exception {
        ConsoleLoad load = new ConsoleLoad(args[0], args[1]);
        long last = Long.parseLong(args[2]);
        System.out.println(
                "load average " + Files.readString(Path.of("/proc/loadavg")).strip());
        String part = args.length > 4 ? args[4] : "all";
        if (!part.equals("watching")) {
            load.pages(last);
            load.first(last);
            load.steps(last);
        }
        if (!part.equals("pages")) {
            load.watching(args.length > 3 ? Integer.parseInt(args[3]) : 0);
        }
        System.out.println(
                "load average " + Files.readString(Path.of("/proc/loadavg")).strip());
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        HttpResponse<String> r =
                client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
        if (r.statusCode() != 200) {
            throw new IOException(url + " says " + r.statusCode() + ": " + words(r.body()));
        }
        return r;
    }

    private static String words(String html) {
        return html.replaceAll("(?s).*<main", "").replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ");
    }

    private static String first(String html, String pattern) throws IOException {
        Matcher m = Pattern.compile(pattern).matcher(html);
        if (!m.find()) {
            throw new IOException("no " + pattern);
        }
        return m.group(1);
    }

    /** Page by its name. */
    private Map<String, String> places(long last) throws Exception {
        String cid = first(get(console + "providers?sort=cid").body(), "providers/(b3:[0-9a-f]{64})");
        String lookup = first(get(console + "lookups").body(), "lookups/([0-9a-f-]{36})");
        String past = get(console + "buckets/0?at=seq:" + last).body();
        String peer = first(past, "peers/(n3:[0-9a-f]{64})");
        long middle = last / 2;
        Map<String, String> places = new LinkedHashMap<>();
        places.put("overview", "");
        places.put("routing", "buckets");
        places.put("bucket", "buckets/0");
        places.put("providers, by expiry", "providers");
        places.put("providers, by content id", "providers?sort=cid");
        places.put("providers of this node", "providers?node=self");
        places.put("a content id", "providers/" + cid);
        places.put("peer", "peers/" + peer);
        places.put("lookups", "lookups");
        places.put("lookups, filtered", "lookups?outcome=deadline&min_ms=100");
        places.put("lookups at a moment", "lookups?at=seq:" + middle);
        places.put("a lookup", "lookups/" + lookup);
        places.put("journal", "journal");
        places.put("journal, last 24 h", "journal?last=24h");
        places.put("journal, one type", "journal?type=ContactAdded");
        places.put("journal, one content id", "journal?cid=" + cid);
        places.put("an event", "journal/" + middle);
        places.put("configuration", "config");
        places.put("audit", "audit");
        places.put("overview at a moment", "?at=seq:" + middle);
        places.put("routing at a moment", "buckets?at=seq:" + middle);
        places.put("providers at a moment", "providers?at=seq:" + middle);
        places.put("journal at a moment", "journal?at=seq:" + middle);
        places.put("1,000 events compared", "journal?vs=seq:%d&at=seq:%d".formatted(middle - 1_000, middle));
        return places;
    }

    private void pages(long last) throws Exception {
        System.out.printf(
                "%n%-26s %8s %8s %8s %9s %9s%n",
                "page, ms at the client", "first", "median", "p95", "kB gzip", "ms CPU");
        Map<String, String> places = places(last);
        Map<String, Double> first = new HashMap<>();
        for (var place : places.entrySet()) {
            first.put(place.getKey(), timed(console + place.getValue()));
            for (int i = 1; i < WARM; i++) {
                get(console + place.getValue());
            }
        }
        for (var place : places.entrySet()) {
            String url = console + place.getValue();
            String html = get(url).body();
            double[] millis = new double[EACH];
            long before = cpuMillis();
            for (int i = 0; i < EACH; i++) {
                millis[i] = timed(url);
            }
            double cpu = (double) (cpuMillis() - before) / EACH;
            row(place.getKey(), Objects.requireNonNull(first.get(place.getKey())), millis, gzipped(html) / 1000.0, cpu);
        }
    }

    private static void row(String name, double first, double[] unsorted, double kilobytes, double cpu) {
        double[] sorted = unsorted.clone();
        Arrays.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "%-26s %8.1f %8.1f %8.1f %9.1f %9.1f%n",
                name,
                first,
                sorted[sorted.length / 2],
                sorted[(sorted.length * 95 + 99) / 100 - 1],
                kilobytes,
                cpu);
    }

    private double timed(String url) throws Exception {
        long began = System.nanoTime();
        get(url);
        return (System.nanoTime() - began) / 1e6;
    }

    private static int gzipped(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.size();
    }

    /** Moments nobody looked at before, anywhere in the journal: how long until the first page of each. */
    private void first(long last) throws Exception {
        double[] millis = new double[12];
        long before = cpuMillis();
        for (int i = 0; i < millis.length; i++) {
            millis[i] = timed(console + "?at=seq:" + (last / 14 * (i + 1) + 77_777));
        }
        row("first view of a moment", millis[0], millis, 0, (double) (cpuMillis() - before) / millis.length);
    }

    /** From a moment on and back, event by event. */
    private void steps(long last) throws Exception {
        for (String page : List.of("", "buckets", "providers", "journal")) {
            long at = last / 3;
            get(console + page + "?at=seq:" + at);
            String name = page.isEmpty() ? "overview" : page;
            double[] millis = new double[STEPS];
            long before = cpuMillis();
            for (int i = 0; i < STEPS; i++) {
                millis[i] = timed(console + page + "?at=seq:" + (at + 1 + i));
            }
            row("step on, " + name, millis[0], millis, 0, (double) (cpuMillis() - before) / STEPS);
            before = cpuMillis();
            for (int i = 0; i < STEPS; i++) {
                millis[i] = timed(console + page + "?at=seq:" + (at + STEPS - 1 - 2L * i));
            }
            row("step back, " + name, millis[0], millis, 0, (double) (cpuMillis() - before) / STEPS);
        }
    }

    /** Process CPU, milliseconds, all threads. */
    private long cpuMillis() throws IOException {
        String[] fields = Files.readString(stat).replaceFirst("^.*\\) ", "").split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10;
    }

    private String resident() throws IOException {
        return first(Files.readString(status), "VmRSS:\\s*(\\d+) kB");
    }

    /** One page that watches, while finds are served: their cost with and without, in turns. */
    private void watching(int minutes) throws Exception {
        String cid = first(get(console + "providers?sort=cid").body(), "providers/(b3:[0-9a-f]{64})");
        List<Double> ratios = new ArrayList<>();
        batch(cid);
        for (int i = 0; i < PAIRS; i++) {
            // Each goes first as often as the other: a process that runs on becomes faster.
            double alone = i % 2 == 0 ? batch(cid) : 0;
            double watched;
            try (Watcher _ = new Watcher()) {
                watched = batch(cid);
            }
            ratios.add(watched / (i % 2 == 0 ? alone : batch(cid)));
        }
        ratios.sort(null);
        System.out.printf(
                Locale.ROOT,
                "%nCPU a find with a watching console, of that without: median %.3f (%.3f–%.3f), %d pairs%n",
                ratios.get(PAIRS / 2),
                ratios.get(PAIRS / 4),
                ratios.get(PAIRS - 1 - PAIRS / 4),
                PAIRS);
        one();
        many(minutes);
    }

    /** What one page that watches costs in a second, whatever else the node does: alone and watched, in turns. */
    private void one() throws Exception {
        List<Double> alone = new ArrayList<>();
        List<Double> more = new ArrayList<>();
        steady();
        for (int i = 0; i < STEADY_PAIRS; i++) {
            double without = steady();
            try (Watcher _ = new Watcher()) {
                more.add(steady() - without);
            }
            alone.add(without);
        }
        alone.sort(null);
        more.sort(null);
        System.out.printf(
                Locale.ROOT,
                "%d writes a second: %.1f ms of CPU a second, and with a watching console %.1f more (%.1f–%.1f), %d pairs%n",
                STEADY_RATE,
                alone.get(STEADY_PAIRS / 2),
                more.get(STEADY_PAIRS / 2),
                more.get(STEADY_PAIRS / 4),
                more.get(STEADY_PAIRS - 1 - STEADY_PAIRS / 4),
                STEADY_PAIRS);
    }

    /** Milliseconds of CPU a second while records are written at a set rate. */
    private double steady() throws Exception {
        long before = cpuMillis();
        long began = System.nanoTime();
        for (int i = 0; i < STEADY_RATE * STEADY_SECONDS; i++) {
            LockSupport.parkNanos(began + i * (TimeUnit.SECONDS.toNanos(1) / STEADY_RATE) - System.nanoTime());
            write(i);
        }
        return (cpuMillis() - before) * 1e9 / (System.nanoTime() - began);
    }

    /** Microseconds of CPU a find. */
    private double batch(String cid) throws Exception {
        String line = "{\"cid\":\"" + cid + "\"}\n";
        HttpRequest request = HttpRequest.newBuilder(URI.create(api + "dht/find_providers"))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(line.repeat(BATCH_FINDS)))
                .build();
        long before = cpuMillis();
        for (int i = 0; i < BATCHES; i++) {
            client.send(request, BodyHandlers.discarding());
        }
        return (cpuMillis() - before) * 1000.0 / BATCHES / BATCH_FINDS;
    }

    /** A page that is open: reads what the feed sends, and asks again when a stream has come to its end. */
    private final class Watcher implements AutoCloseable {
        private final URI uri = URI.create(console);
        private final LongAdder updates = new LongAdder();
        private final LongAdder streams = new LongAdder();
        private final LongAdder missed = new LongAdder();
        private volatile Socket socket;
        private volatile boolean closed;

        Watcher() throws IOException {
            socket = connected();
            Thread.ofVirtual().start(this::watch);
        }

        private Socket connected() throws IOException {
            Socket s = new Socket(uri.getHost(), uri.getPort());
            s.getOutputStream()
                    .write("GET /console/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return s;
        }

        private void watch() {
            try {
                while (!closed) {
                    read();
                    Thread.sleep(RETRY_MILLIS);
                    if (!closed) {
                        socket = connected();
                    }
                }
            } catch (IOException | InterruptedException e) {
                // It was closed.
            }
        }

        private void read() throws IOException {
            try (BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
                boolean first = true;
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    if (line.equals("0")) {
                        // The last chunk: the stream has ended, the connection may stay.
                        return;
                    }
                    if (line.startsWith("data: ")) {
                        (first ? streams : updates).increment();
                        first = false;
                        missed.add(Long.parseLong(first(line, "\"missed\":(\\d+)")));
                    }
                }
            }
        }

        @Override
        public void close() throws IOException {
            closed = true;
            socket.close();
        }
    }

    /** A hundred watch while records are written all the time. */
    private void many(int minutes) throws Exception {
        List<Watcher> watchers = new ArrayList<>();
        for (int i = 0; i < WATCHERS; i++) {
            watchers.add(new Watcher());
        }
        long seconds = minutes == 0 ? 10 : TimeUnit.MINUTES.toSeconds(minutes);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        System.out.printf("%n%d views for %d s, resident kB: %s", WATCHERS, seconds, resident());
        long cpu = cpuMillis();
        int written = 0;
        long shown = System.nanoTime();
        while (System.nanoTime() < end) {
            write(written++ % 100_000);
            if (System.nanoTime() - shown > TimeUnit.SECONDS.toNanos(Math.max(2, seconds / 10))) {
                shown = System.nanoTime();
                System.out.print(" " + resident());
            }
        }
        long most = watchers.stream().mapToLong(w -> w.updates.sum()).max().orElse(0);
        long least = watchers.stream().mapToLong(w -> w.updates.sum()).min().orElse(0);
        long missed = watchers.stream().mapToLong(w -> w.missed.sum()).sum();
        long streams = watchers.stream().mapToLong(w -> w.streams.sum()).sum();
        System.out.printf(
                Locale.ROOT,
                "%n%,d writes meanwhile, %.0f µs of CPU each with all that watch; updates a second each: %.2f to %.2f, in %d streams,"
                        + " %d left out and said so%n",
                written,
                (cpuMillis() - cpu) * 1000.0 / written,
                (double) least / seconds,
                (double) most / seconds,
                streams,
                missed);
        for (Watcher w : watchers) {
            w.close();
        }
    }

    private void write(int n) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api + "dht/provide"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"cid\":\"b3:w%d\",\"ttl_secs\":600}".formatted(n)))
                .build();
        client.send(request, BodyHandlers.discarding());
    }
}
