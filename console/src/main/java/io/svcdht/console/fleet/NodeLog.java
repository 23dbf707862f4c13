package io.svcdht.console.fleet;

import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.Key;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One node's events as they were handed over, in a file. Every 64th event's place and instant are in memory: the index
 * by time, and the way to a position.
 *
 * <pre>
 * file    "svcdhtfl" | first position u64 | n × frame
 * frame   length u32 | CRC-32C of the bytes u32 | event, as the journal keeps it
 * </pre>
 *
 * <p>One thread appends; any number read what was flushed.
 */
public final class NodeLog implements JournalSource, AutoCloseable {
    private static final long MAGIC = 0x7376636468746665L;
    private static final int HEAD = 16;
    private static final int FRAME_HEAD = 8;
    private static final int EACH = 64;
    private static final int WRITE_BYTES = 256 << 10;
    private static final int READ_BYTES = 64 << 10;
    /** More than any event takes. */
    static final int EVENT_BYTES_MAX = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final long first;
    private final Marks marks = new Marks();
    private ByteBuffer waiting = ByteBuffer.allocate(WRITE_BYTES);
    private long end;
    private long appended;
    private long lastMillis;
    private volatile Shown shown;

    /** What readers see. */
    private record Shown(long last, long end, long lastMillis) {}

    private NodeLog(Path file, FileChannel channel, long first) {
        this.file = file;
        this.channel = channel;
        this.first = first;
        this.end = HEAD;
        this.appended = first - 1;
        this.shown = new Shown(first - 1, HEAD, 0);
    }

    /** Begins a log at a position. */
    static NodeLog create(Path file, long first) throws IOException {
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        channel.write(ByteBuffer.allocate(HEAD).putLong(MAGIC).putLong(first).flip(), 0);
        return new NodeLog(file, channel, first);
    }

    /** Goes on with a log; a frame that is not whole at its end is given up. */
    static NodeLog open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        if (channel.read(head, 0) < HEAD || head.getLong(0) != MAGIC) {
            channel.close();
            throw new IOException(file + " is no log of this index");
        }
        NodeLog log = new NodeLog(file, channel, head.getLong(8));
        log.scan();
        return log;
    }

    private void scan() throws IOException {
        shown = new Shown(Long.MAX_VALUE - 1, channel.size(), 0);
        Frames frames = new Frames(HEAD);
        while (frames.next()) {
            long at = frames.instant();
            if ((appended + 1 - first) % EACH == 0) {
                marks.add(end, at);
            }
            appended++;
            lastMillis = at;
            end = frames.offset;
        }
        channel.truncate(end);
        shown = new Shown(appended, end, lastMillis);
    }

    /**
     * Takes the next event.
     *
     * @throws IllegalArgumentException if it is not the next, or no event
     */
    JournalEntry append(long position, byte[] bytes) throws IOException {
        if (position != appended + 1 || bytes.length > EVENT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "event %d of %d bytes behind %d".formatted(position, bytes.length, appended));
        }
        JournalEntry entry;
        try {
            entry = EventCodec.decode(position, bytes, 0, bytes.length);
        } catch (MalformedEvent e) {
            throw new IllegalArgumentException("event %d: %s".formatted(position, e.getMessage()), e);
        }
        if (waiting.remaining() < FRAME_HEAD + bytes.length) {
            flush();
            if (waiting.capacity() < FRAME_HEAD + bytes.length) {
                waiting = ByteBuffer.allocate(FRAME_HEAD + bytes.length);
            }
        }
        if ((position - first) % EACH == 0) {
            marks.add(end + waiting.position(), entry.instantMillis());
        }
        waiting.putInt(bytes.length).putInt(crc(bytes, 0, bytes.length)).put(bytes);
        appended = position;
        lastMillis = entry.instantMillis();
        return entry;
    }

    /** Lets readers see what was appended. */
    void flush() throws IOException {
        waiting.flip();
        while (waiting.hasRemaining()) {
            end += channel.write(waiting, end);
        }
        waiting.clear();
        shown = new Shown(appended, end, lastMillis);
    }

    /** Position of the last event that was taken, flushed or not. */
    long appended() {
        return appended;
    }

    /** When the last event happened, by the node's clock; 0 = there is none. */
    public long lastMillis() {
        return shown.lastMillis();
    }

    /** When the first event happened, by the node's clock; 0 = there is none. */
    long firstMillis() {
        return shown.last() < first ? 0 : marks.first();
    }

    /** Writes a log of what comes behind a position, in another file; for the thread that appends. */
    NodeLog behind(long position, Path fresh) throws IOException {
        flush();
        java.nio.file.Files.deleteIfExists(fresh);
        NodeLog made = create(fresh, position + 1);
        try (made) {
            long from = end;
            if (position < appended) {
                try (Walk walk = new Walk(position + 1, shown)) {
                    from = walk.frames.offset;
                }
            }
            long to = HEAD;
            while (from < end) {
                long n = made.channel.transferFrom(channel.position(from), to, end - from);
                if (n <= 0) {
                    throw new IOException(file + " ends early");
                }
                from += n;
                to += n;
            }
        }
        return open(fresh);
    }

    /** What the events take. */
    public long bytes() {
        return shown.end();
    }

    @Override
    public long firstPosition() {
        return first;
    }

    @Override
    public long lastPosition() {
        return shown.last();
    }

    /** Position of the last event at or before an instant, by the marks; one less than the first where all are later. */
    public long lastAtOrBefore(long millis) {
        Shown now = shown;
        int low = marks.lastAtOrBefore(millis);
        if (low < 0 || now.last() < first) {
            return first - 1;
        }
        long found = first + (long) low * EACH - 1;
        try (Walk walk = new Walk(found + 1, now)) {
            for (JournalEntry e = walk.next(); e != null && e.instantMillis() <= millis; e = walk.next()) {
                found = e.position();
            }
        }
        return found;
    }

    @Override
    public Read read(long from) {
        Shown now = shown;
        if (from < first) {
            return new Read.Truncated(first);
        }
        if (from > now.last() + 1) {
            throw new IllegalArgumentException("position %d lies beyond the last, %d".formatted(from, now.last()));
        }
        return new Read.From(new Walk(from, now));
    }

    /** The frames were checked when the node wrote them, and are by their own sums here; only the position counts. */
    @Override
    public Read readBehind(Seam seam) {
        return read(seam.position() + 1);
    }

    @Override
    public void close() throws IOException {
        flush();
        channel.close();
    }

    private static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /** Place and instant of every 64th event; grows under its own lock. */
    private static final class Marks {
        private long[] offsets = new long[64];
        private long[] instants = new long[64];
        private int size;

        synchronized void add(long offset, long instant) {
            if (size == offsets.length) {
                offsets = java.util.Arrays.copyOf(offsets, 2 * size);
                instants = java.util.Arrays.copyOf(instants, 2 * size);
            }
            offsets[size] = offset;
            // A clock that was set back must not hide what came before from a search by halves.
            instants[size] = size == 0 ? instant : Math.max(instant, instants[size - 1]);
            size++;
        }

        synchronized long first() {
            return size == 0 ? 0 : instants[0];
        }

        synchronized long offset(long mark) {
            return offsets[(int) mark];
        }

        /** The last one at or before, -1 = none. */
        synchronized int lastAtOrBefore(long millis) {
            int low = -1;
            int high = size - 1;
            while (low < high) {
                int middle = low + (high - low + 1) / 2;
                if (instants[middle] <= millis) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            return low;
        }
    }

    /** Goes from frame to frame. */
    private final class Frames {
        private final ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES).limit(0);
        private ByteBuffer large = buffer;
        private long offset;
        private byte[] bytes = new byte[0];

        Frames(long offset) {
            this.offset = offset;
        }

        /** Whether a whole frame follows; it is in {@link #bytes} then, and the offset behind it. */
        boolean next() throws IOException {
            if (!filled(FRAME_HEAD)) {
                return false;
            }
            int length = large.getInt(large.position());
            int crc = large.getInt(large.position() + 4);
            if (length < 1 || length > EVENT_BYTES_MAX || !filled(FRAME_HEAD + length)) {
                return false;
            }
            bytes = new byte[length];
            large.get(large.position() + FRAME_HEAD, bytes);
            if (crc(bytes, 0, length) != crc) {
                return false;
            }
            large.position(large.position() + FRAME_HEAD + length);
            offset += FRAME_HEAD + length;
            return true;
        }

        /** Steps over a frame without looking at it. */
        boolean skip() throws IOException {
            if (!filled(FRAME_HEAD)) {
                return false;
            }
            int length = large.getInt(large.position());
            offset += FRAME_HEAD + length;
            large.position((int) Math.min(large.limit(), (long) large.position() + FRAME_HEAD + length));
            return true;
        }

        private boolean filled(int wanted) throws IOException {
            if (large.remaining() >= wanted) {
                return true;
            }
            large = wanted <= READ_BYTES ? buffer : ByteBuffer.allocate(wanted);
            large.clear();
            long from = offset;
            while (large.hasRemaining()) {
                int n = channel.read(large, from);
                if (n < 0) {
                    break;
                }
                from += n;
            }
            large.flip();
            return large.remaining() >= wanted;
        }

        long instant() {
            // version u8, type u8, instant u48.
            return ((bytes[2] & 0xffL) << 40)
                    | ((bytes[3] & 0xffL) << 32)
                    | ((bytes[4] & 0xffL) << 24)
                    | ((bytes[5] & 0xffL) << 16)
                    | ((bytes[6] & 0xffL) << 8)
                    | (bytes[7] & 0xffL);
        }
    }

    private final class Walk implements JournalReader {
        private final Frames frames;
        private long next;
        private boolean closed;

        Walk(long from, Shown now) {
            next = from;
            if (from > now.last()) {
                frames = new Frames(now.end());
                return;
            }
            long mark = (from - first) / EACH;
            frames = new Frames(marks.offset(mark));
            try {
                for (long p = first + mark * EACH; p < from; p++) {
                    frames.skip();
                }
            } catch (IOException e) {
                throw unreadable(e);
            }
        }

        @Override
        public @Nullable JournalEntry next() {
            if (closed || next > shown.last()) {
                return null;
            }
            try {
                if (!frames.next()) {
                    throw new JournalDamaged(file.toString(), next, "its frame is not whole");
                }
                return EventCodec.decode(next++, frames.bytes, 0, frames.bytes.length);
            } catch (MalformedEvent e) {
                throw new JournalDamaged(file.toString(), next, String.valueOf(e.getMessage()));
            } catch (IOException e) {
                throw unreadable(e);
            }
        }

        private JournalUnavailable unreadable(IOException e) {
            return new JournalUnavailable("%s cannot be read: %s".formatted(file, e), e);
        }

        @Override
        public Seam seam() {
            return new Seam(next - 1, 0, new Key(0, 0, 0, 0), new byte[0], 0);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
