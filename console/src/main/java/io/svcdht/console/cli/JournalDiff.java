package io.svcdht.console.cli;

import io.svcdht.node.view.DiffJson;
import io.svcdht.node.view.Json;
import io.svcdht.storage.replay.Replay;
import io.svcdht.storage.replay.StateDiff;
import io.svcdht.storage.replay.StateDiff.Change;
import io.svcdht.storage.state.StoredRecord;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code journal diff}: what changed between two moments, and by which event. */
@Command(description = "Show what differs between two moments.")
final class JournalDiff implements Callable<Integer> {
    private final Io io;

    @Mixin
    JournalOptions options = new JournalOptions();

    @Option(
            names = "--from",
            required = true,
            paramLabel = "MOMENT",
            description = "seq:N or an instant such as 2026-01-31T12:00:00Z.")
    String from = "";

    @Option(names = "--to", paramLabel = "MOMENT", description = "The same; the end without it.")
    @Nullable
    String to;

    JournalDiff(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        return options.read(io, journal -> {
            long start = JournalOptions.position(journal, from, 0);
            long end = JournalOptions.position(journal, to, journal.lastPosition());
            if (start > end) {
                throw new CommandFailed(ExitCode.USAGE, "--from is position %d, behind --to, %d".formatted(start, end));
            }
            StateDiff diff = journal.past().diff(start, end, Replay.Budget.UNLIMITED);
            if (options.json) {
                io.json(g -> DiffJson.write(g, diff));
            } else {
                io.line("from %d to %d: %d changes"
                        .formatted(diff.from(), diff.to(), diff.changes().size()));
                diff.changes().forEach(this::text);
            }
            return ExitCode.OK;
        });
    }

    private void text(Change change) {
        StoredRecord shown = change.after().or(change::before).orElseThrow();
        io.line("%-7s  %s  %s  %s  (event %d)"
                .formatted(
                        DiffJson.kind(change),
                        Clean.text(DiffJson.cid(change)),
                        Clean.text(shown.record().node()),
                        side(change.before().orElse(null)) + " -> "
                                + side(change.after().orElse(null)),
                        change.causedBy()));
    }

    private static String side(@Nullable StoredRecord r) {
        if (r == null) {
            return "nothing";
        }
        return (r.tombstone() ? "withdrawn until " : "until ") + Json.instant(r.endsAtMillis());
    }
}
