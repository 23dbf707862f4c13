package io.svcdht.console.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.console.cli.ApiClient.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code refusals}: who was refused by a running node, and who refused it. */
@Command(
        description = {
            "Who was refused what since the node's start, the latest first: how long ago, how often, which way, why, who.",
            "here = the node refused what a peer wanted, answered = it did not believe a peer's answer, there = a peer refused",
            "the node's own record."
        })
final class RefusalsCommand implements Callable<Integer> {
    private final Io io;

    @Mixin
    ApiOptions options = new ApiOptions();

    @Parameters(arity = "0..1", paramLabel = "WHO", description = "Only this node id or address.")
    @Nullable
    String who;

    RefusalsCommand(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        try (ApiClient api = options.open(io)) {
            String path = "/dht/refusals";
            Answer answer = api.ask(who == null ? path : path + "?who=" + encoded(who));
            if (!answer.ok()) {
                throw new CommandFailed(ExitCode.FAILED, answer.problem());
            }
            if (options.json) {
                io.line(answer.body());
                return ExitCode.OK;
            }
            JsonNode json = answer.json();
            json.path("refusals").forEach(r -> io.line(line(r)));
            io.say(said(json));
            return ExitCode.OK;
        }
    }

    private static String line(JsonNode r) {
        return String.format(
                Locale.ROOT,
                "%6d s %8d  %-8s %-15s %s  %s",
                r.path("last_secs_ago").asLong(),
                r.path("times").asLong(),
                Clean.text(r.path("way").asText()),
                Clean.text(r.path("reason").asText()),
                Clean.text(r.path("who").asText()),
                Clean.text(r.path("detail").asText()));
    }

    private static String said(JsonNode json) {
        JsonNode totals = json.path("totals");
        long forgotten = json.path("forgotten").asLong();
        return "%,d refused here, %,d answers not believed, %,d own records refused elsewhere%s"
                .formatted(
                        totals.path("here").asLong(),
                        totals.path("answered").asLong(),
                        totals.path("there").asLong(),
                        forgotten == 0 ? "" : "; %,d rows made room for later ones".formatted(forgotten));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
