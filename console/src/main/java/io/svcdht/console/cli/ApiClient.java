package io.svcdht.console.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.svcdht.node.view.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A running node's HTTP API. Keeps connections alive; for any number of threads. */
final class ApiClient implements AutoCloseable {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    private final JsonMapper mapper = new JsonMapper();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_MAX)
            .build();
    private final URI base;
    private final @Nullable String token;

    ApiClient(URI base, @Nullable String token) {
        this.base = base;
        this.token = token;
    }

    /**
     * What the node said.
     *
     * @param status 0 for a line of a batch that was refused
     * @param json missing where the body is no JSON
     * @param retryAfterSeconds 0 where it named none
     */
    record Answer(int status, String body, JsonNode json, long retryAfterSeconds) {
        boolean ok() {
            return status >= 200 && status < 300;
        }

        /** The error's code, empty where there is none. */
        String code() {
            return json.path("code").asText("");
        }

        /** A problem as one sentence, safe for a terminal. */
        String problem() {
            String detail = json.path("detail").asText(json.path("title").asText(""));
            return Clean.text(
                    "%s%s%s".formatted(status > 0 ? status + " " : "", code(), detail.isEmpty() ? "" : ": " + detail));
        }
    }

    Answer get(String path) throws IOException {
        return send(
                HttpRequest.newBuilder(base.resolve(base.getRawPath() + path)).GET());
    }

    Answer post(String path, Json.Body body) throws IOException {
        return send(HttpRequest.newBuilder(base.resolve(base.getRawPath() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.text(body))));
    }

    Answer put(String path) throws IOException {
        return send(HttpRequest.newBuilder(base.resolve(base.getRawPath() + path))
                .PUT(HttpRequest.BodyPublishers.noBody()));
    }

    Answer delete(String path) throws IOException {
        return send(
                HttpRequest.newBuilder(base.resolve(base.getRawPath() + path)).DELETE());
    }

    /** @param lines NDJSON, each line with its line feed; few enough to be sent before an answer is read */
    Answer postLines(String path, String lines) throws IOException {
        return send(HttpRequest.newBuilder(base.resolve(base.getRawPath() + path))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(lines)));
    }

    /** Reads one line of an answer. */
    Answer line(String line) {
        JsonNode json = json(line);
        return new Answer(json.path("ok").asBoolean() ? 200 : 0, line, json, 0);
    }

    /** For commands that ask once: an unreachable node ends the command. */
    Answer ask(String path) {
        try {
            return get(path);
        } catch (IOException e) {
            throw unreachable(base(), e);
        }
    }

    /** What an unreachable node ends a command with. */
    static CommandFailed unreachable(URI base, IOException e) {
        return new CommandFailed(
                ExitCode.FAILED,
                "no node answers at %s (%s); start one with svc-dht run, or name it with --api"
                        .formatted(base, e.getClass().getSimpleName()),
                e);
    }

    URI base() {
        return base;
    }

    private Answer send(HttpRequest.Builder request) throws IOException {
        request.timeout(ANSWER_MAX).header("Accept", "application/json");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            long retryAfter = response.headers()
                    .firstValue("Retry-After")
                    .map(ApiClient::seconds)
                    .orElse(0L);
            return new Answer(response.statusCode(), response.body(), json(response.body()), retryAfter);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private JsonNode json(String body) {
        try {
            return body.startsWith("{") || body.startsWith("[") ? mapper.readTree(body) : MissingNode.getInstance();
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static long seconds(String retryAfter) {
        try {
            return Math.clamp(Long.parseLong(retryAfter.strip()), 0, 60);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
