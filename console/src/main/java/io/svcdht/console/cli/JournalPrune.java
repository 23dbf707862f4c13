package io.svcdht.console.cli;

import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.runtime.JournalFiles;
import io.svcdht.node.runtime.Pruning;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.storage.checkpoint.Retention;
import io.svcdht.storage.journal.JournalFile;
import io.svcdht.storage.replay.Moments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code journal prune}: gives up whole files from the beginning. Refused beside a running node, which prunes by
 * itself; a dry run only looks and is not.
 */
@Command(description = "Give up the oldest files of a journal; what they came to stays in a checkpoint.")
final class JournalPrune implements Callable<Integer> {
    private final Io io;

    @Mixin
    JournalOptions options = new JournalOptions();

    @Option(
            names = "--before",
            paramLabel = "MOMENT",
            description =
                    "Keep everything from seq:N or an instant on; by retention_days and retention_bytes without it.")
    @Nullable
    String before;

    @Option(names = "--dry-run", description = "Only say what would go.")
    boolean dryRun;

    JournalPrune(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        Path directory = options.directory(io);
        long now = System.currentTimeMillis();
        List<JournalFile> gone = new ArrayList<>();
        options.read(io, journal -> {
            List<JournalFile> parts = journal.parts();
            gone.addAll(Pruning.filesBefore(
                    parts, before == null ? byPolicy(journal, parts, now) : JournalOptions.firstFrom(journal, before)));
            return ExitCode.OK;
        });
        if (!gone.isEmpty() && !dryRun) {
            try {
                Pruning.prune(directory, gone, now);
            } catch (StartFailure e) {
                throw new CommandFailed(e.exitCode(), String.valueOf(e.getMessage()), e);
            } catch (IOException e) {
                throw new CommandFailed(ExitCode.FAILED, "the journal could not be pruned: " + e, e);
            }
        }
        report(gone);
        return ExitCode.OK;
    }

    private long byPolicy(JournalFiles.Opened journal, List<JournalFile> parts, long now) {
        NodeConfig.Keeping keeping = options.config(io).keeping();
        List<Retention.Dated> dated = new ArrayList<>();
        for (JournalFile file : parts) {
            dated.add(new Retention.Dated(
                    file, Moments.entryAt(journal, file.last()).instantMillis()));
        }
        List<Retention.Kept> checkpoints = journal.checkpoints().list().entrySet().stream()
                .map(e ->
                        new Retention.Kept(e.getKey(), 0, e.getValue().toFile().length()))
                .toList();
        return new Retention(keeping.retentionDays(), keeping.retentionBytes()).firstToKeep(dated, checkpoints, now);
    }

    private void report(List<JournalFile> gone) {
        long bytes = gone.stream().mapToLong(JournalFile::bytes).sum();
        long first = gone.isEmpty() ? 0 : gone.getLast().last() + 1;
        if (options.json) {
            io.json(g -> {
                g.writeStartObject();
                g.writeBooleanField("pruned", !dryRun && !gone.isEmpty());
                if (!gone.isEmpty()) {
                    g.writeNumberField("first_retained", first);
                }
                g.writeNumberField("bytes", bytes);
                g.writeArrayFieldStart("files");
                for (JournalFile f : gone) {
                    g.writeStartObject();
                    g.writeStringField("file", String.valueOf(f.path().getFileName()));
                    g.writeNumberField("first", f.first());
                    g.writeNumberField("last", f.last());
                    g.writeNumberField("bytes", f.bytes());
                    g.writeEndObject();
                }
                g.writeEndArray();
                g.writeEndObject();
            });
            return;
        }
        for (JournalFile f : gone) {
            io.line("%s  events %d to %d  %d bytes".formatted(f.path().getFileName(), f.first(), f.last(), f.bytes()));
        }
        if (gone.isEmpty()) {
            io.line("nothing to give up");
        } else {
            io.line((dryRun ? "would begin at event %d, freeing %d bytes" : "begins at event %d now, %d bytes are free")
                    .formatted(first, bytes));
        }
    }
}
