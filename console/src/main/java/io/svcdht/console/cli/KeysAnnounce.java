package io.svcdht.console.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.svcdht.console.cli.ApiClient.Answer;
import io.svcdht.node.view.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code keys announce}: the second half of a change of keys. What another node took back is announced by this one. */
@Command(
        description = {
            "Announce what keys retire wrote, by the node that runs now and with its keys. Nothing is announced for longer"
                    + " than it had left; what ran out meanwhile is left out.",
            "Needs a token of an operator where the node asks for tokens."
        })
final class KeysAnnounce implements Callable<Integer> {
    private static final int LINES_A_REQUEST = 256;
    private static final int FAILURES_SHOWN = 20;

    private final Io io;
    private final JsonMapper mapper = new JsonMapper();
    private long announced;
    private long expired;
    private long failed;

    @Mixin
    ApiOptions options = new ApiOptions();

    @Parameters(arity = "1", paramLabel = "FILE", description = "What keys retire wrote.")
    Path file = Path.of("published.ndjson");

    KeysAnnounce(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        try (ApiClient api = options.open(io);
                BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            List<String> batch = new ArrayList<>();
            long number = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                Optional<String> body = body(line, ++number);
                body.ifPresent(batch::add);
                if (batch.size() == LINES_A_REQUEST) {
                    announce(api, batch);
                }
            }
            announce(api, batch);
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.USAGE, Clean.text("%s cannot be read: %s".formatted(file, e)), e);
        }
        if (options.json) {
            io.json(g -> {
                g.writeStartObject();
                g.writeNumberField("announced", announced);
                g.writeNumberField("expired", expired);
                g.writeNumberField("failed", failed);
                g.writeEndObject();
            });
        } else {
            io.line("%d records announced, %d ran out meanwhile, %d failed".formatted(announced, expired, failed));
        }
        return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    /** The line of a batch, empty if there is no time left. */
    private Optional<String> body(String line, long number) {
        try {
            JsonNode p = mapper.readTree(line);
            Instant end = Instant.parse(p.path("expires_at").asText());
            long seconds = Duration.between(Instant.now(), end).toSeconds();
            if (seconds < 1) {
                expired++;
                return Optional.empty();
            }
            return Optional.of(Json.text(g -> {
                g.writeStartObject();
                g.writeStringField("cid", p.path("cid").asText());
                if (p.has("node")) {
                    g.writeStringField("node", p.path("node").asText());
                }
                g.writeArrayFieldStart("addrs");
                for (JsonNode addr : p.path("addrs")) {
                    g.writeString(addr.asText());
                }
                g.writeEndArray();
                g.writeNumberField("ttl_secs", seconds);
                g.writeEndObject();
            }));
        } catch (JsonProcessingException | DateTimeParseException e) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    Clean.text("%s:%d is no line that keys retire wrote; the lines before it are announced"
                            .formatted(file, number)),
                    e);
        }
    }

    private void announce(ApiClient api, List<String> batch) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            Answer answer = api.postLines("/dht/provide/batch", String.join("\n", batch) + "\n");
            if (!answer.ok()) {
                throw new CommandFailed(ExitCode.FAILED, answer.problem());
            }
            List<Answer> each = answer.body().lines().map(api::line).toList();
            for (Answer one : each) {
                if (one.ok()) {
                    announced++;
                } else if (++failed <= FAILURES_SHOWN) {
                    io.say(one.problem());
                }
            }
            failed += batch.size() - each.size();
        } catch (IOException e) {
            throw ApiClient.unreachable(api.base(), e);
        }
        batch.clear();
    }
}
