package io.svcdht.console.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.console.cli.ApiClient.Answer;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code peers} and {@code buckets}: whom a running node knows. */
final class PeersCommand {
    private PeersCommand() {}

    /** One contact a line. */
    @Command(description = "Whom the node knows, one contact a line: state, round trip, bucket, address, id.")
    static final class Peers implements Callable<Integer> {
        private final Io io;

        @Mixin
        ApiOptions options = new ApiOptions();

        Peers(Io io) {
            this.io = io;
        }

        @Override
        public Integer call() {
            return show(io, options, "/dht/peers", json -> json.path("peers").forEach(p -> io.line(line(p))));
        }

        private static String line(JsonNode p) {
            return String.format(
                    Locale.ROOT,
                    "%-10s %9s  %3d  %-21s %s",
                    Clean.text(p.path("state").asText()),
                    p.path("rtt_ms").isNull()
                            ? "-"
                            : String.format(
                                    Locale.ROOT, "%.2f ms", p.path("rtt_ms").asDouble()),
                    p.path("bucket").asInt(),
                    Clean.text(p.path("addresses").path(0).asText()),
                    Clean.text(p.path("node").asText()));
        }
    }

    /** One bucket a line. */
    @Command(description = "The routing table, one occupied bucket a line: bits shared, contacts, those that answer.")
    static final class Buckets implements Callable<Integer> {
        private final Io io;

        @Mixin
        ApiOptions options = new ApiOptions();

        Buckets(Io io) {
            this.io = io;
        }

        @Override
        public Integer call() {
            return show(io, options, "/dht/buckets", json -> {
                int k = json.path("k").asInt();
                json.path("buckets")
                        .forEach(b -> io.line(String.format(
                                Locale.ROOT,
                                "%3d  %2d of %d  %2d live",
                                b.path("bucket").asInt(),
                                b.path("contacts").asInt(),
                                k,
                                b.path("live").asInt())));
            });
        }
    }

    private static int show(Io io, ApiOptions options, String path, java.util.function.Consumer<JsonNode> text) {
        try (ApiClient api = options.open(io)) {
            Answer answer = api.ask(path);
            if (!answer.ok()) {
                throw new CommandFailed(ExitCode.FAILED, answer.problem());
            }
            if (options.json) {
                io.line(answer.body());
                return ExitCode.OK;
            }
            JsonNode json = answer.json();
            text.accept(json);
            io.say("%d contacts, %d live, about %d nodes; peers reach this one at %s"
                    .formatted(
                            json.path("contacts").asInt(),
                            json.path("live").asInt(),
                            json.path("network_size").asLong(),
                            Clean.text(json.path("listens").asText())));
            return ExitCode.OK;
        }
    }
}
