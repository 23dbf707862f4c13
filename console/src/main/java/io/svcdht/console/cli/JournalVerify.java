package io.svcdht.console.cli;

import io.svcdht.node.runtime.JournalFiles;
import io.svcdht.node.trust.ProofAudit;
import io.svcdht.storage.checkpoint.Checkpoint;
import io.svcdht.storage.checkpoint.CheckpointDamaged;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.event.DhtEvent.CheckpointTaken;
import io.svcdht.storage.event.DhtEvent.DigestMarked;
import io.svcdht.storage.event.DhtEvent.ProviderAnnounced;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.replay.Replay;
import io.svcdht.storage.replay.View;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.StoredRecord;
import io.svcdht.storage.state.heap.HeapStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code journal verify}: walks every event, which checks positions, CRCs and block chain, folds them, and derives
 * again every digest that was marked on the way; then reads every checkpoint and holds it against the fold. With
 * {@code --records} it checks the signatures of every record as well.
 */
@Command(description = "Check a whole journal and say what its state comes to; ends with 5 where it is damaged.")
final class JournalVerify implements Callable<Integer> {
    private static final int PROGRESS_EVENTS = 8192;
    private static final int PAGE_KEYS = 1024;

    private final Io io;
    private State state = new State(new HeapStore());
    private final Map<EventType, Long> counts = new EnumMap<>(EventType.class);
    private final Map<Long, Key> digests = new HashMap<>();
    private Key digest = new Key(0, 0, 0, 0);
    private long marks;
    private long checked;
    private int records;
    private int tombstones;

    @Mixin
    JournalOptions options = new JournalOptions();

    @Option(
            names = "--records",
            description =
                    "Check the signatures of every record too, with the roots and keys that are kept beside them.")
    boolean withRecords;

    private ProofAudit audit = new ProofAudit();

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

    /** Where a running node prunes what is being read, it begins anew with what is left. */
    private void walk(JournalFiles.Opened journal, ProgressLine progress) {
        while (true) {
            long first = journal.firstPosition();
            try {
                walk(journal, first, progress);
                break;
            } catch (JournalDamaged | JournalTruncated e) {
                if (!prunedSince(journal, first)) {
                    throw e;
                }
                counts.clear();
                digests.clear();
                marks = 0;
                audit = new ProofAudit();
            }
        }
        checkpoints(journal.checkpoints());
    }

    private static boolean prunedSince(JournalFiles.Opened journal, long first) {
        return switch (journal.read(first)) {
            case JournalSource.Read.From(JournalReader reader) -> {
                reader.close();
                yield false;
            }
            case JournalSource.Read.Truncated t -> true;
        };
    }

    private void walk(JournalFiles.Opened journal, long first, ProgressLine progress) {
        String files = journal.files().toString();
        // What a prune has given up is in the checkpoint before the first event; where there is none, it says so.
        try (View base = journal.past().at(first - 1, Replay.Budget.UNLIMITED)) {
            state = base.state();
            walk(journal, base, files, progress);
        } catch (JournalTruncated e) {
            throw new JournalDamaged(
                    files,
                    first,
                    "the journal begins here, and no good checkpoint holds the state before; passed over: "
                            + journal.checkpoints().refused());
        } catch (JournalDamaged e) {
            throw e;
        } catch (RuntimeException | InternalError e) {
            // What the file format's own reader trips over is damage as well.
            throw new JournalDamaged(files, state.position() + 1, String.valueOf(e));
        }
    }

    private void walk(JournalFiles.Opened journal, View base, String files, ProgressLine progress) {
        long promised = journal.promised();
        long last = journal.lastPosition();
        NavigableMap<Long, Path> taken = journal.checkpoints().list();
        try (JournalReader reader = behind(journal, base)) {
            if (withRecords) {
                checkStored(files);
            }
            for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                check(files, e);
                Fold.apply(state, e);
                if (withRecords && e.event() instanceof ProviderAnnounced(ProviderRecord r)) {
                    checkSigned(files, e.position(), r);
                }
                counts.merge(e.event().type(), 1L, Long::sum);
                if (taken.containsKey(e.position())) {
                    digests.put(e.position(), state.digest());
                }
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
        digest = state.digest();
        records = state.providers().records();
        tombstones = state.providers().tombstones();
    }

    /** What the checkpoint before the first event holds, named by the events that said so. */
    private void checkStored(String files) {
        List<Holders> page = state.providers().page(null, PAGE_KEYS);
        while (!page.isEmpty()) {
            for (Holders holders : page) {
                for (StoredRecord r : holders) {
                    if (!r.tombstone()) {
                        checkSigned(files, r.position(), r.record());
                    }
                }
            }
            page = state.providers().page(page.getLast().key(), PAGE_KEYS);
        }
    }

    private void checkSigned(String files, long position, ProviderRecord record) {
        Optional<String> problem = audit.problem(record, state.roots(), state.node());
        if (problem.isPresent()) {
            throw new JournalDamaged(files, position, Clean.text(problem.get()));
        }
    }

    private static JournalReader behind(JournalFiles.Opened journal, View base) {
        return switch (journal.readBehind(base.seam())) {
            case JournalSource.Read.From(JournalReader reader) -> reader;
            case JournalSource.Read.Truncated(long first) ->
                throw new JournalTruncated(base.seam().position() + 1, first);
        };
    }

    /** Reads every checkpoint to its end and holds it against the fold. */
    private void checkpoints(Checkpoints checkpoints) {
        for (Map.Entry<Long, Path> e : checkpoints.list().entrySet()) {
            try (Checkpoint c = Checkpoint.open(e.getValue())) {
                c.verify();
                Key folded = digests.get(e.getKey());
                if (folded != null && !folded.equals(c.info().digest())) {
                    checkpoints.refuse(
                            c.path(),
                            "it has the digest %s, but the journal comes to %s there"
                                    .formatted(c.info().digest(), folded));
                    continue;
                }
                checked++;
            } catch (NoSuchFileException x) {
                // A running node needs it no longer.
            } catch (CheckpointDamaged x) {
                checkpoints.refuse(e.getValue(), x.what());
            } catch (IOException x) {
                checkpoints.refuse(e.getValue(), x.toString());
            }
        }
        Map.Entry<Path, String> bad = new TreeMap<>(checkpoints.refused()).firstEntry();
        if (bad != null) {
            throw new JournalDamaged(
                    bad.getKey().toString(),
                    state.position(),
                    "the journal is whole, but this checkpoint is not: %s; remove it, a start can do without"
                            .formatted(bad.getValue()));
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
        if (entry.event() instanceof CheckpointTaken(long upTo, Key told, long records, long bytes)) {
            Key folded = digests.get(upTo);
            if (folded != null && !folded.equals(told)) {
                throw new JournalDamaged(
                        files,
                        entry.position(),
                        "the state comes to %s at position %d, but %s was told here".formatted(folded, upTo, told));
            }
        }
    }

    private void report() {
        if (options.json) {
            io.json(g -> {
                g.writeStartObject();
                g.writeBooleanField("ok", true);
                g.writeNumberField("position", state.position());
                g.writeStringField("digest", ContentId.canonical(digest));
                g.writeNumberField("records", records);
                g.writeNumberField("tombstones", tombstones);
                g.writeNumberField("digest_marks_checked", marks);
                g.writeNumberField("checkpoints_checked", checked);
                if (withRecords) {
                    g.writeObjectFieldStart("records_checked");
                    g.writeNumberField("dual", audit.dual());
                    g.writeNumberField("classical", audit.classical());
                    g.writeNumberField("own", audit.own());
                    g.writeEndObject();
                }
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
        io.line("digest %s".formatted(ContentId.canonical(digest)));
        io.line("%d records, %d tombstones, %d digest marks derived again".formatted(records, tombstones, marks));
        if (withRecords) {
            io.line("%d records signed with Ed25519 and ML-DSA-87, %d with Ed25519 alone, %d of this node's own"
                    .formatted(audit.dual(), audit.classical(), audit.own()));
        }
        if (checked > 0) {
            io.line("%d checkpoints whole, and as the journal has it".formatted(checked));
        }
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
