package io.svcdht.console.cli;

import io.svcdht.node.runtime.Backup;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.model.ContentId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code backup DIR} and {@code restore DIR}: a node's data directory, copied away and back. */
@Command(description = "Copy a data directory, or bring a copy back.")
final class BackupCommand implements Callable<Integer> {
    private final Io io;
    private final boolean restores;

    @Mixin
    JournalOptions options = new JournalOptions();

    @Parameters(
            paramLabel = "DIR",
            description = "The backup: a new or empty directory; to restore, one that was made.")
    Path backup = Path.of("");

    private BackupCommand(Io io, boolean restores) {
        this.io = io;
        this.restores = restores;
    }

    static BackupCommand backup(Io io) {
        return new BackupCommand(io, false);
    }

    static BackupCommand restore(Io io) {
        return new BackupCommand(io, true);
    }

    @Override
    public Integer call() {
        Path directory = options.directory(io);
        try {
            report(copied(directory), directory);
            return ExitCode.OK;
        } catch (Backup.Refused e) {
            throw new CommandFailed(ExitCode.USAGE, Clean.text(String.valueOf(e.getMessage())), e);
        } catch (JournalDamaged e) {
            throw new CommandFailed(ExitCode.JOURNAL_DAMAGED, "the journal is damaged: " + e.getMessage(), e);
        } catch (JournalTruncated e) {
            throw new CommandFailed(
                    ExitCode.FAILED, "events were pruned while they were copied; try again: " + e.getMessage(), e);
        } catch (JournalUnavailable | IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.FAILED, "the copy failed: " + e, e);
        }
    }

    private Backup.Copied copied(Path directory) throws IOException, Backup.Refused {
        try (ProgressLine progress = new ProgressLine(io)) {
            return restores
                    ? Backup.restore(backup, directory, p -> progress.show("checked %,d events".formatted(p)))
                    : Backup.take(directory, backup, p -> progress.show("copied %,d events".formatted(p)));
        }
    }

    private void report(Backup.Copied copied, Path directory) {
        if (options.json) {
            io.json(g -> {
                g.writeStartObject();
                g.writeBooleanField("ok", true);
                g.writeNumberField("first", copied.firstPosition());
                g.writeNumberField("position", copied.position());
                g.writeStringField("digest", ContentId.canonical(copied.digest()));
                g.writeNumberField("bytes", copied.bytes());
                g.writeEndObject();
            });
            return;
        }
        io.line("%s: events %d to %d, %d bytes"
                .formatted(
                        restores ? directory + " restored" : backup + " written",
                        copied.firstPosition(),
                        copied.position(),
                        copied.bytes()));
        io.line("digest " + ContentId.canonical(copied.digest()));
    }
}
