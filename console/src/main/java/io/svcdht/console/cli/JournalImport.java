package io.svcdht.console.cli;

import io.svcdht.node.runtime.JournalFilling;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.node.view.BadLine;
import io.svcdht.node.view.BaseLines;
import io.svcdht.node.view.EventJsonReader;
import io.svcdht.node.view.Redaction;
import io.svcdht.storage.checkpoint.CheckpointDamaged;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.model.ContentId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code journal import}: an export becomes a journal again, event by event at the same positions. Until the last one
 * is on the medium the directory counts as not begun: after a failure the next start or import clears it.
 */
@Command(description = "Make a journal of an export, in a new or empty data directory.")
final class JournalImport implements Callable<Integer> {
    private static final int PROGRESS_EVENTS = 8192;

    private final Io io;

    @Mixin
    JournalOptions options = new JournalOptions();

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "The export; standard input without it, or with -.")
    String file = "-";

    JournalImport(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        Path directory = options.directory(io);
        try (BufferedReader in = reader()) {
            String first = in.readLine();
            if (first != null && Redaction.begins(first)) {
                throw new CommandFailed(
                        ExitCode.USAGE,
                        file
                                + " is an export with things left out, made to be read; only a whole one becomes a journal");
            }
            if (first != null && BaseLines.begins(first)) {
                importBehind(first, in, directory);
            } else {
                try (JournalFilling journal = JournalFilling.create(directory)) {
                    fill(journal, 0, first, in);
                    report(journal, directory);
                }
            }
            return ExitCode.OK;
        } catch (StartFailure e) {
            throw new CommandFailed(e.exitCode(), String.valueOf(e.getMessage()), e);
        } catch (BadLine e) {
            throw bad(String.valueOf(e.getMessage()), e);
        } catch (CharacterCodingException e) {
            throw new CommandFailed(ExitCode.USAGE, file + " is not UTF-8", e);
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.USAGE, file + " cannot be read: " + e, e);
        } catch (JournalUnavailable e) {
            throw new CommandFailed(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private void importBehind(String first, BufferedReader in, Path directory)
            throws IOException, StartFailure, BadLine {
        Path base = Files.createTempFile("svc-dht-import", ".checkpoint");
        try {
            long lines = 1 + BaseLines.read(first, in::readLine, base);
            try (JournalFilling journal = JournalFilling.behind(directory, file -> Files.copy(base, file))) {
                fill(journal, lines, in.readLine(), in);
                report(journal, directory);
            }
        } catch (CheckpointDamaged e) {
            throw bad("the base is damaged: " + e.what(), e);
        } finally {
            Files.delete(base);
        }
    }

    private BufferedReader reader() throws IOException {
        // A decoder that reports, unlike that of a plain InputStreamReader.
        return file.equals("-")
                ? new BufferedReader(new InputStreamReader(io.in(), StandardCharsets.UTF_8.newDecoder()))
                : Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8);
    }

    /** @param number of lines before {@code first} */
    private void fill(JournalFilling journal, long number, @Nullable String first, BufferedReader in)
            throws IOException, BadLine {
        try (ProgressLine progress = new ProgressLine(io)) {
            for (String line = first; line != null; line = in.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                JournalEntry entry = EventJsonReader.parse(line, number);
                try {
                    journal.add(entry);
                } catch (IllegalArgumentException e) {
                    throw bad("line %d: %s".formatted(number, e.getMessage()), e);
                }
                if (number % PROGRESS_EVENTS == 0) {
                    progress.show("imported up to position %,d".formatted(entry.position()));
                }
            }
        }
    }

    private CommandFailed bad(String sentence, Exception cause) {
        return new CommandFailed(
                ExitCode.USAGE, "%s, %s; nothing is imported".formatted(file, Clean.text(sentence)), cause);
    }

    private void report(JournalFilling journal, Path directory) {
        long last = journal.finish();
        String digest = ContentId.canonical(journal.digest());
        if (options.json) {
            io.json(g -> {
                g.writeStartObject();
                g.writeBooleanField("ok", true);
                g.writeNumberField("position", last);
                g.writeNumberField("events", last - journal.first() + 1);
                g.writeStringField("digest", digest);
                g.writeEndObject();
            });
            return;
        }
        io.line("%d events imported into %s".formatted(last - journal.first() + 1, directory));
        if (journal.first() > 1) {
            io.line("they go on behind the state at position %d".formatted(journal.first() - 1));
        }
        io.line("digest " + digest);
        io.line("to start a node on it, first copy node.key there from the directory it was exported from");
    }
}
