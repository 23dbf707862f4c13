package io.svcdht.storage.checkpoint;

import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sidecars of a journal, a file a segment. They only ever save work: a segment whose sidecar is missing, damaged or
 * of another journal is read, and the sidecar made again.
 */
public final class Sidecars {
    private static final Logger LOG = LoggerFactory.getLogger(Sidecars.class);
    private static final String SUFFIX = ".segment";

    private final @Nullable Path directory;
    private final JournalSource journal;
    /** Segments that were looked at: true = the file is good. */
    private final Map<Long, Boolean> known = new ConcurrentHashMap<>();

    /** @param directory need not exist yet; null = nothing is kept */
    public Sidecars(@Nullable Path directory, JournalSource journal) {
        this.directory = directory;
        this.journal = journal;
    }

    /** Positions to be read, both included. */
    public record Span(long first, long last) {}

    /** The next span in which an event that is looked for may be; empty where none can be up to {@code to}. */
    public Optional<Span> next(long from, long to, Set<EventType> types, @Nullable Key key, @Nullable NodeId peer) {
        boolean all = key == null && peer == null && types.size() == EventType.values().length;
        if (from > to) {
            return Optional.empty();
        }
        if (all || directory == null) {
            return Optional.of(new Span(from, to));
        }
        long begin = -1;
        for (long at = from; at <= to; ) {
            long number = Sidecar.numberOf(at);
            long end = (number + 1) * Sidecar.SEGMENT_EVENTS;
            boolean wanted =
                    end > to || of(number).map(s -> s.mayHold(types, key, peer)).orElse(true);
            if (wanted && begin < 0) {
                begin = at;
            } else if (!wanted && begin >= 0) {
                return Optional.of(new Span(begin, at - 1));
            }
            at = end + 1;
        }
        return begin < 0 ? Optional.empty() : Optional.of(new Span(begin, to));
    }

    /** The sidecar of a segment, where there is a good one. */
    public Optional<Sidecar> of(long number) {
        if (directory == null || Boolean.FALSE.equals(known.get(number))) {
            return Optional.empty();
        }
        Path file = pathOf(number);
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            Sidecar sidecar = Sidecar.of(Files.readAllBytes(file), number);
            if (!known.containsKey(number)) {
                if (!sidecar.endsWith(entryAt(sidecar.last()))) {
                    throw new IllegalArgumentException("it is of another journal");
                }
                known.put(number, true);
            }
            return Optional.of(sidecar);
        } catch (IOException | RuntimeException e) {
            LOG.warn("Sidecar {} is not used and will be made again: {}", file, String.valueOf(e.getMessage()));
            known.put(number, false);
            return Optional.empty();
        }
    }

    private JournalEntry entryAt(long position) {
        return switch (journal.read(position)) {
            case Read.Truncated(long first) -> throw new IllegalArgumentException("the segment was pruned");
            case Read.From(JournalReader reader) -> {
                try (reader) {
                    JournalEntry entry = reader.next();
                    if (entry == null) {
                        throw new IllegalArgumentException("the segment is not in the journal");
                    }
                    yield entry;
                }
            }
        };
    }

    /**
     * Makes the first sidecar that is missing or bad, of segments that are complete and retained as a whole.
     *
     * @param upTo position up to which the journal is durable
     * @param pace called now and then; may throw to give up
     * @return whether there was one to make
     */
    public boolean makeNext(long upTo, Checkpoints.Pace pace) throws IOException {
        long firstWhole = (journal.firstPosition() - 1 + Sidecar.SEGMENT_EVENTS - 1) / Sidecar.SEGMENT_EVENTS;
        for (long number = firstWhole; (number + 1) * Sidecar.SEGMENT_EVENTS <= upTo; number++) {
            if (!Boolean.TRUE.equals(known.get(number)) && of(number).isEmpty()) {
                make(number, pace);
                return true;
            }
        }
        return false;
    }

    private void make(long number, Checkpoints.Pace pace) throws IOException {
        Path into = directory;
        if (into == null
                || !(journal.read(number * Sidecar.SEGMENT_EVENTS + 1) instanceof Read.From(JournalReader r))) {
            return;
        }
        Sidecar.Gathering gathering = new Sidecar.Gathering(number);
        try (r) {
            for (int i = 0; i < Sidecar.SEGMENT_EVENTS; i++) {
                JournalEntry entry = r.next();
                if (entry == null) {
                    return;
                }
                gathering.add(entry);
                if (i % 4096 == 0) {
                    pace.pause();
                }
            }
        }
        Files.createDirectories(into);
        Path fresh = into.resolve("writing.new");
        // Not forced: one that a power cut spoils is noticed by its checksum and made again.
        Files.write(fresh, gathering.finish().bytes());
        Files.move(fresh, pathOf(number), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        known.put(number, true);
    }

    /** Drops those of segments that are no longer retained as a whole. */
    public void prune() throws IOException {
        Path from = directory;
        if (from == null || !Files.isDirectory(from)) {
            return;
        }
        long first = journal.firstPosition();
        try (Stream<Path> all = Files.list(from)) {
            for (Path file : all.filter(f -> f.toString().endsWith(SUFFIX)).toList()) {
                String name = file.getFileName().toString();
                long number = Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
                if (number * Sidecar.SEGMENT_EVENTS + 1 < first) {
                    Files.deleteIfExists(file);
                    known.remove(number);
                }
            }
        } catch (NumberFormatException e) {
            LOG.debug("A file of another name among the sidecars: {}", e.getMessage());
        }
    }

    private Path pathOf(long number) {
        if (directory == null) {
            throw new IllegalStateException("nothing is kept here");
        }
        return directory.resolve("%012d%s".formatted(number, SUFFIX));
    }
}
