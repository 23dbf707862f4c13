package io.svcdht.storage.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryTracesTest extends TraceLogContract {
    @Override
    protected TraceLog create() {
        return new MemoryTraces();
    }

    @Test
    void the_oldest_make_room_for_the_latest() {
        MemoryTraces log = new MemoryTraces(64 << 10);
        List<LookupRecord> all = newestFirst(keepSome(log, 1_000));
        List<LookupRecord> left = walk(log, TraceLog.Filter.ALL, 100);
        assertThat(left).hasSizeBetween(20, 500).isEqualTo(all.subList(0, left.size()));
        assertThat(log.get(all.get(left.size() - 1).id())).isPresent();
        assertThat(log.get(all.get(left.size()).id())).isEmpty();
        assertThat(log.counts().bytes()).isBetween(48L << 10, 64L << 10);
        assertThat(log.counts().kept()).isEqualTo(1_000);
    }

    @Test
    void what_nobody_waited_for_has_a_quarter_of_the_room() {
        MemoryTraces log = new MemoryTraces(64 << 10);
        List<LookupRecord> finds = newestFirst(keepSome(log, 20));
        for (int i = 0; i < 1_000; i++) {
            log.keep(TraceCodecTest.asked(random.lookup(T0 + 1_000 + i), LookupRecord.Asker.REPUBLISH));
        }
        List<LookupRecord> left = walk(log, TraceLog.Filter.ALL, 100);
        assertThat(left).endsWith(finds.toArray(LookupRecord[]::new)).hasSizeGreaterThan(25);
        assertThat(log.counts().bytes()).isLessThanOrEqualTo(64 << 10);
        keepSome(log, 1_000);
        assertThat(walk(log, TraceLog.Filter.ALL, 100))
                .extracting(LookupRecord::asker)
                .containsOnly(LookupRecord.Asker.UNTOLD);
    }

    @Test
    void what_is_larger_than_all_the_room_is_dropped() {
        MemoryTraces log = new MemoryTraces(100);
        log.keep(random.lookup(T0));
        assertThat(log.counts()).isEqualTo(new TraceLog.Counts(0, 1, 0, 0));
    }
}
