package io.svcdht.node.lookup;

import static io.svcdht.node.lookup.Walk.MILLI;
import static io.svcdht.node.lookup.Walk.RECORD;

import io.svcdht.node.lookup.LookupSpec.Goal;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.node.network.LookupRecords;
import io.svcdht.storage.trace.LookupRecord;
import java.util.UUID;

/** What real lookups did, to be kept. Their target is the key of zeros. */
public final class SampleLookups {
    private SampleLookups() {}

    /** A UUIDv7 of the instant. */
    public static UUID id(long millis, int number) {
        return new UUID(millis << 16 | 0x7000 | number & 0xfff, 0x8000_0000_0000_0000L | number);
    }

    /** It found a record at hop 2 in 130 ms, one of its six legs a hedge. */
    public static LookupRecord found(UUID id, long startedAtMillis) {
        Walk walk = new Walk(Goal.RECORDS, Limits.standard(), HedgePolicy.adaptive(), 100, 16, 17, 18, 19);
        walk.at(30).answers(17, 1, 2);
        walk.at(40).timesOut(18);
        walk.at(50).passes();
        walk.at(130).finds(1, RECORD);
        return record(walk, id, startedAtMillis);
    }

    /** All it knew answered within 20 ms, and had nothing. */
    public static LookupRecord notFound(UUID id, long startedAtMillis) {
        Walk walk = new Walk(Goal.RECORDS, Limits.standard(), HedgePolicy.adaptive(), 100, 16, 17);
        walk.at(10).answers(16);
        walk.at(20).answers(17);
        return record(walk, id, startedAtMillis);
    }

    /** One answered, the other never; after 2 s it was given up. */
    public static LookupRecord deadline(UUID id, long startedAtMillis) {
        Walk walk = new Walk(Goal.RECORDS, Limits.standard(), new HedgePolicy.Off(), 100, 16, 17);
        walk.at(10).answers(16);
        walk.at(2_000).passes();
        return record(walk, id, startedAtMillis);
    }

    private static LookupRecord record(Walk walk, UUID id, long startedAtMillis) {
        LookupTrace trace = walk.lookup.trace(walk.nowMillis * MILLI);
        return LookupRecords.of(id, startedAtMillis, LookupRecord.Operation.FIND, LookupRecord.Asker.HTTP, "", trace);
    }
}
