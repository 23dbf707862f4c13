package io.svcdht.console.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.svcdht.console.fleet.BundleRefused;
import io.svcdht.console.fleet.BundleWriter;
import io.svcdht.console.fleet.NodeCard;
import io.svcdht.console.view.Links;
import io.svcdht.node.view.BadLine;
import io.svcdht.node.view.Json;
import io.svcdht.node.view.TraceJsonReader;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LookupRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A running node, over its HTTP API: its console's export of the journal, and its lookups one by one.
 *
 * @param base of its API, without a slash at the end
 * @param token null = it asks for none
 */
record IncidentApi(URI base, @Nullable String token, HttpClient http) implements IncidentSource {
    private static final Duration ANSWER_MAX = Duration.ofMinutes(1);
    private static final int LOOKUPS_A_PAGE = 1_000;
    private static final int LOOKUPS_MAX = 2_000;
    private static final int PROGRESS_EVENTS = 8192;
    private static final int BODY_BYTES_MAX = 64 << 20;
    private static final JsonMapper MAPPER = new JsonMapper();

    @Override
    public String label() {
        return base.getAuthority();
    }

    @Override
    public long write(BundleWriter into, Span span, LongConsumer progress) throws IOException, BundleRefused {
        JsonNode overview = MAPPER.readTree(get("/console/overview.json"));
        NodeId node;
        try {
            node = NodeId.parse(overview.path("node").asText());
        } catch (IllegalArgumentException e) {
            throw new BundleRefused("%s does not say which node it is; is it one of this program?".formatted(base), e);
        }
        JsonNode version = MAPPER.readTree(get("/version"));
        long[] events = new long[1];
        into.journal(node, lines -> events[0] = journal(span, lines, progress));
        List<String> notes = new ArrayList<>();
        into.traces(node, lines -> traces(span, lines, notes));
        into.card(new NodeCard(
                node,
                label(),
                version.path("version").asText(""),
                version.path("git").asText(""),
                "",
                base.toString(),
                -1,
                -1,
                -1,
                -1,
                overview.path("readiness").asText(""),
                Json.millis(overview.path("at").asText("1970-01-01T00:00:00Z")),
                0,
                0,
                Map.of(),
                notes));
        return events[0];
    }

    private long journal(Span span, BundleWriter.Lines out, LongConsumer progress) throws IOException, BundleRefused {
        String path = "/console/journal.ndjson";
        path = Links.with(path, "since", span.from() == null ? "" : span.from());
        path = Links.with(path, "at", span.to() == null ? "" : span.to());
        long events = 0;
        try (InputStream body = stream(path);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8.newDecoder()))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.line(line);
                if (line.startsWith("{\"position\":") && ++events % PROGRESS_EVENTS == 0) {
                    progress.accept(events);
                }
            }
        }
        return events;
    }

    /** Newest first, as the API lists them; the oldest of too many are left out, which is noted. */
    private void traces(Span span, BundleWriter.Lines out, List<String> notes) throws IOException, BundleRefused {
        long from = instant(span.from(), 0);
        long to = instant(span.to(), Long.MAX_VALUE);
        String before = "";
        int taken = 0;
        do {
            JsonNode page = MAPPER.readTree(get(Links.with("/dht/lookups?limit=" + LOOKUPS_A_PAGE, "before", before)));
            for (JsonNode l : page.path("lookups")) {
                long at = Json.millis(l.path("at").asText());
                if (at < from) {
                    return;
                }
                if (at > to) {
                    continue;
                }
                if (taken == LOOKUPS_MAX) {
                    notes.add("Only the newest %,d lookups were taken; from its data directory all are."
                            .formatted(LOOKUPS_MAX));
                    return;
                }
                out.lookup(lookup(l.path("lookup_id").asText()));
                taken++;
            }
            before = page.path("next").asText("");
        } while (!before.isEmpty());
    }

    private LookupRecord lookup(String id) throws IOException, BundleRefused {
        try {
            return TraceJsonReader.parse(get("/dht/lookups/" + Links.encoded(id)), 1);
        } catch (BadLine e) {
            throw new BundleRefused(
                    "%s told of lookup %s what cannot be read: %s".formatted(base, Clean.text(id), e.getMessage()), e);
        }
    }

    /** A position names no time here: then traces are not cut. */
    private static long instant(@Nullable String moment, long otherwise) {
        return moment != null
                        && io.svcdht.node.view.Moment.parse(moment)
                                instanceof io.svcdht.node.view.Moment.AtInstant(long millis)
                ? millis
                : otherwise;
    }

    private String get(String path) throws IOException, BundleRefused {
        try (InputStream body = stream(path)) {
            byte[] bytes = body.readNBytes(BODY_BYTES_MAX + 1);
            if (bytes.length > BODY_BYTES_MAX) {
                throw new BundleRefused("%s answers %s with more than %,d bytes".formatted(base, path, BODY_BYTES_MAX));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private InputStream stream(String path) throws IOException, BundleRefused {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(ANSWER_MAX)
                .header("Accept", "application/json");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<InputStream> response;
        try {
            response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (IOException e) {
            throw new BundleRefused("no node answers at %s: %s".formatted(base, e), e);
        }
        if (response.statusCode() == 200) {
            return response.body();
        }
        response.body().close();
        throw new BundleRefused(
                switch (response.statusCode()) {
                    case 401, 403 -> "%s wants a token of a viewer; give --token-file".formatted(base);
                    default -> "%s answers %s with %d".formatted(base, path, response.statusCode());
                });
    }
}
