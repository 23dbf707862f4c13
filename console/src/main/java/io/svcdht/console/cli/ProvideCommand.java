package io.svcdht.console.cli;

import io.svcdht.console.cli.ApiClient.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code provide}: announces one content id, or every file of a tree. */
@Command(description = "Announce that content can be had here: one content id, or every file of a directory tree.")
final class ProvideCommand implements Callable<Integer> {
    private static final int CONNECTIONS_MAX = 256;

    private final Io io;

    @Mixin
    ApiOptions options = new ApiOptions();

    @Parameters(arity = "0..1", paramLabel = "CID", description = "What to announce, such as b3:<64 hex digits>.")
    @Nullable
    String cid;

    @Option(
            names = "--files",
            paramLabel = "DIR",
            description = "Announce every regular file below DIR by its BLAKE3 hash. Symbolic links are left out.")
    @Nullable
    Path files;

    @Option(names = "--node", paramLabel = "LOCATOR", description = "Where it can be had; this node without it.")
    @Nullable
    String node;

    @Option(
            names = "--ttl",
            paramLabel = "SECONDS",
            description = "How long it holds, 1 to 172800; the node's ttl_secs without it.")
    @Nullable
    Integer ttl;

    @Option(names = "--addr", paramLabel = "ADDRESS", description = "An address to hand out with it; may be repeated.")
    List<String> addrs = List.of();

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "Requests at once with --files, 1 to 256. Default: ${DEFAULT-VALUE}.")
    int connections = 4;

    @Option(
            names = "--retry-secs",
            paramLabel = "SECONDS",
            description = "How long to wait out a busy or restarting node. Default: ${DEFAULT-VALUE}.")
    int retrySeconds = 30;

    ProvideCommand(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() throws InterruptedException {
        if ((cid == null) == (files == null)) {
            throw new CommandFailed(ExitCode.USAGE, "provide needs either a CID or --files DIR");
        }
        if (connections < 1 || connections > CONNECTIONS_MAX) {
            throw new CommandFailed(
                    ExitCode.USAGE, "--connections = %d is outside 1…%d".formatted(connections, CONNECTIONS_MAX));
        }
        if (retrySeconds < 0) {
            throw new CommandFailed(ExitCode.USAGE, "--retry-secs = %d is below 0".formatted(retrySeconds));
        }
        Provision provision = new Provision(node, ttl, addrs);
        try (ApiClient api = options.open(io)) {
            if (cid != null) {
                return one(api, provision, cid);
            }
            Path root = files == null ? Path.of("") : files;
            if (!Files.isDirectory(root)) {
                throw new CommandFailed(
                        ExitCode.USAGE, root + (Files.exists(root) ? " is no directory" : " does not exist"));
            }
            return new ProvideFiles(io, options.json).run(api, provision, root, connections, retrySeconds * 1000L);
        }
    }

    private int one(ApiClient api, Provision provision, String text) {
        return switch (new Announcer(api, provision, retrySeconds * 1000L, () -> false).announce(text)) {
            case Announcer.Result.Announced(Answer answer) -> {
                if (options.json) {
                    io.line(answer.body());
                } else {
                    io.line(Clean.text("%s announced for %s s, until %s (event %s)"
                            .formatted(
                                    answer.json().path("cid").asText(text),
                                    answer.json().path("ttl_secs_used").asText("?"),
                                    answer.json().path("expires_at").asText("?"),
                                    answer.json().path("position").asText("?"))));
                }
                yield ExitCode.OK;
            }
            case Announcer.Result.Failed(String sentence) -> throw new CommandFailed(ExitCode.FAILED, sentence);
            case Announcer.Result.Hopeless(String sentence) -> throw new CommandFailed(ExitCode.FAILED, sentence);
        };
    }
}
