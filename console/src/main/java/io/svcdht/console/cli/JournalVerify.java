package io.svcdht.console.cli;

import io.svcdht.node.runtime.JournalFiles;
import io.svcdht.storage.event.DhtEvent.DigestMarked;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code journal verify}: walks every event, which checks positions, CRCs and block chain, folds them, and derives
 * again every digest that was marked on the way.
 */
@Command(description = "Check a whole journal and say what its state comes to; ends with 5 where it is damaged.")
final class JournalVerify implements Callable<Integer> {
    private static final int PROGRESS_EVENTS = 8192;

    private final Io io;
    private final State state = new State();
    private final Map<EventType, Long> counts = new EnumMap<>(EventType.class);
    private long marks;

    @Mixin
    JournalOptions options = new JournalOptions();

    JournalVerify(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        return options.read(io, journal -> {
            try (ProgressLine progress = new ProgressLine(io)) {
                walk(journal, progress);
                JournalDamaged overlooked = journal.overlooked().orElse(null);
                if (overlooked != null) {
                    throw overlooked;
                }
            } catch (JournalDamaged e) {
                JournalDamaged explained = journal.explained(e);
                if (options.json) {
                    damagedJson(explained);
                }
                throw explained;
            }
            journal.strangers()
                    .forEach(name ->
                            io.say("note: %s is no file of the journal; it is left alone".formatted(Clean.text(name))));
            report();
            return ExitCode.OK;
        });
    }

    private void walk(JournalFiles.Opened journal, ProgressLine progress) {
        String files = journal.files().toString();
        try {
            long promised = journal.promised();
            long last = journal.lastPosition();
            try (JournalReader reader = journal.readAll()) {
                for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                    check(files, e);
                    Fold.apply(state, e);
                    counts.merge(e.event().type(), 1L, Long::sum);
                    if (e.position() % PROGRESS_EVENTS == 0) {
                        progress.show("verified %,d of %,d events".formatted(e.position(), last));
                    }
                }
                JournalOptions.refuseLost(journal, promised, state.position());
                if (state.position() >= last && journal.endsTorn(reader)) {
                    throw new JournalDamaged(
                            files,
                            state.position() + 1,
                            "part of an event stands where the journal ends; the node cuts it off at its next start");
                }
            }
            if (state.position() < last) {
                throw new JournalDamaged(
                        files, state.position() + 1, "event %d is there, but this one cannot be read".formatted(last));
            }
        } catch (JournalDamaged e) {
            throw e;
        } catch (RuntimeException | InternalError e) {
            // What the file format's own reader trips over is damage as well.
            throw new JournalDamaged(files, state.position() + 1, String.valueOf(e));
        }
    }

    private void check(String files, JournalEntry entry) {
        if (entry.event() instanceof DigestMarked(long upTo, var digest)) {
            if (upTo != state.position()) {
                throw new JournalDamaged(
                        files, entry.position(), "a digest of position %d stands here".formatted(upTo));
            }
            if (!state.digest().equals(digest)) {
                throw new JournalDamaged(
                        files,
                        entry.position(),
                        "the state comes to %s, but %s was marked".formatted(state.digest(), digest));
            }
            marks++;
        }
    }

    private void report() {
        if (options.json) {
            io.json(g -> {
                g.writeStartObject();
                g.writeBooleanField("ok", true);
                g.writeNumberField("position", state.position());
                g.writeStringField("digest", ContentId.canonical(state.digest()));
                g.writeNumberField("records", state.providers().records());
                g.writeNumberField("tombstones", state.providers().tombstones());
                g.writeNumberField("digest_marks_checked", marks);
                g.writeObjectFieldStart("events");
                for (var e : counts.entrySet()) {
                    g.writeNumberField(e.getKey().name(), e.getValue());
                }
                g.writeEndObject();
                g.writeEndObject();
            });
            return;
        }
        io.line("intact up to position %d".formatted(state.position()));
        io.line("digest %s".formatted(ContentId.canonical(state.digest())));
        io.line("%d records, %d tombstones, %d digest marks derived again"
                .formatted(state.providers().records(), state.providers().tombstones(), marks));
        counts.forEach((type, n) -> io.line(String.format(Locale.ROOT, "%10d %s", n, type)));
    }

    private void damagedJson(JournalDamaged e) {
        io.json(g -> {
            g.writeStartObject();
            g.writeBooleanField("ok", false);
            g.writeStringField("file", e.file());
            g.writeNumberField("position", e.position());
            g.writeStringField("problem", String.valueOf(e.getMessage()));
            g.writeEndObject();
        });
    }
}
