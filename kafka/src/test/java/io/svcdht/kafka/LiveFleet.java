package io.svcdht.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.console.FleetServer;
import io.svcdht.console.cli.Cli;
import io.svcdht.console.cli.Io;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** {@code svc-dht fleet} as somebody starts it, within this JVM. */
final class LiveFleet implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Thread command;
    private final String base;

    private LiveFleet(List<String> flags) throws IOException {
        PipedInputStream said = new PipedInputStream();
        List<String> args = new ArrayList<>(List.of("fleet", "--fleet-bind=127.0.0.1:0"));
        args.addAll(flags);
        Io io = io(new PrintStream(new PipedOutputStream(said), false, StandardCharsets.UTF_8), err);
        command = Thread.ofPlatform().start(() -> ended.complete(run(args, io)));
        base = new BufferedReader(new InputStreamReader(said, StandardCharsets.UTF_8)).readLine();
        if (base == null) {
            throw new IOException("it opened nothing: " + err.toString(StandardCharsets.UTF_8));
        }
    }

    static LiveFleet open(String... flags) throws IOException {
        return new LiveFleet(List.of(flags));
    }

    /** A command that ends by itself: its exit code, and what it said. */
    record Said(int code, String out, String err) {}

    static Said run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = run(List.of(args), io(new PrintStream(out, true, StandardCharsets.UTF_8), err));
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static Io io(PrintStream out, ByteArrayOutputStream err) {
        return new Io(
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                InputStream.nullInputStream(),
                Map.of(),
                false,
                what -> null);
    }

    private static int run(List<String> args, Io io) {
        Cli.Starters starters = new Cli.Starters(
                (settings, person) -> {
                    throw new IllegalStateException("no node is started here");
                },
                (setup, progress) -> {
                    throw new IllegalStateException("no network is started here");
                },
                FleetServer::start);
        try {
            return Cli.run(args, io, starters);
        } finally {
            io.out().close();
        }
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    JsonNode json(String path) throws IOException, InterruptedException {
        HttpResponse<String> r = get(path + (path.contains("?") ? "&" : "?") + "format=json");
        if (r.statusCode() != 200) {
            throw new AssertionError("%s: %d %s".formatted(path, r.statusCode(), r.body()));
        }
        return JSON.readTree(r.body());
    }

    /** Waits until a page, as JSON, is as it should be. */
    JsonNode await(String path, Predicate<JsonNode> as) {
        JsonNode[] last = new JsonNode[1];
        org.awaitility.Awaitility.await(path)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> {
                    last[0] = json(path);
                    org.assertj.core.api.Assertions.assertThat(as.test(last[0]))
                            .as("%s: %s", path, last[0])
                            .isTrue();
                });
        return last[0];
    }

    String base() {
        return base;
    }

    @Override
    public void close() {
        command.interrupt();
        ended.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        client.close();
    }
}
