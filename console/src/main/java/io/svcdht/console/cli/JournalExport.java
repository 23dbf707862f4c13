package io.svcdht.console.cli;

import io.svcdht.node.runtime.JournalFiles;
import io.svcdht.node.view.EventJson;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code journal export}: every event as a line of JSON, which {@code journal import} reads back. */
@Command(description = "Write every event as a line of JSON.")
final class JournalExport implements Callable<Integer> {
    private static final int PROGRESS_EVENTS = 8192;

    private final Io io;

    @Mixin
    JournalOptions options = new JournalOptions();

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "A new file; standard output without it, or with -.")
    String file = "-";

    JournalExport(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        return options.read(io, journal -> {
            try (Writer out = writer()) {
                long events = export(journal, out);
                out.flush();
                if (!file.equals("-")) {
                    io.say("%d events written to %s".formatted(events, file));
                }
                return ExitCode.OK;
            } catch (FileAlreadyExistsException e) {
                throw new CommandFailed(ExitCode.USAGE, file + " exists already; give another name", e);
            } catch (IOException e) {
                throw new CommandFailed(ExitCode.FAILED, file + " cannot be written: " + e, e);
            }
        });
    }

    private Writer writer() throws IOException {
        return file.equals("-")
                ? new BufferedWriter(new OutputStreamWriter(io.out(), StandardCharsets.UTF_8))
                : Files.newBufferedWriter(Path.of(file), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    }

    private long export(JournalFiles.Opened journal, Writer out) throws IOException {
        long last = journal.lastPosition();
        long events = 0;
        try (JournalReader reader = journal.readAll();
                ProgressLine progress = new ProgressLine(io)) {
            // Up to the end as it was at the start, or a busy node would never let us finish.
            for (JournalEntry e = reader.next(); e != null && e.position() <= last; e = reader.next()) {
                out.write(EventJson.line(e));
                out.write('\n');
                if (++events % PROGRESS_EVENTS == 0) {
                    progress.show("exported %,d of %,d events".formatted(events, last));
                }
            }
        }
        return events;
    }
}
