package io.svcdht.console.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.console.cli.ApiClient.Answer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code find}: one provider a line; ends with 1 where there is none. */
@Command(description = "Find who provides a content id, or a file's content. Ends with 1 where nobody does.")
final class FindCommand implements Callable<Integer> {
    private final Io io;

    @Mixin
    ApiOptions options = new ApiOptions();

    @Parameters(arity = "0..1", paramLabel = "CID", description = "What to look for.")
    @Nullable
    String cid;

    @Option(names = "--file", paramLabel = "FILE", description = "Look for this file's content instead.")
    @Nullable
    Path file;

    FindCommand(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        if ((cid == null) == (file == null)) {
            throw new CommandFailed(ExitCode.USAGE, "find needs either a CID or --file FILE");
        }
        String wanted = file != null ? hash(file) : String.valueOf(cid);
        try (ApiClient api = options.open(io)) {
            Answer answer = ask(api, wanted);
            if (!answer.ok()) {
                throw new CommandFailed(ExitCode.FAILED, answer.problem());
            }
            JsonNode providers = answer.json().path("providers");
            if (options.json) {
                io.line(answer.body());
            } else {
                providers.forEach(p -> io.line(Clean.text(p.asText())));
                if (providers.isEmpty()) {
                    io.say("nobody provides %s".formatted(Clean.text(wanted)));
                }
            }
            return providers.isEmpty() ? ExitCode.FAILED : ExitCode.OK;
        }
    }

    private static Answer ask(ApiClient api, String wanted) {
        // URLEncoder is for forms: in a path a space is %20.
        String encoded = URLEncoder.encode(wanted, StandardCharsets.UTF_8).replace("+", "%20");
        return api.ask("/dht/find_providers/" + encoded);
    }

    private static String hash(Path file) {
        try {
            return FileHash.of(file.toRealPath(), n -> {}).cid().text();
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.USAGE, "%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }
}
