package io.svcdht.console.cli;

import io.svcdht.node.runtime.JournalFiles;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.storage.checkpoint.Sidecars.Span;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code journal cat}: events between two moments, both included. */
@Command(description = "Show events of a journal, oldest first.")
final class JournalCat implements Callable<Integer> {
    private final Io io;

    @Mixin
    JournalOptions options = new JournalOptions();

    @Mixin
    EventFilter filter = new EventFilter();

    @Option(names = "--from", paramLabel = "MOMENT", description = "seq:N or an instant such as 2026-01-31T12:00:00Z.")
    @Nullable
    String from;

    @Option(names = "--to", paramLabel = "MOMENT", description = "The same; the last event without it.")
    @Nullable
    String to;

    @Option(names = "--aside", paramLabel = "DIR", description = "Files that a repair set aside, instead of a journal.")
    @Nullable
    Path aside;

    JournalCat(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        filter.checked();
        if (aside != null) {
            return showAside(aside);
        }
        return options.read(io, journal -> {
            long start = JournalOptions.firstFrom(journal, from);
            long end = JournalOptions.position(journal, to, journal.lastPosition());
            long next = start;
            for (Optional<Span> span = filter.next(journal.sidecars(), next, end);
                    span.isPresent();
                    span = filter.next(journal.sidecars(), next, end)) {
                show(journal, span.get());
                next = span.get().last() + 1;
            }
            return ExitCode.OK;
        });
    }

    private int showAside(Path directory) {
        try (JournalReader reader = JournalFiles.aside(directory)) {
            for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                if (filter.shows(e)) {
                    EventText.print(io, e, options.json);
                }
            }
            return ExitCode.OK;
        } catch (StartFailure e) {
            throw new CommandFailed(e.exitCode(), String.valueOf(e.getMessage()), e);
        }
    }

    private void show(JournalFiles.Opened journal, Span span) {
        try (JournalReader reader = JournalOptions.open(journal, span.first())) {
            for (JournalEntry e = reader.next(); e != null && e.position() <= span.last(); e = reader.next()) {
                if (filter.shows(e)) {
                    EventText.print(io, e, options.json);
                }
            }
        }
    }
}
