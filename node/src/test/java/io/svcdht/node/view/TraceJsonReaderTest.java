package io.svcdht.node.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TraceJsonReaderTest {
    private static final long MICRO = 1_000;

    private static LookupRecord random(SplittableRandom random) {
        List<LegRecord> legs = new ArrayList<>();
        int n = random.nextInt(12);
        for (int i = 0; i < n; i++) {
            long heard = random.nextLong(1_000) * MICRO;
            legs.add(new LegRecord(
                    new NodeId(Key.of(Blake3.hash(new byte[] {(byte) random.nextInt(256)}))),
                    "192.0.2." + i + ":5302",
                    1 + random.nextInt(4),
                    random.nextInt(3),
                    random.nextInt(i + 1) - 1,
                    LegRecord.Why.values()[random.nextInt(LegRecord.Why.values().length)],
                    heard,
                    heard + random.nextLong(1_000) * MICRO,
                    random.nextLong(1_000) * MICRO,
                    random.nextBoolean(),
                    LegRecord.Outcome.values()[random.nextInt(LegRecord.Outcome.values().length)],
                    LegRecord.Way.values()[random.nextInt(LegRecord.Way.values().length)]));
        }
        return new LookupRecord(
                new UUID(random.nextLong() & ~0xf000L | 0x7000L, random.nextLong() >>> 2 | Long.MIN_VALUE),
                1_760_000_000_000L + random.nextLong(1_000_000),
                LookupRecord.Operation.values()[random.nextInt(4)],
                LookupRecord.Asker.values()[random.nextInt(LookupRecord.Asker.values().length)],
                Key.of(Blake3.hash(new byte[] {(byte) random.nextInt(256)})),
                random.nextBoolean() ? "" : "b3:a-text",
                LookupRecord.Outcome.values()[random.nextInt(6)],
                random.nextInt(9),
                n,
                random.nextInt(4),
                random.nextInt(50),
                4_000 * MICRO,
                2_000_000 * MICRO,
                legs);
    }

    @Test
    void reads_back_what_was_written() throws BadLine {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 200; i++) {
            LookupRecord lookup = random(random);
            String line = Json.text(g -> TraceJson.write(g, lookup));
            assertThat(TraceJsonReader.parse(line, 1)).as("%d: %s", i, line).isEqualTo(lookup);
        }
    }

    @Test
    void says_what_is_wrong_with_a_line() {
        String line = Json.text(g -> TraceJson.write(g, random(new SplittableRandom(3))));
        for (String[] bad : new String[][] {
            {"[", "no JSON object"},
            {"{}", "lookup_id"},
            {line.replaceFirst("\"took_ms\":[0-9.]+", "\"took_ms\":1e99"), "took_ms"},
            {line.replaceFirst("\"took_ms\":[0-9.]+", "\"took_ms\":-1"), "took_ms"},
            {line.replaceFirst("\"op\":\"[a-z_]+\"", "\"op\":\"guess\""), "guess"},
        }) {
            assertThatThrownBy(() -> TraceJsonReader.parse(bad[0], 12))
                    .isInstanceOf(BadLine.class)
                    .hasMessageContaining("12")
                    .hasMessageContaining(bad[1]);
        }
    }
}
