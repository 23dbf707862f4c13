package io.svcdht.console.fleet;

import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.PingFailed;
import io.svcdht.storage.trace.TraceCodec;
import io.svcdht.storage.trace.TraceCodec.Head;
import io.svcdht.storage.trace.TraceLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The lookups of all nodes, in a file; what a search asks about each is in memory, by its id, which begins with its
 * time.
 *
 * <pre>
 * frame   length u32 | node 32 | document, as the trace journal keeps it
 * </pre>
 */
public final class TraceShelf implements AutoCloseable {
    private static final int HEAD = 36;
    /** More than the 4,096 legs of a lookup take. */
    static final int DOCUMENT_BYTES_MAX = 4 << 20;

    /** What the memory has room for; beyond it a quarter is given up, the oldest. */
    private static final int LOOKUPS_MAX = 500_000;

    private static final int PART = 4;
    /** Between the time in a lookup's id, when it began, and its end. */
    private static final long LOOKUP_MILLIS_MAX = 60_000;

    private final Path file;
    private volatile Shelf shelf;
    /** The file that the present one took the place of; whoever reads it may go on until the next is. */
    private @Nullable Shelf replaced;

    private long end;

    private TraceShelf(Path file, FileChannel channel) {
        this.file = file;
        this.shelf = new Shelf(channel, new ConcurrentSkipListMap<>());
    }

    private record Shelf(FileChannel channel, NavigableMap<UUID, Place> places) {}

    private record Place(FileChannel in, NodeId node, Head.Lookup head, long offset, int length) {}

    /** A lookup and who looked. */
    public record Told(NodeId node, LookupRecord lookup) {}

    /**
     * Lookups that match, newest first.
     *
     * @param scanned lookups that were looked at, matching or not
     * @param next to go on before; null = there is nothing older
     */
    public record Found(
            List<Told> lookups, long scanned, @Nullable UUID next) {}

    static TraceShelf open(Path file) throws IOException {
        TraceShelf shelf = new TraceShelf(file, channel(file));
        shelf.scan();
        return shelf;
    }

    private static FileChannel channel(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    }

    private void scan() throws IOException {
        FileChannel channel = shelf.channel();
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        while (read(channel, head.clear(), end) == HEAD) {
            int length = head.getInt(0);
            byte[] node = new byte[HEAD - 4];
            head.get(4, node);
            byte[] document = length < 0 || length > DOCUMENT_BYTES_MAX ? new byte[0] : new byte[length];
            if (document.length == 0 || read(channel, ByteBuffer.wrap(document), end + HEAD) < length) {
                break;
            }
            place(new NodeId(Key.of(node)), document, end + HEAD);
            end += HEAD + length;
        }
        channel.truncate(end);
    }

    private static int read(FileChannel channel, ByteBuffer into, long from) throws IOException {
        int total = 0;
        while (into.hasRemaining()) {
            int n = channel.read(into, from + total);
            if (n < 0) {
                break;
            }
            total += n;
        }
        return total;
    }

    private boolean place(NodeId node, byte[] document, long offset) {
        try {
            Shelf on = shelf;
            return TraceCodec.head(document, document.length) instanceof Head.Lookup l
                    && on.places().putIfAbsent(l.id(), new Place(on.channel(), node, l, offset, document.length))
                            == null;
        } catch (MalformedEvent e) {
            return false;
        }
    }

    /** Keeps a lookup, unless it is there already; false = it is, or is none. */
    boolean add(NodeId node, byte[] document) throws IOException {
        if (document.length > DOCUMENT_BYTES_MAX) {
            return false;
        }
        ByteBuffer frame = ByteBuffer.allocate(HEAD + document.length)
                .putInt(document.length)
                .put(node.key().bytes())
                .put(document)
                .flip();
        long at = end;
        while (frame.hasRemaining()) {
            at += shelf.channel().write(frame, at);
        }
        if (!place(node, document, end + HEAD)) {
            return false;
        }
        end = at;
        if (shelf.places().size() > LOOKUPS_MAX) {
            keep(shelf.places().keySet().stream()
                    .skip(LOOKUPS_MAX / PART)
                    .findFirst()
                    .orElseThrow());
        }
        return true;
    }

    /**
     * Gives up the lookups that ended before a moment; not where they are few, for what is kept is copied.
     *
     * @return whether any were given up
     */
    boolean giveUp(long millis) throws IOException {
        UUID first = least(millis);
        NavigableMap<UUID, Place> old = shelf.places().headMap(first, false);
        if (old.isEmpty() || old.size() * PART < shelf.places().size()) {
            return false;
        }
        keep(first);
        return true;
    }

    private void keep(UUID from) throws IOException {
        Shelf old = shelf;
        Path fresh = file.resolveSibling("traces.new");
        Files.deleteIfExists(fresh);
        Shelf made = new Shelf(channel(fresh), new ConcurrentSkipListMap<>());
        long at = 0;
        for (Map.Entry<UUID, Place> e : old.places().tailMap(from).entrySet()) {
            Place p = e.getValue();
            long length = (long) HEAD + p.length();
            long copied = 0;
            while (copied < length) {
                long n = old.channel()
                        .transferTo(
                                p.offset() - HEAD + copied,
                                length - copied,
                                made.channel().position(at + copied));
                if (n <= 0) {
                    throw new IOException(file + " ends early");
                }
                copied += n;
            }
            made.places().put(e.getKey(), new Place(made.channel(), p.node(), p.head(), at + HEAD, p.length()));
            at += length;
        }
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
        if (replaced != null) {
            replaced.channel().close();
        }
        replaced = old;
        end = at;
        shelf = made;
    }

    /** A lookup by its id; reads the file. */
    public Optional<Told> get(UUID id) {
        return Optional.ofNullable(shelf.places().get(id)).flatMap(TraceShelf::told);
    }

    private static Optional<Told> told(Place place) {
        ByteBuffer document = ByteBuffer.allocate(place.length());
        try {
            read(place.in(), document, place.offset());
            return Optional.of(new Told(place.node(), TraceCodec.lookup(document.array(), place.length())));
        } catch (MalformedEvent e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new JournalUnavailable("the traces cannot be read: " + e, e);
        }
    }

    /** @param node whose lookups; null = all */
    public Found page(@Nullable NodeId node, TraceLog.Filter filter, int limit) {
        UUID before = filter.before();
        NavigableMap<UUID, Place> places = shelf.places();
        NavigableMap<UUID, Place> older = before == null ? places : places.headMap(before, false);
        List<Told> found = new ArrayList<>();
        long scanned = 0;
        UUID last = null;
        for (Map.Entry<UUID, Place> e : older.descendingMap().entrySet()) {
            Place place = e.getValue();
            if (node != null && !node.equals(place.node())) {
                continue;
            }
            if (found.size() == limit) {
                return new Found(found, scanned, last);
            }
            scanned++;
            last = e.getKey();
            if (place.head().matches(filter)) {
                told(place).ifPresent(found::add);
            }
        }
        return new Found(found, scanned, null);
    }

    /**
     * Lookups for a target that ended within a span, newest first, of all nodes. Only those are looked through.
     *
     * @param fromMillis since the epoch, by the clocks of those who looked
     * @param toMillis the last instant
     */
    List<Told> within(Key target, long fromMillis, long toMillis) {
        NavigableMap<UUID, Place> span = shelf.places()
                .subMap(least(Math.max(0, fromMillis - LOOKUP_MILLIS_MAX)), true, least(toMillis + 1), false);
        List<Told> found = new ArrayList<>();
        for (Place place : span.descendingMap().values()) {
            Head.Lookup head = place.head();
            if (head.target().equals(target)
                    && head.instantMillis() >= fromMillis
                    && head.instantMillis() <= toMillis) {
                told(place).ifPresent(found::add);
            }
        }
        return found;
    }

    /** An id begins with its time; the least of a moment has nothing but zeros behind it. */
    private static UUID least(long millis) {
        return new UUID(millis << 16, 0);
    }

    /** How many lookups there are. */
    public long size() {
        return shelf.places().size();
    }

    /** Lookups of one node. */
    public long of(NodeId node) {
        return shelf.places().values().stream()
                .filter(p -> p.node().equals(node))
                .count();
    }

    /** The lookups of one node, for its own pages. */
    TraceLog log(NodeId node) {
        return new OneNode(node);
    }

    @Override
    public void close() throws IOException {
        shelf.channel().close();
        if (replaced != null) {
            replaced.channel().close();
        }
    }

    private final class OneNode implements TraceLog {
        private final NodeId node;

        OneNode(NodeId node) {
            this.node = node;
        }

        @Override
        public void keep(LookupRecord lookup) {
            throw new UnsupportedOperationException("what was recorded is only read");
        }

        @Override
        public void keep(PingFailed ping) {
            throw new UnsupportedOperationException("what was recorded is only read");
        }

        @Override
        public Optional<LookupRecord> get(UUID id) {
            return TraceShelf.this.get(id).filter(t -> t.node().equals(node)).map(Told::lookup);
        }

        @Override
        public Page page(Filter filter, int limit) {
            Found page = TraceShelf.this.page(node, filter, limit);
            return new Page(page.lookups().stream().map(Told::lookup).toList(), page.scanned(), page.next());
        }

        @Override
        public List<PingFailed> failedPings(int limit) {
            return List.of();
        }

        @Override
        public Counts counts() {
            long kept = of(node);
            return new Counts(kept, 0, 0, 0);
        }

        @Override
        public void close() {
            // The shelf is everybody's.
        }
    }
}
