package io.svcdht.console.cli;

import io.svcdht.console.fleet.BundleRefused;
import io.svcdht.console.fleet.BundleWriter;
import io.svcdht.console.fleet.NodeCard;
import io.svcdht.node.runtime.JournalFiles;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.node.runtime.TraceFiles;
import io.svcdht.node.view.BaseLines;
import io.svcdht.node.view.EventJson;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.replay.Moments;
import io.svcdht.storage.replay.Replay;
import io.svcdht.storage.replay.View;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * A data directory, which a node may be writing to meanwhile.
 *
 * @param settings of its configuration file, redacted; empty = none was given
 */
record IncidentFiles(Path directory, Map<String, String> settings) implements IncidentSource {
    private static final int PROGRESS_EVENTS = 8192;

    IncidentFiles {
        settings = Map.copyOf(settings);
    }

    @Override
    public String label() {
        Path name = directory.toAbsolutePath().normalize().getFileName();
        return name == null ? directory.toString() : name.toString();
    }

    /** What the journal says of itself in the span. */
    private record Slice(NodeId node, String version, long first, long last) {}

    @Override
    public long write(BundleWriter into, Span span, LongConsumer progress) throws IOException, BundleRefused {
        try (JournalFiles.Opened journal = JournalFiles.read(directory)) {
            long first = JournalOptions.firstFrom(journal, span.from());
            long last = JournalOptions.position(journal, span.to(), journal.lastPosition());
            Slice slice = slice(journal, first, Math.max(last, first - 1));
            into.journal(slice.node(), lines -> {
                if (slice.first() > 1) {
                    base(journal, slice.first() - 1, lines);
                }
                events(journal, slice, lines, progress);
            });
            long skipped = traces(into, journal, slice, span);
            into.card(new NodeCard(
                    slice.node(),
                    label(),
                    slice.version(),
                    "",
                    settings.getOrDefault("network_id", ""),
                    "",
                    -1,
                    -1,
                    -1,
                    -1,
                    "",
                    0,
                    0,
                    0,
                    settings,
                    skipped == 0 ? List.of() : List.of("%d traces of it could not be read".formatted(skipped))));
            return slice.last() - slice.first() + 1;
        } catch (StartFailure | JournalDamaged | JournalTruncated | JournalUnavailable e) {
            throw new BundleRefused("%s: %s".formatted(directory, e.getMessage()), e);
        }
    }

    /** A journal says whose it is at each start; in front of the span it is in the state. */
    private Slice slice(JournalFiles.Opened journal, long first, long last) throws BundleRefused {
        NodeId node = null;
        String version = "";
        if (first > 1) {
            try (View view = journal.past().at(first - 1, Replay.Budget.UNLIMITED)) {
                node = view.state().node();
            }
        }
        if (first <= journal.lastPosition()) {
            try (JournalReader reader = JournalOptions.open(journal, first)) {
                for (JournalEntry e = reader.next(); e != null && e.position() <= last; e = reader.next()) {
                    if (e.event() instanceof DhtEvent.NodeStarted s) {
                        node = s.node();
                        version = s.version();
                    }
                }
            }
        }
        if (node == null) {
            throw new BundleRefused("%s has no event of a started node in the span; give another".formatted(directory));
        }
        return new Slice(node, version, first, last);
    }

    private static void base(JournalFiles.Opened journal, long position, BundleWriter.Lines out) throws IOException {
        try (View view = journal.past().at(position, Replay.Budget.UNLIMITED)) {
            BaseLines.write(view, out::line);
        }
    }

    private static void events(JournalFiles.Opened journal, Slice slice, BundleWriter.Lines out, LongConsumer progress)
            throws IOException {
        if (slice.first() > slice.last()) {
            return;
        }
        try (JournalReader reader = JournalOptions.open(journal, slice.first())) {
            for (JournalEntry e = reader.next(); e != null && e.position() <= slice.last(); e = reader.next()) {
                out.line(EventJson.line(e));
                if (e.position() % PROGRESS_EVENTS == 0) {
                    progress.accept(e.position() - slice.first());
                }
            }
        }
    }

    /** Those that ended in the span by the node's clock. */
    private long traces(BundleWriter into, JournalFiles.Opened journal, Slice slice, Span span)
            throws IOException, BundleRefused {
        long from = span.from() == null || slice.first() <= journal.firstPosition() || slice.first() > slice.last()
                ? 0
                : Moments.entryAt(journal, slice.first()).instantMillis();
        long to = span.to() == null || slice.last() < slice.first()
                ? Long.MAX_VALUE
                : Moments.entryAt(journal, slice.last()).instantMillis();
        long[] skipped = new long[1];
        into.traces(slice.node(), lines -> {
            try {
                skipped[0] = TraceFiles.lookups(directory, from, to, lookup -> {
                    try {
                        lines.lookup(lookup);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        });
        return skipped[0];
    }
}
