package io.svcdht.console.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which running node to talk to. */
final class ApiOptions {
    private static final String API_DEFAULT = "http://127.0.0.1:5301";

    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "The node's HTTP API. Default: variable DHT_API, else " + API_DEFAULT + ".")
    @Nullable
    String api;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file with a bearer token on its first line. Default: variable DHT_TOKEN_FILE.")
    @Nullable
    String tokenFile;

    @Option(names = "--json", description = "JSON instead of text.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    ApiClient open(Io io) {
        String base = api != null ? api : io.environment().getOrDefault("DHT_API", API_DEFAULT);
        String file = tokenFile != null ? tokenFile : io.environment().get("DHT_TOKEN_FILE");
        return new ApiClient(uri(base), file == null || file.isEmpty() ? null : token(Path.of(file)));
    }

    static URI uri(String base) {
        try {
            URI uri = URI.create(base.endsWith("/") ? base.substring(0, base.length() - 1) : base);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new CommandFailed(
                ExitCode.USAGE,
                "\"%s\" is no address of an API; write it as %s".formatted(Clean.text(base), API_DEFAULT));
    }

    static String token(Path file) {
        try {
            String token = Files.readString(file).lines().findFirst().orElse("").strip();
            if (token.isEmpty() || !token.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
                throw new CommandFailed(
                        ExitCode.USAGE, "token file %s holds no token on its first line".formatted(file));
            }
            return token;
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.USAGE, "token file %s cannot be read: %s".formatted(file, e), e);
        }
    }
}
