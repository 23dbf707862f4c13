package io.svcdht.storage.chronicle;

import io.svcdht.storage.chronicle.TraceFile.Block;
import io.svcdht.storage.chronicle.TraceFile.Document;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.PingFailed;
import io.svcdht.storage.trace.TraceCodec;
import io.svcdht.storage.trace.TraceCodec.Head;
import io.svcdht.storage.trace.TraceLog.Filter;
import io.svcdht.storage.trace.TraceLog.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds in the files of the trace journal. A file that cannot be read, or goes away meanwhile, is passed over. */
final class TraceSearch {
    private static final Logger LOG = LoggerFactory.getLogger(TraceSearch.class);
    /** So much is read for one page; then it says how far it came. */
    private static final long READ_BYTES_MAX = 8 << 20;

    private final Supplier<List<TraceFile>> files;
    private final TraceDirectory directory;

    /** @param files oldest first */
    TraceSearch(Supplier<List<TraceFile>> files, TraceDirectory directory) {
        this.files = files;
        this.directory = directory;
    }

    private List<TraceFile> newestFirst() {
        return new ArrayList<>(files.get()).reversed();
    }

    private static List<Block> blocksNewestFirst(TraceFile file) {
        try {
            return file.blocks().reversed();
        } catch (IOException e) {
            LOG.debug("Traces in {} cannot be read: {}", file.path(), e.toString());
            return List.of();
        }
    }

    private static List<Document> newestFirst(TraceFile file, Block block) {
        try {
            return file.read(block).reversed();
        } catch (IOException e) {
            LOG.debug("Traces in {} cannot be read: {}", file.path(), e.toString());
            return List.of();
        }
    }

    /** Where a lookup is. */
    private record Place(TraceFile file, Block block, Document document) {}

    Optional<LookupRecord> get(UUID id) {
        Place place = find(id);
        return place == null ? Optional.empty() : lookup(place.document());
    }

    private @Nullable Place find(UUID id) {
        int cycle = directory.cycleAt(LookupRecord.millisOf(id));
        for (TraceFile file : newestFirst()) {
            // It ended in the hour it began in or in the next; only where the clock was set back, in a later one.
            boolean due = file.cycle() == cycle || file.cycle() == cycle + 1;
            if (!due && (file.cycle() < cycle || !file.indexed())) {
                continue;
            }
            for (Block block : blocksNewestFirst(file)) {
                if (!block.mayHold(id)) {
                    continue;
                }
                for (Document d : newestFirst(file, block)) {
                    if (d.head() instanceof Head.Lookup l && l.id().equals(id)) {
                        return new Place(file, block, d);
                    }
                }
            }
        }
        return null;
    }

    private static Optional<LookupRecord> lookup(Document d) {
        try {
            return Optional.of(TraceCodec.lookup(d.bytes(), d.bytes().length));
        } catch (MalformedEvent e) {
            // Its checksum is right and its head too: written by a build that knew more.
            return Optional.empty();
        }
    }

    Page page(Filter filter, int limit) {
        Gathering gathering = new Gathering(filter, limit);
        UUID before = filter.before();
        Place place = before == null ? null : find(before);
        if (before != null && place == null) {
            return new Page(List.of(), 0, null);
        }
        boolean behind = place == null;
        // What a file holds ended in its hour, or later where the clock was set back.
        int cycleMax =
                filter.untilMillis() == Long.MAX_VALUE ? Integer.MAX_VALUE : directory.cycleAt(filter.untilMillis());
        for (TraceFile file : newestFirst()) {
            if (behind && file.cycle() > cycleMax) {
                continue;
            }
            if (!behind && (place == null || !file.path().equals(place.file().path()))) {
                continue;
            }
            for (Block block : blocksNewestFirst(file)) {
                if (!behind && (place == null || block.offset() != place.block().offset())) {
                    continue;
                }
                UUID from = behind ? null : before;
                behind = true;
                if (!gathering.take(file, block, from)) {
                    return gathering.page(true);
                }
            }
        }
        return gathering.page(false);
    }

    /** A page in the making. */
    private static final class Gathering {
        private final Filter filter;
        private final int limit;
        private final List<LookupRecord> found = new ArrayList<>();
        private long scanned;
        private long readBytes;
        private @Nullable UUID lastSeen;

        Gathering(Filter filter, int limit) {
            this.filter = filter;
            this.limit = limit;
        }

        /**
         * Takes what matches of a block.
         *
         * @param before begin behind this one; null = with the newest
         * @return whether the page has room for more
         */
        boolean take(TraceFile file, Block block, @Nullable UUID before) {
            if (before == null && !block.mayMatch(filter)) {
                scanned += block.lookups();
                return true;
            }
            if (found.size() == limit || readBytes >= READ_BYTES_MAX && lastSeen != null) {
                return false;
            }
            boolean behind = before == null;
            for (Document d : newestFirst(file, block)) {
                readBytes += d.bytes().length;
                if (d.head() instanceof Head.Lookup l) {
                    if (!behind) {
                        behind = l.id().equals(before);
                        continue;
                    }
                    if (found.size() == limit) {
                        return false;
                    }
                    scanned++;
                    lastSeen = l.id();
                    if (l.matches(filter)) {
                        lookup(d).ifPresent(found::add);
                    }
                }
            }
            return true;
        }

        Page page(boolean more) {
            return new Page(List.copyOf(found), scanned, more ? lastSeen : null);
        }
    }

    List<PingFailed> failedPings(int limit) {
        List<PingFailed> found = new ArrayList<>();
        long readBytes = 0;
        for (TraceFile file : newestFirst()) {
            for (Block block : blocksNewestFirst(file)) {
                if (block.pings() == 0) {
                    continue;
                }
                for (Document d : newestFirst(file, block)) {
                    readBytes += d.bytes().length;
                    if (d.head() instanceof Head.Ping && found.size() < limit) {
                        found.add(TraceCodec.ping(d.bytes(), d.bytes().length));
                    }
                }
                if (found.size() == limit || readBytes >= READ_BYTES_MAX) {
                    return List.copyOf(found);
                }
            }
        }
        return List.copyOf(found);
    }
}
