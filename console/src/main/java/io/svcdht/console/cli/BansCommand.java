package io.svcdht.console.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.console.cli.ApiClient.Answer;
import io.svcdht.storage.model.Banned;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bans}: what a running node has nothing to do with. */
@Command(
        description = {
            "What the node has nothing to do with, one ban a line: what, and why.",
            "add WHAT bans a peer (n3:…), a content id (b3:…) or a block of addresses (192.0.2.0/24), remove WHAT lifts",
            "that ban. Needs a token of an admin where the node asks for tokens."
        })
final class BansCommand implements Callable<Integer> {
    private final Io io;

    @Mixin
    ApiOptions options = new ApiOptions();

    @Parameters(arity = "0..2", paramLabel = "add|remove WHAT", description = "Without it all bans are listed.")
    List<String> deed = List.of();

    @Option(names = "--reason", paramLabel = "TEXT", description = "With add: why, for whoever reads the journal.")
    @Nullable
    String reason;

    BansCommand(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        boolean adds = deed.size() == 2 && deed.getFirst().equals("add");
        boolean removes = deed.size() == 2 && deed.getFirst().equals("remove");
        if (!deed.isEmpty() && !adds && !removes || reason != null && !adds) {
            throw new CommandFailed(ExitCode.USAGE, "bans takes nothing, add WHAT [--reason TEXT], or remove WHAT");
        }
        try (ApiClient api = options.open(io)) {
            return deed.isEmpty() ? list(api) : change(api, adds, what(deed.getLast()));
        }
    }

    private Integer list(ApiClient api) {
        Answer answer = answered(api.ask("/admin/bans"));
        if (options.json) {
            io.line(answer.body());
            return ExitCode.OK;
        }
        JsonNode bans = answer.json().path("bans");
        for (JsonNode ban : bans) {
            String why = Clean.text(ban.path("reason").asText());
            io.line(Clean.text(ban.path("banned").asText()) + (why.isEmpty() ? "" : "  " + why));
        }
        io.say(bans.isEmpty() ? "nothing is banned" : "%d bans".formatted(bans.size()));
        return ExitCode.OK;
    }

    private Integer change(ApiClient api, boolean adds, String what) {
        String path = "/admin/bans/" + encoded(what);
        try {
            Answer answer = answered(
                    adds ? api.put(reason == null ? path : path + "?reason=" + encoded(reason)) : api.delete(path));
            io.line(
                    options.json
                            ? answer.body()
                            : "%s %s (event %d)"
                                    .formatted(
                                            what,
                                            adds ? "is banned" : "is no longer banned",
                                            answer.json().path("position").asLong()));
            return ExitCode.OK;
        } catch (IOException e) {
            throw ApiClient.unreachable(api.base(), e);
        }
    }

    private static Answer answered(Answer answer) {
        if (!answer.ok()) {
            throw new CommandFailed(ExitCode.FAILED, answer.problem());
        }
        return answer;
    }

    /** Checked here, so that a mistake is told without a node. */
    private static String what(String text) {
        try {
            return Banned.parse(text.strip()).text();
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "a ban is of a node id (n3:…), a content id (b3:…) or an address prefix: " + e.getMessage());
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
