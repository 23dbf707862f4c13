package io.svcdht.storage.testing;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Lookups of every kind, by a seed. */
public final class RandomTraces {
    private static final long MILLI = 1_000_000L;

    private final Random random;

    public RandomTraces(long seed) {
        random = new Random(seed);
    }

    /** A UUIDv7 of the instant. */
    public UUID id(long millis) {
        return new UUID(
                millis << 16 | 0x7000 | random.nextInt(1 << 12), 0x8000_0000_0000_0000L | random.nextLong() >>> 2);
    }

    public Key key() {
        return new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    /** One that began at the instant, took some milliseconds and has some legs. */
    public LookupRecord lookup(long startedAtMillis) {
        LookupRecord.Outcome[] all = LookupRecord.Outcome.values();
        return lookup(startedAtMillis, all[random.nextInt(all.length)], random.nextInt(1, 400), key());
    }

    public LookupRecord lookup(long startedAtMillis, LookupRecord.Outcome outcome, int tookMillis, Key target) {
        LookupRecord.Operation[] operations = LookupRecord.Operation.values();
        List<LegRecord> legs = legs(random.nextInt(24), tookMillis * MILLI);
        return new LookupRecord(
                id(startedAtMillis),
                startedAtMillis,
                operations[random.nextInt(operations.length)],
                LookupRecord.Asker.UNTOLD,
                target,
                random.nextBoolean() ? "" : "b3:" + random.nextInt() + "-ünï",
                outcome,
                random.nextInt(7),
                legs.size(),
                random.nextInt(3),
                legs.size() + random.nextInt(100),
                tookMillis * MILLI + random.nextInt(1_000_000),
                2_000 * MILLI,
                legs);
    }

    private List<LegRecord> legs(int count, long within) {
        LegRecord.Why[] whys = LegRecord.Why.values();
        LegRecord.Outcome[] outcomes = LegRecord.Outcome.values();
        LegRecord.Way[] ways = LegRecord.Way.values();
        List<LegRecord> legs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long heardOf = random.nextLong(within / 2);
            long sent = heardOf + random.nextLong(within / 4);
            legs.add(new LegRecord(
                    new NodeId(key()),
                    "10.0.%d.%d:5302".formatted(random.nextInt(256), random.nextInt(256)),
                    random.nextInt(1, 7),
                    random.nextInt(3),
                    random.nextInt(-1, Math.max(i, 0)),
                    whys[random.nextInt(whys.length)],
                    heardOf,
                    sent,
                    random.nextLong(within / 4 + 1),
                    random.nextBoolean(),
                    outcomes[random.nextInt(outcomes.length)],
                    ways[random.nextInt(ways.length)]));
        }
        return legs;
    }
}
