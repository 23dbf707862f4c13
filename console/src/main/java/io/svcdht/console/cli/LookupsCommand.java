package io.svcdht.console.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.console.cli.ApiClient.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lookups}: the latest lookups over the network, or one of them leg by leg. */
@Command(description = "Show how lookups over the network went, newest first; with an ID one of them, leg by leg.")
final class LookupsCommand implements Callable<Integer> {
    private final Io io;

    @Mixin
    ApiOptions options = new ApiOptions();

    @Parameters(arity = "0..1", paramLabel = "ID", description = "A lookup id, as the answer of a find names it.")
    @Nullable
    String id;

    @Option(
            names = "--op",
            paramLabel = "WORD",
            description = "Only those that were for this: find, provide, refresh or find_node.")
    @Nullable
    String operation;

    @Option(
            names = "--outcome",
            paramLabel = "WORD",
            description = "Only those that ended so: found, not_found, converged, deadline, hop_budget or no_peers.")
    @Nullable
    String outcome;

    @Option(names = "--min-ms", paramLabel = "N", description = "Only those that took at least so many milliseconds.")
    @Nullable
    Integer minMillis;

    @Option(names = "--target", paramLabel = "ID", description = "Only those for this content id or node id.")
    @Nullable
    String target;

    @Option(names = "--before", paramLabel = "ID", description = "Only those older than this lookup.")
    @Nullable
    String before;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many. Default: 20.")
    int limit = 20;

    LookupsCommand(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        try (ApiClient api = options.open(io)) {
            Answer answer = api.ask(id == null ? "/dht/lookups" + query() : "/dht/lookups/" + encoded(id));
            if (!answer.ok()) {
                throw new CommandFailed(ExitCode.FAILED, answer.problem());
            }
            if (options.json) {
                io.line(answer.body());
            } else if (id != null) {
                LookupText.lookup(answer.json()).forEach(io::line);
            } else {
                LookupText.list(answer.json()).forEach(io::line);
                said(answer.json());
            }
            return ExitCode.OK;
        }
    }

    /** What the list does not show. */
    private void said(JsonNode page) {
        if (!page.path("complete").asBoolean()) {
            io.say("%d lookups were looked through; older ones follow with --before %s"
                    .formatted(
                            page.path("scanned").asLong(),
                            Clean.text(page.path("next").asText())));
        } else if (page.path("lookups").isEmpty()) {
            io.say(
                    page.path("scanned").asLong() == 0
                            ? "no lookup over the network is kept; finds that ask nobody leave no trace"
                            : "none of the %d lookups that are kept is so"
                                    .formatted(page.path("scanned").asLong()));
        }
    }

    private String query() {
        return "?limit=" + limit + parameter("op", operation)
                + parameter("outcome", outcome)
                + parameter("min_ms", minMillis == null ? null : minMillis.toString())
                + parameter("target", target)
                + parameter("before", before);
    }

    private static String parameter(String name, @Nullable String value) {
        return value == null ? "" : "&" + name + "=" + encoded(value);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
