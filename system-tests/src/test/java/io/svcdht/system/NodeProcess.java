package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A node in a process of its own, listening on a free port that it tells in its log. */
final class NodeProcess implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration END_MAX = Duration.ofMinutes(3);
    private static final Duration ANSWER_MAX = Duration.ofMinutes(3);
    private static final Pattern SERVING = Pattern.compile("Serving node \\S+ at \\[?([0-9A-Za-z.:]+)");
    private static final Pattern PEERS = Pattern.compile("Serving node .* peers at ([0-9A-Za-z.:]+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Thread logReader;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private NodeProcess(Process process) {
        this.process = process;
        this.logReader = Thread.ofVirtual().start(this::readLog);
    }

    /** Starts a node on the given data directory; returns before it serves. */
    static NodeProcess start(Path dataDirectory, String... flags) throws IOException {
        List<String> args = new ArrayList<>(List.of("--data-dir", dataDirectory.toString()));
        args.addAll(List.of(flags));
        return start(builder(args));
    }

    /** The {@code run} command with a free port and the given settings. */
    static ProcessBuilder builder(List<String> settings) {
        List<String> args = new ArrayList<>(
                List.of("run", "--admin-bind", "127.0.0.1:0", "--peer-bind", "127.0.0.1:0", "--log-format", "text"));
        args.addAll(settings);
        return Program.of(args);
    }

    static NodeProcess start(ProcessBuilder builder) throws IOException {
        return new NodeProcess(builder.redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .start());
    }

    private void readLog() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(log::add);
        } catch (IOException | UncheckedIOException e) {
            log.add("(log not read on: " + e.getMessage() + ")");
        }
    }

    // --- its life ----------------------------------------------------------------------------------------------------

    NodeProcess awaitReady() {
        awaitServing();
        await("the node to be ready", Duration.ofMillis(5), () -> status("/readyz") == 200);
        return this;
    }

    /** Waits until the log tells where it listens; it may still be booting. */
    NodeProcess awaitServing() {
        await("the node to serve", Duration.ofMillis(2), () -> address().isPresent() || !process.isAlive());
        if (address().isEmpty()) {
            awaitEnd();
            throw new AssertionError("the node ended with %d; it said:%n%s".formatted(process.exitValue(), logText()));
        }
        return this;
    }

    /** A node that is late says where its threads are. */
    private void await(String what, Duration pollInterval, Callable<Boolean> condition) {
        try {
            Awaitility.await(what).atMost(START_MAX).pollInterval(pollInterval).until(condition);
        } catch (ConditionTimeoutException e) {
            signal("QUIT");
            Awaitility.await("its thread dump").atMost(START_MAX).until(() -> log.stream()
                    .anyMatch(line -> line.startsWith("JNI global refs")));
            throw new AssertionError("%s; it said:%n%s".formatted(e.getMessage(), logText()), e);
        }
    }

    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            assertThat(kill.waitFor()).as("exit code of kill -%s", name).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    int awaitEnd() {
        try {
            assertThat(process.waitFor(END_MAX.toMillis(), TimeUnit.MILLISECONDS))
                    .as("the process ends; it said:%n%s", logText())
                    .isTrue();
            logReader.join(END_MAX);
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    String logText() {
        return String.join(System.lineSeparator(), log);
    }

    List<String> log() {
        return log;
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
        client.shutdownNow();
    }

    // --- its HTTP API ------------------------------------------------------------------------------------------------

    private Optional<String> address() {
        return log.stream()
                .map(SERVING::matcher)
                .filter(Matcher::find)
                .map(m -> m.group(1))
                .findFirst();
    }

    /** {@code host:port} of the HTTP API. */
    String hostPort() {
        return address().orElseThrow(() -> new AssertionError("serves nowhere yet; it said:\n" + logText()));
    }

    /** {@code host:port} where peers reach it. */
    String peerAddress() {
        return log.stream()
                .map(PEERS::matcher)
                .filter(Matcher::find)
                .map(m -> m.group(1))
                .findFirst()
                .orElseThrow(() -> new AssertionError("listens to no peers; it said:\n" + logText()));
    }

    HttpRequest.Builder request(String pathAndQuery) {
        return HttpRequest.newBuilder(URI.create("http://" + hostPort() + pathAndQuery))
                .timeout(ANSWER_MAX);
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String pathAndQuery) throws IOException, InterruptedException {
        return send(request(pathAndQuery));
    }

    JsonNode json(String pathAndQuery) throws IOException, InterruptedException {
        return json(get(pathAndQuery));
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        assertThat(response.statusCode())
                .as("%s: %s", response.uri(), response.body())
                .isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private int status(String path) throws InterruptedException {
        try {
            return get(path).statusCode();
        } catch (IOException e) {
            return -1;
        }
    }

    HttpResponse<String> provide(String cid, String node, int ttlSeconds) throws IOException, InterruptedException {
        String body = "{\"cid\":\"%s\",\"node\":\"%s\",\"ttl_secs\":%d}".formatted(cid, node, ttlSeconds);
        return send(request("/dht/provide")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> withdraw(String cid, String node) throws IOException, InterruptedException {
        return send(request("/dht/provide?cid=%s&node=%s".formatted(encoded(cid), encoded(node)))
                .DELETE());
    }

    /** The locators a find shows. */
    List<String> find(String cid) throws IOException, InterruptedException {
        List<String> providers = new ArrayList<>();
        json("/dht/find_providers/" + encoded(cid)).get("providers").forEach(p -> providers.add(p.asText()));
        return providers;
    }

    /** Every live record, a line of JSON each. */
    List<JsonNode> listAll() throws IOException, InterruptedException {
        HttpResponse<String> all = send(request("/dht/_debug/list").header("Accept", "application/x-ndjson"));
        assertThat(all.statusCode()).as(all.body()).isEqualTo(200);
        List<JsonNode> lines = new ArrayList<>();
        for (String line : all.body().lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    /** The value of a counter or gauge without labels. */
    double metric(String name) throws IOException, InterruptedException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
