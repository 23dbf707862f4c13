package io.svcdht.console.cli;

import io.svcdht.node.runtime.JournalFiles;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.node.view.BadLine;
import io.svcdht.node.view.EventJsonReader;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
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
    private final State state = new State(new HeapStore());

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
        try (BufferedReader in = reader();
                JournalFiles.Filling journal = JournalFiles.Filling.create(directory)) {
            fill(journal, in);
            long last = journal.finish();
            report(last, directory);
            return ExitCode.OK;
        } catch (StartFailure e) {
            throw new CommandFailed(e.exitCode(), String.valueOf(e.getMessage()), e);
        } catch (CharacterCodingException e) {
            throw new CommandFailed(ExitCode.USAGE, file + " is not UTF-8", e);
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.USAGE, file + " cannot be read: " + e, e);
        } catch (JournalUnavailable e) {
            throw new CommandFailed(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private BufferedReader reader() throws IOException {
        // A decoder that reports, unlike that of a plain InputStreamReader.
        return file.equals("-")
                ? new BufferedReader(new InputStreamReader(io.in(), StandardCharsets.UTF_8.newDecoder()))
                : Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8);
    }

    private void fill(JournalFiles.Filling journal, BufferedReader in) throws IOException {
        long number = 0;
        try (ProgressLine progress = new ProgressLine(io)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
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
                Fold.apply(state, entry);
                if (number % PROGRESS_EVENTS == 0) {
                    progress.show("imported %,d events".formatted(entry.position()));
                }
            }
        } catch (BadLine e) {
            throw bad(String.valueOf(e.getMessage()), e);
        }
    }

    private CommandFailed bad(String sentence, Exception cause) {
        return new CommandFailed(
                ExitCode.USAGE, "%s, %s; nothing is imported".formatted(file, Clean.text(sentence)), cause);
    }

    private void report(long last, Path directory) {
        if (options.json) {
            io.json(g -> {
                g.writeStartObject();
                g.writeBooleanField("ok", true);
                g.writeNumberField("position", last);
                g.writeStringField("digest", ContentId.canonical(state.digest()));
                g.writeEndObject();
            });
        } else {
            io.line("%d events imported into %s".formatted(last, directory));
            io.line("digest %s".formatted(ContentId.canonical(state.digest())));
            io.line("to start a node on it, first copy node.key there from the directory it was exported from");
        }
    }
}
