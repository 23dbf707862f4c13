package io.svcdht.node.lookup;

import static io.svcdht.node.lookup.Walk.MILLI;
import static io.svcdht.node.lookup.Walk.RECORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.node.kad.SamplePeers;
import io.svcdht.node.lookup.LookupSpec.Goal;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.node.network.LookupRecords;
import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LegRecord.Outcome;
import io.svcdht.storage.trace.LegRecord.Why;
import io.svcdht.storage.trace.LookupRecord;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a real lookup did, as it is kept. */
class LookupRecordsTest {
    private static final UUID ID = UUID.fromString("019ab697-e800-7abc-8000-000000000001");
    private static final long T0 = 1_764_000_000_000L;

    private static LookupRecord record(Walk walk) {
        return LookupRecords.of(
                ID,
                T0,
                LookupRecord.Operation.FIND,
                LookupRecord.Asker.HTTP,
                "b3:a",
                walk.lookup.trace(walk.nowMillis * MILLI));
    }

    @Test
    void every_leg_is_told_with_the_one_it_came_from() {
        Walk walk = new Walk(Goal.RECORDS, Limits.standard(), HedgePolicy.adaptive(), 100, 16, 17, 18, 19);
        walk.at(30).answers(17, 1, 2);
        walk.at(40).timesOut(18);
        walk.at(50).passes();
        walk.at(70).answers(1, 3);
        walk.at(130).finds(3, RECORD);
        LookupRecord record = record(walk);
        assertThat(record.outcome()).isEqualTo(LookupRecord.Outcome.FOUND);
        assertThat(record.target()).isEqualTo(SamplePeers.id(0).key());
        assertThat(record.startedAtMillis()).isEqualTo(T0);
        assertThat(record.tookNanos()).isEqualTo(130 * MILLI);
        assertThat(record.deadlineNanos()).isEqualTo(2_000 * MILLI);
        assertThat(record.hops()).isEqualTo(3);
        assertThat(record.messages()).isEqualTo(record.legs().size());
        assertThat(record.legs())
                .extracting(l -> (int) (l.peer().key().w0() >>> 56))
                .isEqualTo(walk.askedBits())
                .containsExactly(16, 17, 18, 1, 2, 19, 3);
        assertThat(record.legs()).extracting(LegRecord::via).containsExactly(-1, -1, -1, 1, 1, -1, 3);
        assertThat(record.legs()).extracting(LegRecord::hop).containsExactly(1, 1, 1, 2, 2, 1, 3);
        assertThat(record.legs())
                .extracting(LegRecord::outcome)
                .containsExactly(
                        Outcome.CANCELLED,
                        Outcome.ANSWERED,
                        Outcome.TIMED_OUT,
                        Outcome.ANSWERED,
                        Outcome.CANCELLED,
                        Outcome.CANCELLED,
                        Outcome.FOUND);
        assertThat(record.legs())
                .extracting(LegRecord::why)
                .containsExactly(Why.START, Why.START, Why.START, Why.REFILL, Why.AFTER_FAILURE, Why.HEDGE, Why.REFILL);
        assertThat(record.legs().getLast())
                .isEqualTo(new LegRecord(
                        SamplePeers.id(3),
                        "10.0.0.1:5302",
                        3,
                        0,
                        3,
                        Why.REFILL,
                        70 * MILLI,
                        70 * MILLI,
                        60 * MILLI,
                        false,
                        Outcome.FOUND));
    }

    @Test
    void nobody_asked_is_a_story_too() {
        LookupRecord record = record(new Walk(Goal.RECORDS, Limits.standard(), HedgePolicy.adaptive(), 100));
        assertThat(record.outcome()).isEqualTo(LookupRecord.Outcome.NO_PEERS);
        assertThat(record.legs()).isEmpty();
    }

    @Test
    void one_that_goes_on_is_not_kept() {
        Walk walk = new Walk(Goal.RECORDS, Limits.standard(), HedgePolicy.adaptive(), 100, 16);
        assertThatThrownBy(() -> record(walk)).hasMessageContaining("still goes on");
    }
}
