package io.svcdht.console.cli;

import io.svcdht.console.fleet.BundleRefused;
import io.svcdht.console.fleet.BundleWriter;
import io.svcdht.node.BuildInfo;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Invalid;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.view.Json;
import io.svcdht.node.view.Moment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code incident export}: what some nodes did in a span, as one file. */
@Command(description = "Put what nodes did in a span into one file, which incident open shows.")
final class IncidentExport implements Callable<Integer> {
    private final Io io;

    @Option(
            names = "--from",
            paramLabel = "MOMENT",
            description = "An instant such as 2026-01-31T12:00:00Z, or seq:N;" + " each node's first event without it.")
    @Nullable
    String from;

    @Option(names = "--to", paramLabel = "MOMENT", description = "The last moment; each node's last event without it.")
    @Nullable
    String to;

    @Option(
            names = "--nodes",
            paramLabel = "NODE",
            split = ",",
            required = true,
            description = "Data directories, TOML files of nodes (then with their settings, redacted), or addresses of"
                    + " HTTP APIs such as http://10.0.0.7:5301; more than one with commas between.")
    List<String> nodes = List.of();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "A file with a viewer's token on its first line, for all addresses. Default: variable DHT_TOKEN_FILE.")
    @Nullable
    String tokenFile;

    @Option(names = "--json", description = "JSON instead of text.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Parameters(paramLabel = "FILE", description = "The file to make.")
    Path file = Path.of("");

    IncidentExport(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        check(from);
        check(to);
        try (HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .build();
                BundleWriter bundle = new BundleWriter(file);
                ProgressLine progress = new ProgressLine(io)) {
            List<IncidentSource> sources = sources(http);
            long events = 0;
            for (IncidentSource s : sources) {
                events += s.write(
                        bundle,
                        new IncidentSource.Span(from, to),
                        n -> progress.show("%s: %,d events".formatted(Clean.text(s.label()), n)));
            }
            BuildInfo build = BuildInfo.load();
            long bytes = bundle.finish(
                    Json.instant(System.currentTimeMillis()),
                    "svc-dht " + build.version(),
                    from == null ? "" : from,
                    to == null ? "" : to,
                    List.of("configuration"));
            progress.clear();
            report(sources.size(), events, bytes);
            return ExitCode.OK;
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailed(ExitCode.USAGE, file + " exists already; give another name", e);
        } catch (BundleRefused e) {
            throw new CommandFailed(
                    ExitCode.FAILED, Clean.text(String.valueOf(e.getMessage())) + "; nothing is made", e);
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.FAILED, file + " cannot be made: " + e, e);
        }
    }

    private static void check(@Nullable String moment) {
        try {
            if (moment != null) {
                Moment.parse(moment);
            }
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private List<IncidentSource> sources(HttpClient http) {
        List<IncidentSource> sources = new ArrayList<>();
        for (String node : nodes) {
            String text = node.strip();
            if (text.startsWith("http://") || text.startsWith("https://")) {
                URI base = ApiOptions.uri(text);
                String tokens = tokenFile != null ? tokenFile : io.environment().get("DHT_TOKEN_FILE");
                sources.add(new IncidentApi(
                        base, tokens == null || tokens.isEmpty() ? null : ApiOptions.token(Path.of(tokens)), http));
            } else if (Files.isDirectory(Path.of(text))) {
                sources.add(new IncidentFiles(Path.of(text), Map.of()));
            } else if (Files.isRegularFile(Path.of(text))) {
                sources.add(configured(text));
            } else {
                throw new CommandFailed(
                        ExitCode.USAGE,
                        "\"%s\" is neither a data directory, nor a TOML file, nor an address such as http://10.0.0.7:5301"
                                .formatted(Clean.text(text)));
            }
        }
        return sources;
    }

    private IncidentFiles configured(String toml) {
        return switch (ConfigLoader.load(Flags.parse(List.of(Flags.CONFIG + "=" + toml)), Map.of())) {
            case Loaded loaded -> {
                Map<String, String> settings = new HashMap<>();
                loaded.settings().forEach((key, s) -> settings.put(key, redacted(key, s.value())));
                yield new IncidentFiles(loaded.config().dataDir(), settings);
            }
            case Invalid invalid ->
                throw new CommandFailed(ExitCode.USAGE, Clean.text(toml + " does not hold: " + invalid.text()));
        };
    }

    /** Paths tell of a machine, and what is named after a secret may be one. */
    static String redacted(String key, String value) {
        boolean hidden = key.matches(".*(_file|_dir|token|secret|password|passphrase|header|properties|seeds|advertise"
                + "|_bind|hosts|endpoint|servers).*");
        return hidden && !value.isEmpty() ? "(left out)" : value;
    }

    private void report(int count, long events, long bytes) {
        if (json) {
            io.json(g -> {
                g.writeStartObject();
                g.writeBooleanField("ok", true);
                g.writeStringField("file", file.toString());
                g.writeNumberField("nodes", count);
                g.writeNumberField("events", events);
                g.writeNumberField("bytes", bytes);
                g.writeEndObject();
            });
            return;
        }
        io.line("%s written: %d nodes, %d events, %d bytes".formatted(file, count, events, bytes));
        io.say(
                "addresses, locators and content ids of the nodes are in it: give it only to whom you would show the journals");
    }
}
