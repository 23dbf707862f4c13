package io.svcdht.console.cli;

import io.svcdht.node.runtime.JournalFiles;
import io.svcdht.node.view.BaseLines;
import io.svcdht.node.view.EventJson;
import io.svcdht.node.view.Redaction;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.replay.Replay;
import io.svcdht.storage.replay.View;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code journal export}: a span of events as lines of JSON, which {@code journal import} reads back. A span that does
 * not begin with position 1 has the state it begins with in front.
 */
@Command(description = "Write events as lines of JSON, with the state they begin with.")
final class JournalExport implements Callable<Integer> {
    private static final int PROGRESS_EVENTS = 8192;
    private static final int SALT_BYTES = 32;

    private final Io io;

    @Mixin
    JournalOptions options = new JournalOptions();

    @Option(names = "--from", paramLabel = "MOMENT", description = "seq:N or an instant; the first event without it.")
    @Nullable
    String from;

    @Option(names = "--to", paramLabel = "MOMENT", description = "seq:N or an instant; the last event without it.")
    @Nullable
    String to;

    @Option(
            names = "--truncate-addresses",
            description = {
                "Cut every IP address to its /24 or /48 and leave out host names, proofs and digests. What is exported"
                        + " so can be read, not imported."
            })
    boolean truncateAddresses;

    @Option(
            names = "--redact-providers",
            description = {
                "Leave out where content can be had: locators get names that hold for this export alone, addresses of"
                        + " records are dropped, proofs and digests too. To be read, not imported."
            })
    boolean redactProviders;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "A new file; standard output without it, or with -.")
    String file = "-";

    JournalExport(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        return options.read(io, journal -> {
            long first = JournalOptions.firstFrom(journal, from);
            // Up to the end as it was at the start, or a busy node would never let us finish.
            long last = JournalOptions.position(journal, to, journal.lastPosition());
            if (first > last && (from != null || to != null)) {
                throw new CommandFailed(
                        ExitCode.USAGE, "no event is from position %d to %d; give another span".formatted(first, last));
            }
            try (Writer out = writer()) {
                Redaction redaction = redaction();
                if (redaction != null) {
                    // The state it begins with is there for an import, and full of what is to be left out.
                    out.write(redaction.header());
                    out.write('\n');
                } else if (first > 1) {
                    base(journal, first - 1, out);
                }
                long events = export(journal, first, last, out, redaction);
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

    private @Nullable Redaction redaction() {
        if (!truncateAddresses && !redactProviders) {
            return null;
        }
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new Redaction(truncateAddresses, redactProviders, salt);
    }

    private Writer writer() throws IOException {
        return file.equals("-")
                ? new BufferedWriter(new OutputStreamWriter(io.out(), StandardCharsets.UTF_8))
                : Files.newBufferedWriter(Path.of(file), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    }

    /** The state right after an event. */
    private static void base(JournalFiles.Opened journal, long position, Writer out) throws IOException {
        try (View view = journal.past().at(position, Replay.Budget.UNLIMITED)) {
            BaseLines.write(view, line -> {
                out.write(line);
                out.write('\n');
            });
        }
    }

    private long export(JournalFiles.Opened journal, long first, long last, Writer out, @Nullable Redaction redaction)
            throws IOException {
        long events = 0;
        try (JournalReader reader = JournalOptions.open(journal, first);
                ProgressLine progress = new ProgressLine(io)) {
            for (JournalEntry e = reader.next(); e != null && e.position() <= last; e = reader.next()) {
                out.write(redaction == null ? EventJson.line(e) : redaction.line(e));
                out.write('\n');
                if (++events % PROGRESS_EVENTS == 0) {
                    progress.show("exported %,d of %,d events".formatted(events, last - first + 1));
                }
            }
        }
        return events;
    }
}
