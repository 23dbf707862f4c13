package io.svcdht.storage.trace;

import io.svcdht.storage.event.ByteSink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The traces of amnesia mode: the latest, in memory, as many as a number of bytes holds. They are kept in their binary
 * form, which is several times smaller than objects and tells its own size. Lookups that nobody waited for have a quarter
 * of the room, lest the renewal of many records push out every find.
 */
public final class MemoryTraces implements TraceLog {
    /** Bytes kept unless told otherwise: some thousand lookups. */
    public static final long BYTES_DEFAULT = 8L << 20;

    /** What a trace takes beside its bytes: nodes of two maps, boxes, an array's header. */
    private static final int OVERHEAD_BYTES = 200;

    private static final int UNWAITED_SHARE = 4;

    private final long bytesMax;
    private final ConcurrentSkipListMap<Long, byte[]> documents = new ConcurrentSkipListMap<>();
    private final ConcurrentHashMap<UUID, Long> numbers = new ConcurrentHashMap<>();
    /** Numbers of lookups that nobody waited for, oldest first. */
    private final ArrayDeque<Long> unwaited = new ArrayDeque<>();

    private long unwaitedBytes;
    private long nextNumber = 1;
    private volatile long bytes;
    private volatile long kept;
    private volatile long dropped;
    private volatile boolean closed;

    public MemoryTraces() {
        this(BYTES_DEFAULT);
    }

    public MemoryTraces(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    @Override
    public void keep(LookupRecord lookup) {
        ByteSink out = new ByteSink(256);
        TraceCodec.encode(lookup, out);
        put(lookup.id(), lookup.asker().waits(), out.toByteArray());
    }

    @Override
    public void keep(PingFailed ping) {
        ByteSink out = new ByteSink(128);
        TraceCodec.encode(ping, out);
        put(null, true, out.toByteArray());
    }

    private synchronized void put(@Nullable UUID id, boolean waits, byte[] document) {
        if (closed || size(document) > bytesMax) {
            dropped++;
            return;
        }
        documents.put(nextNumber, document);
        if (id != null) {
            numbers.put(id, nextNumber);
        }
        if (!waits) {
            unwaited.add(nextNumber);
            unwaitedBytes += size(document);
        }
        nextNumber++;
        kept++;
        bytes += size(document);
        while (unwaitedBytes > bytesMax / UNWAITED_SHARE) {
            giveUp(unwaited.getFirst());
        }
        while (bytes > bytesMax) {
            giveUp(documents.firstKey());
        }
    }

    private synchronized void giveUp(Long number) {
        byte[] document = documents.remove(number);
        if (document == null) {
            throw new IllegalStateException("trace %d is counted and not kept".formatted(number));
        }
        bytes -= size(document);
        if (number.equals(unwaited.peekFirst())) {
            unwaited.removeFirst();
            unwaitedBytes -= size(document);
        }
        if (TraceCodec.head(document, document.length) instanceof TraceCodec.Head.Lookup l) {
            numbers.remove(l.id(), number);
        }
    }

    private static int size(byte[] document) {
        return document.length + OVERHEAD_BYTES;
    }

    @Override
    public Optional<LookupRecord> get(UUID id) {
        Long number = numbers.get(id);
        byte[] document = number == null ? null : documents.get(number);
        return document == null ? Optional.empty() : Optional.of(TraceCodec.lookup(document, document.length));
    }

    @Override
    public Page page(Filter filter, int limit) {
        Long from = filter.before() == null ? Long.valueOf(Long.MAX_VALUE) : numbers.get(filter.before());
        List<LookupRecord> found = new ArrayList<>();
        long scanned = 0;
        UUID lastSeen = null;
        if (from != null) {
            for (byte[] document : documents.headMap(from).descendingMap().values()) {
                if (TraceCodec.head(document, document.length) instanceof TraceCodec.Head.Lookup l) {
                    if (found.size() == limit) {
                        return new Page(List.copyOf(found), scanned, lastSeen);
                    }
                    scanned++;
                    lastSeen = l.id();
                    if (l.matches(filter)) {
                        found.add(TraceCodec.lookup(document, document.length));
                    }
                }
            }
        }
        return new Page(List.copyOf(found), scanned, null);
    }

    @Override
    public List<PingFailed> failedPings(int limit) {
        List<PingFailed> found = new ArrayList<>();
        for (byte[] document : documents.descendingMap().values()) {
            if (found.size() == limit) {
                break;
            }
            if (TraceCodec.head(document, document.length) instanceof TraceCodec.Head.Ping) {
                found.add(TraceCodec.ping(document, document.length));
            }
        }
        return List.copyOf(found);
    }

    @Override
    public Counts counts() {
        return new Counts(kept, dropped, 0, bytes);
    }

    @Override
    public void close() {
        closed = true;
    }
}
