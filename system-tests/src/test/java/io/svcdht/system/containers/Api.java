package io.svcdht.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** A node's HTTP API, as an operator with a token calls it. */
record Api(URI base, String token) {
    static final int TTL_SECONDS = 3600;

    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_MAX)
            .build();

    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(ANSWER_MAX)
                .header("Authorization", "Bearer " + token)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    JsonNode json(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = send("GET", path, "");
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }

    /** 0 where nobody answers. */
    int status(String path) throws InterruptedException {
        try {
            return send("GET", path, "").statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    HttpResponse<String> provide(String cid, String locator, int ttlSeconds, boolean replicated)
            throws IOException, InterruptedException {
        return send(
                "POST",
                "/dht/provide" + (replicated ? "?wait=replicated" : ""),
                "{\"cid\":\"%s\",\"node\":\"%s\",\"ttl_secs\":%d}".formatted(cid, locator, ttlSeconds));
    }

    HttpResponse<String> withdraw(String cid, String locator) throws IOException, InterruptedException {
        return send("DELETE", "/dht/provide?cid=%s&node=%s".formatted(encoded(cid), encoded(locator)), "");
    }

    HttpResponse<String> find(String cid, String query) throws IOException, InterruptedException {
        return send("GET", "/dht/find_providers/" + encoded(cid) + query, "");
    }

    /** The content ids of all that it holds a copy of. */
    Set<String> held() throws IOException, InterruptedException {
        HttpResponse<String> all = CLIENT.send(
                HttpRequest.newBuilder(base.resolve("/dht/_debug/list"))
                        .timeout(ANSWER_MAX)
                        .header("Authorization", "Bearer " + token)
                        .header("Accept", "application/x-ndjson")
                        .build(),
                BodyHandlers.ofString());
        assertThat(all.statusCode()).as(all.body()).isEqualTo(200);
        Set<String> cids = new HashSet<>();
        for (String line : all.body().lines().toList()) {
            cids.add(JSON.readTree(line).get("cid").asText());
        }
        return cids;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
