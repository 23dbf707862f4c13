package io.svcdht.storage.trace;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.ByteSource;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The binary form of traces: a document holds one lookup, its end first and then its legs, or one failed ping. Numbers
 * are written as in the journal ({@link io.svcdht.storage.event.EventCodec}).
 *
 * <pre>
 * document        CRC-32C of the rest u32 | n × (length varint | event)
 * event           version u8 = 1, of what says more 2 | type u8 | instant u48 ms | cause distance varint | body
 *                 the cause of a leg is the leg whose answer named its peer, so many events before; 0 = the own table
 *
 * LookupFinished  id 16 | operation u8 | outcome u8 | target 32 | text | took ns varint | deadline ns varint
 *                 | hops varint | hedges varint | known varint | legs varint | in version 2: asker u8
 * LegFinished     peer 32 | address text | hop varint | path varint | why u8 | outcome u8 | overdue u8
 *                 | heard of ns varint | sent − heard of ns varint | waited ns varint | in version 2: way u8
 * PingFailed      peer 32 | address text | attempt varint | waited ns varint
 * </pre>
 */
public final class TraceCodec {
    private static final int VERSION = 1;
    /**
     * Of a leg with its way, and of a lookup with its asker: a build that knows none passes the lookup over, and reads
     * those before it.
     */
    private static final int VERSION_MORE = 2;

    private static final int HEADER = 4;

    private static final LookupRecord.Operation[] OPERATIONS = LookupRecord.Operation.values();
    private static final LookupRecord.Asker[] ASKERS = LookupRecord.Asker.values();
    private static final LookupRecord.Outcome[] OUTCOMES = LookupRecord.Outcome.values();
    private static final LegRecord.Why[] WHYS = LegRecord.Why.values();
    private static final LegRecord.Outcome[] LEG_OUTCOMES = LegRecord.Outcome.values();
    private static final LegRecord.Way[] WAYS = LegRecord.Way.values();

    private TraceCodec() {}

    /** What a document begins with: enough to decide whether the rest is wanted. */
    public sealed interface Head {
        /** When it happened, milliseconds since the epoch. */
        long instantMillis();

        record Lookup(
                UUID id,
                long instantMillis,
                LookupRecord.Operation operation,
                LookupRecord.Outcome outcome,
                long tookNanos,
                Key target)
                implements Head {
            public boolean matches(TraceLog.Filter filter) {
                return filter.matches(operation, outcome, instantMillis, tookNanos, target);
            }
        }

        record Ping(long instantMillis) implements Head {}
    }

    /** Writes the document of a lookup to {@code out}, which is cleared before. */
    public static void encode(LookupRecord r, ByteSink out) {
        out.clear().u32(0);
        ByteSink event = new ByteSink(160);
        boolean asked = r.asker() != LookupRecord.Asker.UNTOLD;
        event.u8(asked ? VERSION_MORE : VERSION).u8(TraceType.LookupFinished.code());
        event.u48(r.finishedAtMillis()).varint(0);
        event.u64(r.id().getMostSignificantBits()).u64(r.id().getLeastSignificantBits());
        event.u8(r.operation().ordinal()).u8(r.outcome().ordinal()).key(r.target());
        event.text(r.text()).varint(r.tookNanos()).varint(r.deadlineNanos());
        event.varint(r.hops())
                .varint(r.hedges())
                .varint(r.known())
                .varint(r.legs().size());
        append(asked ? event.u8(r.asker().ordinal()) : event, out);
        for (int i = 0; i < r.legs().size(); i++) {
            LegRecord leg = r.legs().get(i);
            long instant = r.startedAtMillis() + leg.endedNanos() / 1_000_000;
            boolean told = leg.way() != LegRecord.Way.UNTOLD;
            event.clear().u8(told ? VERSION_MORE : VERSION).u8(TraceType.LegFinished.code());
            event.u48(instant).varint(leg.via() < 0 ? 0 : i - leg.via());
            event.key(leg.peer().key()).text(leg.address()).varint(leg.hop()).varint(leg.path());
            event.u8(leg.why().ordinal()).u8(leg.outcome().ordinal()).u8(leg.overdue() ? 1 : 0);
            event.varint(leg.heardOfNanos()).varint(leg.sentNanos() - leg.heardOfNanos());
            event.varint(leg.waitedNanos());
            append(told ? event.u8(leg.way().ordinal()) : event, out);
        }
        seal(out);
    }

    /** Writes the document of a failed ping to {@code out}, which is cleared before. */
    public static void encode(PingFailed ping, ByteSink out) {
        out.clear().u32(0);
        ByteSink event = new ByteSink(96);
        event.u8(VERSION)
                .u8(TraceType.PingFailed.code())
                .u48(ping.instantMillis())
                .varint(0);
        event.key(ping.peer().key()).text(ping.address()).varint(ping.attempt());
        append(event.varint(ping.waitedNanos()), out);
        seal(out);
    }

    private static void append(ByteSink event, ByteSink out) {
        out.varint(event.length()).raw(event.array(), 0, event.length());
    }

    private static void seal(ByteSink out) {
        out.u32At(0, crcOver(out.array(), out.length()));
    }

    private static int crcOver(byte[] document, int length) {
        CRC32C crc = new CRC32C();
        crc.update(document, HEADER, length - HEADER);
        return (int) crc.getValue();
    }

    /**
     * Checks a document and reads what it begins with.
     *
     * @throws MalformedEvent if it is not whole, or of a kind this build does not know
     */
    public static Head head(byte[] document, int length) {
        return reading(() -> {
            Event first = Event.next(checked(document, length));
            return switch (first.type()) {
                case LookupFinished -> finished(first).head();
                case PingFailed -> new Head.Ping(first.instant());
                case LegFinished -> throw new MalformedEvent("a document that begins with a leg");
            };
        });
    }

    /**
     * Reads the document of a lookup.
     *
     * @throws MalformedEvent if it is anything else
     */
    public static LookupRecord lookup(byte[] document, int length) {
        return reading(() -> {
            ByteSource in = checked(document, length);
            Finished f = finished(Event.next(in).as(TraceType.LookupFinished));
            List<LegRecord> legs = new ArrayList<>(f.legs());
            for (int i = 0; i < f.legs(); i++) {
                legs.add(leg(i, Event.next(in).as(TraceType.LegFinished)));
            }
            if (in.remaining() != 0) {
                throw new MalformedEvent("%d bytes follow the last leg".formatted(in.remaining()));
            }
            return f.record(legs);
        });
    }

    /**
     * Reads the document of a failed ping.
     *
     * @throws MalformedEvent if it is anything else
     */
    public static PingFailed ping(byte[] document, int length) {
        return reading(() -> {
            Event event = Event.next(checked(document, length)).as(TraceType.PingFailed);
            ByteSource in = event.body();
            NodeId peer = new NodeId(in.key());
            String address = in.text();
            int attempt = in.count(Integer.MAX_VALUE, "an attempt");
            return new PingFailed(peer, address, event.instant(), attempt, in.varint());
        });
    }

    private interface Read<T> {
        T read();
    }

    private static <T> T reading(Read<T> what) {
        try {
            return what.read();
        } catch (IllegalArgumentException e) {
            throw new MalformedEvent("a trace holds an impossible value: " + e.getMessage(), e);
        }
    }

    private static ByteSource checked(byte[] document, int length) {
        if (length < HEADER) {
            throw new MalformedEvent("a trace of " + length + " bytes");
        }
        int stored = new ByteSource(document, 0, HEADER).u32();
        int value = crcOver(document, length);
        if (stored != value) {
            throw new MalformedEvent("CRC-32C is %08x, should be %08x".formatted(stored, value));
        }
        return new ByteSource(document, HEADER, length - HEADER);
    }

    /** One event of a document, its body not read yet. */
    private record Event(TraceType type, int version, long instant, long causeDistance, ByteSource body) {
        static Event next(ByteSource in) {
            byte[] bytes = in.raw(in.count(in.remaining(), "an event's length"));
            ByteSource event = new ByteSource(bytes, 0, bytes.length);
            int version = event.u8();
            int code = event.u8();
            TraceType type = ofCode(code);
            boolean known = version == VERSION || version == VERSION_MORE && type != TraceType.PingFailed;
            if (!known || type == null) {
                throw new MalformedEvent(
                        "trace event %d of version %d is not known to this build".formatted(code, version));
            }
            return new Event(type, version, event.u48(), event.varint(), event);
        }

        private static @Nullable TraceType ofCode(int code) {
            for (TraceType t : TraceType.values()) {
                if (t.code() == code) {
                    return t;
                }
            }
            return null;
        }

        Event as(TraceType wanted) {
            if (type != wanted) {
                throw new MalformedEvent("a %s where a %s was due".formatted(type, wanted));
            }
            return this;
        }
    }

    /** A lookup without its legs. */
    private record Finished(
            Head.Lookup head,
            LookupRecord.Asker asker,
            String text,
            long deadlineNanos,
            int hops,
            int hedges,
            int known,
            int legs) {
        LookupRecord record(List<LegRecord> all) {
            return new LookupRecord(
                    head.id(),
                    head.instantMillis() - head.tookNanos() / 1_000_000,
                    head.operation(),
                    asker,
                    head.target(),
                    text,
                    head.outcome(),
                    hops,
                    legs,
                    hedges,
                    known,
                    head.tookNanos(),
                    deadlineNanos,
                    all);
        }
    }

    private static Finished finished(Event event) {
        ByteSource in = event.body();
        UUID id = new UUID(in.u64(), in.u64());
        LookupRecord.Operation operation = one(OPERATIONS, in.u8());
        LookupRecord.Outcome outcome = one(OUTCOMES, in.u8());
        Key target = in.key();
        String text = in.text();
        Head.Lookup head = new Head.Lookup(id, event.instant(), operation, outcome, in.varint(), target);
        long deadline = in.varint();
        int hops = in.count(Integer.MAX_VALUE, "a number of hops");
        int hedges = in.count(Integer.MAX_VALUE, "a number of hedges");
        int known = in.count(Integer.MAX_VALUE, "a number of peers");
        int legs = in.count(LookupRecord.LEGS_MAX, "a number of legs");
        LookupRecord.Asker asker = event.version() == VERSION_MORE ? one(ASKERS, in.u8()) : LookupRecord.Asker.UNTOLD;
        return new Finished(head, asker, text, deadline, hops, hedges, known, legs);
    }

    private static LegRecord leg(int index, Event event) {
        ByteSource in = event.body();
        NodeId peer = new NodeId(in.key());
        String address = in.text();
        int hop = in.count(LegRecord.DEPTH_MAX, "a hop");
        int path = in.count(LegRecord.DEPTH_MAX, "a path");
        LegRecord.Why why = one(WHYS, in.u8());
        LegRecord.Outcome outcome = one(LEG_OUTCOMES, in.u8());
        boolean overdue = in.u8() != 0;
        long heardOf = in.varint();
        long sent = heardOf + in.varint();
        int via = event.causeDistance() == 0 ? -1 : Math.toIntExact(index - event.causeDistance());
        if (event.causeDistance() > index) {
            throw new MalformedEvent("leg %d has its cause %d events before".formatted(index, event.causeDistance()));
        }
        long waited = in.varint();
        LegRecord.Way way = event.version() == VERSION_MORE ? one(WAYS, in.u8()) : LegRecord.Way.UNTOLD;
        return new LegRecord(peer, address, hop, path, via, why, heardOf, sent, waited, overdue, outcome, way);
    }

    private static <E> E one(E[] values, int ordinal) {
        if (ordinal >= values.length) {
            throw new MalformedEvent("%s %d".formatted(values[0].getClass().getSimpleName(), ordinal));
        }
        return values[ordinal];
    }
}
