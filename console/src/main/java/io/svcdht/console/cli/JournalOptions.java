package io.svcdht.console.cli;

import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Invalid;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.config.Problem;
import io.svcdht.node.runtime.JournalFiles;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.node.view.Moment;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.replay.Moments;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the journal is, for all commands that read one. */
final class JournalOptions {
    private static final String ON_KAFKA =
            "the journal is on a topic, and this command reads files; svc-dht fleet cat --node ID writes its events as JSON,"
                    + " the running node does at /journal/events, and Kafka keeps the copies";

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "The node's data directory; else as run would find it.")
    @Nullable
    Path dataDir;

    @Option(names = "--config", paramLabel = "FILE", description = "The node's TOML file, for its data_dir.")
    @Nullable
    String config;

    @Option(names = "--json", description = "JSON instead of text.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    /** Something done with a journal. */
    @FunctionalInterface
    interface Work {
        int with(JournalFiles.Opened journal);
    }

    /** Opens the journal, does the work, and turns its troubles into exit codes. */
    int read(Io io, Work work) {
        Path directory = directory(io);
        if (Files.exists(directory.resolve("node.key")) && !Files.exists(directory.resolve("journal"))) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "%s has a key and no journal; if its node runs with journal = kafka, %s"
                            .formatted(directory, ON_KAFKA));
        }
        try (JournalFiles.Opened journal = JournalFiles.read(directory)) {
            try {
                long promised = journal.promised();
                int code = work.with(journal);
                refuseLost(journal, promised, journal.lastPosition());
                return code;
            } catch (JournalDamaged e) {
                throw journal.explained(e);
            }
        } catch (StartFailure e) {
            throw new CommandFailed(e.exitCode(), String.valueOf(e.getMessage()), e);
        } catch (JournalDamaged e) {
            throw new CommandFailed(ExitCode.JOURNAL_DAMAGED, "the journal is damaged: " + e.getMessage(), e);
        } catch (JournalTruncated e) {
            throw new CommandFailed(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        } catch (JournalUnavailable e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    /** A journal that ends before its own mark has lost events, whatever the checksums of the others say. */
    static void refuseLost(JournalFiles.Opened journal, long promised, long last) {
        if (promised > last) {
            throw new JournalDamaged(
                    journal.files().toString(),
                    last + 1,
                    "%d events were on the medium once, but only %d are there".formatted(promised, last));
        }
    }

    Path directory(Io io) {
        if (dataDir != null) {
            return dataDir;
        }
        NodeConfig settings = config(io);
        if (settings.kafka().journal() == KafkaConfig.Store.KAFKA) {
            throw new CommandFailed(ExitCode.USAGE, "journal = kafka: " + ON_KAFKA);
        }
        return settings.dataDir();
    }

    /** The node's settings, as run would find them. */
    NodeConfig config(Io io) {
        List<String> flags = new ArrayList<>();
        if (config != null) {
            flags.add(Flags.CONFIG + "=" + config);
        }
        return switch (ConfigLoader.load(Flags.parse(flags), io.environment())) {
            case Loaded loaded -> loaded.config();
            case Invalid(List<Problem> problems) ->
                throw new CommandFailed(
                        ExitCode.USAGE,
                        problems.stream().map(p -> Clean.text(p.toString())).collect(Collectors.joining("\nsvc-dht: "))
                                + "\nsvc-dht: the settings would say where the journal is; or give --data-dir");
        };
    }

    /** The position a moment means, or {@code fallback} where none is given; refused beyond the last event. */
    static long position(JournalSource journal, @Nullable String moment, long fallback) {
        if (moment == null) {
            return fallback;
        }
        try {
            return switch (Moment.parse(moment)) {
                case Moment.AtInstant(long millis) -> Moments.lastAtOrBefore(journal, millis);
                case Moment.AtPosition(long position) -> {
                    long last = journal.lastPosition();
                    if (position > last) {
                        throw new CommandFailed(
                                ExitCode.USAGE,
                                "position %d is still to come; the last is %d".formatted(position, last));
                    }
                    yield position;
                }
            };
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    /** The first position at or after a moment. */
    static long firstFrom(JournalSource journal, @Nullable String moment) {
        long first = journal.firstPosition();
        if (moment == null) {
            return first;
        }
        try {
            return switch (Moment.parse(moment)) {
                case Moment.AtInstant(long millis) -> Moments.lastAtOrBefore(journal, millis - 1) + 1;
                case Moment.AtPosition(long position) ->
                    Math.min(Math.max(first, position), journal.lastPosition() + 1);
            };
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    static JournalReader open(JournalSource journal, long from) {
        return switch (journal.read(from)) {
            case JournalSource.Read.From(JournalReader reader) -> reader;
            case JournalSource.Read.Truncated(long first) -> throw new JournalTruncated(from, first);
        };
    }
}
