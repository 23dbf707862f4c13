package io.svcdht.storage.checkpoint;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.Subject;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one segment of the journal, 65,536 events, without reading it: how many of each type, how many in
 * each second, and which keys and nodes it may name. Everything in it can be made again from the journal.
 *
 * <pre>
 * magic u64 | version u32 = 1 | number u64 | checksum of the last event u32
 * | types u8, (type u8, count u32)*
 * | seconds u32, (second - the one before, signed; types varint, (type u8, count varint)*)*
 * | words u32, word u32* of the filter, keys and nodes alike
 * | CRC-32C of all before it u32
 * </pre>
 */
public final class Sidecar {
    /** Events in a segment: segment 0 has the positions 1 … 65,536. */
    public static final int SEGMENT_EVENTS = 1 << 16;

    /** "svcdhtsc". */
    private static final long MAGIC = 0x7376636468747363L;

    private static final int VERSION = 1;

    private final long number;
    private final int lastEvent;
    private final Map<EventType, Integer> counts;
    private final List<Second> seconds;
    private final Bloom subjects;

    private Sidecar(long number, int lastEvent, Map<EventType, Integer> counts, List<Second> seconds, Bloom subjects) {
        this.number = number;
        this.lastEvent = lastEvent;
        this.counts = counts;
        this.seconds = List.copyOf(seconds);
        this.subjects = subjects;
    }

    /** How many events of each type one second had; seconds without events are left out. */
    public record Second(long epochSecond, Map<EventType, Integer> counts) {}

    /** The segment that a position lies in. */
    public static long numberOf(long position) {
        return (position - 1) / SEGMENT_EVENTS;
    }

    public long first() {
        return number * SEGMENT_EVENTS + 1;
    }

    public long last() {
        return (number + 1) * SEGMENT_EVENTS;
    }

    /** Types that occur, with how often. */
    public Map<EventType, Integer> counts() {
        return Map.copyOf(counts);
    }

    /** In the order of the events; a second comes twice where the clock was set back. */
    public List<Second> seconds() {
        return seconds;
    }

    /** Whether an event of one of the types, of the key and the node where they are given, may be in the segment. */
    public boolean mayHold(Set<EventType> types, @Nullable Key key, @Nullable NodeId peer) {
        return counts.keySet().stream().anyMatch(types::contains)
                && (key == null || subjects.mayHold(key))
                && (peer == null || subjects.mayHold(nodeKey(peer)));
    }

    /** Whether the segment ends with this very event: if not, this is of another journal. */
    boolean endsWith(JournalEntry entry) {
        return entry.position() == last() && checksum(entry) == lastEvent;
    }

    /** Nodes and content ids share the filter; the same bits must not mean both. */
    private static Key nodeKey(NodeId peer) {
        Key k = peer.key();
        return new Key(~k.w0(), k.w1(), k.w2(), k.w3());
    }

    private static int checksum(JournalEntry e) {
        ByteSink bytes = new ByteSink(256);
        EventCodec.encode(e.position(), e.instantMillis(), e.cause(), e.event(), bytes);
        return crcOf(bytes.array(), bytes.length());
    }

    private static int crcOf(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** Gathers a segment event by event. */
    static final class Gathering {
        private final long number;
        private final Map<EventType, Integer> counts = new EnumMap<>(EventType.class);
        private final List<Second> seconds = new ArrayList<>();
        private final List<Key> subjects = new ArrayList<>();
        private final KeySet seen = new KeySet();
        private @Nullable JournalEntry last;

        Gathering(long number) {
            this.number = number;
        }

        void add(JournalEntry entry) {
            EventType type = entry.event().type();
            counts.merge(type, 1, Integer::sum);
            long second = Math.floorDiv(entry.instantMillis(), 1000L);
            if (seconds.isEmpty() || seconds.getLast().epochSecond() != second) {
                seconds.add(new Second(second, new TreeMap<>()));
            }
            seconds.getLast().counts().merge(type, 1, Integer::sum);
            Key key = Subject.keyOf(entry.event());
            if (key != null && seen.add(key)) {
                subjects.add(key);
            }
            for (NodeId peer : Subject.peersOf(entry.event())) {
                if (seen.add(nodeKey(peer))) {
                    subjects.add(nodeKey(peer));
                }
            }
            last = entry;
        }

        /** @throws IllegalStateException unless the last event of the segment was the last to be added */
        Sidecar finish() {
            JournalEntry end = last;
            if (end == null || end.position() != (number + 1) * SEGMENT_EVENTS) {
                throw new IllegalStateException("segment %d ends with %s".formatted(number, end));
            }
            Bloom filter = Bloom.forKeys(subjects.size());
            subjects.forEach(filter::add);
            return new Sidecar(number, checksum(end), counts, seconds, filter);
        }
    }

    byte[] bytes() {
        ByteSink out = new ByteSink(1 << 17);
        out.u64(MAGIC).u32(VERSION).u64(number).u32(lastEvent);
        out.u8(counts.size());
        counts.forEach((type, n) -> out.u8(type.code()).u32(n));
        out.u32(seconds.size());
        long before = 0;
        for (Second s : seconds) {
            out.signed(s.epochSecond() - before).varint(s.counts().size());
            s.counts().forEach((type, n) -> out.u8(type.code()).varint(n));
            before = s.epochSecond();
        }
        out.u32(subjects.words().length);
        for (int word : subjects.words()) {
            out.u32(word);
        }
        return out.u32(crcOf(out.array(), out.length())).toByteArray();
    }

    /** @throws IllegalArgumentException if the bytes are no whole sidecar of the segment */
    static Sidecar of(byte[] bytes, long number) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < 40
                || in.getInt(bytes.length - 4) != crcOf(bytes, bytes.length - 4)
                || in.getLong() != MAGIC
                || in.getInt() != VERSION
                || in.getLong() != number) {
            throw new IllegalArgumentException("it is not what was written for segment " + number);
        }
        try {
            return read(in, number);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("it ends in the middle", e);
        }
    }

    private static Sidecar read(ByteBuffer in, long number) {
        int lastEvent = in.getInt();
        Map<EventType, Integer> counts = new EnumMap<>(EventType.class);
        for (int n = in.get(); n > 0; n--) {
            counts.put(type(in), in.getInt());
        }
        List<Second> seconds = new ArrayList<>();
        long second = 0;
        for (int n = in.getInt(); n > 0; n--) {
            long folded = varint(in);
            second += folded >>> 1 ^ -(folded & 1);
            Map<EventType, Integer> of = new EnumMap<>(EventType.class);
            for (long m = varint(in); m > 0; m--) {
                of.put(type(in), (int) varint(in));
            }
            seconds.add(new Second(second, of));
        }
        return new Sidecar(number, lastEvent, counts, seconds, Bloom.of(in, in.getInt()));
    }

    private static EventType type(ByteBuffer in) {
        int code = in.get() & 0xff;
        return EventType.ofCode(code).orElseThrow(() -> new IllegalArgumentException("event type " + code));
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
