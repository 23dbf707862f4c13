package io.svcdht.console.cli;

import io.svcdht.node.view.Json;
import io.svcdht.node.view.StateJson;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.replay.Replay;
import io.svcdht.storage.replay.View;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.StoredRecord;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code journal state}: every record as it stood at a moment. */
@Command(description = "Show the state at a moment.")
final class JournalState implements Callable<Integer> {
    private final Io io;

    @Mixin
    JournalOptions options = new JournalOptions();

    @Option(
            names = "--at",
            paramLabel = "MOMENT",
            description = "seq:N or an instant such as 2026-01-31T12:00:00Z; the end without it.")
    @Nullable
    String at;

    @Option(names = "--cid", paramLabel = "CID", description = "Only this content id; text only.")
    @Nullable
    String cid;

    JournalState(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        if (options.json && cid != null) {
            throw new CommandFailed(
                    ExitCode.USAGE, "--cid does not go with --json: a page always shows its whole keys");
        }
        Key only = cid == null ? null : key(cid);
        return options.read(io, journal -> {
            long position = JournalOptions.position(journal, at, journal.lastPosition());
            try (View view = journal.past().at(position, Replay.Budget.UNLIMITED)) {
                if (options.json) {
                    io.json(g -> StateJson.writeAll(g, view.state(), view.digest(Replay.Budget.UNLIMITED)));
                } else {
                    text(view, only);
                }
            }
            return ExitCode.OK;
        });
    }

    private static Key key(String cid) {
        try {
            return ContentId.parse(cid, true).key();
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.USAGE, Clean.text(String.valueOf(e.getMessage())), e);
        }
    }

    private void text(View view, @Nullable Key only) {
        State state = view.state();
        io.line("position    %d".formatted(state.position()));
        if (state.position() > 0) {
            io.line("at          " + Json.instant(state.instantMillis()));
        }
        // One content id is found without a walk over all, which the digest takes unless it was written down.
        Optional<Key> digest = only == null ? Optional.of(view.digest(Replay.Budget.UNLIMITED)) : view.knownDigest();
        digest.ifPresent(d -> io.line("digest      " + ContentId.canonical(d)));
        io.line("records     %d".formatted(state.providers().records()));
        io.line("tombstones  %d".formatted(state.providers().tombstones()));
        io.line("content ids %d".formatted(state.providers().contentIds()));
        if (only == null) {
            StateJson.inKeyOrder(state.providers(), this::text);
        } else {
            text(state.providers().holdersOf(only));
        }
    }

    private void text(Holders holders) {
        for (StoredRecord r : StateJson.inOrder(holders)) {
            io.line("%s%s  %s  until %s  (event %d)"
                    .formatted(
                            r.tombstone() ? "withdrawn " : "",
                            Clean.text(r.record().cid().text()),
                            Clean.text(r.record().node()),
                            Json.instant(r.endsAtMillis()),
                            r.position()));
        }
    }
}
